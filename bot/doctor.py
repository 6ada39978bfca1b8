"""`pastemortem doctor`: what keeps the bot from answering, and how to mend it."""

import enum
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import click
from rapidfuzz import process
from rich.text import Text
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import clients, data, terminal, tokens
from bot import settings as configuration
from bot.data import DataUnusable
from bot.journal import Journal
from bot.settings import Mode, Settings, SettingsInvalid
from diagnostics import rights
from diagnostics.cluster import Clusters
from diagnostics.errors import ClusterUnknown, DiagnosticsError
from handlers import messages, permissions
from handlers.count import Count
from knowledge.base import KnowledgeBase

CHANNELS_SHOWN = 10

SUBJECT_AT = 8
"""The column of what was looked at, and of what to do about it."""

SIGNED_SECONDS = 300
"""How far the clock may be from that of Slack for a signed request to be taken, in HTTP mode; Bolt's figure."""


class State(enum.Enum):
    """How a finding weighs; only FAILED makes the command fail."""

    OK = "ok"
    NOTE = "note"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do about it if it is not as it should be."""

    state: State
    subject: str
    told: str
    remedy: str = ""


COLOURS = {State.OK: "green", State.NOTE: "yellow", State.FAILED: "red"}


@click.command()
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    help="The mode that `pastemortem run` is called with; without it, each one whose own secret is set.",
)
def doctor(mode: str | None) -> None:
    """Check settings, tokens, scopes, events, channels, entries and the cluster; exit status 1 if one is wrong."""
    findings = []
    console = terminal.console()
    for finding in examine(Mode(mode) if mode else None):
        findings.append(finding)
        state = (f"{finding.state.value:>6}", COLOURS[finding.state])
        terminal.show_paragraph(
            console, Text.assemble(state, f"  {finding.subject}: {finding.told}"), hanging=SUBJECT_AT
        )
        if finding.remedy:
            terminal.show_paragraph(console, Text(f"→ {finding.remedy}"), indent=SUBJECT_AT)
    sys.exit(any(finding.state is State.FAILED for finding in findings))


def examine(mode: Mode | None = None) -> Iterator[Finding]:
    """Look at everything that `mode` needs, in the order in which one thing needs the other."""
    try:
        settings = configuration.read()
    except SettingsInvalid as invalid:
        for complaint in invalid.complaints:
            yield Finding(State.FAILED, "settings", f"{complaint.variable}: {complaint.problem}", complaint.remedy)
        return
    # Whoever has begun to set up neither mode is told about the one that `run` takes by itself.
    modes = [mode] if mode else settings.modes() or [Mode.SOCKET]
    yield from _misspelt()
    yield from _missing(settings, modes)
    mixups = list(tokens.mixups(settings.secrets()))
    for mixup in mixups:
        yield Finding(State.FAILED, mixup.variable, mixup.told, mixup.remedy)
    if settings.bot_token() and not mixups:
        yield from _slack(settings, modes)
    yield from _data(settings)
    yield from _heard(settings)
    yield from _entries(settings)
    yield from _cluster(settings)


def _misspelt() -> Iterator[Finding]:
    known = [configuration.variable(name, field) for name, field in Settings.model_fields.items()]
    unknown = configuration.unknown()
    for name in unknown:
        near = process.extractOne(name.upper(), known)
        yield Finding(State.FAILED, "settings", f"{name} is no setting and has no effect", f"did you mean {near[0]}?")
    if not unknown:
        yield Finding(State.OK, "settings", "every variable can be used")


def _missing(settings: Settings, modes: Sequence[Mode]) -> Iterator[Finding]:
    for mode in modes:
        missing = settings.missing_for(mode)
        if missing:
            where = "; ".join(
                f"{secret.variable} is in {secret.where}" for secret in tokens.SECRETS if secret.variable in missing
            )
            told = f"the mode {mode.value} lacks {' and '.join(missing)}"
            yield Finding(State.FAILED, "tokens", told, f"{where}; to try it without Slack: pastemortem demo")
        else:
            yield Finding(State.OK, "tokens", f"complete for the mode {mode.value}")


def _slack(settings: Settings, modes: Sequence[Mode]) -> Iterator[Finding]:
    client = clients.web_client(settings)
    try:
        me = client.auth_test()
    except SlackApiError as problem:
        error = problem.response.get("error")
        remedy = "copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions into SLACK_BOT_TOKEN"
        yield Finding(State.FAILED, "bot token", f"Slack refuses it ({error})", remedy)
        return
    except clients.UNREACHABLE as problem:
        remedy = f"let this machine reach {settings.slack_api_url}, or mend SLACK_API_URL or HTTPS_PROXY"
        yield Finding(State.FAILED, "Slack", f"cannot be reached ({type(problem).__name__})", remedy)
        return
    yield Finding(State.OK, "bot token", f"@{me.get('user')} in {me.get('team')}")
    yield from _scopes(str(me.headers.get("x-oauth-scopes") or ""))
    if settings.app_token() and Mode.SOCKET in modes:
        yield _app_token(client, settings)
    if Mode.HTTP in modes:
        yield from clock(str(me.headers.get("date") or ""), datetime.now(UTC))
    yield from _channels(client)


def _scopes(granted: str) -> Iterator[Finding]:
    if not granted:
        yield Finding(State.NOTE, "scopes", "Slack does not tell them", "compare them with docs/slack.md")
        return
    has = {scope.strip() for scope in granted.split(",")}
    lacking = [scope for scope in permissions.SCOPES if scope not in has]
    for scope in lacking:
        yield Finding(
            State.FAILED,
            "scopes",
            f"{scope} is missing, needed to {permissions.SCOPES[scope]}",
            "add it under OAuth & Permissions > Bot Token Scopes and reinstall the app",
        )
    if not lacking:
        yield Finding(State.OK, "scopes", f"all {len(permissions.SCOPES)} that are needed")


def clock(told: str, now: datetime) -> Iterator[Finding]:
    """Compare the time that Slack told in the header of an answer with this machine's."""
    try:
        seconds = abs(now - parsedate_to_datetime(told)).total_seconds()
    except (TypeError, ValueError):
        # Whatever stands in for Slack, or between, tells no time.
        return
    if seconds < SIGNED_SECONDS / 2:
        yield Finding(State.OK, "clock", "agrees with Slack's")
        return
    wrong = f"{Count(round(seconds / 60)):minute|minutes} away from Slack's"
    remedy = f"set it by NTP: requests whose signature is more than {SIGNED_SECONDS // 60} minutes away are refused"
    yield Finding(State.FAILED, "clock", wrong, remedy)


