"""Who may talk to the workspace: this machine, and no web page of somebody else's.

The workspace has no passwords, so a page that somebody visits must not be able to reach it. A foreign page that posts
here names its own origin; one that has bound its own name to 127.0.0.1 names its own host. Both are refused.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

LOCAL_NAMES = ("127.0.0.1", "localhost")


class LocalOnly:
    """Refuses requests that name another host, or that a page of another origin sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or _is_local(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(code=1008)
        else:
            refusal = PlainTextResponse("This workspace answers to 127.0.0.1 and localhost only.\n", status_code=403)
            await refusal(scope, receive, send)


def _is_local(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    return host.partition(":")[0] in LOCAL_NAMES and origin in (None, f"http://{host}")
