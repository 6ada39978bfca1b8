"""The buttons of replies and views: votes, the whole entry, the other candidates."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from handlers import notices, threads, whispers
from handlers.desk import Desk
from handlers.job import Job
from handlers.views import candidate, card, guide, layout, page
from handlers.views.candidate import Candidate
from handlers.views.page import Origin
from handlers.votes import Ballot, Vote
from knowledge.entry import Entry
from knowledge.errors import EntryUnknown

VOTE, SHOW, OTHERS = "vote", "show", "others"

LATE = frozenset({"expired_trigger_id", "invalid_trigger_id", "trigger_expired", "exchanged_trigger_id"})
"""What Slack says to a view that is opened more than three seconds after the button was pressed."""

CLOSED = "not_found"
"""What Slack says to a change of a view that is no longer open."""

log = structlog.get_logger()


def register(app: App, desk: Desk) -> None:
    """Listen to the buttons."""
    for action_id, kind in ((card.HELPED, VOTE), (card.NOT_THIS, VOTE), (card.SHOW, SHOW), (card.OTHERS, OTHERS)):
        app.action(action_id)(partial(hear, kind=kind, desk=desk))
    for kind, answer in ((VOTE, vote), (SHOW, show), (OTHERS, show_others)):
        desk.inbox.assign(kind, notices.duty(answer, desk))


def hear(ack: Ack, body: dict[str, Any], action: dict[str, Any], *, kind: str, desk: Desk) -> None:
    """Keep what was pressed and where, then acknowledge it."""
    value, origin = json.loads(action["value"]), origin_of(body)
    trigger = body["trigger_id"]
    payload = {
        "user": body["user"]["id"],
        "respond_at": body.get("response_url", ""),
        "trigger": trigger,
        "pressed": action["action_id"],
        "entry": value.get("entry", ""),
        "captured": value.get("captured", {}),
        "others": value.get("others") or _others_beside(body),
        "origin": asdict(origin),
        "view": body.get("view", {}).get("id", ""),
    }
    desk.inbox.receive(
        Job(f"action:{trigger}", f"action:{trigger}", f"{origin.channel}:{origin.thread}", kind, payload)
    )
    ack()


def vote(job: Job, *, desk: Desk) -> None:
    """Count a vote and show the new count; who says that it is something else is shown what came next."""
    payload, origin = job.payload, Origin(**job.payload["origin"])
    choice = Vote.HELPED if payload["pressed"] == card.HELPED else Vote.NOT_THIS
    desk.votes.cast(Ballot(origin.channel, origin.reply_ts, payload["entry"], payload["user"], choice))
    log.info("vote", entry=payload["entry"], vote=choice, channel=origin.channel, reply=origin.reply_ts)
    if not origin.ephemeral:
        _redraw(desk, origin)
    style = desk.style(payload["user"])
    thanks = style.say.voted_helped if choice is Vote.HELPED else style.say.voted_not_this
    if payload["view"]:
        _thank_in_view(desk, job, thanks)
    elif choice is Vote.NOT_THIS or origin.ephemeral:
        _thank(desk, job, thanks)


def show(job: Job, *, desk: Desk) -> None:
    """Open an entry over Slack; where the moment for that is over, show it in the thread to the person alone."""
    style, origin = desk.style(job.payload["user"]), Origin(**job.payload["origin"])
    captured = job.payload["captured"]
    try:
        entry = desk.knowledge.entry(job.payload["entry"])
    except EntryUnknown as problem:
        _tell(desk, job, guide.gone(problem.entry_id, style.say))
        return
    if not opened(desk, job, page.entry_view(entry, style, origin, captured)):
        _tell(desk, job, layout.message(entry.words(style.language).title, page.entry(entry, style, captured)))


def show_others(job: Job, *, desk: Desk) -> None:
    """Open the candidates behind the answer, as far as they still exist."""
    style, origin = desk.style(job.payload["user"]), Origin(**job.payload["origin"])
    others = _others(desk, job)
    if not others[1]:
        _tell(desk, job, guide.sentence(style.say.others_gone))
    elif not opened(desk, job, page.others_view(*others, style, origin)):
        _tell(desk, job, layout.message(style.say.others_title_plain, page.others(*others, style)))


def _thank(desk: Desk, job: Job, thanks: str) -> None:
    style = desk.style(job.payload["user"])
    rows = page.others(*_others(desk, job), style) if job.payload["pressed"] == card.NOT_THIS else []
    first = guide.sentence(f"{thanks} {style.say.try_others}" if rows else thanks)
    _tell(desk, job, layout.Message(first.text, (*first.blocks, *rows)))


def _thank_in_view(desk: Desk, job: Job, thanks: str) -> None:
    """Say thanks in place of the buttons; a view that was closed meanwhile has none."""
    payload = job.payload
    style, origin = desk.style(payload["user"]), Origin(**payload["origin"])
    try:
        entry = desk.knowledge.entry(payload["entry"])
    except EntryUnknown:
        _tell(desk, job, guide.sentence(thanks))
        return
    thanked = page.entry_view(entry, style, origin, payload["captured"], thanks=thanks)
    try:
        desk.client.views_update(view_id=payload["view"], view=thanked)
    except SlackApiError as problem:
        if problem.response.get("error") != CLOSED:
            raise


def _redraw(desk: Desk, origin: Origin) -> None:
    """Show the counts on a reply as it stands now, which may not be what stood there when the button was pressed."""
    reply_ts = origin.reply_ts
    standing = threads.message(desk, origin.channel, origin.thread, reply_ts)
    shown = standing.get("blocks", []) if standing else []
    counted = card.with_tallies(shown, partial(desk.votes.tally, origin.channel, reply_ts))
    if standing and counted != shown:
        threads.corrected(desk, origin.channel, reply_ts, layout.Message(standing["text"], tuple(counted)))


def opened(desk: Desk, job: Job, view: dict[str, Any]) -> bool:
    """Open a view for who pressed something, over the view that it was in; False if Slack no longer lets us."""
    try:
        if job.payload.get("view"):
            desk.client.views_push(trigger_id=job.payload["trigger"], view=view)
        else:
            desk.client.views_open(trigger_id=job.payload["trigger"], view=view)
    except SlackApiError as problem:
        if problem.response.get("error") in LATE:
            return False
        raise
    return True


def _tell(desk: Desk, job: Job, message: layout.Message) -> None:
    origin = Origin(**job.payload["origin"])
    whispers.tell(desk, origin.channel, job.payload["user"], message, thread=origin.thread or None)


def _others(desk: Desk, job: Job) -> tuple[list[Candidate], dict[str, Entry]]:
    """Return the candidates that a button carried, and those of their entries that still exist."""
    candidates = candidate.unpacked(job.payload["others"])
    wanted = {each.entry_id for each in candidates}
    return candidates, {entry.id: entry for entry in desk.knowledge.entries() if entry.id in wanted}


def origin_of(body: Mapping[str, Any]) -> Origin:
    """Return the reply that a pressed button belongs to."""
    if "view" in body:
        return Origin(**json.loads(body["view"]["private_metadata"]))
    container, message = body["container"], body.get("message", {})
    thread = message.get("thread_ts") or container.get("thread_ts") or container["message_ts"]
    return Origin(
        container["channel_id"], thread, container["message_ts"], ephemeral=bool(container.get("is_ephemeral"))
    )


def _others_beside(body: Mapping[str, Any]) -> list[list[Any]]:
    """Return the candidates that the button beside the pressed one carries."""
    blocks = body.get("message", {}).get("blocks", [])
    buttons = (element for block in blocks if block["type"] == "actions" for element in block["elements"])
    carried = next((button["value"] for button in buttons if button["action_id"] == card.OTHERS), "{}")
    others: list[list[Any]] = json.loads(carried).get("others", [])
    return others