def _app_token(client: WebClient, settings: Settings) -> Finding:
    try:
        client.apps_connections_open(app_token=settings.app_token())
    except SlackApiError as problem:
        error = problem.response.get("error")
        remedy = "make one under Basic Information > App-Level Tokens with connections:write, and enable Socket Mode"
        return Finding(State.FAILED, "app token", f"Slack gives out no connection ({error})", remedy)
    return Finding(State.OK, "app token", "Slack gives out Socket Mode connections")


def _channels(client: WebClient) -> Iterator[Finding]:
    try:
        page = client.users_conversations(types="public_channel,private_channel", exclude_archived=True, limit=200)
    except SlackApiError as problem:
        error = problem.response.get("error")
        yield Finding(State.NOTE, "channels", f"cannot be listed ({error})", "grant channels:read and groups:read")
        return
    names = [f"#{channel['name']}" for channel in page["channels"]]
    if not names:
        yield Finding(State.FAILED, "channels", "the bot is in none", "in a channel, write: /invite @pastemortem")
        return
    more = " …" if len(names) > CHANNELS_SHOWN else ""
    yield Finding(State.OK, "channels", f"in {', '.join(names[:CHANNELS_SHOWN])}{more}")


def _data(settings: Settings) -> Iterator[Finding]:
    try:
        data.require(settings.data)
    except DataUnusable as problem:
        yield Finding(State.FAILED, "data", f"{problem.path}: {problem.problem}", problem.remedy)
    else:
        yield Finding(State.OK, "data", f"the journal is kept in {settings.data}")


def _heard(settings: Settings) -> Iterator[Finding]:
    """Say what has ever arrived: no token of ours may ask Slack which events it sends."""
    remedy = (
        "write something in a channel that the bot is in; if nothing arrives, compare Event Subscriptions with "
        "deploy/slack-manifest.yaml and reinstall the app"
    )
    path = settings.data / "journal.db"
    if not path.exists():
        yield Finding(State.NOTE, "events", f"nothing has been heard yet (no journal in {settings.data})", remedy)
        return
    try:
        journal = Journal(path)
    except DataUnusable as problem:
        yield Finding(State.FAILED, "data", f"{problem.path}: {problem.problem}", problem.remedy)
        return
    seen = {each.kind: each for each in journal.seen()}
    journal.close()
    if posts := seen.get(messages.POST):
        heard, minutes = Count(posts.count), Count(round((time.time() - posts.newest) / 60))
        told = f"{heard:message|messages} heard, the last {minutes:minute|minutes} ago"
        yield Finding(State.OK, "events", told)
    else:
        yield Finding(State.NOTE, "events", "no message has ever been heard", remedy)


def _entries(settings: Settings) -> Iterator[Finding]:
    knowledge = KnowledgeBase(settings.entries)
    count = len(knowledge.entries())
    state = State.OK if count else State.FAILED
    remedy = "" if count else "name folders of markdown files in PASTEMORTEM_ENTRIES, or unset it for those that ship"
    yield Finding(state, "entries", f"{count} can be used", remedy)
    for problem in knowledge.problems:
        yield Finding(State.FAILED, "entries", f"{problem.place}: {problem.problem}", problem.remedy)
    knowledge.close()


def _cluster(settings: Settings) -> Iterator[Finding]:
    clusters = Clusters(settings.kubeconfig)
    try:
        there = clusters.names()
        for name in settings.clusters or there[:1]:
            yield _rights(clusters, name)
        if not there:
            wrong = f"no cluster is named in {settings.kubeconfig}: correct" if settings.kubeconfig else "set"
            remedy = f"{wrong} KUBECONFIG, or run the bot in the cluster with the ServiceAccount from deploy/"
            yield Finding(State.NOTE, "cluster", "not set up; pastes are answered without it", remedy)
    except ClusterUnknown as problem:
        yield Finding(State.FAILED, "cluster", str(problem), "mend the file, or point KUBECONFIG elsewhere")
    finally:
        clusters.close()


def _rights(clusters: Clusters, name: str) -> Finding:
    """Say what the credentials for a cluster may do, which also tells whether it answers."""
    try:
        granted = rights.review(clusters.named(name))
    except DiagnosticsError as problem:
        remedy = "mend the kubeconfig or PASTEMORTEM_CLUSTERS, or deploy with a ServiceAccount"
        return Finding(State.FAILED, f"cluster {name}", str(problem), remedy)
    remedy = "" if granted.only_read else "bind the ClusterRole from deploy/ to the bot's user"
    return Finding(State.OK if granted.only_read else State.FAILED, f"cluster {name}", granted.sentence, remedy)
