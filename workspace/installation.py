"""The app as it is installed in the workspace: who it is, what it may do, how it proves itself."""

from dataclasses import dataclass, field

from workspace import identifiers
from workspace.manifest import Manifest
from workspace.people import User
from workspace.shapes import Json


@dataclass
class Installation:
    """One app. Its tokens are made anew at every start unless they are given."""

    manifest: Manifest
    user: User
    bot_token: str = field(default_factory=lambda: identifiers.secret("xoxb-local-"))
    app_token: str = field(default_factory=lambda: identifiers.secret("xapp-local-"))
    signing_secret: str = field(default_factory=lambda: identifiers.secret(length=32))
    scopes: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, manifest: Manifest, **tokens: str) -> "Installation":
        """Return the app of a manifest, with all scopes that the manifest asks for."""
        user = User.bot(manifest.bot_name, manifest.name, colour="1f7a5a")
        return cls(manifest, user, scopes=set(manifest.scopes), **tokens)

    @property
    def app_id(self) -> str:
        """The id that events name as `api_app_id`."""
        return self.user.app_id or ""

    def listens_to(self, event: str, channel_type: str = "") -> bool:
        """Return whether the app is subscribed to an event; message events are subscribed by kind of conversation."""
        wanted = f"message.{channel_type}s".replace("ims", "im") if event == "message" else event
        return wanted in self.manifest.events

    def authorship(self, team_id: str) -> Json:
        """Return the fields that stand in every message of the app."""
        return {
            "user": self.user.id,
            "bot_id": self.user.bot_id,
            "app_id": self.app_id,
            "bot_profile": self.user.bot_profile(team_id),
        }
