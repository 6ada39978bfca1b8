"""The most frequent items of an endless stream, in constant memory and, on the whole, constant time an item.

Misra and Gries (1982), counted from above as Space-Saving does (Metwally, Agrawal and El Abbadi 2005): when the table
is full, all but the most frequent items are forgotten at once (Anderson et al. 2017), and what comes next may have come
as often before as the most frequent of those. No frequent item is missed; a count may be too high by what it inherited.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)
Place = TypeVar("Place")


@dataclass(slots=True)
class Tally(Generic[Item, Place]):
    """An item, how often it came (`inherited` of these may have been another's), and where it first and last did."""

    item: Item
    count: int
    inherited: int
    first: Place
    last: Place


class Frequent(Generic[Item, Place]):
    """Counts items, and remembers `capacity` of them, twice as many for a while."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._tallies: dict[Item, Tally[Item, Place]] = {}
        self._forgotten = 0

    def add(self, item: Item, first: Place, last: Place, count: int = 1) -> None:
        """Count an item that came so many times, at `first` and `last`."""
        tally = self._tallies.get(item)
        if tally is not None:
            tally.count += count
            tally.last = last
            return
        if len(self._tallies) == 2 * self._capacity:
            self._forget()
        self._tallies[item] = Tally(item, self._forgotten + count, self._forgotten, first, last)

    def most(self, count: int) -> list[Tally[Item, Place]]:
        """Return the most frequent items, those that came first before others of the same count."""
        self._forget()
        return self._ordered()[:count]

    def _ordered(self) -> list[Tally[Item, Place]]:
        """Return all items, the most frequent first; a dict keeps the order in which they came."""
        return sorted(self._tallies.values(), key=lambda tally: -tally.count)

    def _forget(self) -> None:
        """Forget all but the `capacity` most frequent items, and remember how often these may have come."""
        ordered = self._ordered()
        for tally in ordered[self._capacity :]:
            self._forgotten = max(self._forgotten, tally.count)
            del self._tallies[tally.item]
