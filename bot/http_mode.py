"""The HTTP door: health and figures for whatever runs the bot and, in HTTP mode, Slack's events and interactions."""

import socket
import threading
from dataclasses import dataclass

import uvicorn
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.health import Health
from bot.metrics import CONTENT_TYPE_LATEST, Metrics

MAX_BODY = 4_000_000
"""Bytes of a request. Slack's largest payloads, a view with its state, stay far below."""


class PortTaken(Exception):
    """Somebody else listens where the bot should."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}; set PASTEMORTEM_HOST or PASTEMORTEM_PORT")


@dataclass
class Door:
    """Where Slack's requests go: to the app, once there is one."""

    app: App | None = None


def application(health: Health, metrics: Metrics, door: Door | None = None) -> Starlette:
    """Return the web application; it takes Slack's requests if there is a `door` for them."""

    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        readiness = health.readiness()
        return JSONResponse({"ready": readiness.ready, **readiness.wrong}, 200 if readiness.ready else 503)

    async def figures(_: Request) -> Response:
        # They are read from the journal, which is no work for the event loop.
        return Response(await run_in_threadpool(metrics.text), media_type=CONTENT_TYPE_LATEST)

    async def events(request: Request) -> Response:
        app = door.app if door else None
        if app is None:
            # Slack sends it again.
            return PlainTextResponse("starting", 503)
        body = (await _body(request)).decode("utf-8", "replace")
        # Journal and signature take milliseconds, but they are no work for the event loop.
        answer = await run_in_threadpool(app.dispatch, to_bolt_request(request, body.encode()))
        return to_starlette_response(answer)

    routes = [Route("/healthz", live), Route("/readyz", ready), Route("/metrics", figures)]
    if door is not None:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)


class Server:
    """Serves a web application on a thread of its own."""

    def __init__(self, web: Starlette, host: str, port: int) -> None:
        """Begin to listen; raises PortTaken."""
        config = uvicorn.Config(web, log_config=None, access_log=False, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._socket = _listening(host, port)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="http", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Answer what has arrived and stop listening."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise PortTaken(host, port, error.strerror or str(error)) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, "larger than anything that Slack sends")
    return bytes(body)
