"""What people do with the app, and what it has to acknowledge: commands, buttons, forms, shortcuts, its home."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workspace import inputs, payloads
from workspace.acts import places
from workspace.conversations import Conversation
from workspace.delivery import Delivery
from workspace.errors import Unknown
from workspace.people import User
from workspace.shapes import Json
from workspace.slack import Slack
from workspace.triggers import ResponseUrl


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


class Interactions:
    """The people's side of what the app is asked."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._team = slack.team
        self._chosen: dict[tuple[str, str, str], Json] = {}

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Outcome:
        """Give a slash command; what the acknowledgement says is shown where the command was given."""
        author, conversation = places.speaker(self._team, user, channel)
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
        author, conversation = places.speaker(self._team, user, channel)
        whisper = conversation.whispers.get(ts)
        message = whisper.message if whisper else self._team.message(conversation, ts)
        blocks = _blocks(message)
        block, element = inputs.find(blocks, action_id, block_id)
        values = inputs.carried_over(blocks, self._chosen.get((author.id, conversation.id, ts), {}))
        self._chosen[author.id, conversation.id, ts] = values
        action = self._action(block, element, entry, values)
        place = ResponseUrl(
            conversation.id, author.id, message_ts=ts, thread_ts=message.get("thread_ts"), is_ephemeral=bool(whisper)
        )
        payload = payloads.message_action(
            self._slack, author, conversation, message, [action], self._response_url(place)
        )
        payload["state"] = {"values": values}
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
            conversation = places.place(self._team, user, channel)
            message = self._team.message(conversation, ts)
            place = ResponseUrl(conversation.id, author.id, thread_ts=message.get("thread_ts"))
            url = self._response_url(place)
            payload = payloads.message_shortcut(self._slack, author, conversation, message, callback_id, url)
        return self._outcome(await self._slack.dispatcher.request("interactive", payload), "This shortcut")

    async def suggest_in_view(self, user: str, view_id: str, action_id: str, text: str) -> list[Json]:
        """Return what the app offers in a menu of a modal or of the App Home, for what was typed."""
        author = self._team.user(user)
        view = self._slack.views.find(author.id, view_id)
        return await self._offered(author, view["blocks"], action_id, text, {"view": view})

    async def suggest(self, user: str, channel: str, ts: str, action_id: str, text: str) -> list[Json]:
        """Return what the app offers in a menu of a message, for what was typed."""
        author, conversation = places.speaker(self._team, user, channel)
        message = self._team.message(conversation, ts)
        return await self._offered(author, _blocks(message), action_id, text, {"message": message})

    def open_home(self, user: str) -> Json | None:
        """Open the app's home; return what the app has published for this user."""
        author = self._team.user(user)
        direct = self._team.direct(author.id, self._slack.app.user.id)
        home = self._slack.views.homes.get(author.id)
        event = {"type": "app_home_opened", "user": author.id, "channel": direct.id, "tab": "home"}
        self._slack.events.send(event | {"event_ts": self._team.timestamps.next()} | ({"view": home} if home else {}))
        return home

    async def _offered(self, user: User, blocks: list[Json], action_id: str, text: str, place: Json) -> list[Json]:
        block, element = inputs.find(blocks, action_id)
        payload = payloads.suggestion(self._slack, user, block, element, text) | place
        delivery = await self._slack.dispatcher.request("interactive", payload)
        groups = delivery.answer.get("option_groups", ())
        return [*delivery.answer.get("options", ()), *(option for group in groups for option in group["options"])]

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


def _blocks(message: Json) -> list[Json]:
    attached = (attachment.get("blocks", []) for attachment in message.get("attachments", ()))
    return [*message.get("blocks", []), *(block for blocks in attached for block in blocks)]
