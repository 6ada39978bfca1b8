"""What the bot has said, and where: the memory that keeps it from saying the same thing twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Reply:
    """One message of ours, and the post that it answers (`source_ts`; `thread_ts` is the thread's first post).

    `entries` are the ids of the entries it names as the answer; `fingerprint` is the hash of the text it answers.
    """

    channel: str
    source_ts: str
    thread_ts: str
    reply_ts: str
    entries: tuple[str, ...]
    fingerprint: str


class Replies(Protocol):
    """Replies that were posted and still stand."""

    def keep_reply(self, reply: Reply) -> None:
        """Remember a reply; one to the same post is replaced."""

    def reply_to(self, channel: str, source_ts: str) -> Reply | None:
        """Return the reply to a post."""

    def entries_in(self, channel: str, thread_ts: str) -> Mapping[str, Reply]:
        """Return the entries that were given as answers in a thread, each with the first reply that named it."""

    def forget_reply(self, channel: str, source_ts: str) -> None:
        """Forget the reply to a post, since it was deleted."""

    def withdraw(self, subject: str) -> None:
        """Drop what waits under this subject, since the post itself is gone."""
