"""Somebody's words to `/diag`, and where the answer belongs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handlers.post import Post


@dataclass(frozen=True)
class Asked:
    """A request in a channel, and in a thread where `thread` names its first post.

    `source` is what the answer is an answer to: a post's `ts`, or the trigger of a command or a button. `respond_at` is
    the address at which Slack takes an answer for this person alone, '' where it gave none.
    """

    channel: str
    thread: str
    source: str
    user: str
    text: str = ""
    respond_at: str = ""

    @classmethod
    def in_post(cls, said: Post, text: str) -> "Asked":
        """Return what a post to the bot asks for."""
        return cls(said.channel, said.thread, said.ts, said.user, text)

    @classmethod
    def unpacked(cls, payload: Mapping[str, Any]) -> "Asked":
        """Return what `packed` made."""
        return cls(**{name: payload[name] for name in cls.__dataclass_fields__})

    def packed(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)
