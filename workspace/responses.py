"""What an app says through a response URL, or in the acknowledgement of a command."""

from workspace import posting
from workspace.conversations import Conversation
from workspace.errors import Refused
from workspace.installation import Installation
from workspace.shapes import Json
from workspace.team import Team
from workspace.triggers import ResponseUrl, Triggers


class Responses:
    """Puts answers where they belong: to one person, to everybody, or in place of the message they answer."""

    def __init__(self, team: Team, app: Installation, triggers: Triggers) -> None:
        self._team = team
        self._app = app
        self._triggers = triggers

    def receive(self, name: str, given: Json) -> None:
        """Take an answer at a response URL; raise Refused where the URL is worn out or the answer cannot be shown."""
        self.show(self._triggers.response(name), given)

    def show(self, place: ResponseUrl, given: Json) -> None:
        """Show an answer at the place that a response URL stands for."""
        conversation = self._team.conversations[place.conversation]
        if given.get("delete_original"):
            self._delete(conversation, place)
        elif given.get("replace_original") and place.message_ts:
            self._replace(conversation, place, given)
        else:
            self._post(conversation, place, given)

    def _delete(self, conversation: Conversation, place: ResponseUrl) -> None:
        if place.message_ts in conversation.whispers:
            self._team.delete_whisper(conversation, place.message_ts)
        elif place.message_ts in conversation.messages:
            self._team.delete(conversation, place.message_ts)
        else:
            raise Refused("message_not_found")

    def _replace(self, conversation: Conversation, place: ResponseUrl, given: Json) -> None:
        fields = {"text": "", "blocks": []} | posting.content(given, limit_size=False)
        if place.message_ts in conversation.whispers:
            self._team.replace_whisper(conversation, place.message_ts, fields)
        elif place.message_ts in conversation.messages:
            self._team.replace(conversation, place.message_ts, fields)
        else:
            raise Refused("message_not_found")

    def _post(self, conversation: Conversation, place: ResponseUrl, given: Json) -> None:
        message = posting.message(self._app, self._team.id, given, limit_size=False)
        if thread_ts := given.get("thread_ts") or place.thread_ts:
            message["thread_ts"] = thread_ts
        if given.get("response_type") == "in_channel":
            self._team.post(conversation, message)
        else:
            self._team.whisper(conversation, place.user, message)
