"""What people say: messages, files, reactions, and who is in a channel."""

from collections.abc import Iterable

from workspace import identifiers, rich_text, typed
from workspace.acts import places
from workspace.conversations import Conversation
from workspace.errors import NotPermitted, Unknown
from workspace.files import StoredFile
from workspace.people import User
from workspace.shapes import Json
from workspace.team import Team

LONGEST_MESSAGE = 12_000
"""Characters that a person can send in one message; a longer paste becomes a snippet."""


class Messages:
    """The people's side of what is said."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def post(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: Iterable[StoredFile] = (),
        raw: bool = False,
    ) -> Json:
        """Say something. A text too long for a message becomes a snippet; `raw` text is kept as it is, unescaped."""
        author, conversation = places.speaker(self._team, user, channel)
        shared = list(files)
        if len(text) > LONGEST_MESSAGE:
            shared.append(StoredFile("Untitled", text.encode("utf-8", "surrogatepass"), author.id, snippet_type="text"))
            text = ""
        said = text if raw else typed.stored(text, self._team)
        if not said.strip() and not shared:
            raise NotPermitted("a message needs some text or a file")
        message: Json = {"user": author.id, "text": said, "client_msg_id": identifiers.secret(length=32)}
        if said:
            message["blocks"] = [rich_text.block(said)]
        if thread_ts:
            message["thread_ts"] = thread_ts
        if broadcast:
            message["subtype"] = "thread_broadcast"
        return self._team.post(conversation, message | self._shared(shared))

    def post_as_app(
        self, name: str, channel: str, *, text: str, thread_ts: str | None, blocks: list[Json], attachments: list[Json]
    ) -> Json:
        """Let another app say something, as an incoming webhook does: `bot_message`, a bot id and no user."""
        conversation = self._team.conversation(channel)
        try:
            app = self._team.user(name)
        except Unknown:
            app = self._team.add_user(User.bot(name, name, colour="6b4fa0"))
        if not app.is_bot:
            raise NotPermitted(f"{name} is a person, not an app")
        message: Json = {"subtype": "bot_message", "text": text, "username": app.real_name, "bot_id": app.bot_id}
        optional = {"thread_ts": thread_ts, "blocks": blocks, "attachments": attachments}
        return self._team.post(conversation, message | {name: value for name, value in optional.items() if value})

    def edit(self, user: str, channel: str, ts: str, text: str) -> Json:
        """Change what one said."""
        author, conversation = places.speaker(self._team, user, channel)
        self._own(author, conversation, ts)
        said = typed.stored(text, self._team)
        edited = {"user": author.id, "ts": self._team.timestamps.next()}
        return self._team.replace(conversation, ts, {"text": said, "blocks": [rich_text.block(said)], "edited": edited})

    def unfurl(self, channel: str, ts: str, attachment: Json) -> Json:
        """Add a preview of a link, which changes a message without anybody having edited it."""
        conversation = self._team.conversation(channel)
        previews = self._team.message(conversation, ts).get("attachments", [])
        return self._team.replace(
            conversation, ts, {"attachments": [*previews, {"id": len(previews) + 1} | attachment]}
        )

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Take back what one said."""
        author, conversation = places.speaker(self._team, user, channel)
        self._own(author, conversation, ts)
        self._team.delete(conversation, ts)

    def dismiss(self, user: str, channel: str, ts: str) -> None:
        """Close a message that only one sees oneself."""
        conversation = places.place(self._team, user, channel)
        whisper = conversation.whispers.get(ts)
        if whisper is None or whisper.user != self._team.user(user).id:
            raise Unknown("message", ts)
        self._team.delete_whisper(conversation, ts)

    def react(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Give a reaction, or take it back where one has given it."""
        author, conversation = places.speaker(self._team, user, channel)
        reactions = self._team.message(conversation, ts).get("reactions", [])
        given = any(r["name"] == emoji and author.id in r["users"] for r in reactions)
        (self._team.unreact if given else self._team.react)(conversation, ts, author.id, emoji)

    def invite(self, user: str, channel: str, guest: str) -> None:
        """Bring somebody, or the app, into a channel."""
        host, conversation = places.speaker(self._team, user, channel)
        self._team.join(conversation, self._team.user(guest).id, inviter=host.id)

    def remove(self, channel: str, guest: str) -> None:
        """Take somebody, or the app, out of a channel."""
        self._team.leave(self._team.conversation(channel), self._team.user(guest).id)

    def read(self, user: str, channel: str) -> None:
        """Note that somebody has seen everything in a conversation."""
        conversation = places.place(self._team, user, channel)
        newest = max((*conversation.messages, *conversation.whispers), default="")
        conversation.read_up_to[self._team.user(user).id] = newest

    def _own(self, author: User, conversation: Conversation, ts: str) -> None:
        if self._team.message(conversation, ts).get("user") != author.id:
            raise NotPermitted("only your own messages can be changed")

    def _shared(self, files: list[StoredFile]) -> Json:
        if not files:
            return {}
        kept = [self._team.file_json(self._team.add_file(file)) for file in files]
        return {"subtype": "file_share", "files": kept, "upload": False}
