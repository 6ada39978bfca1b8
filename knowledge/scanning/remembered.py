"""What is known of texts, in constant memory: each text has one place, which the next with the same place takes.

A place keeps the hash of its text, not the text: 64 bits (SipHash, whose key each process draws anew). Where a text is
taken for another, once in 2^64 / places times that a place is asked, it gets the value of that one.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np

from knowledge.matching.arrays import Ints

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by texts, in so many places of 16 bytes beside the values."""

    def __init__(self, places: int) -> None:
        self._hashes = np.zeros(places, dtype=np.int64)
        self._values = np.full(places, None, dtype=object)

    def get(self, texts: Sequence[bytes]) -> list[Value | None]:
        """Return the value of each text; None for one that is not known, or no more."""
        hashes = _hashes(texts)
        places = hashes % len(self._hashes)
        values = self._values[places]
        values[self._hashes[places] != hashes] = None
        found: list[Value | None] = values.tolist()
        return found

    def put(self, texts: Sequence[bytes], values: Iterable[Value]) -> None:
        """Remember a value for each text."""
        hashes = _hashes(texts)
        places = hashes % len(self._hashes)
        self._hashes[places] = hashes
        self._values[places] = np.fromiter(values, dtype=object, count=len(texts))


def _hashes(texts: Sequence[bytes]) -> Ints:
    return np.fromiter(map(hash, texts), dtype=np.int64, count=len(texts))
