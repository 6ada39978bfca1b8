"""Fixtures of a bot of real parts in a local workspace: real Socket Mode, SQLite and entries, nothing patched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import clients, manifest
from bot.clusters import BotClusters
from bot.composition import Bot
from bot.settings import Settings
from bot.socket_mode import SocketDoor
from handlers.views.card import Style
from handlers.views.sources import Sources
from handlers.wording import wording
from knowledge.base import KnowledgeBase
from workspace.manifest import Manifest
from workspace.server import LocalWorkspace
from workspace.slack import Timing

SOON = 30.0
"""Seconds after which a test no longer waits; a machine may be busy with others."""

ENTRIES = Path(__file__).parent / "entries"


@dataclass(frozen=True)
class Pastes:
    """Errors that the entries beside this file document, and talk that they do not."""

    shards: str = (
        "validation_exception: this action would add [10] total shards,"
        " but this cluster currently has [999]/[1000] maximum shards open"
    )
    config: str = 'Warning  Failed  kubelet  Error: configmap "shop-env" not found'
    hostile: str = "FATAL zorblax frobnicator exploded in sector quux at dawn"
    endless: str = "panic: megalodon quorum evaporated beyond repair"
    chatter: str = "shall we have lunch at noon?"


@pytest.fixture(scope="session")
def pastes() -> Pastes:
    return Pastes()


@pytest.fixture(scope="session")
def knowledge() -> Iterator[KnowledgeBase]:
    base = KnowledgeBase([ENTRIES])
    assert base.problems == ()
    yield base
    base.close()


@pytest.fixture
def timing() -> Timing:
    """How patient the workspace is; a test file may say otherwise."""
    return Timing()


@pytest.fixture
def workspace(timing) -> Iterator[LocalWorkspace]:
    """A Slack with our app in it."""
    with LocalWorkspace(manifest=Manifest.of(manifest.manifest()), timing=timing) as local:
        yield local


@pytest.fixture
def settings_for(tmp_path) -> Callable[..., Settings]:
    """Settings of a bot in a given workspace."""

    def make(local: LocalWorkspace, **changes: Any) -> Settings:
        given = {
            "SLACK_BOT_TOKEN": local.bot_token,
            "SLACK_APP_TOKEN": local.app_token,
            "SLACK_SIGNING_SECRET": local.signing_secret,
            "SLACK_API_URL": local.api_url,
            "PASTEMORTEM_DATA": str(tmp_path / "data"),
            "PASTEMORTEM_PORT": "0",
        }
        with pytest.MonkeyPatch.context() as environment:
            for name, value in {**given, **changes}.items():
                environment.setenv(name, str(value))
            return Settings()

    return make


@pytest.fixture
def start(workspace, settings_for, tmp_path) -> Iterator[Callable[..., Bot]]:
    """Start a bot with some settings, and entries and clusters if need be, and join it to the workspace."""
    running: list[tuple[Bot, SocketDoor]] = []

    def join(*, entries: Path = ENTRIES, clusters: BotClusters | None = None, **changes: Any) -> Bot:
        settings = settings_for(workspace, **changes)
        client = clients.web_client(settings)
        bot = Bot(settings, client, clients.identity(client), KnowledgeBase([entries]), clusters)
        door = SocketDoor(bot.app, settings.app_token())
        running.append((bot, door))
        bot.open()
        door.open()
        workspace.wait_for_connection()
        return bot

    yield join
    for bot, door in running:
        door.close()
        bot.close()


@pytest.fixture
def bot(start) -> Bot:
    return start()


@dataclass
class Room:
    """A channel of the workspace as a test reads it."""

    workspace: LocalWorkspace
    name: str

    def answer(self, post: dict[str, Any], count: int = 1) -> dict[str, Any]:
        """Wait until the post has `count` replies and return the last of them."""
        thread = post.get("thread_ts") or post["ts"]
        self.workspace.wait_for(lambda: len(self.workspace.replies(self.name, thread)) >= count, SOON)
        return self.workspace.replies(self.name, thread)[-1]

    def replies(self, post: dict[str, Any]) -> list[dict[str, Any]]:
        return self.workspace.replies(self.name, post.get("thread_ts") or post["ts"])


@pytest.fixture
def room(workspace) -> Callable[[str], Room]:
    return lambda name="platform": Room(workspace, name)


@pytest.fixture
def settled(workspace) -> Callable[[Bot], None]:
    """Wait until the bot has heard and done everything that was sent to it so far."""

    def wait(bot: Bot) -> None:
        workspace.wait_for(lambda: all(delivery.acknowledged for delivery in workspace.deliveries), SOON)
        workspace.wait_for(lambda: not ({"waiting", "working"} & {str(state) for state in bot.journal.states()}), SOON)

    return wait


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


@pytest.fixture(scope="session")
def read() -> Callable[[Any], str]:
    """Everything that blocks, a message or a view say, as one text."""
    return lambda message: "\n".join(_texts(message.get("blocks", message) if isinstance(message, dict) else message))


@pytest.fixture(scope="session")
def style() -> Callable[..., Style]:
    return lambda language="en", url="": Style(language, wording(language), Sources(url))
