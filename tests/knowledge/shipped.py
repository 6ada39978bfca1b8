"""The entries that ship, read and indexed once for all tests that ask them."""

from functools import cache

from knowledge import library
from knowledge.matcher import Matcher

SHELF = library.load([library.SHIPPED])
ENTRIES = tuple(SHELF.entries.values())
PASTES = tuple(paste for entry in ENTRIES for paste in (*entry.examples, *entry.counterexamples))


@cache
def matcher() -> Matcher:
    """Return an index over them; no test may change it."""
    return Matcher(ENTRIES)
