"""Where the app knocks beside the Web API: Socket Mode, response URLs, uploads, and files to download."""

import json
import urllib.parse

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from workspace.errors import Refused
from workspace.files import StoredFile
from workspace.shapes import Json
from workspace.slack import Slack

LOGIN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Slack</title></head>
<body><h1>Sign in to your workspace</h1><p>This file needs the scope files:read.</p></body></html>
"""
"""What a download without the right scope gets, with status 200, as at Slack."""


class Doors:
    """The routes, over one workspace."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """Return the routes for the application."""
        return [
            WebSocketRoute("/link/", self._slack.socket_mode.serve),
            Route("/hooks/{name}", self.respond, methods=["POST"]),
            Route("/upload/v1/{file_id}", self.upload, methods=["POST"]),
            Route("/files-pri/{key}/{name:path}", self.download),
        ]

    async def respond(self, request: Request) -> Response:
        """Take an answer at a response URL."""
        try:
            self._slack.responses.receive(request.path_params["name"], await _answer(request))
        except Refused as refused:
            status = 404 if refused.error in ("invalid_url", "expired_url", "used_url") else 400
            return JSONResponse({"ok": False, "error": refused.error, **refused.details}, status)
        return JSONResponse({"ok": True})

    async def upload(self, request: Request) -> Response:
        """Take the bytes of an announced file."""
        content = await request.body()
        if not self._slack.uploads.receive(request.path_params["file_id"], content):
            return PlainTextResponse("the bytes are not as many as were announced", 400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """Hand out the bytes of a file to the app's token."""
        app = self._slack.app
        if request.headers.get("authorization") != f"Bearer {app.bot_token}" or "files:read" not in app.scopes:
            return HTMLResponse(LOGIN_PAGE)
        file = self._slack.team.files.get(request.path_params["key"].rpartition("-")[2])
        return contents(file) if file else PlainTextResponse("file_not_found", 404)


def contents(file: StoredFile) -> Response:
    """Return a file in a way in which a browser shows it but never runs it."""
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(file.content, media_type=file.mimetype, headers=headers)


async def _answer(request: Request) -> Json:
    body = (await request.body()).decode("utf-8", errors="replace")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = dict(urllib.parse.parse_qsl(body)).get("payload", "{}")
    try:
        answer = json.loads(body)
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(answer, dict):
        raise Refused("invalid_payload")
    return answer
