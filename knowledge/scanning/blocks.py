"""Texts as the lines of one block of bytes, which is read as a whole: a step for a thousand texts, not one for each."""

from collections.abc import Iterator, Sequence

import numpy as np
import re2

from knowledge.matching.arrays import Ints

BYTES_AT_ONCE = 1 << 17
"""Bytes of texts that are read at once: what a processor's cache holds with the arrays made of them."""


def lines(texts: Sequence[bytes]) -> bytes:
    """Return texts as lines; a line break inside a text becomes white space."""
    block = b"\n".join(texts)
    if block.count(b"\n") >= len(texts):
        block = b"\n".join(text.replace(b"\n", b"\r") for text in texts)
    return block


def of(texts: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield texts a few hundred at a time: the number of the first, and their lines between line breaks."""
    step = max(1, len(texts) * BYTES_AT_ONCE // max(1, sum(map(len, texts))))
    for first in range(0, len(texts), step):
        yield first, b"\n" + lines(texts[first : first + step]) + b"\n"


def breaks(block: bytes) -> Ints:
    """Return where the line breaks of a block are."""
    return np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))


class Finder:
    """Finds the lines in which an expression stands; it may run over line breaks."""

    def __init__(self, expression: str, options: re2.Options) -> None:
        options.never_capture = True
        self._expression = re2.compile(expression.encode(), options)

    def is_in(self, text: bytes) -> bool:
        """Tell whether the expression stands in a text."""
        return self._expression.search(text) is not None

    def lines_of(self, block: bytes) -> list[int]:
        """Return the numbers of these lines of a block, counted from 0."""
        spans = [found.span() for found in self._expression.finditer(block)]
        if not spans:
            return []
        of_spans = np.searchsorted(breaks(block), np.array(spans)).tolist()
        return sorted({line for first, last in of_spans for line in range(first, last + 1)})
