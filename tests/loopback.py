"""HTTP servers on this machine, each on a thread of its own, for what the tests put in place of a network."""

import ssl
import threading
from abc import abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""Certificate and key of 127.0.0.1, worth nothing outside of these tests; signed by itself until the year 2120."""


class Handler(BaseHTTPRequestHandler):
    """Answers every method alike, silently and without delay."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; Nagle's algorithm would keep the second back until the first is confirmed.
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    @abstractmethod
    def answer(self) -> None:
        """Answer one request."""

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves with a class of handlers from the beginning of a context to its end."""

    # A client that reads in parallel connects many times at once; whom a full queue turns away tries again in a second.
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        if tls:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)

    @property
    def port(self) -> int:
        """The port where it listens."""
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
