"""Posts, edits and deletions: which of Slack's message events are worth a job, and what becomes of each."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import App

from handlers import answers, threads, whispers
from handlers.desk import Desk
from handlers.diag import command
from handlers.inbox import Duty
from handlers.job import Job
from handlers.post import Post, post, unpacked
from handlers.views import guide

POST, EDIT, DELETION = "post", "edit", "deletion"

SPOKEN = (None, "file_share", "thread_broadcast", "bot_message", "me_message")
"""Subtypes of messages that somebody wrote; the others are Slack's notes about a channel."""

Event = Mapping[str, Any]


def register(app: App, desk: Desk) -> None:
    """Listen to posts, edits and deletions."""
    app.event("message")(partial(hear, desk=desk))
    app.event("app_mention")(partial(hear, desk=desk))
    late, never = partial(put_off, desk=desk), partial(give_up, desk=desk)
    desk.inbox.assign(POST, Duty(partial(answer_post, desk=desk), late, never))
    desk.inbox.assign(EDIT, Duty(partial(answer_edit, desk=desk), late, never))
    desk.inbox.assign(
        DELETION, Duty(answer=partial(answer_deletion, desk=desk), put_off=_say_nothing, give_up=_say_nothing)
    )


def hear(event: dict[str, Any], body: dict[str, Any], *, desk: Desk) -> None:
    """Keep what is worth an answer; Bolt acknowledges the event once this has returned."""
    job = _job(event, body["event_id"], desk)
    if job is not None:
        desk.inbox.receive(job)


def answer_post(job: Job, *, desk: Desk) -> None:
    """Answer a post, unless an edit of it was faster."""
    said = unpacked(job.payload["post"])
    if job.attempt > 1 or desk.replies.reply_to(said.channel, said.ts) is None:
        answers.answer(desk, job, said)


def answer_edit(job: Job, *, desk: Desk) -> None:
    """Bring the answer to a post up to date with its new text."""
    said = unpacked(job.payload["post"])
    standing = desk.replies.reply_to(said.channel, said.ts)
    if standing is None or standing.fingerprint != said.fingerprint:
        answers.answer(desk, job, said)


def answer_deletion(job: Job, *, desk: Desk) -> None:
    """Take the answer to a deleted post back: what it quotes may be why the post was deleted."""
    channel, ts = job.payload["channel"], job.payload["ts"]
    desk.replies.withdraw(_subject(channel, ts))
    desk.gaps.close_gap(channel, ts)
    threads.take_back(desk, channel, ts)


def put_off(job: Job, *, desk: Desk) -> None:
    """Tell the person that the answer will take a while; ordinary talk gets none anyway."""
    said = unpacked(job.payload["post"])
    if said.user and (said.addressed or desk.knowledge.match(said.text).answers):
        _tell(desk, said, desk.style(said.user).say.busy)


def give_up(job: Job, *, desk: Desk) -> None:
    """Tell the person that no answer will come, if they wait for one."""
    said = unpacked(job.payload["post"])
    if said.user and said.addressed:
        _tell(desk, said, desk.style(said.user).say.failed.format(id=job.id))


def _job(event: Event, event_id: str, desk: Desk) -> Job | None:
    channel, subtype = event["channel"], event.get("subtype")
    if subtype == "message_deleted":
        return _deletion_job(event_id, channel, event["deleted_ts"], event.get("previous_message") or {}, desk)
    read = partial(post, channel=channel, me=desk.me, direct=event.get("channel_type") == "im")
    if subtype == "message_changed":
        return _edit_job(event_id, channel, event, read, desk)
    if subtype not in SPOKEN or not _counts(event, desk):
        return None
    said = read(event)
    subject = _subject(channel, said.ts)
    return command.job_of(said, event_id, subject) or Job(event_id, subject, said.lane, POST, {"post": said.packed()})


def _edit_job(event_id: str, channel: str, event: Event, read: Callable[[Event], Post], desk: Desk) -> Job | None:
    now, before = event["message"], event.get("previous_message")
    if now.get("subtype") == "tombstone":
        # What Slack leaves of a deleted post that has replies.
        return _deletion_job(event_id, channel, now["ts"], before or now, desk)
    if now.get("subtype") not in SPOKEN or not _counts(now, desk):
        return None
    said = read(now)
    if before is not None and read(before).fingerprint == said.fingerprint:
        return None
    subject = f"edit:{event_id}"
    return command.job_of(said, event_id, subject) or Job(event_id, subject, said.lane, EDIT, {"post": said.packed()})


def _deletion_job(event_id: str, channel: str, ts: str, gone: Event, desk: Desk) -> Job | None:
    if not _counts(gone, desk):
        return None
    lane = f"{channel}:{gone.get('thread_ts') or ts}"
    return Job(event_id, f"deletion:{channel}:{ts}", lane, DELETION, {"channel": channel, "ts": ts})


def _subject(channel: str, ts: str) -> str:
    return f"post:{channel}:{ts}"


def _counts(message: Event, desk: Desk) -> bool:
    """Tell people and allowed alert bots from other bots and from ourselves."""
    bot_id, app_id = message.get("bot_id") or "", message.get("app_id") or ""
    if (bot_id and bot_id == desk.me.bot_id) or message.get("user") == desk.me.user:
        return False
    is_bot = bool(bot_id) or message.get("subtype") == "bot_message"
    return not is_bot or not desk.alert_bots.isdisjoint((bot_id, app_id))


def _tell(desk: Desk, said: Post, sentence: str) -> None:
    thread = said.thread if said.thread != said.ts else None
    whispers.tell(desk, said.channel, said.user, guide.sentence(sentence), thread=thread)


def _say_nothing(job: Job) -> None:
    """A deletion is nobody's question."""
