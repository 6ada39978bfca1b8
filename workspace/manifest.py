"""What an app says of itself in its Slack manifest: commands, shortcuts, scopes, events."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from workspace.errors import WorkspaceError
from workspace.shapes import Json

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
)
"""Every bot scope that something in this workspace asks for."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "file_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
)
"""Every bot event that something in this workspace sends."""


class ManifestInvalid(WorkspaceError):
    """An app manifest cannot be read."""


@dataclass(frozen=True)
class Command:
    """A slash command; `usage_hint` is what the completion shows after its name."""

    name: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut, on one message (`message`) or anywhere (`global`)."""

    name: str
    callback_id: str
    kind: str = "message"
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that change what the workspace does.

    `commands` of None means that nobody said: then every slash command is passed on, and none is completed.
    """

    name: str = "App"
    bot_name: str = "app"
    description: str = ""
    commands: tuple[Command, ...] | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: tuple[str, ...] = SCOPES
    events: tuple[str, ...] = EVENTS
    has_home: bool = True

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Return the manifest in a YAML or JSON file; raise ManifestInvalid where it is none."""
        try:
            described = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise ManifestInvalid(f"{path}: cannot be read as an app manifest: {error}") from error
        if not isinstance(described, dict):
            raise ManifestInvalid(f"{path}: an app manifest is a mapping with `display_information` and `features`")
        return cls.of(described)

    @classmethod
    def of(cls, described: Json) -> "Manifest":
        """Return the manifest that a mapping describes; what it leaves out is as in an app that asks for everything."""
        about = described.get("display_information") or {}
        features = described.get("features") or {}
        settings = described.get("settings") or {}
        name = about.get("name", cls.name)
        return cls(
            name=name,
            bot_name=(features.get("bot_user") or {}).get("display_name", name.lower()),
            description=about.get("description", ""),
            commands=tuple(_commands(features)) if "slash_commands" in features else None,
            shortcuts=tuple(_shortcuts(features)),
            scopes=tuple(((described.get("oauth_config") or {}).get("scopes") or {}).get("bot", SCOPES)),
            events=tuple((settings.get("event_subscriptions") or {}).get("bot_events", EVENTS)),
            has_home=bool((features.get("app_home") or {}).get("home_tab_enabled", "app_home" not in features)),
        )

    def command(self, name: str) -> Command | None:
        """Return the command under this name, or None where the app has none; any name where nobody said."""
        if self.commands is None:
            return Command(name)
        return next((command for command in self.commands if command.name == name), None)


def _commands(features: Json) -> Iterator[Command]:
    for command in features["slash_commands"] or ():
        yield Command(command["command"], command.get("description", ""), command.get("usage_hint", ""))


def _shortcuts(features: Json) -> Iterator[Shortcut]:
    for shortcut in features.get("shortcuts") or ():
        yield Shortcut(shortcut["name"], shortcut["callback_id"], shortcut["type"], shortcut.get("description", ""))
