"""The routes of the page: its files, what it starts from, what changes, and what people do on it."""

import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from workspace.acts.interactions import Interactions, Outcome
from workspace.acts.messages import Messages
from workspace.doors import contents
from workspace.errors import Refused, WorkspaceError
from workspace.files import StoredFile
from workspace.page import snapshot
from workspace.page.feed import Feed
from workspace.seed import Sample
from workspace.shapes import Json
from workspace.slack import Slack
from workspace.uploads import LARGEST

STATIC = Path(__file__).with_name("static")

POLICY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: https: http:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
"""No script and no style but the page's own, so that foreign text could do nothing even if it became markup."""

Act = Callable[["Page", Json], Any]

ACTS: dict[str, Act] = {
    "post": lambda page, a: page.post(a),
    "edit": lambda page, a: page.messages.edit(a["user"], a["channel"], a["ts"], a["text"]),
    "delete": lambda page, a: page.messages.delete(a["user"], a["channel"], a["ts"]),
    "dismiss": lambda page, a: page.messages.dismiss(a["user"], a["channel"], a["ts"]),
    "react": lambda page, a: page.messages.react(a["user"], a["channel"], a["ts"], a["emoji"]),
    "read": lambda page, a: page.messages.read(a["user"], a["channel"]),
    "command": lambda page, a: page.interactions.command(a["user"], a["channel"], a["command"], a["text"]),
    "press": lambda page, a: page.interactions.act(
        a["user"], a["channel"], a["ts"], a["action_id"], a["entry"], block_id=a["block_id"]
    ),
    "press_in_view": lambda page, a: page.interactions.act_in_view(
        a["user"], a["view"], a["action_id"], a["entry"], block_id=a["block_id"]
    ),
    "suggest": lambda page, a: page.interactions.suggest(a["user"], a["channel"], a["ts"], a["action_id"], a["text"]),
    "suggest_in_view": lambda page, a: page.interactions.suggest_in_view(
        a["user"], a["view"], a["action_id"], a["text"]
    ),
    "submit": lambda page, a: page.interactions.submit(a["user"], a["view"], a["entries"]),
    "close": lambda page, a: page.interactions.close(a["user"], a["view"], all_of_them=a["all"]),
    "shortcut": lambda page, a: page.interactions.shortcut(a["user"], a["callback_id"], a["channel"], a["ts"]),
    "open_home": lambda page, a: page.interactions.open_home(a["user"]),
}
"""What can be done on the page, by the last part of the address."""


class Page:
    """The page over one workspace."""

    def __init__(self, slack: Slack, feed: Feed, samples: tuple[Sample, ...]) -> None:
        self._slack = slack
        self._feed = feed
        self._samples = samples
        self.messages: Messages = Messages(slack.team)
        self.interactions: Interactions = Interactions(slack)
        self._drafts: dict[str, StoredFile] = {}

    def routes(self) -> list[BaseRoute]:
        """Return the routes for the application."""
        return [
            Route("/", self.index),
            Route("/archives/{channel}/p{digits}", self.permalink),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/page/workspace", self.workspace),
            Route("/page/feed", self.feed),
            Route("/page/files", self.attach, methods=["POST"]),
            Route("/page/files/{file_id}", self.file),
            Route("/page/acts/{act}", self.act, methods=["POST"]),
        ]

    async def index(self, _request: Request) -> Response:
        """Return the page itself."""
        return FileResponse(STATIC / "index.html", headers=POLICY)

    async def permalink(self, request: Request) -> Response:
        """Lead from the address of a message to its place on the page."""
        digits = request.path_params["digits"]
        ts = f"{digits[:-6]}.{digits[-6:]}"
        thread = request.query_params.get("thread_ts", ts)
        return RedirectResponse(f"/#/{request.path_params['channel']}/{thread}")

    async def workspace(self, request: Request) -> Response:
        """Return what one person sees."""
        try:
            user = self._slack.team.user(request.query_params.get("user", ""))
        except WorkspaceError:
            user = next(iter(self._slack.team.users.values()))
        return JSONResponse(snapshot.of(self._slack, user, self._samples))

    async def feed(self, request: Request) -> Response:
        """Return the stream of what changes for one person."""
        try:
            user = self._slack.team.user(request.query_params.get("user", ""))
        except WorkspaceError as error:
            return PlainTextResponse(str(error), 404)
        return StreamingResponse(self._feed.stream(user), media_type="text/event-stream", headers=POLICY)

    async def attach(self, request: Request) -> Response:
        """Take a file that somebody is about to send."""
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return JSONResponse({"problem": f"Files can have {LARGEST // 1024 // 1024} MB here."}, 413)
        file = StoredFile(request.query_params["name"], await request.body(), request.query_params["user"])
        self._drafts[file.id] = file
        return JSONResponse({"id": file.id})

    async def file(self, request: Request) -> Response:
        """Show a file."""
        file = self._slack.team.files.get(request.path_params["file_id"])
        return contents(file) if file else PlainTextResponse("there is no such file", 404)

    async def act(self, request: Request) -> Response:
        """Do what somebody did on the page."""
        name, given = request.path_params["act"], await request.json()
        if name not in ACTS:
            return JSONResponse({"problem": f"the page cannot do {name!r}"}, 404)
        try:
            done = ACTS[name](self, given)
            outcome = await done if isinstance(done, Awaitable) else done
        except KeyError as error:
            return JSONResponse({"problem": f"{name} needs {error}"}, 400)
        except Refused as refused:
            return JSONResponse({"problem": f"The app’s answer was refused: {refused.error}"}, 400)
        except WorkspaceError as error:
            return JSONResponse({"problem": str(error)}, 400)
        return JSONResponse({"outcome": dataclasses.asdict(outcome) if isinstance(outcome, Outcome) else outcome})

    def post(self, given: Json) -> Json:
        """Say something, with the files that were attached before."""
        files = [self._drafts.pop(file_id) for file_id in given.get("files", ()) if file_id in self._drafts]
        return self.messages.post(
            given["user"],
            given["channel"],
            given["text"],
            thread_ts=given.get("thread_ts"),
            broadcast=bool(given.get("broadcast")),
            files=files,
        )
