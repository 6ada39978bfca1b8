"""A conversation: a channel, a private channel or a direct message, with what was said in it."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

from workspace.shapes import Json


class Kind(enum.StrEnum):
    """The four kinds of conversation, in the words of an event's `channel_type`."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"
    MPIM = "mpim"

    @property
    def scope(self) -> str:
        """The first half of the scopes that open this kind to an app, as in `channels:history`."""
        return {Kind.CHANNEL: "channels", Kind.GROUP: "groups"}.get(self, self.value)

    @property
    def listed_as(self) -> str:
        """The word for this kind in the `types` of `conversations.list`."""
        return {Kind.CHANNEL: "public_channel", Kind.GROUP: "private_channel"}.get(self, self.value)

    @property
    def prefix(self) -> str:
        """The first letter of the ids of this kind."""
        return {Kind.IM: "D", Kind.MPIM: "G"}.get(self, "C")


def is_reply(message: Json) -> bool:
    """Return whether a message stands in a thread that another one began."""
    return "thread_ts" in message and message["thread_ts"] != message["ts"]


@dataclass
class Whisper:
    """A message that only one person sees, and that no API call can read back."""

    user: str
    message: Json


@dataclass
class Conversation:
    """What was said in one place, by timestamp. A message is kept as the JSON object that Slack would send."""

    id: str
    kind: Kind
    name: str = ""
    topic: str = ""
    purpose: str = ""
    created: int = 0
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    whispers: dict[str, Whisper] = field(default_factory=dict)
    read_up_to: dict[str, str] = field(default_factory=dict)
    _threads: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def is_direct(self) -> bool:
        """Whether this conversation is named after its members rather than by a name of its own."""
        return self.kind in (Kind.IM, Kind.MPIM)

    def add(self, message: Json) -> None:
        """Take a message in, as the newest one."""
        self.messages[message["ts"]] = message
        if is_reply(message):
            self._threads.setdefault(message["thread_ts"], []).append(message["ts"])

    def remove(self, ts: str) -> None:
        """Take a message out; replies to it stay where they are."""
        message = self.messages.pop(ts)
        if is_reply(message):
            self._threads[message["thread_ts"]].remove(ts)

    def replies(self, thread_ts: str) -> list[Json]:
        """Return the replies in a thread, oldest first, without the message that began it."""
        return [self.messages[ts] for ts in self._threads.get(thread_ts, ())]

    def thread(self, thread_ts: str) -> list[Json]:
        """Return a whole thread, the message that began it first, as `conversations.replies` does."""
        root = self.messages.get(thread_ts)
        return ([self.described(root)] if root else []) + self.replies(thread_ts)

    def timeline(self) -> Iterator[Json]:
        """Yield what stands in the conversation itself, oldest first: no replies but those sent to the channel too."""
        for message in self.messages.values():
            if not is_reply(message) or message.get("subtype") == "thread_broadcast":
                yield self.described(message)

    def described(self, message: Json) -> Json:
        """Return a message with the fields that its thread gives it: how many replies, by whom, until when."""
        replies = self.replies(message["ts"])
        if not replies:
            return message
        authors = list(dict.fromkeys(reply.get("user") or reply.get("bot_id", "") for reply in replies))
        return message | {
            "thread_ts": message["ts"],
            "reply_count": len(replies),
            "reply_users": authors,
            "reply_users_count": len(authors),
            "latest_reply": replies[-1]["ts"],
            "is_locked": False,
        }

    def as_json(self, *, asked_by: str) -> Json:
        """Return the conversation object of `conversations.info`, as the user `asked_by` would get it."""
        common: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": False,
            "is_im": self.kind is Kind.IM,
            "is_mpim": self.kind is Kind.MPIM,
            "is_private": self.kind is not Kind.CHANNEL,
            "is_channel": self.kind is Kind.CHANNEL,
            "is_group": self.kind is Kind.GROUP,
            "is_member": asked_by in self.members,
        }
        if self.kind is Kind.IM:
            return common | {"user": next((user for user in self.members if user != asked_by), asked_by)}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": self.name == "general",
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }
