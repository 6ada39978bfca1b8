"""What people do in the workspace, by hand on the page or by code in a test: both go through here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workspace import identifiers, inputs, payloads, rich_text, typed
from workspace.conversations import Conversation
from workspace.delivery import Delivery
from workspace.errors import NotPermitted, Unknown
from workspace.files import StoredFile
from workspace.people import User
from workspace.shapes import Json
from workspace.slack import Slack
from workspace.triggers import ResponseUrl

LONGEST_MESSAGE = 12_000
"""Characters that a person can send in one message; a longer paste becomes a snippet."""


@dataclass(frozen=True)
class Outcome:
    """What came of something that the app had to acknowledge: whether it did, after how many seconds, with what.

    `problem` is what the person is told where it did not work, `errors` what they are told beside the inputs of a form.
    """

    acknowledged: bool
    took: float
    answer: Json = field(default_factory=dict)
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


class Acts:
    """The people's side of the workspace. Users and channels are named by id or by name."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._team = slack.team
        self._drafts: dict[tuple[str, str, str], Json] = {}

    def place(self, user: str, name: str) -> Conversation:
        """Return the conversation under a name; `@name` is this user's direct message with somebody."""
        if name.startswith("@"):
            return self._team.direct(self._team.user(user).id, self._team.user(name).id)
        return self._team.conversation(name)

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
        author, conversation = self._speaker(user, channel)
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
        author, conversation = self._speaker(user, channel)
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
        author, conversation = self._speaker(user, channel)
        self._own(author, conversation, ts)
        self._team.delete(conversation, ts)

    def dismiss(self, user: str, channel: str, ts: str) -> None:
        """Close a message that only one sees oneself."""
        conversation = self.place(user, channel)
        whisper = conversation.whispers.get(ts)
        if whisper is None or whisper.user != self._team.user(user).id:
            raise Unknown("message", ts)
        self._team.delete_whisper(conversation, ts)

    def react(self, user: str, channel: str, ts: str, emoji: str) -> None:
        """Give a reaction, or take it back where one has given it."""
        author, conversation = self._speaker(user, channel)
        reactions = self._team.message(conversation, ts).get("reactions", [])
        given = any(r["name"] == emoji and author.id in r["users"] for r in reactions)
        (self._team.unreact if given else self._team.react)(conversation, ts, author.id, emoji)

    def invite(self, user: str, channel: str, guest: str) -> None:
        """Bring somebody, or the app, into a channel."""
        host, conversation = self._speaker(user, channel)
        self._team.join(conversation, self._team.user(guest).id, inviter=host.id)

    def remove(self, channel: str, guest: str) -> None:
        """Take somebody, or the app, out of a channel."""
        self._team.leave(self._team.conversation(channel), self._team.user(guest).id)

    def read(self, user: str, channel: str) -> None:
        """Note that somebody has seen everything in a conversation."""
        conversation = self.place(user, channel)
        newest = max((*conversation.messages, *conversation.whispers), default="")
        conversation.read_up_to[self._team.user(user).id] = newest

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Outcome:
        """Give a slash command; what the acknowledgement says is shown where the command was given."""
        author, conversation = self._speaker(user, channel)
        if command == "/invite":
            return self._invited(author, conversation, text)
        if self._slack.app.manifest.command(command) is None:
            return Outcome(False, 0.0, problem=f"{command} is not a valid command.")
        place = ResponseUrl(conversation.id, author.id)
        payload = payloads.command(self._slack, author, conversation, command, text, self._response_url(place))
        delivery = await self._slack.dispatcher.request("slash_commands", payload)
        outcome = self._outcome(delivery, command)
        if outcome.problem:
            self._team.whisper(conversation, author.id, self._notice(outcome.problem))
        elif outcome.answer.get("text") or outcome.answer.get("blocks"):
            self._slack.responses.show(place, outcome.answer)
        return outcome

    async def act(
        self, user: str, channel: str, ts: str, action_id: str, entry: Any = None, *, block_id: str | None = None
    ) -> Outcome:
        """Press a button in a message, or choose `entry` in one of its menus."""
        author, conversation = self._speaker(user, channel)
        whisper = conversation.whispers.get(ts)
        message = whisper.message if whisper else self._team.message(conversation, ts)
        places = [message.get("blocks", []), *(a["blocks"] for a in message.get("attachments", ()) if "blocks" in a)]
        block, element = inputs.find([block for blocks in places for block in blocks], action_id, block_id)
        chosen = self._drafts.setdefault((author.id, conversation.id, ts), {})
        action = self._action(block, element, entry, chosen)
        place = ResponseUrl(
            conversation.id, author.id, message_ts=ts, thread_ts=message.get("thread_ts"), is_ephemeral=bool(whisper)
        )
        payload = payloads.message_action(
            self._slack, author, conversation, message, [action], self._response_url(place)
        )
        payload["state"] = {"values": inputs.initial(message.get("blocks", [])) | chosen}
        return self._outcome(await self._slack.dispatcher.request("interactive", payload), "This")

    async def act_in_view(
        self, user: str, view_id: str, action_id: str, entry: Any = None, *, block_id: str | None = None
    ) -> Outcome:
        """Press a button in a modal or in the App Home, or choose `entry` in one of its menus."""
        author = self._team.user(user)
        view = self._slack.views.find(author.id, view_id)
        block, element = inputs.find(view["blocks"], action_id, block_id)
        action = self._action(block, element, entry, view["state"]["values"])
        payload = payloads.view_action(self._slack, author, view, [action])
        return self._outcome(await self._slack.dispatcher.request("interactive", payload), "This")

    async def submit(self, user: str, view_id: str, entries: Mapping[str, Any]) -> Outcome:
        """Send a form; `entries` are what was entered, by action id or block id."""
        author = self._team.user(user)
        view = self._slack.views.find(author.id, view_id)
        values = view["state"]["values"]
        for name, entry in entries.items():
            self._enter(view, name, entry)
        if missing := inputs.missing(view["blocks"], values):
            return Outcome(False, 0.0, errors=missing)
        payload = payloads.view_submission(self._slack, author, view)
        outcome = self._outcome(await self._slack.dispatcher.request("interactive", payload), "This form")
        if outcome.problem:
            return outcome
        return self._answered_form(author, view, outcome)

    async def close(self, user: str, view_id: str, *, all_of_them: bool = False) -> None:
        """Close a modal without sending it; the app hears of it where it asked to."""
        author = self._team.user(user)
        view = self._slack.views.find(author.id, view_id)
        self._slack.views.close(author.id, all_of_them=all_of_them or bool(view["clear_on_close"]))
        if view["notify_on_close"]:
            payload = payloads.view_closed(self._slack, author, view, cleared=all_of_them)
            await self._slack.dispatcher.request("interactive", payload)

    async def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Outcome:
        """Use a shortcut, on the message at `ts` in `channel` or, without one, from anywhere."""
        author = self._team.user(user)
        if channel is None or ts is None:
            payload = payloads.global_shortcut(self._slack, author, callback_id)
        else:
            conversation = self.place(user, channel)
            message = self._team.message(conversation, ts)
            place = ResponseUrl(conversation.id, author.id, thread_ts=message.get("thread_ts"))
            url = self._response_url(place)
            payload = payloads.message_shortcut(self._slack, author, conversation, message, callback_id, url)
        return self._outcome(await self._slack.dispatcher.request("interactive", payload), "This shortcut")

    async def suggest(self, user: str, action_id: str, text: str, **place: str) -> list[Json]:
        """Return what the app offers in a menu that it fills itself; `place` names a view or a message."""
        author = self._team.user(user)
        if view_id := place.get("view_id"):
            holder = self._slack.views.find(author.id, view_id)
        else:
            holder = self._team.message(self.place(user, place["channel"]), place["ts"])
        block, element = inputs.find(holder["blocks"], action_id)
        payload = payloads.suggestion(self._slack, author, block, element, text, holder if view_id else None)
        delivery = await self._slack.dispatcher.request("interactive", payload)
        groups = delivery.answer.get("option_groups", ())
        return [*delivery.answer.get("options", ()), *(option for group in groups for option in group["options"])]

    def open_home(self, user: str) -> Json | None:
        """Open the app's home; return what the app has published for this user."""
        author = self._team.user(user)
        direct = self._team.direct(author.id, self._slack.app.user.id)
        home = self._slack.views.homes.get(author.id)
        event = {"type": "app_home_opened", "user": author.id, "channel": direct.id, "tab": "home"}
        self._slack.events.send(event | {"event_ts": self._team.timestamps.next()} | ({"view": home} if home else {}))
        return home

    def _speaker(self, user: str, channel: str) -> tuple[User, Conversation]:
        author, conversation = self._team.user(user), self.place(user, channel)
        if author.id not in conversation.members:
            raise NotPermitted(f"{author.name} is not in {conversation.name or conversation.id}")
        return author, conversation

    def _own(self, author: User, conversation: Conversation, ts: str) -> None:
        if self._team.message(conversation, ts).get("user") != author.id:
            raise NotPermitted("only your own messages can be changed")

    def _shared(self, files: list[StoredFile]) -> Json:
        if not files:
            return {}
        kept = [self._team.file_json(self._team.add_file(file)) for file in files]
        return {"subtype": "file_share", "files": kept, "upload": False}

    def _action(self, block: Json, element: Json, entry: Any, values: Json) -> Json:
        about = {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
        action = about | {"action_ts": self._team.timestamps.next()}
        if element["type"] == "button":
            pressed = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
            return action | pressed
        entered = inputs.entered(element, entry)
        if element["type"] != "overflow":
            values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"]} | entered
        return action | entered

    def _enter(self, view: Json, name: str, entry: Any) -> None:
        for block in view["blocks"]:
            element = block.get("element")
            if element and name in (block["block_id"], element["action_id"]):
                values = view["state"]["values"].setdefault(block["block_id"], {})
                values[element["action_id"]] = {"type": element["type"]} | inputs.entered(element, entry)
                return
        raise Unknown("input", name, ", ".join(b["block_id"] for b in view["blocks"] if b["type"] == "input"))

    def _answered_form(self, author: User, view: Json, outcome: Outcome) -> Outcome:
        match outcome.answer.get("response_action"):
            case "errors":
                return Outcome(True, outcome.took, outcome.answer, errors=outcome.answer.get("errors", {}))
            case "update":
                self._slack.views.update(view["id"], outcome.answer["view"])
            case "push":
                self._slack.views.push(author.id, outcome.answer["view"])
            case "clear":
                self._slack.views.close(author.id, all_of_them=True)
            case _:
                self._slack.views.close(author.id)
        return outcome

    def _invited(self, author: User, conversation: Conversation, text: str) -> Outcome:
        for name in re.findall(r"@?([\w.-]+)", text):
            self._team.join(conversation, self._team.user(name).id, inviter=author.id)
        return Outcome(True, 0.0)

    def _response_url(self, place: ResponseUrl) -> str:
        return f"{self._team.base_url}/hooks/{self._slack.triggers.response_url(place)}"

    def _notice(self, text: str) -> Json:
        return {"user": "USLACKBOT", "username": "Slackbot", "text": text}

    def _outcome(self, delivery: Delivery, what: str) -> Outcome:
        if delivery.acknowledged:
            return Outcome(True, delivery.took, delivery.answer)
        reason = "dispatch_failed" if delivery.reason in ("no_connection", "connection_failed") else "operation_timeout"
        return Outcome(False, delivery.took, problem=f"{what} failed with the error “{reason}”.")
