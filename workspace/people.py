"""Who is in the workspace: people, and the users behind which apps act."""

from dataclasses import dataclass

from workspace import identifiers
from workspace.shapes import Json


@dataclass
class User:
    """A member of the team. One with a `bot_id` is an app; a person has a locale, which the app may read."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    timezone: str = "Etc/UTC"
    bot_id: str | None = None
    app_id: str | None = None
    colour: str = "4a5d8f"

    @classmethod
    def person(
        cls, name: str, real_name: str, *, locale: str = "en-US", timezone: str = "Etc/UTC", colour: str
    ) -> "User":
        """Return a person under a new id."""
        return cls(identifiers.new("U"), name, real_name, locale=locale, timezone=timezone, colour=colour)

    @classmethod
    def bot(cls, name: str, real_name: str, *, colour: str) -> "User":
        """Return an app's user, with a bot id and an app id of its own."""
        bot_id, app_id = identifiers.new("B"), identifiers.new("A")
        return cls(identifiers.new("U"), name, real_name, bot_id=bot_id, app_id=app_id, colour=colour)

    @property
    def is_bot(self) -> bool:
        """Whether an app acts through this user."""
        return self.bot_id is not None

    def profile(self) -> Json:
        """Return the `profile` object of this user."""
        return {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": "",
            **({"bot_id": self.bot_id, "api_app_id": self.app_id, "always_active": True} if self.is_bot else {}),
        }

    def bot_profile(self, team_id: str) -> Json:
        """Return the `bot_profile` that stands in each message of an app."""
        return {
            "id": self.bot_id,
            "app_id": self.app_id,
            "user_id": self.id,
            "name": self.real_name,
            "team_id": team_id,
            "deleted": False,
        }

    def as_json(self, team_id: str, *, include_locale: bool = False) -> Json:
        """Return the user object of `users.info` and `users.list`."""
        described = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "real_name": self.real_name,
            "color": self.colour,
            "deleted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": False,
            "tz": self.timezone,
            "profile": self.profile() | {"team": team_id},
        }
        return described | {"locale": self.locale} if include_locale else described
