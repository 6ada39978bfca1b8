"""Small rules from which the limits of Block Kit are put together.

A rule looks at one value and yields what is wrong with it, in Slack's words and with Slack's JSON pointers:
`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workspace.shapes import Json

Rule = Callable[[Any, str], Iterator[str]]
"""Takes a value and the pointer to it; yields the problems."""


def problem(words: str, pointer: str) -> str:
    """Return one problem as Slack words it."""
    return f"{words} [json-pointer:{pointer}]"


def anything(_value: Any, _pointer: str) -> Iterator[str]:
    """Accept whatever stands there."""
    return iter(())


def flag(value: Any, pointer: str) -> Iterator[str]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield problem("must provide a boolean", pointer)


def whole(value: Any, pointer: str) -> Iterator[str]:
    """Accept whole numbers."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield problem("must provide an integer", pointer)


def string(at_most: int, *, at_least: int = 0) -> Rule:
    """Return a rule for a string of a limited length."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", pointer)
        elif len(value) > at_most:
            yield problem(f"must be less than {at_most + 1} characters", pointer)
        elif len(value) < at_least:
            yield problem(f"must be more than {at_least - 1} characters", pointer)

    return rule


def one_of(*values: str) -> Rule:
    """Return a rule for a word out of a few."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if value not in values:
            yield problem(f"must be one of: {', '.join(values)}", pointer)

    return rule


def items(rule: Rule, at_most: int, *, at_least: int = 1) -> Rule:
    """Return a rule for a list whose every item follows `rule`."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", pointer)
            return
        if len(value) > at_most:
            yield problem(f"no more than {at_most} items allowed", pointer)
        if len(value) < at_least:
            yield problem(f"no fewer than {at_least} items allowed", pointer)
        for position, item in enumerate(value):
            yield from rule(item, f"{pointer}/{position}")

    return check


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Return a rule for an object with these fields and no others."""
    fields = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
            return
        for name in required.keys() - value.keys():
            yield problem(f"missing required field: {name}", pointer)
        for name, content in value.items():
            if name in fields:
                yield from fields[name](content, f"{pointer}/{name}")
            else:
                yield problem(f"invalid additional property: {name}", pointer)

    return check


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """Return a rule for an object whose `type` says which of `rules` it follows."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
        elif "type" not in value:
            yield problem("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in rules:
            yield problem(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from rules[value["type"]](value, pointer)

    return check


def also(rule: Rule, *others: Callable[[Json, str], Iterator[str]]) -> Rule:
    """Return a rule that adds `others` where `rule` has nothing to say, so that they may rely on the shape."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        found = list(rule(value, pointer))
        yield from found
        if not found:
            for other in others:
                yield from other(value, pointer)

    return check
