"""Windows: neighbouring lines of a paste that are compared together, since an error may spread over a few.

Which windows there are depends on the number of lines alone, so that their tables are made once for each number.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.arrays import Ints

LineSets = NDArray[np.uint64]
"""Sets of lines, with a bit for each: a paste has no more lines than such a number has bits."""

LINE: LineSets = np.uint64(1) << np.arange(64, dtype=np.uint64)
"""Each line alone as a set."""

WIDEST = 3
"""An error rarely spreads over more neighbouring lines than message, cause and hint."""

WHOLE_PASTE = 12
"""Up to how many lines a paste is also compared as a whole, as people's descriptions need it."""

AROUND = ((0, 0), (-1, 0), (0, 1), (-2, 0), (-1, 1), (0, 2))
"""Windows that are compared for a clue: first and last line, counted from the line that shares most with it."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a paste by number: those of one line first, then of two and of three, then that of all lines.

    `lines` names the lines of each, `sets` has the same as sets; `around` has a column for each line, with the windows
    to compare for what shares most with it.
    """

    lines: tuple[tuple[int, ...], ...]
    sets: LineSets
    around: Ints

    def of(self, in_line: NDArray[Any]) -> NDArray[Any]:
        """Return what each window has, which is what one of its lines has; `in_line` has a row for each line."""
        count = len(in_line)
        found = np.empty((len(self.lines), in_line.shape[1]), dtype=in_line.dtype)
        found[:count] = widest = in_line
        end = count
        for width in range(2, min(WIDEST, count) + 1):
            windows = found[end : end + count - width + 1]
            widest = np.maximum(widest[:-1], in_line[width - 1 :], out=windows)
            end += len(windows)
        if end < len(found):
            in_line.max(axis=0, out=found[-1])
        return found


@functools.lru_cache(maxsize=128)
def over(count: int) -> Windows:
    """Return the windows of a paste of `count` lines."""
    lines = [tuple(range(first, first + width)) for width in range(1, WIDEST + 1) for first in range(count - width + 1)]
    has_whole = WIDEST < count <= WHOLE_PASTE
    if has_whole:
        lines.append(tuple(range(count)))
    number = {window: at for at, window in enumerate(lines)}
    around = [
        [number[_clipped(line + first, line + last, count)] for first, last in AROUND] + [len(lines) - 1] * has_whole
        for line in range(count)
    ]
    return Windows(
        tuple(lines), np.array([set_of(window) for window in lines], dtype=np.uint64), np.array(around).T.copy()
    )


def set_of(lines: Iterable[int]) -> int:
    """Return some different lines as a set."""
    return sum(1 << line for line in lines)


def _clipped(first: int, last: int, count: int) -> tuple[int, ...]:
    return tuple(range(max(first, 0), min(last, count - 1) + 1))
