"""The most frequent items of an endless stream, in constant memory.

Space-Saving (Metwally, Agrawal and El Abbadi 2005): a full table gives the place of its rarest item to a new one, which
inherits its count. No frequent item is missed; a count may be too high by at most what was inherited.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


@dataclass(slots=True)
class Tally(Generic[Item]):
    """An item, how often it came (`inherited` of these may have been another's), and where it first and last did."""

    item: Item
    count: int
    inherited: int
    first: int
    last: int

    def add(self, place: int) -> None:
        """Count the item once more."""
        self.count += 1
        self.last = place


class Frequent(Generic[Item]):
    """Counts items, and remembers at most `capacity` of them."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._tallies: dict[Item, Tally[Item]] = {}

    def add(self, item: Item, place: int) -> Tally[Item]:
        """Count an item that came at `place`."""
        tally = self._tallies.get(item)
        if tally is not None:
            tally.add(place)
            return tally
        inherited = self._make_room()
        tally = self._tallies[item] = Tally(item, inherited + 1, inherited, place, place)
        return tally

    def most(self, count: int) -> list[Tally[Item]]:
        """Return the most frequent items, those that came first before others of the same count."""
        return sorted(self._tallies.values(), key=lambda tally: (-tally.count, tally.first))[:count]

    def _make_room(self) -> int:
        if len(self._tallies) < self._capacity:
            return 0
        rarest = min(self._tallies.values(), key=lambda tally: tally.count)
        del self._tallies[rarest.item]
        return rarest.count
