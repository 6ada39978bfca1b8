"""Who says something, and where: users and conversations by id or by name."""

from workspace.conversations import Conversation
from workspace.errors import NotPermitted
from workspace.people import User
from workspace.team import Team


def place(team: Team, user: str, name: str) -> Conversation:
    """Return the conversation under a name; `@name` is this user's direct message with somebody."""
    if name.startswith("@"):
        return team.direct(team.user(user).id, team.user(name).id)
    return team.conversation(name)


def speaker(team: Team, user: str, channel: str) -> tuple[User, Conversation]:
    """Return a user and the conversation in which they do something; raise NotPermitted where they are no member."""
    author, conversation = team.user(user), place(team, user, channel)
    if author.id not in conversation.members:
        raise NotPermitted(f"{author.name} is not in {conversation.name or conversation.id}")
    return author, conversation
