"""The etcd under a real API server: what is put into it here, the API server has, past admission and validation."""

import base64
import contextlib
import http.client
import json
from pathlib import Path
from typing import Any

from tests.diagnostics.programs import free_port

_PATIENCE = 30.0
"""Seconds that an answer may take."""


class Etcd:
    """An etcd of its own, filled through its JSON gateway."""

    def __init__(self, program: Path, folder: Path) -> None:
        """Take the program and the folder where its data may stand."""
        self._port, peers = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        peer_url = f"http://127.0.0.1:{peers}"
        self.command = [
            str(program),
            *("--data-dir", str(folder / f"etcd-{self._port}")),
            *("--listen-client-urls", self.url),
            *("--advertise-client-urls", self.url),
            *("--listen-peer-urls", peer_url),
            *("--initial-advertise-peer-urls", peer_url),
            *("--initial-cluster", f"default={peer_url}"),
        ]

    def put(self, key: str, value: Any) -> None:
        """Put an object under a key."""
        self._ask("put", {"key": _encoded(key), "value": _encoded(json.dumps(value))})

    def delete(self, key: str) -> None:
        """Delete what is under a key."""
        self._ask("deleterange", {"key": _encoded(key)})

    def delete_all(self, prefix: str) -> None:
        """Delete everything below a prefix."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        self._ask("deleterange", {"key": _encoded(prefix), "range_end": _encoded(end)})

    def compact(self) -> None:
        """Forget all that is not so any more, and that it was."""
        self.put("/now", None)
        revision = self._ask("range", {"key": _encoded("/now")})["header"]["revision"]
        self._ask("compaction", {"revision": revision})

    def is_up(self) -> bool:
        """Say whether it answers."""
        return bool(self._send("GET", "/health", None)["health"] == "true")

    def _ask(self, verb: str, body: dict[str, str]) -> Any:
        return self._send("POST", f"/v3/kv/{verb}", json.dumps(body))

    def _send(self, method: str, path: str, body: str | None) -> Any:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)) as connection:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise OSError(f"etcd answers {answer.status} to {path}: {content.decode()}")
        return json.loads(content)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
