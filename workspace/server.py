"""The workspace as a server: in the foreground, or in a thread for tests.

with LocalWorkspace() as workspace:
    start_my_bot(workspace.api_url, workspace.bot_token, workspace.app_token)
    posted = workspace.post("alex", "try-it", "something broke")
    workspace.wait_for(lambda: workspace.replies("try-it", posted["ts"]))
"""

import asyncio
import contextlib
import copy
import itertools
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn

from workspace import seed
from workspace.acts.interactions import Interactions, Outcome
from workspace.acts.messages import Messages
from workspace.application import application
from workspace.calls import Call
from workspace.delivery import Delivery
from workspace.errors import AddressRefused
from workspace.faults import Fault
from workspace.files import StoredFile
from workspace.manifest import Manifest
from workspace.page.feed import Feed
from workspace.seed import Sample
from workspace.shapes import Json
from workspace.slack import Slack, Timing

T = TypeVar("T")

HOST = "127.0.0.1"
PATIENCE = 10.0
"""Seconds for which `wait_for` waits unless it is told otherwise."""

PING_EVERY = 0.25
"""Seconds between pings on open sockets. A client of Slack's SDK that is told to close sits in a read of up to three
seconds until something arrives; at Slack a ping does, though later."""

TICK = 0.1
"""Seconds between the ticks at which uvicorn's server brings its headers up to date, as in its own loop."""

GRACE = 2
"""Seconds that open requests have when the server stops."""


class Server(uvicorn.Server):
    """A server that says when it is ready, and that ends what runs in the background before it stops."""

    def __init__(self, slack: Slack, samples: tuple[Sample, ...]) -> None:
        feed = Feed(slack)
        super().__init__(
            uvicorn.Config(
                application(slack, feed, samples),
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="websockets-sansio",
                ws_ping_interval=PING_EVERY,
                ws_ping_timeout=None,
            )
        )
        self._slack = slack
        self._feed = feed
        self._ending = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()

    def end(self) -> None:
        """Ask it to stop, from whichever thread, at once: alone it looks ten times a second whether a signal came."""
        self.should_exit = True
        if self.loop:
            self.loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        """Serve until it is asked to stop."""
        ticks = itertools.count()
        while not await self.on_tick(next(ticks)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving, as soon as the last request has ended; uvicorn's own way waits a while even for nobody."""
        self._feed.close()
        await self._slack.dispatcher.close()
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.005)


def listening(port: int = 0, host: str = HOST) -> socket.socket:
    """Return a socket that listens on this machine; port 0 takes any that is free. Raise AddressRefused for another
    host, and OSError where the port is taken."""
    if host not in (HOST, "localhost"):
        raise AddressRefused(host)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def serve(slack: Slack, listener: socket.socket, samples: tuple[Sample, ...] = ()) -> None:
    """Serve a workspace in the foreground until it is interrupted."""
    slack.team.base_url = address(listener)
    with contextlib.suppress(KeyboardInterrupt):
        Server(slack, samples).run(sockets=[listener])


