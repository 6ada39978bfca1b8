"""The records of a log: its lines, each with the frames and causes that a stack trace prints below it.

A failure that takes forty lines is one failure; judged as one text, its message is understood beside the frame that
threw it and what caused it. Bytes go in, cut anywhere; records come out with the numbers of their lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from knowledge.matching import cleaning

LONGEST = 4_000
"""Bytes of a record: a longer line is several records of the same number, of a longer trace the rest is left out."""

NEAREST_FRAMES = 4
"""Frames of a run that are kept: its first three and its last; Java prints the nearest first, Python last."""

MOST_WAITING = 1 << 20
"""Bytes without a line break that are kept back in the hope for one."""

FRAME = re.compile(cleaning.FRAME.pattern.encode(), re.VERBOSE)
CAUSES = (b"Caused by: ", b"Suppressed: ", b"Wrapped by: ", b"Traceback (most recent call last):")
TRACEBACK = b"Traceback (most"
CONTINUED = re.compile(rb"^(?:[ \t]+(?:at |File \"|\.\.\. )|Caused by: |Traceback \(most|goroutine \d)", re.MULTILINE)
"""A block of lines without any of these holds no trace."""


class Record(NamedTuple):
    """Lines that belong together; `number` is that of the first. Lines left out of a trace are empty in `text`."""

    number: int
    text: bytes


@dataclass
class Records:
    """Cuts the bytes of one log into records; `lines` says how many lines have been read."""

    lines: int = 0
    _rest: bytes = b""
    _trace: "_Trace | None" = None

    def feed(self, block: bytes) -> Iterator[Record]:
        """Yield the records that are complete now."""
        complete, newline, rest = (self._rest + block).rpartition(b"\n")
        self._rest = rest
        if newline:
            yield from self._records(complete.split(b"\n"), traced=CONTINUED.search(complete) is not None)
        if len(self._rest) > MOST_WAITING:
            yield from self._pieces_of_endless_line()

    def end(self) -> Iterator[Record]:
        """Yield what is left when the log has ended."""
        if self._rest:
            yield from self._records([self._rest], traced=True)
        self._rest = b""
        if self._trace is not None:
            yield self._trace.record()
        self._trace = None

    def _records(self, lines: list[bytes], *, traced: bool) -> Iterator[Record]:
        """Yield the records of whole lines, one each where there is no trace; the last line may be continued."""
        if not traced and max(map(len, lines)) <= LONGEST:
            if self._trace is not None:
                yield self._trace.record()
            first, self.lines = self.lines + 1, self.lines + len(lines)
            yield from map(Record, count(first), lines[:-1])
            self._trace = _Trace.begin(self.lines, lines[-1])
            return
        for line in lines:
            self.lines += 1
            trace = self._trace
            if trace is not None:
                if traced and trace.takes(line):
                    continue
                yield trace.record()
                self._trace = None
            if len(line) > LONGEST:
                yield from (Record(self.lines, piece) for piece in _pieces(line))
            elif traced or line is lines[-1]:
                self._trace = _Trace.begin(self.lines, line)
            else:
                yield Record(self.lines, line)

    def _pieces_of_endless_line(self) -> Iterator[Record]:
        """Yield all but the end of a line whose end has not come; it counts as a line when its end comes."""
        *whole, self._rest = _pieces(self._rest)
        yield from (Record(self.lines + 1, piece) for piece in whole)


@dataclass(slots=True)
class _Trace:
    """A line and what may follow it of a stack trace."""

    number: int
    first: bytes
    others: list[bytes] = field(default_factory=list)
    size: int = 0
    frames: int = 0
    error_follows: bool = False

    @classmethod
    def begin(cls, number: int, line: bytes) -> "_Trace":
        """Return the trace that a line may begin."""
        return cls(number, line, error_follows=TRACEBACK in line)

    def takes(self, line: bytes) -> bool:
        """Take a line that continues the trace, and tell whether it does."""
        if line.lstrip().startswith(CAUSES):
            self._take(line)
            self.frames = 0
            self.error_follows |= line.startswith(TRACEBACK)
        elif (self.frames and line[:1] in (b" ", b"\t")) or FRAME.match(line):
            self._take_frame(line)
        elif self.error_follows and self.frames:
            self._take(line)
            self.frames, self.error_follows = 0, False
        else:
            return False
        return True

    def record(self) -> Record:
        """Return the lines as one record."""
        return Record(self.number, b"\n".join([self.first, *self.others]) if self.others else self.first)

    def _take(self, line: bytes) -> None:
        self.size += len(line)
        self.others.append(line if self.size <= LONGEST else b"")

    def _take_frame(self, line: bytes) -> None:
        """Keep the first frames of a run, and its last: the nearest to the message is among them."""
        self.frames += 1
        if self.frames > NEAREST_FRAMES:
            self.size -= len(self.others[-1])
            self.others[-1] = b""
        self._take(line)


def _pieces(line: bytes) -> Iterator[bytes]:
    """Yield a long line in pieces, cut at blanks where there are any."""
    start = 0
    while len(line) - start > LONGEST:
        blank = line.rfind(b" ", start + LONGEST // 2, start + LONGEST)
        end = start + LONGEST if blank < 0 else blank
        yield line[start:end]
        start = end
    yield line[start:]
