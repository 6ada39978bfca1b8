"""Numbers by the hash of a word, looked up for a hundred thousand words at once."""

from collections.abc import Iterable

import numpy as np

from knowledge.matching.arrays import Bools, Ints
from knowledge.scanning import runs

BUCKETS_A_WORD = 8
"""That nobody knows a word is mostly told by one look at its bucket, which is empty."""


class Hashed:
    """Numbers by the hash of a word; a word may have several."""

    def __init__(self, numbered: Iterable[tuple[bytes, int]]) -> None:
        pairs = list(numbered)
        hashes = runs.hashes_of([word for word, _ in pairs])
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._numbers = np.array([number for _, number in pairs], dtype=np.int64)[order]
        bits = max((BUCKETS_A_WORD * len(pairs)).bit_length(), 1)
        self._shift = np.uint32(32 - bits)
        buckets = self._hashes >> self._shift
        self._is_used = np.zeros(1 << bits, dtype=np.bool_)
        self._is_used[buckets] = True
        self._first = np.zeros(1 << bits, dtype=np.int32)
        self._first[buckets[::-1]] = np.arange(len(buckets))[::-1]

    def find(self, hashes: runs.Hashes) -> tuple[Ints, Ints]:
        """Return the numbers that some hashes have, and for each of them which of `hashes` has it."""
        known = np.flatnonzero(self._is_used[hashes >> self._shift])
        first, last = (np.searchsorted(self._hashes, hashes[known], side=side) for side in ("left", "right"))
        of_known, at = ranges(first, last)
        return known[of_known], self._numbers[at]

    def knows(self, hashes: runs.Hashes) -> Bools:
        """Tell of each hash whether a word has it: nearly always the first one with the same first bits."""
        buckets = hashes >> self._shift
        known: Bools = self._is_used[buckets]
        maybe = np.flatnonzero(known)
        met = self._hashes[self._first[buckets[maybe]]] == hashes[maybe]
        others = np.flatnonzero(~met)
        wanted = hashes[maybe[others]]
        met[others] = self._hashes[np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)] == wanted
        known[maybe] = met
        return known


def ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of several ranges one after another, and for each which range it is of."""
    lengths = ends - starts
    of_range = np.repeat(np.arange(len(starts)), lengths)
    within = np.arange(len(of_range)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return of_range, starts[of_range] + within
