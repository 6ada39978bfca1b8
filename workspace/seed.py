"""A workspace as it is at the start: a few people, a few channels, the app among them, and pastes to try it with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workspace.conversations import Conversation, Kind
from workspace.errors import WorkspaceError
from workspace.installation import Installation
from workspace.manifest import Manifest
from workspace.people import User
from workspace.slack import Slack, Timing
from workspace.team import Team

PEOPLE = (
    ("alex", "Alex Rivera", "en-US", "America/Los_Angeles", "b4563c"),
    ("minji", "Kim Minji", "ko-KR", "Asia/Seoul", "7a4fa3"),
    ("jo", "Jo Lindqvist", "en-GB", "Europe/Stockholm", "2f6f9f"),
)
"""Who works here; the first is who a newcomer is."""

TRY_IT = "try-it"
CHANNELS = (
    (TRY_IT, "Paste an error and see what comes back", True),
    ("platform", "Clusters, deploys, on-call", True),
    ("general", "Everything else", True),
    ("random", "The app is not in here", False),
)
"""Name, topic, and whether the app is a member."""

SAMPLES = Path(__file__).with_name("samples.yaml")


class SamplesInvalid(WorkspaceError):
    """The file of sample pastes cannot be read."""


@dataclass(frozen=True)
class Sample:
    """A paste that a newcomer can send with one click."""

    title: str
    text: str

    @classmethod
    def read(cls, path: Path) -> tuple["Sample", ...]:
        """Return the samples in a YAML file: a list of `title` and `text`."""
        try:
            listed: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
            return tuple(cls(str(sample["title"]), str(sample["text"])) for sample in listed)
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise SamplesInvalid(f"{path}: expected a list of `title` and `text`: {error!r}") from error


def workspace(manifest: Manifest, timing: Timing, **tokens: str) -> Slack:
    """Return a new workspace with its people, its channels and the app of a manifest."""
    app = Installation.of(manifest, **tokens)
    team = Team()
    people = [
        team.add_user(User.person(name, real_name, locale=locale, timezone=timezone, colour=colour))
        for name, real_name, locale, timezone, colour in PEOPLE
    ]
    team.add_user(app.user)
    for name, topic, with_app in CHANNELS:
        _channel(team, name, topic, [*people, app.user] if with_app else people)
    for person in people:
        team.direct(person.id, app.user.id)
    return Slack(team, app, timing)


def _channel(team: Team, name: str, topic: str, members: list[User]) -> Conversation:
    return team.add_conversation(Kind.CHANNEL, name, [member.id for member in members], topic=topic)
