"""`pastemortem run`: join Slack and answer until told to stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

import click
import structlog
from slack_sdk.errors import SlackApiError

from bot import clients, composition, lock, logs, tokens
from bot import settings as configuration
from bot.clusters import BotClusters
from bot.composition import Bot
from bot.data import DataUnusable
from bot.health import Check, Health
from bot.http_mode import Door, PortTaken, Server, application
from bot.metrics import Figures, Metrics
from bot.settings import Mode, Settings, SettingsInvalid
from bot.socket_mode import SocketDoor

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
"""Seconds between attempts to reach Slack at the start; each is twice as long as the one before."""

REFUSED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Answers to a token that no later attempt will change."""

NO_TOKENS = """\
Pastemortem cannot join Slack yet: set {missing}.
docs/slack.md tells how to make the Slack app and where its tokens are; `pastemortem doctor` checks them.
To try it on this machine without Slack: pastemortem demo"""

T = TypeVar("T")

log = structlog.get_logger()


class TokenRefused(Exception):
    """Slack does not accept a token."""


@click.command()
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.SOCKET.value,
    show_default=True,
    help="How Slack reaches the bot: over a connection that the bot opens, or by requests to /slack/events.",
)
def run(mode: str) -> None:
    """Join Slack and answer until SIGTERM or Ctrl-C, which let begun work finish."""
    try:
        settings = configuration.read()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from None
    if missing := settings.missing_for(Mode(mode)):
        click.echo(NO_TOKENS.format(missing=" and ".join(missing)), err=True)
        sys.exit(2)
    if mixups := [mixup for mixup in tokens.mixups(settings.needed_for(Mode(mode))) if mixup.certain]:
        # Slack would say no more of it than `invalid_auth`, and nothing while it cannot be reached.
        raise click.ClickException("\n".join(map(str, mixups)))
    _forget_tokens()
    logs.configure(settings)
    for name in configuration.unknown():
        log.warning("no such setting, ignored", variable=name)
    try:
        with lock.sole_use(settings.data):
            serve(settings, Mode(mode), stopped_by_signals())
    except (DataUnusable, PortTaken) as problem:
        raise click.ClickException(str(problem)) from None
    except TokenRefused as problem:
        doubts = map(str, tokens.mixups(settings.needed_for(Mode(mode))))
        raise click.ClickException("\n".join([str(problem), *doubts])) from None


def serve(
    settings: Settings,
    mode: Mode,
    stop: threading.Event,
    *,
    ready: Callable[[], None] = lambda: None,
    clusters: BotClusters | None = None,
) -> None:
    """Answer until `stop` is set, and call `ready` when that begins; raises PortTaken, TokenRefused or DataUnusable.

    `clusters` stand in for those that the settings name.
    """
    begun = time.monotonic()
    health = Health()
    metrics = Metrics(health)
    door = Door() if mode is Mode.HTTP else None
    server = Server(application(health, metrics, door), settings.host, settings.port)
    log.info("listening", host=settings.host, port=server.port, mode=mode.value)
    try:
        with _bot(settings, stop, clusters) as bot:
            if bot is None:
                return
            with _joined(bot, door, settings, health, stop), _told(bot, metrics):
                ready()
                log.info("ready", entries=len(bot.knowledge.entries()), seconds=round(time.monotonic() - begun, 3))
                stop.wait()
                log.info("stopping", **{state.value: jobs for state, jobs in bot.journal.states().items()})
                health.draining()
                if door:
                    server.close()
    finally:
        server.close()


@contextmanager
def _bot(settings: Settings, stop: threading.Event, clusters: BotClusters | None) -> Iterator[Bot | None]:
    """Put the bot together once Slack says who it is; None if it is told to stop before."""
    client = clients.web_client(settings)
    with ThreadPoolExecutor(max_workers=1) as aside:
        # Reading the entries and asking Slack take about as long as each other.
        reading = aside.submit(composition.knowledge_base, settings)
        me = _patiently(lambda: clients.identity(client), "SLACK_BOT_TOKEN", stop)
        knowledge = reading.result()
    bot = Bot(settings, client, me, knowledge, clusters) if me else None
    try:
        yield bot
    finally:
        if bot is None:
            knowledge.close()
        elif not bot.close():
            log.warning("stopped before everything was answered; the rest is taken up at the next start")


@contextmanager
def _joined(bot: Bot, door: Door | None, settings: Settings, health: Health, stop: threading.Event) -> Iterator[None]:
    bot.report_problems()
    bot.open()
    checks: dict[str, Check] = {"token": bot.pulse.check, "journal": bot.journal.check}
    if door:
        door.app = bot.app
        health.started(checks)
        yield
        return
    connection = SocketDoor(bot.app, settings.app_token())
    try:
        _patiently(connection.open, "SLACK_APP_TOKEN", stop)
        health.started({**checks, "connection": connection.check})
        yield
    finally:
        connection.close()


@contextmanager
def _told(bot: Bot, metrics: Metrics) -> Iterator[None]:
    """Tell the figures of a bot while its journal is open."""
    figures = Figures(bot.journal, bot.knowledge)
    metrics.add(figures)
    try:
        yield
    finally:
        metrics.remove(figures)


def _patiently(ask: Callable[[], T], variable: str, stop: threading.Event) -> T | None:
    """Ask Slack until it answers; None if the bot is told to stop before. Raises TokenRefused."""
    delay = FIRST_DELAY
    while not stop.is_set():
        try:
            return ask()
        except SlackApiError as problem:
            error = str(problem.response.get("error"))
            if error in REFUSED:
                raise TokenRefused(f"{variable}: Slack refuses this token ({error}); see docs/slack.md") from None
        except clients.UNREACHABLE as problem:
            error = type(problem).__name__
        log.warning("Slack cannot be reached, will try again", problem=error, seconds=delay)
        stop.wait(delay)
        delay = min(2 * delay, LONGEST_DELAY)
    return None


def _forget_tokens() -> None:
    """Take the secrets out of the environment, where libraries and child processes would find them."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        os.environ.pop(name, None)


def stopped_by_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def end(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
