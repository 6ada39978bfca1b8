"""A small Kubernetes API server over the recording of a cluster, for the real client to talk to.

It lists, filters by label and field, pages with `limit` and `continue`, serves logs, reviews and the documents, refuses
as the recorded API server refused, and on request misbehaves: hangs, resets, answers 500 or garbage, drips.
"""

import base64
import contextlib
import email.utils
import enum
import gzip
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback import Handler, LoopbackServer

RECORDINGS = Path(__file__).parents[1] / "recordings"

_NAMESPACED = re.compile(r"(?P<root>/api/v1|/apis/[^/]+/[^/]+)/namespaces/(?P<namespace>[^/]+)/(?P<rest>.+)")
_LOG = re.compile(r"/api/v1/namespaces/(?P<namespace>[^/]+)/pods/(?P<pod>[^/]+)/log")
_REQUIREMENT = re.compile(r"(?P<key>[^=!, ]+)(?:(?P<operator>==|!=|=)(?P<value>[^,]*))?")


class Fault(enum.Enum):
    """How a server can fail."""

    HANG = enum.auto()
    """Accept the request and never answer."""
    DRIP = enum.auto()
    """Answer a byte now and then, for ever."""
    RESET = enum.auto()
    """Cut the connection."""
    ERROR = enum.auto()
    """Answer 500 with a Status."""
    GARBAGE = enum.auto()
    """Answer 200 with the page of some gateway."""
    NESTED = enum.auto()
    """Answer 200 with JSON that is nested deeper than anybody reads."""
    FORBIDDEN = enum.auto()
    """Answer 403 as RBAC does."""
    CIRCLING = enum.auto()
    """Answer 200 with a list whose next page is always the same."""


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)


def recording(name: str) -> dict[str, Any]:
    """Return the content of a recording by its scenario, or of `errors`."""
    content: dict[str, Any] = json.loads(gzip.decompress((RECORDINGS / f"{name}.json.gz").read_bytes()))
    return content


def scenarios() -> list[str]:
    """Return the names of all recordings."""
    return sorted(
        path.name.removesuffix(".json.gz") for path in RECORDINGS.glob("*.json.gz") if "errors" not in path.name
    )


def recorded_log(content: dict[str, Any], container: str, query: dict[str, str]) -> tuple[int, Any]:
    """Return the status and the body with which a cluster answered for the log of a `namespace/pod/container`."""
    key = container + ("?previous=true" if query.get("previous") == "true" else "")
    refused = content.get("log_errors", {}).get(key)
    if refused:
        return refused["code"], refused["body"]
    text = content["logs"].get(key)
    if text is None:
        pod = container.split("/")[1]
        return 404, _status(404, "NotFound", f'pods "{pod}" not found', {"name": pod, "kind": "pods"})
    lines = text.splitlines(keepends=True)
    return 200, "".join(lines[-int(query.get("tailLines", len(lines))) :])


class ApiServer:
    """Serves one recording; remembers what it was asked, and fails where it is told to."""

    def __init__(self, content: dict[str, Any], *, base_path: str = "", tls: bool = False) -> None:
        self.content = content
        self.base_path = base_path
        self.scheme = "https" if tls else "http"
        self.received: list[Received] = []
        self.faults: dict[str, Fault] = {}
        self.fault_of_next_pages: Fault | None = None
        self.token: str | None = None
        self.expire_after_pages = 0
        self.busy_answers = 0
        self.compresses = False
        self.stopped = threading.Event()
        self._server = LoopbackServer(type("Handler", (_Handler,), {"api": self}), tls=tls)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}{self.base_path}"

    @property
    def port(self) -> int:
        """The port where it listens."""
        return self._server.port

    def fail(self, path_part: str, fault: Fault) -> None:
        """Misbehave for every request whose path holds `path_part`."""
        self.faults[path_part] = fault

    def kubeconfig(self, folder: Path, user: dict[str, Any] | None = None, context: str = "recorded") -> Path:
        """Write a kubeconfig that leads here and return its path."""
        path = folder / "kubeconfig"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": "here", "cluster": {"server": self.url}}],
            "users": [{"name": "reader", "user": user or {"token": "recorded-token"}}],
            "contexts": [{"name": context, "context": {"cluster": "here", "user": "reader"}}],
        }
        path.write_text(json.dumps(config))
        return path

    def __enter__(self) -> "ApiServer":
        self._server.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stopped.set()
        self._server.__exit__(*failure)


@contextlib.contextmanager
def serving(name: str, **options: Any) -> Iterator[ApiServer]:
    """Serve a recording by its name."""
    with ApiServer(recording(name), **options) as server:
        yield server


