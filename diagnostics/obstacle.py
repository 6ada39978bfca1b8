"""What keeps a pod from every node, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from diagnostics.objects import Object, Reference
from diagnostics.snapshot import Snapshot

_MOST_NAMES = 5


@dataclass(frozen=True)
class Obstacle:
    """One reason of the scheduler in words, the fields that bear it out, what to do, and the objects behind it."""

    words: str
    evidence: Mapping[str, str]
    next: str
    blames: tuple[Reference, ...] = ()


Explanation = Callable[[Snapshot, Object, str], Obstacle]
"""What a reason of the scheduler means for a pod."""


def few(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = len(listed) - _MOST_NAMES
    return ", ".join(listed[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
