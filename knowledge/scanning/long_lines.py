"""Lines that are too long for one record, in pieces.

Where JSON records follow one another without a line break, as in a list that a tool wrote on one line, each is a piece
of its own; everything else is cut at blanks.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 4_000
"""Bytes of a record: a longer line is several records of the same number, of a longer trace the rest is left out."""

BORDER = re.compile(rb"\}[,\s]*(?=\{\s*\")")
"""The end of a JSON record that another one follows."""

LIST = re.compile(rb"\s*\[\s*[\[{]")
"""The beginning of a list of records; a bracket alone may hold the time of a log's line."""


class Piece(NamedTuple):
    """A piece of a line; `continues` says that it belongs to the same event as the piece before."""

    text: bytes
    continues: bool


class LongLine:
    """Cuts one line, whose bytes may come in parts: the last piece of a part is the beginning of the next."""

    def __init__(self) -> None:
        self._is_list: bool | None = None
        self._last_continues = False

    @property
    def has_begun(self) -> bool:
        """Whether pieces have been cut of it."""
        return self._is_list is not None

    def pieces(self, part: bytes) -> Iterator[Piece]:
        """Yield the pieces of what comes next of the line.

        Records in a list are events of their own, and so are those without a comma between them; others are within a
        record, as the items of a bulk response are.
        """
        if not self.has_begun:
            self._is_list = LIST.match(part) is not None
        start, continues = 0, self._last_continues
        for border in [*BORDER.finditer(part), None]:
            for text in _between_blanks(part[start : border.start() + 1] if border else part[start:]):
                self._last_continues = continues
                yield Piece(text, continues)
                continues = True
            if border:
                start, continues = border.end(), not self._is_list and b"," in border[0]


def _between_blanks(text: bytes) -> Iterator[bytes]:
    """Yield a text in pieces that are not too long, cut at blanks where there are any."""
    start = 0
    while len(text) - start > LONGEST:
        blank = text.rfind(b" ", start + LONGEST // 2, start + LONGEST)
        end = start + LONGEST if blank < 0 else blank
        yield text[start:end]
        start = end
    yield text[start:]
