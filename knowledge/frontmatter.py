"""The YAML on top of a markdown file, read so that nothing in it can hurt and every value knows its line.

YAML is read as a stream of events and with its failsafe schema: scalars stay the text that stands in the file, so `no`
and `1.20` are what their author typed. Aliases and deep nesting are refused, since a few lines of either can grow into
gigabytes ("billion laughs").
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import EntryInvalid, Mistake

MAX_DEPTH = 8
"""Entries need four levels; a file that nests deeper was not written for us."""

MAX_CHARACTERS = 100_000
"""Front matter holds a few pastes; the longest shipped one has under 10,000 characters."""

FENCE = "---"
TOML_FENCE = "+++"
"""Stands around the front matter of Hugo's posts."""

YamlPath = tuple[str | int, ...]
"""Where a value stands in the YAML: `("examples", 0)`."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class FrontMatter:
    """A markdown file cut in two.

    `values` is a tree of dict, list, str and None; `lines` holds the 1-based line of every value in the file;
    `body` is the markdown under the front matter and `body_line` the line on which it begins. `mistakes` are those that
    left the rest readable, so that a curator hears of the others too.
    """

    values: Mapping[str, Any]
    lines: Mapping[YamlPath, int]
    body: str
    body_line: int
    mistakes: tuple[Mistake, ...] = ()

    def line(self, path: YamlPath) -> int:
        """Return the line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def split(text: str, path: Path) -> FrontMatter:
    """Cut `text` into its front matter and its body; text without front matter is all body.

    Raises EntryInvalid, naming the line, where the YAML cannot be used.
    """
    lines = text.splitlines(keepends=True)
    fence = lines[0].rstrip() if lines else ""
    if fence not in (FENCE, TOML_FENCE):
        return FrontMatter({}, {}, text, 1)
    closing = (fence, "...") if fence == FENCE else (fence,)
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() in closing), None)
    if end is None:
        unclosed = Mistake(1, "the front matter is never closed", f"end it with a line that holds only {fence}")
        raise EntryInvalid(path, unclosed)
    source = "".join(lines[1:end])
    if len(source) > MAX_CHARACTERS:
        size = Mistake(1, f"the front matter has {len(source):,} characters", f"keep it under {MAX_CHARACTERS:,}")
        raise EntryInvalid(path, size)
    body = "".join(lines[end + 1 :])
    if fence == TOML_FENCE:
        return FrontMatter(_toml(source, path), {}, body, end + 2)
    reader = _Reader(path)
    values = reader.read(source)
    return FrontMatter(values, reader.lines, body, end + 2, tuple(reader.repetitions))


def _toml(source: str, path: Path) -> dict[str, Any]:
    """Read the front matter of a Hugo post; an entry of ours is written in YAML, whose lines are known."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise EntryInvalid(path, Mistake(1, f"the front matter is not TOML: {error}", "mend the TOML")) from error


@dataclass
class _Reader:
    """Builds the tree from YAML events; its recursion is bounded by MAX_DEPTH."""

    path: Path
    lines: dict[YamlPath, int] = field(default_factory=dict)
    repetitions: list[Mistake] = field(default_factory=list)

    def read(self, source: str) -> dict[str, Any]:
        try:
            events = yaml.parse(source, Loader=_LOADER)
            value = self._document(events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = " ".join(part for part in (error.context, error.problem) if part)
            raise self._invalid(_line(mark), f"the front matter is not YAML: {problem}", "mend the YAML") from error
        except yaml.YAMLError as error:
            raise self._invalid(1, f"the front matter is not YAML: {error}", "remove the control character") from error
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._invalid(2, "the front matter is not a mapping", "write it as `key: value` lines")
        return value

    def _document(self, events: Iterator[yaml.Event]) -> Any:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                return self._value(event, events, ())
        return None

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], where: YamlPath) -> Any:
        line = _line(event.start_mark)
        self.lines[where] = line
        if len(where) > MAX_DEPTH:
            raise self._invalid(line, f"the front matter nests deeper than {MAX_DEPTH} levels", "flatten it")
        if isinstance(event, yaml.AliasEvent):
            raise self._invalid(line, "the front matter uses a YAML alias", "write the value out")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, where)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, where)
        assert isinstance(event, yaml.ScalarEvent)
        empty = event.style is None and event.value in ("", "~", "null")
        return None if empty else event.value

    def _sequence(self, events: Iterator[yaml.Event], where: YamlPath) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*where, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], where: YamlPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._invalid(line, "a key is not plain text", "use a word as key")
            if event.value in values:
                self.repetitions.append(Mistake(line, f"the key {event.value!r} stands twice", "keep one of them"))
            values[event.value] = self._value(next(events), events, (*where, event.value))
        return values

    def _invalid(self, line: int, problem: str, remedy: str) -> EntryInvalid:
        return EntryInvalid(self.path, Mistake(line, problem, remedy))


def _line(mark: Any) -> int:
    """Turn a 0-based mark inside the YAML into a 1-based line of the file, whose first line is the fence."""
    return 1 if mark is None else int(mark.line) + 2
