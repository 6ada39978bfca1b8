"""The workspace as one person sees it, in one JSON object: what the page starts from."""

from workspace import manifest
from workspace.acts.messages import LONGEST_MESSAGE
from workspace.conversations import Conversation
from workspace.people import User
from workspace.seed import Sample
from workspace.shapes import Json
from workspace.slack import Slack

NEWEST = 400
"""As many messages of each conversation go to the page."""

BUILT_IN = (manifest.Command("/invite", "Bring somebody, or the app, into this channel", "@name"),)
"""Commands that Slack has of its own, as far as this workspace knows them."""


def of(slack: Slack, user: User, samples: tuple[Sample, ...]) -> Json:
    """Return everything that this person may see."""
    return {
        "team": {"id": slack.team.id, "name": slack.team.name},
        "me": user.id,
        "users": {each.id: person(slack, each) for each in slack.team.users.values()},
        "app": app(slack),
        "conversations": [
            conversation(slack, each, user, whole=True)
            for each in slack.team.conversations.values()
            if user.id in each.members
        ],
        "view": slack.views.top(user.id),
        "home": slack.views.homes.get(user.id),
        "samples": [{"title": sample.title, "text": sample.text} for sample in samples],
        "longest_message": LONGEST_MESSAGE,
    }


def person(slack: Slack, user: User) -> Json:
    """Return a user as the page draws one."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "colour": f"#{user.colour}",
        "locale": user.locale,
        "bot_id": user.bot_id,
        "is_app": user.id == slack.app.user.id,
    }


def app(slack: Slack) -> Json:
    """Return what the page shows about the app: what it offers, and whether it is there."""
    about = slack.app.manifest
    commands = None if about.commands is None else [*about.commands, *BUILT_IN]
    return {
        "user": slack.app.user.id,
        "name": about.name,
        "description": about.description,
        "has_home": about.has_home,
        "joined": bool(slack.request_url or slack.socket_mode.connected),
        "commands": [
            {"name": command.name, "description": command.description, "usage_hint": command.usage_hint}
            for command in (BUILT_IN if commands is None else commands)
        ],
        "shortcuts": [
            {"name": shortcut.name, "callback_id": shortcut.callback_id, "kind": shortcut.kind}
            for shortcut in about.shortcuts
        ],
    }


def conversation(slack: Slack, each: Conversation, user: User, *, whole: bool = False) -> Json:
    """Return a conversation, with its messages if the `whole` of it is asked for."""
    described: Json = {
        "id": each.id,
        "kind": str(each.kind),
        "name": each.name,
        "topic": each.topic,
        "members": each.members,
        "with_app": slack.app.user.id in each.members,
        "read_up_to": each.read_up_to.get(user.id, ""),
    }
    if whole:
        newest = list(each.messages.values())[-NEWEST:]
        described["messages"] = [each.described(message) for message in newest]
        described["whispers"] = [w.message for w in each.whispers.values() if w.user == user.id]
    return described
