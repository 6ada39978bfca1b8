"""The payloads of commands and interactions, as Slack sends them."""

from workspace.conversations import Conversation
from workspace.people import User
from workspace.shapes import Json
from workspace.slack import Slack


def command(slack: Slack, user: User, conversation: Conversation, name: str, text: str, response_url: str) -> Json:
    """Return the form fields of a slash command."""
    return {
        "token": "local",
        "team_id": slack.team.id,
        "team_domain": slack.team.domain,
        "channel_id": conversation.id,
        "channel_name": "directmessage" if conversation.is_direct else conversation.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": slack.app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": slack.triggers.trigger(user.id),
    }


def message_action(
    slack: Slack, user: User, conversation: Conversation, message: Json, actions: list[Json], response_url: str
) -> Json:
    """Return the `block_actions` payload of something done in a message."""
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": conversation.id,
        "is_ephemeral": bool(message.get("is_ephemeral")),
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return _interaction(slack, user, "block_actions") | {
        "container": container,
        "channel": _named(conversation),
        "message": message,
        "response_url": response_url,
        "trigger_id": slack.triggers.trigger(user.id),
        "actions": actions,
    }


def view_action(slack: Slack, user: User, view: Json, actions: list[Json]) -> Json:
    """Return the `block_actions` payload of something done in a modal or in the App Home."""
    return _interaction(slack, user, "block_actions") | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "trigger_id": slack.triggers.trigger(user.id, view["id"]),
        "actions": actions,
    }


def view_submission(slack: Slack, user: User, view: Json) -> Json:
    """Return the payload of a form that was sent."""
    trigger_id = slack.triggers.trigger(user.id, view["id"])
    return _interaction(slack, user, "view_submission") | {"view": view, "trigger_id": trigger_id, "response_urls": []}


def view_closed(slack: Slack, user: User, view: Json, *, cleared: bool) -> Json:
    """Return the payload of a modal that was closed without being sent."""
    return _interaction(slack, user, "view_closed") | {"view": view, "is_cleared": cleared}


def global_shortcut(slack: Slack, user: User, callback_id: str) -> Json:
    """Return the payload of a shortcut that was used from anywhere."""
    return _interaction(slack, user, "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": slack.triggers.trigger(user.id),
        "action_ts": slack.team.timestamps.next(),
    }


def message_shortcut(
    slack: Slack, user: User, conversation: Conversation, message: Json, callback_id: str, response_url: str
) -> Json:
    """Return the payload of a shortcut that was used on a message."""
    return global_shortcut(slack, user, callback_id) | {
        "type": "message_action",
        "message_ts": message["ts"],
        "channel": _named(conversation),
        "message": message,
        "response_url": response_url,
    }


def suggestion(slack: Slack, user: User, block: Json, element: Json, text: str) -> Json:
    """Return the payload that asks the app to fill a menu."""
    asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": text}
    return _interaction(slack, user, "block_suggestion") | asked


def _interaction(slack: Slack, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "token": "local",
        "team": {"id": slack.team.id, "domain": slack.team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": slack.team.id},
        "api_app_id": slack.app.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _named(conversation: Conversation) -> Json:
    return {"id": conversation.id, "name": "directmessage" if conversation.is_direct else conversation.name}