class _Handler(Handler):
    api: ApiServer

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Send the time of the recording, as its API server did."""
        recorded = self.api.content.get("recorded_at")
        if not recorded:
            return super().date_time_string(timestamp)
        return email.utils.format_datetime(datetime.fromisoformat(recorded), usegmt=True)

    def answer(self) -> None:
        """Answer as the recorded API server did, or misbehave as it was told to."""
        parts = urlsplit(self.path)
        path = unquote(parts.path).removeprefix(self.api.base_path)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.api.received.append(Received(self.command, path, query, dict(self.headers.items())))
        fault = next((fault for part, fault in self.api.faults.items() if part in path), None)
        if "continue" in query:
            fault = self.api.fault_of_next_pages
        if fault:
            self._fail(fault, path)
        elif self.api.token and not self._carries(self.api.token):
            self._send(*_refusal(_ERRORS["401-no-valid-token"]))
        elif self.api.busy_answers:
            self.api.busy_answers -= 1
            self._send(429, _status(429, "TooManyRequests", "too many requests"), {"Retry-After": "0"})
        else:
            self._send(*self._route(path, query, body))

    def _carries(self, token: str) -> bool:
        scheme, _, credential = self.headers.get("Authorization", "").partition(" ")
        return (scheme.lower(), credential) == ("bearer", token)

    def _route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any, dict[str, str]]:
        if self.command == "POST":
            return self._review(path, json.loads(body or b"{}"))
        if self.command != "GET":
            return 405, _status(405, "MethodNotAllowed", "the server does not allow this method"), {}
        raw = self.api.content["raw"]
        document = path + ("?verbose" if "verbose" in query else "")
        if document in raw:
            return 200, raw[document], {}
        if log := _LOG.fullmatch(path):
            return *recorded_log(self.api.content, f"{log['namespace']}/{log['pod']}/{query['container']}", query), {}
        return self._list(path, query)

    def _list(self, path: str, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        lists = self.api.content["lists"]
        scoped = _NAMESPACED.fullmatch(path)
        whole = f"{scoped['root']}/{scoped['rest']}" if scoped else path
        body = lists.get(path) or lists.get(whole)
        if body is None:
            return _refusal(_ERRORS["404-no-such-resource"])
        items = body["items"] or []
        if scoped:
            items = [item for item in items if item["metadata"].get("namespace") == scoped["namespace"]]
        items = [item for item in items if _selected(item, query)]
        return self._page(body, items, query)

    def _page(self, body: Any, items: list[Any], query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        limit = int(query.get("limit") or len(items) or 1)
        start = 0
        if token := query.get("continue"):
            if self.api.expire_after_pages:
                self.api.expire_after_pages -= 1
                return _refusal(_ERRORS["410-expired-continue"])
            start = int(base64.b64decode(token))
        rest = len(items) - start - limit
        metadata = {"resourceVersion": "1"}
        if rest > 0:
            metadata["continue"] = base64.b64encode(str(start + limit).encode()).decode()
        return 200, {**body, "metadata": metadata, "items": items[start : start + limit] or None}, {}

    def _review(self, path: str, asked: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        for name, answer in self.api.content.get("reviews", {}).items():
            if path.endswith(name):
                return (201, answer, {}) if answer else _refusal(_ERRORS["404-no-such-resource"])
        return 201, {**asked, "status": {}}, {}

    def _fail(self, fault: Fault, path: str) -> None:
        match fault:
            case Fault.HANG:
                self.api.stopped.wait()
                self.close_connection = True
            case Fault.DRIP:
                self._drip()
            case Fault.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            case Fault.ERROR:
                self._send(500, _status(500, "InternalError", "etcdserver: request timed out"), {})
            case Fault.GARBAGE:
                self._send(200, "<html>Sign in to continue</html>", {})
            case Fault.NESTED:
                self._send(200, "[" * 100_000, {})
            case Fault.CIRCLING:
                self._send(200, {"kind": "List", "metadata": {"continue": "again"}, "items": []}, {})
            case Fault.FORBIDDEN:
                self._send(*_forbidden(path))

    def _drip(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
        with contextlib.suppress(OSError):
            while not self.api.stopped.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

    def _send(self, code: int, body: Any, headers: dict[str, str]) -> None:
        payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        if self.api.compresses and "gzip" in self.headers.get("Accept-Encoding", ""):
            payload = gzip.compress(payload)
            headers = {**headers, "Content-Encoding": "gzip"}
        self.send_response(code)
        self.send_header("Content-Type", "text/plain" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(payload)


def _selected(item: Any, query: dict[str, str]) -> bool:
    if not isinstance(item, dict) or not item.get("metadata"):
        return True
    labels = item["metadata"].get("labels") or {}
    if not all(
        _holds(labels.get(found["key"]), found) for found in _REQUIREMENT.finditer(query.get("labelSelector", ""))
    ):
        return False
    return all(
        _holds(_field(item, found["key"]), found) for found in _REQUIREMENT.finditer(query.get("fieldSelector", ""))
    )


def _holds(actual: str | None, requirement: re.Match[str]) -> bool:
    match requirement["operator"]:
        case None:
            return actual is not None
        case "!=":
            return actual != requirement["value"]
        case _:
            return actual == requirement["value"]


def _field(item: Any, path: str) -> str | None:
    for key in path.split("."):
        item = item.get(key) if isinstance(item, dict) else None
    return None if item is None else str(item)


def _forbidden(path: str) -> tuple[int, Any, dict[str, str]]:
    resource = path.rstrip("/").rsplit("/", 1)[-1]
    group = path.split("/")[2] if path.startswith("/apis/") else ""
    scope = _NAMESPACED.fullmatch(path)
    where = f'in the namespace "{scope["namespace"]}"' if scope else "at the cluster scope"
    message = (
        f'{resource} is forbidden: User "system:serviceaccount:ops-bot:diagnostics" cannot list resource "{resource}" '
        f'in API group "{group}" {where}'
    )
    return 403, _status(403, "Forbidden", message, {"kind": resource}), {}


def _status(code: int, reason: str, message: str, details: dict[str, str] | None = None) -> dict[str, Any]:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return {**status, "reason": reason, "code": code, **({"details": details} if details else {})}


def _refusal(recorded: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    return recorded["status"], recorded["body"], {}


_ERRORS = recording("errors")
