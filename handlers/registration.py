"""What the bot listens to: the table of contents of this package."""

from slack_bolt import App

from handlers import actions, commands, messages, shortcuts
from handlers.desk import Desk
from handlers.diag import button, command, suggestion

FEATURES = (messages, commands, actions, shortcuts, command, button, suggestion)


def register(app: App, desk: Desk) -> None:
    """Let every feature say what it listens to and which jobs it answers."""
    for feature in FEATURES:
        feature.register(app, desk)
