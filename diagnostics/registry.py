"""The checks by their id, and the decorator that puts them there."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from diagnostics import likeness, parameters
from diagnostics.errors import CheckTwice, CheckUnknown, CodeForeign
from diagnostics.finding import Code, Exhibit, Finding, Unread
from diagnostics.needs import Document, Need, Wanted, as_need
from diagnostics.parameters import Parameter, Value
from diagnostics.resources import Resource
from diagnostics.snapshot import Snapshot

Saying = Finding | Exhibit | Unread
Judgement = Callable[..., Iterable[Saying]]
"""A snapshot, and the check's own parameters by keyword, to what is to be said."""

J = TypeVar("J", bound=Judgement)


@dataclass(frozen=True)
class Check:
    """A judgement over a snapshot, with what it wants read and what it can say.

    `needs` is what it cannot judge without; without one of `helps` it still judges, and the answer says what is
    missing. `subjects` are the resources that a name in the question is looked up in. What is not `swept` runs only
    when somebody asks for it.
    """

    id: str
    judge: Judgement
    subjects: tuple[Resource, ...]
    needs: tuple[Need | Document, ...]
    helps: tuple[Need | Document, ...]
    codes: tuple[Code, ...]
    parameters: tuple[Parameter, ...]
    swept: bool

    @property
    def wants(self) -> tuple[Need | Document, ...]:
        """All that is to be read before it judges."""
        return self.needs + self.helps

    @property
    def title(self) -> str:
        """The first sentence of the function's docstring."""
        return self.description.partition("\n")[0]

    @property
    def description(self) -> str:
        """The function's docstring."""
        return inspect.getdoc(self.judge) or ""

    @property
    def namespaced(self) -> bool:
        """Whether it is about things that live in namespaces."""
        return any(subject.namespaced for subject in self.subjects)

    def bind(self, given: Mapping[str, str | Value]) -> dict[str, Value]:
        """Return the arguments that somebody wrote as this check takes them; raise ParameterInvalid."""
        return parameters.bind(self.parameters, given)

    def say(self, seen: Snapshot, arguments: Mapping[str, Value]) -> Iterator[Saying]:
        """Judge a snapshot; a code that was not declared is a mistake of the check."""
        declared = {code.id for code in self.codes}
        for saying in self.judge(seen, **arguments):
            if isinstance(saying, Finding) and saying.code not in declared:
                raise CodeForeign(self.id, saying.code)
            yield saying


class Registry:
    """Checks by id, in the order in which they were registered."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def __iter__(self) -> Iterator[Check]:
        """Go through the checks in the order of their ids."""
        return iter(sorted(self._checks.values(), key=lambda check: check.id))

    def add(self, check: Check) -> None:
        """Add a check; raise CheckTwice when its id or one of its codes is taken."""
        taken = self._checks.get(check.id)
        if taken is not None:
            raise CheckTwice(
                f"the check {check.id!r} is both {_place(taken.judge)} and {_place(check.judge)}; rename one"
            )
        for code in check.codes:
            if code.id.partition(".")[0] != check.id:
                raise CheckTwice(f"the code {code.id!r} of check {check.id!r} does not begin with {check.id + '.'!r}")
        if len({code.id for code in check.codes}) < len(check.codes):
            raise CheckTwice(f"the check {check.id!r} declares the same code twice")
        self._checks[check.id] = check

    def get(self, check_id: str) -> Check:
        """Return a check; raise CheckUnknown, which names the nearest ids."""
        try:
            return self._checks[check_id]
        except KeyError:
            raise CheckUnknown(check_id, likeness.nearest(check_id, self._checks)) from None


CHECKS = Registry()
"""The checks of this process; filled by importing `diagnostics.checks`."""


def check(
    check_id: str,
    *,
    subject: Resource | tuple[Resource, ...],
    needs: Iterable[Wanted] = (),
    helps: Iterable[Wanted] = (),
    codes: Iterable[Code] = (),
    swept: bool = True,
    registry: Registry = CHECKS,
) -> Callable[[J], J]:
    """Register the function below it as a check and return it untouched; see `Check` for what the arguments mean.

    A bare resource in `needs` or `helps` is read in the namespace that the question is about; `diagnostics.needs` has
    the words for everything else.
    """

    def register(judge: J) -> J:
        registry.add(
            Check(
                id=check_id,
                judge=judge,
                subjects=subject if isinstance(subject, tuple) else (subject,),
                needs=_as_needs(needs),
                helps=_as_needs(helps),
                codes=tuple(codes),
                parameters=parameters.of(judge),
                swept=swept,
            )
        )
        return judge

    return register


def _as_needs(wanted: Iterable[Wanted]) -> tuple[Need | Document, ...]:
    return tuple(each if isinstance(each, Document) else as_need(each) for each in wanted)


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
