"""The kubelets of a recorded cluster, as far as an API server asks them: for the logs of containers."""

import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.diagnostics.api_server import CERTIFICATE, recorded_log

_LOGS = re.compile(r"/containerLogs/(?P<container>[^/]+/[^/]+/[^/]+)")


class Kubelet:
    """Answers for all nodes with the logs, and the refusals, of the recording that is its `content`."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = {"logs": {}}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"kubelet": self}))
        self._server.daemon_threads = True
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """The port where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> "Kubelet":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    kubelet: Kubelet

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        """Answer as the kubelet did: a refusal is plain text, of which the API server makes a Status."""
        code, body = self._log()
        payload = (body if isinstance(body, str) else body["message"]).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(payload)

    def _log(self) -> tuple[int, Any]:
        parts = urlsplit(self.path)
        asked = _LOGS.fullmatch(parts.path)
        if asked is None:
            return 404, "404 page not found"
        return recorded_log(self.kubelet.content, asked["container"], dict(parse_qsl(parts.query)))
