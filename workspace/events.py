"""Which changes the app hears of, in the words of the Events API."""

import time
from collections.abc import Iterator

from workspace import identifiers
from workspace.conversations import Conversation, Kind
from workspace.delivery import Dispatcher
from workspace.installation import Installation
from workspace.shapes import Json
from workspace.team import Change, Team

CHANNEL_LETTERS = {Kind.CHANNEL: "C", Kind.GROUP: "G", Kind.IM: "D", Kind.MPIM: "G"}
"""What `member_joined_channel` calls the kinds of conversation."""


class EventPublisher:
    """Turns changes into events for the app, as far as it is a member of the place and subscribed to the event."""

    def __init__(self, team: Team, app: Installation, dispatcher: Dispatcher) -> None:
        self._team = team
        self._app = app
        self._dispatcher = dispatcher

    def __call__(self, change: Change) -> None:
        """Observe a change of the team."""
        conversation = self._team.conversations.get(change.conversation)
        if conversation is None or change.audience is not None or self._app.user.id not in conversation.members:
            return
        for event in self._events(change, conversation):
            self.send(event | {"event_ts": event.get("event_ts") or self._team.timestamps.next()}, conversation)

    def send(self, event: Json, conversation: Conversation | None = None) -> None:
        """Send one event, if the app is subscribed to it."""
        if self._app.listens_to(event["type"], conversation.kind if conversation else ""):
            self._dispatcher.event(self._callback(event))

    def _events(self, change: Change, conversation: Conversation) -> Iterator[Json]:
        match change.kind:
            case "message":
                yield from self._posted(change.subject, conversation)
            case "message_changed":
                yield self._altered(
                    change, conversation, {"message": change.subject, "previous_message": change.previous}
                )
            case "message_deleted":
                deleted = {"previous_message": change.previous, "deleted_ts": change.subject["ts"]}
                yield self._altered(change, conversation, deleted)
            case "reaction_added" | "reaction_removed":
                subject = {name: change.subject[name] for name in ("user", "reaction", "item_user")}
                item = {"type": "message", "channel": conversation.id, "ts": change.subject["ts"]}
                yield {"type": change.kind, **subject, "item": item}
            case "member_joined_channel" | "member_left_channel":
                place = {"channel": conversation.id, "channel_type": CHANNEL_LETTERS[conversation.kind]}
                yield {"type": change.kind, **change.subject, **place, "team": self._team.id}

    def _posted(self, message: Json, conversation: Conversation) -> Iterator[Json]:
        event = message | {
            "channel": conversation.id,
            "event_ts": message["ts"],
            "channel_type": str(conversation.kind),
        }
        by_app = message.get("bot_id") == self._app.user.bot_id
        if f"<@{self._app.user.id}>" in message.get("text", "") and not conversation.is_direct and not by_app:
            yield {name: value for name, value in event.items() if name != "channel_type"} | {"type": "app_mention"}
        yield event
        for shared in message.get("files", ()):
            about = {"file_id": shared["id"], "user_id": message.get("user"), "file": {"id": shared["id"]}}
            yield {"type": "file_shared", "channel_id": conversation.id, **about}

    def _altered(self, change: Change, conversation: Conversation, parts: Json) -> Json:
        ts = self._team.timestamps.next()
        return {
            "type": "message",
            "subtype": change.kind,
            **parts,
            "channel": conversation.id,
            "channel_type": str(conversation.kind),
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }

    def _callback(self, event: Json) -> Json:
        authorization = {
            "enterprise_id": None,
            "team_id": self._team.id,
            "user_id": self._app.user.id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "local",
            "team_id": self._team.id,
            "api_app_id": self._app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": identifiers.new("Ev"),
            "event_time": int(time.time()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": identifiers.secret("4-"),
        }
