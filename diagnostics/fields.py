"""Reading the JSON of the API server without trusting its shape.

A field can be absent, null, or of another type than the API promises (`items: null`, a number where a quantity stands).
One odd object must not hide the others, so nothing here raises: what is not there, or not of the kind that was asked
for, reads as empty.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from diagnostics import times

_NAMING_KEYS = ("name", "type", "containerPort", "port", "key", "ip")
"""What tells the elements of a list apart, best first; used to write a path that a person can follow."""

_SCALARS = (str, int, float)
"""What stands for itself in JSON; bool is an int."""


class Fields:
    """A JSON object, read by dotted paths such as `status.phase`.

    `place` tells where it stands in the object that it was read from. It is asked for evidence alone: of a hundred
    conditions and containers that are looked at, one is told of.
    """

    __slots__ = ("_place", "raw")

    def __init__(self, raw: Any, place: Callable[[], str] = str) -> None:
        self.raw: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        self._place = place

    @property
    def path(self) -> str:
        """Where this object stands in the object it was read from, empty for that one itself."""
        return self._place()

    def __bool__(self) -> bool:
        """Say whether there is anything in it."""
        return bool(self.raw)

    def __repr__(self) -> str:
        """Name the fields, never their values: they can hold secrets."""
        return f"{type(self).__name__}({self.path or '.'}: {', '.join(self.raw)})"

    def value(self, path: str) -> Any:
        """Return what stands at `path`, of whatever type; None when nothing does."""
        found: Any = self.raw
        for key in path.split("."):
            if not isinstance(found, dict):
                return None
            found = found.get(key)
        return found

    def has(self, path: str) -> bool:
        """Say whether `path` holds anything but null."""
        return self.value(path) is not None

    def text(self, path: str, default: str = "") -> str:
        """Return a string; a number or a boolean is spelt as in JSON."""
        value = self.value(path)
        return value if isinstance(value, str) else _spell(value, default)

    def number(self, path: str, default: int = 0) -> int:
        """Return a whole number, also when it was sent as a string of digits."""
        value = self.value(path)
        if isinstance(value, bool):
            return default
        if isinstance(value, int):
            return value
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            return default

    def flag(self, path: str, default: bool = False) -> bool:
        """Return a boolean; anything else counts as absent."""
        value = self.value(path)
        return value if isinstance(value, bool) else default

    def time(self, path: str) -> datetime | None:
        """Return a timestamp, or None when there is none or it cannot be read."""
        return times.parse(self.text(path))

    def at(self, path: str) -> "Fields":
        """Return the object at `path`, an empty one when there is none."""
        return Fields(self.value(path), partial(self.name_of, path))

    def each(self, path: str) -> list["Fields"]:
        """Return the objects in the list at `path`; what is not an object is left out."""
        value = self.value(path)
        elements = value if isinstance(value, list) else []
        return [
            Fields(element, partial(self._name_of_element, path, element, position))
            for position, element in enumerate(elements)
            if isinstance(element, dict)
        ]

    def first(self, path: str, key: str, wanted: str | bool) -> "Fields":
        """Return the first object in the list at `path` whose `key` is `wanted`, an empty one when there is none."""
        value = self.value(path)
        for position, element in enumerate(value if isinstance(value, list) else ()):
            if isinstance(element, dict) and element.get(key) == wanted:
                return Fields(element, partial(self._name_of_element, path, element, position))
        return Fields(None)

    def texts(self, path: str) -> list[str]:
        """Return the strings and numbers in the list at `path`."""
        value = self.value(path)
        return [_spell(element, "") for element in value if _is_scalar(element)] if isinstance(value, list) else []

    def mapping(self, path: str) -> dict[str, str]:
        """Return the object at `path` as strings: labels, selectors, resource quantities."""
        value = self.value(path)
        if not isinstance(value, dict):
            return {}
        return {str(key): _spell(inner, "") for key, inner in value.items() if _is_scalar(inner)}

    def quote(self, *paths: str) -> dict[str, str]:
        """Return the fields at `paths` as evidence: full path to value, without those that are absent."""
        return {self.name_of(path): spell(self.value(path)) for path in paths if self.has(path)}

    def name_of(self, path: str) -> str:
        """Return the full path of a field of this object, as evidence names it."""
        return f"{self.path}.{path}" if self.path else path

    def _name_of_element(self, path: str, element: Any, position: int) -> str:
        return f"{self.name_of(path)}[{_label(element, position)}]"


def spell(value: Any) -> str:
    """Return any JSON value on one line; objects of plain values as `key=value` pairs."""
    if _is_scalar(value):
        return _spell(value, "")
    if isinstance(value, dict) and all(_is_scalar(inner) for inner in value.values()):
        return ", ".join(_pairs(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _pairs(value: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(value):
        yield f"{key}={_spell(value[key], '')}"


def _is_scalar(value: Any) -> bool:
    return isinstance(value, _SCALARS)


def _spell(value: Any, default: str) -> str:
    """Return a scalar as JSON spells it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, _SCALARS) else default


def _label(element: Any, position: int) -> str:
    """Return how a person would point at an element of a list: by its name where it has one."""
    if isinstance(element, dict):
        for key in _NAMING_KEYS:
            if _is_scalar(element.get(key)):
                return _spell(element[key], "")
    return str(position)
