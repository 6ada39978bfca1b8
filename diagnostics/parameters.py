"""What a check takes beside the namespace and the name: read from its signature.

A parameter is keyword-only, has a default, and is of a type that can be written in a chat message and on a command
line: text, whole number, yes or no, or one of a few words. What it means stands beside its type:

    def logs(seen: Snapshot, *, tail: Annotated[int, "how many lines"] = 100) -> ...
"""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from diagnostics import likeness
from diagnostics.errors import ParameterInvalid

Value = str | int | bool
_YES = frozenset({"", "1", "on", "true", "yes"})
_NO = frozenset({"0", "off", "false", "no"})


@dataclass(frozen=True)
class Parameter:
    """A name as it is written (`only-new`), the type and default of its value, what it means, the words it takes."""

    name: str
    type: type[Value]
    default: Value
    meaning: str
    choices: tuple[str, ...] = ()

    @property
    def keyword(self) -> str:
        """The name as Python has it."""
        return self.name.replace("-", "_")

    @property
    def placeholder(self) -> str:
        """What stands for its value where its use is explained; '' for a yes or no."""
        if self.type is bool:
            return ""
        return "|".join(self.choices) or ("N" if self.type is int else "TEXT")

    def read(self, text: str) -> Value:
        """Return the value that somebody wrote; raise ParameterInvalid with what would have been right."""
        if self.type is bool:
            return self._read_flag(text)
        if self.type is int:
            return self._read_number(text)
        if self.choices and text not in self.choices:
            raise ParameterInvalid(f"--{self.name} is one of {', '.join(self.choices)}, not {text!r}")
        return text

    def _read_flag(self, text: str) -> bool:
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        raise ParameterInvalid(f"--{self.name} is yes or no, not {text!r}")

    def _read_number(self, text: str) -> int:
        if text.isascii() and text.isdigit():
            return int(text)
        raise ParameterInvalid(f"--{self.name} is a whole number such as {self.default}, not {text!r}")


def of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return the parameters of a check's function, those after the snapshot."""
    hints = typing.get_type_hints(function, include_extras=True)
    _, *declared = inspect.signature(function).parameters.values()
    return tuple(_parameter(function, parameter, hints[parameter.name]) for parameter in declared)


def unknown(name: str, known: Sequence[str]) -> ParameterInvalid:
    """Return the error about an option that does not exist, with those that do."""
    near = likeness.nearest(name, known)
    if near:
        return ParameterInvalid(f"there is no option --{name}{likeness.hint(f'--{each}' for each in near)}")
    there_is = f"there is {', '.join(f'--{each}' for each in known)}" if known else "this check takes none"
    return ParameterInvalid(f"there is no option --{name}; {there_is}")


def bind(parameters: Sequence[Parameter], given: Mapping[str, str | Value]) -> dict[str, Value]:
    """Return keyword arguments from what somebody wrote, by names with hyphens or underscores."""
    known = {parameter.keyword: parameter for parameter in parameters}
    bound: dict[str, Value] = {}
    for name, value in given.items():
        keyword = name.replace("-", "_")
        if keyword not in known:
            raise unknown(name, [parameter.name for parameter in parameters])
        bound[keyword] = known[keyword].read(value) if isinstance(value, str) else value
    return bound


def _parameter(function: Callable[..., Any], declared: inspect.Parameter, hint: Any) -> Parameter:
    where = f"{function.__module__}.{function.__name__}: parameter {declared.name}"
    if declared.kind is not inspect.Parameter.KEYWORD_ONLY or declared.default is inspect.Parameter.empty:
        raise TypeError(f"{where} stands before the * or has no default")
    if typing.get_origin(hint) is not Annotated:
        raise TypeError(f'{where} does not say what it means; write Annotated[{hint}, "..."]')
    kind, meaning = typing.get_args(hint)[:2]
    choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else ()
    return Parameter(
        name=declared.name.replace("_", "-"),
        type=str if choices else kind,
        default=declared.default,
        meaning=meaning,
        choices=choices,
    )
