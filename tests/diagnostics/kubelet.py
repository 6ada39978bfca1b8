"""The kubelets of a recorded cluster, as far as an API server asks them: for the logs of containers."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.diagnostics.api_server import recorded_log
from tests.loopback import Handler, LoopbackServer

_LOGS = re.compile(r"/containerLogs/(?P<container>[^/]+/[^/]+/[^/]+)")


class Kubelet:
    """Answers for all nodes with the logs, and the refusals, of the recording that is its `content`."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = {"logs": {}}
        self._server = LoopbackServer(type("Handler", (_Handler,), {"kubelet": self}), tls=True)

    @property
    def port(self) -> int:
        """The port where it listens."""
        return self._server.port

    def __enter__(self) -> "Kubelet":
        self._server.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.__exit__(*failure)


class _Handler(Handler):
    kubelet: Kubelet

    def answer(self) -> None:
        """Answer as the kubelet did: a refusal is plain text, of which the API server makes a Status."""
        code, body = self._log()
        payload = (body if isinstance(body, str) else body["message"]).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _log(self) -> tuple[int, Any]:
        parts = urlsplit(self.path)
        asked = _LOGS.fullmatch(parts.path)
        if asked is None:
            return 404, "404 page not found"
        return recorded_log(self.kubelet.content, asked["container"], dict(parse_qsl(parts.query)))
