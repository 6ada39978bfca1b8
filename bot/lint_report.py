"""What `pastemortem kb lint` found, as people, GitHub and scripts read it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from bot import json_output
from knowledge.library import Problem
from knowledge.lint import Advice


class Level(StrEnum):
    """How much a complaint weighs: an error keeps a file from being used."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True)
class Complaint:
    """One thing to mend, and where."""

    level: Level
    path: str
    line: int | None
    text: str

    @property
    def place(self) -> str:
        """What an editor can open: the file and its line; a folder has none."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def complaints(problems: Iterable[Problem], advice: Iterable[Advice]) -> list[Complaint]:
    """Return mistakes and then advice in one form."""
    mistakes = [
        Complaint(Level.ERROR, str(each.path), each.line, f"{each.problem}; {each.remedy}") for each in problems
    ]
    return [*mistakes, *(Complaint(Level.ADVICE, _file(each), each.line, each.text) for each in advice)]


def _file(advice: Advice) -> str:
    return str(advice.path or Path(f"{advice.entry_id}.md"))


def _text(found: Sequence[Complaint], summary: str) -> str:
    lines = (f"{each.level}: {each.place}: {each.text}" for each in found)
    return "\n".join([*lines, summary])


def _github(found: Sequence[Complaint], summary: str) -> str:
    """Return workflow commands, which GitHub shows beside the lines of a pull request."""
    commands = {Level.ERROR: "error", Level.ADVICE: "warning"}
    lines = (
        f"::{commands[each.level]} file={_property(each.path)}"
        f"{'' if each.line is None else f',line={each.line}'}::{_message(each.text)}"
        for each in found
    )
    return "\n".join([*lines, summary])


def _json(found: Sequence[Complaint], _summary: str) -> str:
    return json_output.text([asdict(each) for each in found])


FORMATS: Mapping[str, Callable[[Sequence[Complaint], str], str]] = {"text": _text, "github": _github, "json": _json}
"""What `--format` takes; each gets the complaints and a line that counts them."""


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
