"""Methods about reactions."""

import re

from workspace.errors import Refused
from workspace.shapes import Json
from workspace.web_api.method import Request, method

EMOJI = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


@method("reactions.add", scope="reactions:write")
def add(request: Request) -> Json:
    """Give a reaction."""
    slack = request.slack
    conversation = request.conversation(member=True)
    message = request.message(conversation, "timestamp")
    slack.team.react(conversation, message["ts"], slack.app.user.id, _emoji(request))
    return {}


@method("reactions.remove", scope="reactions:write")
def remove(request: Request) -> Json:
    """Take a reaction back."""
    slack = request.slack
    conversation = request.conversation(member=True)
    message = request.message(conversation, "timestamp")
    slack.team.unreact(conversation, message["ts"], slack.app.user.id, _emoji(request))
    return {}


@method("reactions.get", scope="reactions:read")
def get(request: Request) -> Json:
    """Return a message with its reactions."""
    conversation = request.conversation()
    return {"type": "message", "channel": conversation.id, "message": request.message(conversation, "timestamp")}


def _emoji(request: Request) -> str:
    name = request.required("name", "invalid_name").strip(":")
    if not EMOJI.fullmatch(name):
        raise Refused("invalid_name")
    return name
