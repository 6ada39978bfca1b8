"""Saying something in a thread exactly once, and correcting it later."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.job import Job
from handlers.post import Post
from handlers.post import post as read_post
from handlers.replies import Reply
from handlers.views.layout import File, Message

EVENT_TYPE = "pastemortem_reply"
"""Marks our replies in Slack itself, with the post that they answer: what was said outlives a lost journal entry."""

PAGE = 200
PAGES = 5
"""As many messages of a thread are looked at, be it for what a mention means or for a reply that a crash cut short."""

GONE = frozenset(
    {
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "cant_delete_message",
        "edit_window_closed",
        "channel_not_found",
    }
)
"""What Slack says when a message was removed by somebody else, or can be changed no more."""

OUTSIDE = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "missing_scope",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
    }
)
"""What Slack says where the bot may not speak."""

T = TypeVar("T")

log = structlog.get_logger()


def say(desk: Desk, job: Job, post: Post, message: Message, entries: tuple[str, ...] = ()) -> None:
    """Answer a post in its thread, or correct the answer that stands there; `entries` are those that it names."""
    standing = desk.replies.reply_to(post.channel, post.ts)
    reply_ts = standing.reply_ts if standing else None
    if reply_ts is None and job.attempt > 1:
        reply_ts = _posted_before(desk, post)
    elif reply_ts and not corrected(desk, post.channel, reply_ts, message):
        reply_ts = None
    if reply_ts is None:
        reply_ts = _posted(desk, post, message)
    desk.replies.keep_reply(Reply(post.channel, post.ts, post.thread, reply_ts, entries, post.fingerprint))
    if message.file and not (job.attempt > 1 and _has_file(desk, post, message.file)):
        attach(desk, post.channel, post.thread, message.file)


def take_back(desk: Desk, channel: str, source_ts: str) -> None:
    """Delete the reply to a post that is gone, and the files that came with it."""
    standing = desk.replies.reply_to(channel, source_ts)
    if standing is None:
        return
    _unless_gone(_take_files_back, desk, standing)
    _unless_gone(desk.client.chat_delete, channel=channel, ts=standing.reply_ts)
    desk.replies.forget_reply(channel, source_ts)


def corrected(desk: Desk, channel: str, reply_ts: str, message: Message) -> bool:
    """Change a reply of ours; False if it was removed by somebody else."""
    update = desk.client.chat_update
    return (
        _unless_gone(update, channel=channel, ts=reply_ts, text=message.text, blocks=list(message.blocks)) is not None
    )


def attach(desk: Desk, channel: str, thread: str, file: File) -> None:
    """Put a file into a thread, beside the reply that has no room for it."""
    try:
        desk.client.files_upload_v2(
            channel=channel,
            thread_ts=thread,
            content=file.content,
            filename=file.name,
            title=file.title,
        )
    except SlackApiError as problem:
        # The reply stands, and says the most of it; a missing `files:write` is for `doctor` to name.
        log.error("file not attached", channel=channel, thread=thread, problem=problem.response.get("error"))


def _unless_gone(call: Callable[..., T], *given: Any, **named: Any) -> T | None:
    """Return what a call returns; None where Slack says that the message is gone."""
    try:
        return call(*given, **named)
    except SlackApiError as problem:
        if problem.response.get("error") not in GONE:
            raise
        return None


def _posted(desk: Desk, post: Post, message: Message) -> str:
    response = desk.client.chat_postMessage(
        channel=post.channel,
        thread_ts=post.thread,
        text=message.text,
        blocks=list(message.blocks),
        metadata={"event_type": EVENT_TYPE, "event_payload": {"source": post.ts}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(response["ts"])


def _take_files_back(desk: Desk, standing: Reply) -> None:
    """Delete the entries that were attached, filled in with what the post told; a thread holds each of them once."""
    names = {f"{entry_id}.md" for entry_id in standing.entries}
    if not names:
        return
    for message in _pages(desk, standing.channel, standing.thread_ts, oldest=standing.reply_ts):
        for attached in _files_of_ours(desk, message):
            if attached.get("name") in names:
                desk.client.files_delete(file=attached["id"])


def _posted_before(desk: Desk, post: Post) -> str | None:
    for message in _behind(desk, post):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata["event_payload"].get("source") == post.ts:
            return str(message["ts"])
    return None


def _has_file(desk: Desk, post: Post, file: File) -> bool:
    attached = (each for message in _behind(desk, post) for each in _files_of_ours(desk, message))
    return any(each.get("name") == file.name for each in attached)


def _files_of_ours(desk: Desk, message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return message.get("files", ()) if message.get("user") == desk.me.user else ()


def message(desk: Desk, channel: str, thread: str, ts: str) -> Mapping[str, Any] | None:
    """Return a message as it stands in a thread now; None if it was deleted."""
    replies = desk.client.conversations_replies
    found = _unless_gone(replies, channel=channel, ts=thread, oldest=ts, latest=ts, inclusive=True, limit=2)
    # Slack puts the thread's first post in front of whatever was asked for.
    return next((each for each in found["messages"] if each["ts"] == ts), None) if found else None


def posted(desk: Desk, channel: str, thread: str, ts: str) -> Post | None:
    """Return what somebody wrote as it stands in a thread now; None if it was deleted."""
    standing = message(desk, channel, thread, ts)
    return read_post(standing, channel, desk.me) if standing else None


def permalink(desk: Desk, channel: str, ts: str) -> str:
    """Return the address of a message; '' if it was deleted."""
    found = _unless_gone(desk.client.chat_getPermalink, channel=channel, message_ts=ts)
    return str(found["permalink"]) if found else ""


def posts(desk: Desk, channel: str, thread: str, *, before: str) -> Iterator[Mapping[str, Any]]:
    """Yield what stands in a thread before a post, in its order."""
    return _pages(desk, channel, thread, latest=before)


def _behind(desk: Desk, post: Post) -> Iterator[Mapping[str, Any]]:
    """Yield what stands in the post's thread behind it."""
    return _pages(desk, post.channel, post.thread, oldest=post.ts, include_all_metadata=True)


def _pages(desk: Desk, channel: str, thread: str, **bounds: Any) -> Iterator[Mapping[str, Any]]:
    cursor = None
    for _ in range(PAGES):
        page = desk.client.conversations_replies(channel=channel, ts=thread, limit=PAGE, cursor=cursor, **bounds)
        yield from page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
