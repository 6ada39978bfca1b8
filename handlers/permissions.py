"""What the Slack app must be allowed and must be told, and what for.

deploy/slack-manifest.yaml asks for exactly this, docs/slack.md explains it, `pastemortem doctor` looks for it.
"""

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear when somebody mentions the bot",
    "channels:history": "read pastes in public channels that the bot is in, and its own replies there",
    "channels:read": "tell, in `pastemortem doctor`, which channels the bot is in",
    "chat:write": "answer, and correct or take back an answer",
    "commands": "offer `/kb`, `/diag` and the shortcuts “Find the post-mortem” and “Document this”",
    "files:read": "read snippets and text files, into which Slack turns long pastes",
    "files:write": "attach an entry that does not fit into a message, or one that was begun",
    "groups:history": "the same as `channels:history`, in private channels that the bot was invited to",
    "groups:read": "the same as `channels:read`, for private channels",
    "im:history": "read what people send to the bot directly",
    "mpim:history": "the same, in group direct messages",
    "users:read": "know each person's language",
}
"""Scopes of the bot token."""

APP_SCOPES: Mapping[str, str] = {
    "connections:write": "connect over Socket Mode",
}
"""Scopes of the app-level token."""

EVENTS: Mapping[str, str] = {
    "app_mention": "questions by mention",
    "message.channels": "pastes in public channels, their edits and deletions",
    "message.groups": "the same in private channels",
    "message.im": "direct messages",
    "message.mpim": "group direct messages",
}
"""Events that the app subscribes to on the bot's behalf."""
