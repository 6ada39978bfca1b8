"""What a Web API method is, and the register of all there are."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workspace.conversations import Conversation, Kind
from workspace.errors import Refused, Unknown
from workspace.people import User
from workspace.shapes import Json
from workspace.slack import Slack


@dataclass(frozen=True)
class Request:
    """One call: the arguments as they came, and the workspace that is to answer.

    A form holds everything as text, a JSON body holds real types; the readers below take both.
    """

    slack: Slack
    arguments: Json

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """Return an argument that must not be empty; raise Refused where it is."""
        value = self.text(name)
        if not value:
            messages = [f"[ERROR] missing required field: {name}"]
            raise Refused(error, response_metadata={"messages": messages})
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an argument as true or false."""
        value = self.arguments.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return an argument as a whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise Refused("invalid_arguments") from None

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return an argument that is a list or an object, which a form carries as JSON; None where it was not given."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None

    def user(self, name: str = "user") -> User:
        """Return the user that an argument names."""
        try:
            return self.slack.team.user(self.required(name, "user_not_found"))
        except Unknown:
            raise Refused("user_not_found") from None

    def conversation(self, scope: str = "", *, member: bool = False) -> Conversation:
        """Return the conversation that `channel` names.

        Raise Refused where the app cannot know of it, where it lacks the `scope` for this kind of conversation (given
        as the second half: `history`), or, if `member` is asked for, where it has not joined.
        """
        try:
            conversation = self.slack.team.conversation(self.required("channel", "channel_not_found"))
        except Unknown:
            raise Refused("channel_not_found") from None
        joined = self.slack.app.user.id in conversation.members
        if not joined and conversation.kind is not Kind.CHANNEL:
            raise Refused("channel_not_found")
        if scope:
            demand(self.slack, f"{conversation.kind.scope}:{scope}")
        if member and not joined:
            raise Refused("not_in_channel")
        return conversation

    def message(self, conversation: Conversation, name: str = "ts") -> Json:
        """Return the message of a conversation that an argument names by its timestamp."""
        try:
            return self.slack.team.message(conversation, self.required(name, "message_not_found"))
        except Unknown:
            raise Refused("message_not_found") from None


Answer = Callable[[Request], Json]


@dataclass(frozen=True)
class Method:
    """A method: who answers, which scope the token needs, and whether it takes the app's token instead of the bot's."""

    answer: Answer
    scope: str = ""
    by_app_token: bool = False
    open_to_all: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str = "", by_app_token: bool = False, open_to_all: bool = False
) -> Callable[[Answer], Answer]:
    """Register a function under a method's name. It returns the answer without `ok`, or raises Refused."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(answer, scope, by_app_token, open_to_all)
        return answer

    return register


def demand(slack: Slack, scope: str) -> None:
    """Raise Refused where the app's token lacks a scope."""
    if scope not in slack.app.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(slack.app.scopes)))
