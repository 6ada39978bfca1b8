"""The state of the workspace, in memory, and the feed of what changes in it.

Nothing here knows HTTP, sockets or the rules about who may do what: methods move the state from one valid form to the
next and tell the observers. Everything runs on the server's event loop, so nothing needs a lock.
"""

import copy
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from workspace import identifiers
from workspace.conversations import Conversation, Kind, Whisper
from workspace.errors import Refused, Unknown
from workspace.files import StoredFile
from workspace.people import User
from workspace.shapes import Json


@dataclass(frozen=True)
class Change:
    """Something that happened. `kind` is a word of the Events API where it has one; `subject` is a copy.

    `audience` is the one person who can see it; None means everybody in the conversation.
    """

    kind: str
    subject: Json
    conversation: str = ""
    previous: Json | None = None
    audience: str | None = None


Observer = Callable[[Change], None]


@dataclass
class Team:
    """Users, conversations, messages and files of one workspace."""

    name: str = "Pastemortem"
    domain: str = "local"
    id: str = field(default_factory=lambda: identifiers.new("T"))
    base_url: str = ""
    users: dict[str, User] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    timestamps: identifiers.Timestamps = field(default_factory=identifiers.Timestamps)
    observers: list[Observer] = field(default_factory=list)

    def tell(self, change: Change) -> None:
        """Tell every observer, in the order in which they came."""
        for observer in self.observers:
            observer(change)

    def add_user(self, user: User) -> User:
        """Let somebody into the workspace."""
        self.users[user.id] = user
        return user

    def add_conversation(self, kind: Kind, name: str, members: Iterable[str], *, topic: str = "") -> Conversation:
        """Begin an empty conversation."""
        conversation = Conversation(
            identifiers.new(kind.prefix), kind, name, topic=topic, created=int(time.time()), members=list(members)
        )
        self.conversations[conversation.id] = conversation
        self.tell(Change("conversation_created", {"id": conversation.id}, conversation.id))
        return conversation

    def user(self, name: str) -> User:
        """Return a user by id or by name, with or without `@`."""
        found = self.users.get(name) or next((u for u in self.users.values() if u.name == name.removeprefix("@")), None)
        if found is None:
            raise Unknown("user", name, ", ".join(user.name for user in self.users.values()))
        return found

    def bot(self, bot_id: str) -> User | None:
        """Return the app's user behind a bot id."""
        return next((user for user in self.users.values() if user.bot_id == bot_id), None)

    def conversation(self, name: str) -> Conversation:
        """Return a conversation by id or by name, with or without `#`."""
        found = self.conversations.get(name) or next(
            (c for c in self.conversations.values() if c.name and c.name == name.removeprefix("#")), None
        )
        if found is None:
            raise Unknown("channel", name, ", ".join(c.name for c in self.conversations.values() if c.name))
        return found

    def direct(self, *users: str) -> Conversation:
        """Return the direct message between these users, beginning it where there is none."""
        kind = Kind.IM if len(users) <= 2 else Kind.MPIM
        for conversation in self.conversations.values():
            if conversation.kind is kind and sorted(conversation.members) == sorted(users):
                return conversation
        name = "" if kind is Kind.IM else "mpdm-" + "--".join(self.users[user].name for user in users) + "-1"
        return self.add_conversation(kind, name, users)

    def message(self, conversation: Conversation, ts: str) -> Json:
        """Return a message by its timestamp; raise Unknown where there is none."""
        if ts not in conversation.messages:
            raise Unknown("message", f"{conversation.id} {ts}")
        return conversation.messages[ts]

    def post(self, conversation: Conversation, message: Json) -> Json:
        """Put a message into a conversation and return it with its timestamp."""
        posted: Json = {"type": "message"} | message | {"ts": self.timestamps.next(), "team": self.id}
        conversation.add(posted)
        for shared in posted.get("files", ()):
            self.files[shared["id"]].shares.setdefault(conversation.id, []).append(posted["ts"])
        self._tell("message", posted, conversation)
        return posted

    def replace(self, conversation: Conversation, ts: str, fields: Json) -> Json:
        """Change fields of a message."""
        previous = self.message(conversation, ts)
        changed = previous | fields
        conversation.messages[ts] = changed
        self._tell("message_changed", changed, conversation, previous)
        return changed

    def delete(self, conversation: Conversation, ts: str) -> None:
        """Take a message out of a conversation."""
        previous = self.message(conversation, ts)
        conversation.remove(ts)
        self._tell("message_deleted", previous, conversation, previous)

    def whisper(self, conversation: Conversation, user: str, message: Json) -> Json:
        """Show a message to one person only."""
        whispered: Json = {"type": "message"} | message | {"ts": self.timestamps.next(), "is_ephemeral": True}
        conversation.whispers[whispered["ts"]] = Whisper(user, whispered)
        self._tell("ephemeral", whispered, conversation, audience=user)
        return whispered

    def replace_whisper(self, conversation: Conversation, ts: str, fields: Json) -> None:
        """Change what one person was shown."""
        whisper = conversation.whispers[ts]
        whisper.message = whisper.message | fields
        self._tell("ephemeral", whisper.message, conversation, audience=whisper.user)

    def delete_whisper(self, conversation: Conversation, ts: str) -> None:
        """Take away what one person was shown."""
        whisper = conversation.whispers.pop(ts)
        self._tell("ephemeral_deleted", whisper.message, conversation, audience=whisper.user)

    def react(self, conversation: Conversation, ts: str, user: str, emoji: str) -> None:
        """Add a reaction; raise Refused where this user has given it already."""
        message = self.message(conversation, ts)
        reactions = copy.deepcopy(message.get("reactions", []))
        reaction = next((r for r in reactions if r["name"] == emoji), None)
        if reaction is None:
            reaction = {"name": emoji, "users": [], "count": 0}
            reactions.append(reaction)
        if user in reaction["users"]:
            raise Refused("already_reacted")
        reaction["users"].append(user)
        reaction["count"] += 1
        self._set_reactions(conversation, message, reactions, "reaction_added", user, emoji)

    def unreact(self, conversation: Conversation, ts: str, user: str, emoji: str) -> None:
        """Take a reaction back; raise Refused where this user has not given it."""
        message = self.message(conversation, ts)
        reactions = copy.deepcopy(message.get("reactions", []))
        reaction = next((r for r in reactions if r["name"] == emoji and user in r["users"]), None)
        if reaction is None:
            raise Refused("no_reaction")
        reaction["users"].remove(user)
        reaction["count"] -= 1
        kept = [r for r in reactions if r["count"]]
        self._set_reactions(conversation, message, kept, "reaction_removed", user, emoji)

    def join(self, conversation: Conversation, user: str, *, inviter: str | None = None) -> None:
        """Make somebody a member of a conversation."""
        if user not in conversation.members:
            conversation.members.append(user)
            self.tell(Change("member_joined_channel", {"user": user, "inviter": inviter}, conversation.id))

    def leave(self, conversation: Conversation, user: str) -> None:
        """Take somebody out of a conversation."""
        if user in conversation.members:
            conversation.members.remove(user)
            self.tell(Change("member_left_channel", {"user": user}, conversation.id))

    def add_file(self, file: StoredFile) -> StoredFile:
        """Keep a file; it is seen where a message shares it."""
        self.files[file.id] = file
        return file

    def file_json(self, file: StoredFile) -> Json:
        """Return the file object as messages carry it."""
        return file.as_json(self.base_url, self.id)

    def _set_reactions(
        self, conversation: Conversation, message: Json, reactions: list[Json], kind: str, user: str, emoji: str
    ) -> None:
        kept = {name: value for name, value in message.items() if name != "reactions"}
        conversation.messages[message["ts"]] = kept | ({"reactions": reactions} if reactions else {})
        subject = {"user": user, "reaction": emoji, "ts": message["ts"], "item_user": message.get("user")}
        self.tell(Change(kind, subject, conversation.id))

    def _tell(
        self,
        kind: str,
        message: Json,
        conversation: Conversation,
        previous: Json | None = None,
        audience: str | None = None,
    ) -> None:
        self.tell(Change(kind, copy.deepcopy(message), conversation.id, copy.deepcopy(previous), audience))