def address(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


class LocalWorkspace:
    """A workspace in a thread of its own, and what people in it do and see.

    People are named `alex`, `minji` (whose locale is Korean) and `jo`; channels `try-it`, `platform`, `general` and
    `random`, of which the app is not in the last. Ids do as well as names. Every method returns when the thing is done;
    what is returned is a copy.
    """

    def __init__(self, *, port: int = 0, manifest: Manifest | None = None, timing: Timing | None = None) -> None:
        self._slack = seed.workspace(manifest or Manifest(), timing or Timing())
        self._people = Messages(self._slack.team)
        self._interactions = Interactions(self._slack)
        self._listener = listening(port)
        self._slack.team.base_url = address(self._listener)
        self._server = Server(self._slack, Sample.read(seed.SAMPLES))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="workspace", daemon=True
        )
        self._changed = threading.Event()
        self._slack.team.observers.append(lambda _change: self._changed.set())

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        if not self._server.ready.wait(PATIENCE):
            raise TimeoutError("the workspace did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, and wait until it has stopped."""
        self._server.end()
        self._thread.join(PATIENCE)
        self._listener.close()
        if self._thread.is_alive():
            raise TimeoutError("the workspace did not stop")

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._slack.team.base_url

    @property
    def api_url(self) -> str:
        """The base of the Web API, for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token, for SLACK_BOT_TOKEN."""
        return self._slack.app.bot_token

    @property
    def app_token(self) -> str:
        """The app's own token, for SLACK_APP_TOKEN."""
        return self._slack.app.app_token

    @property
    def signing_secret(self) -> str:
        """What signed requests are signed with, for SLACK_SIGNING_SECRET."""
        return self._slack.app.signing_secret

    @property
    def bot_user(self) -> str:
        """The id of the app's user, as it stands in a mention: `<@U…>`."""
        return self._slack.app.user.id

    @property
    def connected(self) -> int:
        """How many Socket Mode connections are open."""
        return self._slack.socket_mode.connected

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far, oldest first."""
        return list(self._slack.calls.calls)

    def calls_to(self, method: str) -> list[Call]:
        """Return the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, oldest first: attempts, acknowledgement, answer."""
        return list(self._slack.dispatcher.deliveries)

    def user(self, name: str) -> str:
        """Return the id of a person or an app."""
        return self._slack.team.user(name).id

    def channel(self, name: str) -> str:
        """Return the id of a channel."""
        return self._slack.team.conversation(name).id

    def direct(self, user: str) -> str:
        """Return the id of the direct message between a person and the app."""
        return self._do(lambda: self._slack.team.direct(self.user(user), self.bot_user).id)

    def messages(self, channel: str) -> list[Json]:
        """Return what stands in a channel, oldest first, without replies in threads."""
        return self._do(lambda: copy.deepcopy(list(self._slack.team.conversation(channel).timeline())))

    def thread(self, channel: str, ts: str) -> list[Json]:
        """Return a thread, the message that began it first."""
        return self._do(lambda: copy.deepcopy(self._slack.team.conversation(channel).thread(ts)))

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Return the replies in a thread, oldest first."""
        return self._do(lambda: copy.deepcopy(self._slack.team.conversation(channel).replies(ts)))

    def message(self, channel: str, ts: str) -> Json | None:
        """Return one message as it is now; None where it was deleted."""
        return self._do(lambda: copy.deepcopy(self._slack.team.conversation(channel).messages.get(ts)))

    def whispers(self, user: str, channel: str) -> list[Json]:
        """Return the messages in a channel that only this person sees, oldest first."""
        whispers = self._slack.team.conversation(channel).whispers
        return self._do(lambda: [copy.deepcopy(w.message) for w in whispers.values() if w.user == self.user(user)])

    def view(self, user: str) -> Json | None:
        """Return the modal that a person sees; None where there is none."""
        return self._do(lambda: copy.deepcopy(self._slack.views.top(self.user(user))))

    def home(self, user: str) -> Json | None:
        """Return the App Home that the app has published for a person."""
        return self._do(lambda: copy.deepcopy(self._slack.views.homes.get(self.user(user))))

    def file(self, file_id: str) -> bytes:
        """Return the bytes of a file."""
        return self._slack.team.files[file_id].content

    def wait_for(self, predicate: Callable[[], T], timeout: float = PATIENCE) -> T:
        """Return the first true value of `predicate`, asked whenever something changes; raise TimeoutError after
        `timeout` seconds, with the calls that the app made lately."""
        deadline = time.monotonic() + timeout
        while True:
            self._changed.clear()
            if found := predicate():
                return found
            if time.monotonic() > deadline:
                lately = "\n".join(f"  {call.method} {call.arguments} -> {call.response}" for call in self.calls[-5:])
                raise TimeoutError(f"nothing came of it in {timeout} s; the last calls of the app:\n{lately}")
            self._changed.wait(0.02)

    def wait_for_connection(self, timeout: float = PATIENCE) -> None:
        """Wait until the app is connected over Socket Mode."""
        self.wait_for(lambda: self.connected, timeout)

    def post(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Mapping[str, str | bytes] | None = None,
        raw: bool = False,
    ) -> Json:
        """Let a person say something, with files by name.

        The text is stored as Slack stores what is typed: escaped, with tokens for `@alex`, `#general` and addresses.
        `raw` text is stored as it is.
        """
        attached = [
            StoredFile(name, content.encode() if isinstance(content, str) else content, self.user(user))
            for name, content in (files or {}).items()
        ]
        return self._do(
            lambda: copy.deepcopy(
                self._people.post(
                    user, channel, text, thread_ts=thread_ts, broadcast=broadcast, files=attached, raw=raw
                )
            )
        )

    def post_as_app(
        self,
        name: str,
        channel: str,
        text: str = "",
        *,
        thread_ts: str | None = None,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Json:
        """Let another app say something, as an incoming webhook does; it comes into being under this name."""
        given: dict[str, Any] = {"thread_ts": thread_ts, "blocks": list(blocks), "attachments": list(attachments)}
        return self._do(lambda: copy.deepcopy(self._people.post_as_app(name, channel, text=text, **given)))

    def edit(self, user: str, channel: str, ts: str, text: str) -> Json:
        """Let a person change what they said."""
        return self._do(lambda: copy.deepcopy(self._people.edit(user, channel, ts, text)))

    def unfurl(self, channel: str, ts: str, attachment: Json) -> Json:
        """Add a link preview to a message, which Slack reports as `message_changed` although nobody edited it."""
        return self._do(lambda: copy.deepcopy(self._people.unfurl(channel, ts, attachment)))

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Let a person take back what they said."""
        self._do(lambda: self._people.delete(user, channel, ts))

    def react(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Let a person give a reaction, or take it back."""
        self._do(lambda: self._people.react(user, channel, ts, emoji))

    def invite(self, user: str, channel: str, guest: str) -> None:
        """Let a person bring somebody, or the app, into a channel."""
        self._do(lambda: self._people.invite(user, channel, guest))

    def remove(self, channel: str, guest: str) -> None:
        """Take somebody, or the app, out of a channel."""
        self._do(lambda: self._people.remove(channel, guest))

    def command(self, user: str, channel: str, command: str, text: str = "") -> Outcome:
        """Let a person give a slash command; return when it was acknowledged, or was not."""
        return self._await(self._interactions.command(user, channel, command, text))

    def press(
        self, user: str, message: Json, action_id: str, entry: Any = None, *, channel: str, block_id: str | None = None
    ) -> Outcome:
        """Let a person press a button in a message, or choose the option with the value `entry` in a menu."""
        return self._await(self._interactions.act(user, channel, message["ts"], action_id, entry, block_id=block_id))

    def press_in_view(
        self, user: str, view: Json, action_id: str, entry: Any = None, *, block_id: str | None = None
    ) -> Outcome:
        """Let a person press a button, or choose in a menu, in a modal or in the App Home."""
        return self._await(self._interactions.act_in_view(user, view["id"], action_id, entry, block_id=block_id))

    def submit(self, user: str, view: Json, entries: Mapping[str, Any] | None = None) -> Outcome:
        """Let a person send a form with these entries, by action id or block id."""
        return self._await(self._interactions.submit(user, view["id"], entries or {}))

    def close(self, user: str, view: Json) -> None:
        """Let a person close a modal."""
        self._await(self._interactions.close(user, view["id"]))

    def shortcut(
        self, user: str, callback_id: str, message: Json | None = None, *, channel: str | None = None
    ) -> Outcome:
        """Let a person use a shortcut, on a message or from anywhere."""
        return self._await(self._interactions.shortcut(user, callback_id, channel, message["ts"] if message else None))

    def suggestions(self, user: str, view: Json, action_id: str, text: str) -> list[Json]:
        """Return what the app offers a person in a menu of a modal that the app fills, for what was typed."""
        return self._await(self._interactions.suggest_in_view(user, view["id"], action_id, text))

    def open_home(self, user: str) -> None:
        """Let a person open the app's home."""
        self._do(lambda: self._interactions.open_home(user))

    def send_events_to(self, url: str) -> bool:
        """Send everything to a request URL in place of Socket Mode; return whether the URL proved itself."""
        return self._await(self._slack.send_to(url))

    def disconnect_sockets(self, reason: str = "refresh_requested", *, warned: bool = True) -> None:
        """Close every Socket Mode connection, with or without the message by which Slack announces it."""
        self._await(self._slack.socket_mode.disconnect(reason, warned=warned))

    def redeliver(self, event_id: str) -> None:
        """Send an event again under its id, as Slack does when an acknowledgement was lost."""
        self._do(lambda: self._slack.dispatcher.redeliver(event_id))

    def duplicate_next(self) -> None:
        """Send the next event twice."""
        self._do(self._slack.dispatcher.duplicate_next)

    def rate_limit(self, method: str, seconds: int, *, times: int = 1) -> None:
        """Refuse the next calls of a method with status 429 and `Retry-After`."""
        fault = Fault("ratelimited", status=429, retry_after=seconds)
        self._do(lambda: self._slack.faults.add(method, fault, times))

    def fail(self, method: str, error: str = "internal_error", *, status: int = 200, times: int = 1) -> None:
        """Answer the next calls of a method with an error, or with a bare HTTP status."""
        self._do(lambda: self._slack.faults.add(method, Fault(error, status=status), times))

    def revoke_scope(self, *scopes: str) -> None:
        """Take scopes away from the app's token."""
        self._slack.app.scopes.difference_update(scopes)

    def _do(self, act: Callable[[], T]) -> T:
        async def doing() -> T:
            return act()

        return self._await(doing())

    def _await(self, doing: Coroutine[Any, Any, T]) -> T:
        if self._server.loop is None:
            doing.close()
            raise RuntimeError("the workspace is not running; use it as a context manager")
        return asyncio.run_coroutine_threadsafe(doing, self._server.loop).result()
