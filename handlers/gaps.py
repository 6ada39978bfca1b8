"""Gaps of the knowledge base: posts that show an error which nothing documents.

Only where such a post stands is remembered, and a hash by which those about the same error are counted together. What
it says stays in Slack, where who wrote it can take it back.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers import words
from handlers.post import Post
from knowledge import adoption, draft

_LEVEL = re.compile(r"\b(?:ERROR|FATAL|PANIC|SEVERE|CRIT(?:ICAL)?|WARN(?:ING)?)\b")


@dataclass(frozen=True)
class Gap:
    """One post, by its place; `shape` is equal for posts that show the same error."""

    channel: str
    ts: str
    thread: str
    shape: str


@dataclass(frozen=True)
class Recurring:
    """An error that nothing documents: how many posts show it, and the newest of them."""

    count: int
    newest: Gap


class Gaps(Protocol):
    """Gaps that nobody has closed yet."""

    def keep_gap(self, gap: Gap) -> None:
        """Remember a post; it is counted once, however often it is edited."""

    def close_gap(self, channel: str, ts: str) -> None:
        """Forget a post: it is gone, or says something else."""

    def close_shape(self, channel: str, shape: str) -> None:
        """Forget all posts of a channel that show the same error: it is documented now."""

    def gaps_in(self, channel: str) -> Sequence[Recurring]:
        """Return what is not documented in a channel, the most frequent first."""

    def gaps_elsewhere(self, channel: str) -> int:
        """Return how many posts of other channels show what is not documented."""


def of(said: Post, text: str) -> Gap | None:
    """Return the gap that a post with this text would be; None if it need not be about an error.

    Whoever addresses the bot asks about something; other talk counts only where a program seems to speak.
    """
    begun = draft.begun(text)
    told = "\n".join(begun.signatures or begun.phrases).lower()
    if not told or not (said.addressed or _is_printed(text)):
        return None
    shape = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
    return Gap(said.channel, said.ts, said.thread, shape)


def _is_printed(text: str) -> bool:
    """Tell whether a line looks like an error that a program printed, rather than like a sentence about one."""
    errors = filter(adoption.looks_like_an_error, text.splitlines())
    return any(not words.plain(line) or _LEVEL.search(line) for line in errors)
