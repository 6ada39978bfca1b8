"""What the bot listens to: the table of contents of this package."""

from slack_bolt import App

from handlers import actions, commands, messages, shortcuts
from handlers.desk import Desk
from handlers.diag import button, command, suggestion
from handlers.drafts import begin, submission

FEATURES = (messages, commands, actions, shortcuts, command, button, suggestion, begin, submission)


def register(app: App, desk: Desk) -> None:
    """Let every feature say what it listens to and which jobs it answers."""
    for feature in FEATURES:
        feature.register(app, desk)
