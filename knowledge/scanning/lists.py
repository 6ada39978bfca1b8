"""Numbers by row: what a word is worth in many things at once, summed up for many texts at once."""

from collections.abc import Sequence

import numpy as np

from knowledge.matching.arrays import Floats, Ints
from knowledge.scanning.hashed import ranges


class Lists:
    """Rows of (number, weight), as arrays."""

    def __init__(self, rows: Sequence[Sequence[tuple[int, float]]]) -> None:
        self._starts = np.cumsum([0, *map(len, rows)])
        self._numbers = np.array([number for row in rows for number, _ in row], dtype=np.int64)
        self._weights = np.array([weight for row in rows for _, weight in row])

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._starts) - 1

    def of(self, rows: Ints) -> tuple[Ints, Ints, Floats]:
        """Return which of `rows` each pair is of, and the numbers and the weights of the pairs of all of them."""
        of_row, at = ranges(self._starts[rows], self._starts[rows + 1])
        return of_row, self._numbers[at], self._weights[at]
