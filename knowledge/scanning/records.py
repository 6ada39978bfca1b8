"""The records of a log: its lines, each with those below it that continue it, as a stack trace does.

A failure that takes forty lines is one failure; judged as one text, its message is understood beside the frame that
threw it and what caused it. Bytes go in, cut anywhere; records come out with the numbers of their lines.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

import re2

from knowledge.matching import cleaning
from knowledge.scanning.long_lines import LONGEST, LongLine

Meeting = Callable[[bytes], Iterable[int]]
"""Tells which lines of a block meet a pattern."""

MOST_WAITING = 1 << 20
"""Bytes without a line break that are kept back in the hope for one."""

NOWHERE = -1
DIGITS = b"0123456789"
FRAME = re.compile(cleaning.FRAME.pattern.encode(), re.VERBOSE)
CAUSE = rb"[ \t]*(?:Caused by: |Suppressed: |Wrapped by: |Traceback \(most recent call last\):)"
CAUSED = re.compile(CAUSE)
GOROUTINE = re.compile(cleaning.TRACEBACK.pattern.encode())
FRAME_OF_PYTHON = b'File "'
INDENTED = re.compile(rb"(?:[ \t](?!%b)[^\n]*\n)+" % CAUSE)
TRACEBACK = b"Traceback (most"
FIELD = rb"(?:DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT):  "
"""What PostgreSQL writes below an error, each after the same prefix: time, process, user."""

OF_POSTGRES = re.compile(rb"([^\n]*?)" + FIELD)
SEVERITY = re.compile(rb"([^\n]*?)(?:ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|LOG|DEBUG\d?):  ")
LAYOUT = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])|\s+(?:#[^\n]*)?")
"""The white space and the comments of a verbose expression, which RE2 does not know; escapes and classes are not."""


@dataclass(slots=True)
class Batch:
    """Records: the number of the first line of each, and its bytes. Lines left out of a trace are empty there.

    `continued` are the places of those that belong to the same event as the record before.
    """

    numbers: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    continued: set[int] = field(default_factory=set)

    def add(self, number: int, text: bytes, *, continues: bool = False) -> None:
        """Add a record."""
        if continues:
            self.continued.add(len(self.texts))
        self.numbers.append(number)
        self.texts.append(text)


@dataclass
class Records:
    """Cuts the bytes of one log into records; `lines` says how many lines have been read.

    Of the frames of a stack trace the nearest to each message is kept, and those that `meeting` finds.
    """

    meeting: Meeting
    lines: int = 0
    _rest: bytes = b""
    _line: LongLine = field(default_factory=LongLine)
    _trace: "_Trace | None" = None
    _ended: "list[tuple[int, _Trace]]" = field(default_factory=list)
    _left_out: "list[_Run]" = field(default_factory=list)

    def feed(self, block: bytes) -> Batch:
        """Return the records that are complete now."""
        batch = Batch()
        whole, newline, self._rest = (self._rest + block).rpartition(b"\n")
        if newline:
            self._cut_lines(whole + newline, batch)
        if len(self._rest) > MOST_WAITING:
            self._end_trace(batch)
            *pieces, last = self._line.pieces(self._rest)
            for text, continues in pieces:
                batch.add(self.lines + 1, text, continues=continues)
            self._rest = last.text
        self._write_traces(batch)
        return batch

    def end(self) -> Batch:
        """Return what is left when the log has ended."""
        batch = Batch()
        if self._rest:
            self._cut_lines(self._rest + b"\n", batch)
        self._rest = b""
        self._end_trace(batch)
        self._write_traces(batch)
        return batch

    def _cut_lines(self, text: bytes, batch: Batch) -> None:
        """Add the records of whole lines, of the first of which there may have been pieces before."""
        if self._line.has_begun:
            first, _, text = text.partition(b"\n")
            self._add_long(first, batch)
        if text:
            self._cut(text, batch)

    def _cut(self, text: bytes, batch: Batch) -> None:
        """Add the records of whole lines; the last of them waits for what may continue it."""
        at = 0
        while True:
            if self._trace is not None:
                start, at = at, self._trace.take(text, at)
                self.lines += text.count(b"\n", start, at)
                if at == len(text):
                    return
                self._end_trace(batch)
            found = CONTINUED.search(text, at)
            end = found.start() if found else len(text) - 1
            start = text.rfind(b"\n", at, end) + 1 or at
            if start > at:
                self._add_lines(text[at : start - 1].split(b"\n"), batch)
            at = end + 1
            if end - start > LONGEST:
                self._add_lines([text[start:end]], batch)
                if at == len(text):
                    return
            else:
                self.lines += 1
                self._trace = _Trace(self.lines, text[start:end], self._left_out)

    def _add_lines(self, lines: list[bytes], batch: Batch) -> None:
        """Add lines that are records of their own."""
        if max(map(len, lines)) <= LONGEST:
            batch.numbers += range(self.lines + 1, self.lines + 1 + len(lines))
            batch.texts += lines
            self.lines += len(lines)
            return
        for line in lines:
            if len(line) > LONGEST:
                self._add_long(line, batch)
            else:
                self.lines += 1
                batch.add(self.lines, line)

    def _add_long(self, line: bytes, batch: Batch) -> None:
        """Add what is left of a line, in pieces."""
        self.lines += 1
        for text, continues in self._line.pieces(line):
            batch.add(self.lines, text, continues=continues)
        self._line = LongLine()

    def _end_trace(self, batch: Batch) -> None:
        if self._trace is not None:
            self._ended.append((len(batch.texts), self._trace))
            batch.add(self._trace.number, b"")
        self._trace = None

    def _write_traces(self, batch: Batch) -> None:
        """Put the frames back that meet a pattern, all looked at together, and write the traces that have ended."""
        lines = [line for run in self._left_out for line in run.lines]
        ends = list(accumulate(len(run.lines) for run in self._left_out))
        for at in self.meeting(b"\n".join(lines)) if lines else ():
            number = bisect_right(ends, at)
            run = self._left_out[number]
            run.trace.put_back(run.first + at - ends[number] + len(run.lines), lines[at])
        self._left_out.clear()
        for at, trace in self._ended:
            batch.texts[at] = trace.text()
        self._ended.clear()


class _Run(NamedTuple):
    """Lines that were left out of a trace, and the place of the first of them in it."""

    trace: "_Trace"
    first: int
    lines: list[bytes]


class _Trace:
    """A line and what continues it: the frames and causes of a stack trace, or what PostgreSQL says below an error."""

    def __init__(self, number: int, line: bytes, left_out: list[_Run]) -> None:
        self.number = number
        self._lines = [line]
        self._left_out = left_out
        self._size = 0
        self._frames = 0
        self._nearest = NOWHERE
        self._error_follows = TRACEBACK in line
        self._in_field = False

    def take(self, text: bytes, at: int) -> int:
        """Take the lines of a text that continue the trace, from a place on, and return the place after them."""
        while at < len(text):
            if (self._frames or self._in_field) and (indented := INDENTED.match(text, at)):
                self._take_indented(indented[0][:-1])
                at = indented.end()
                continue
            end = text.index(b"\n", at)
            if not self._takes(text[at:end]):
                break
            at = end + 1
        return at

    def text(self) -> bytes:
        """Return the lines as one text."""
        return b"\n".join(self._lines)

    def put_back(self, at: int, line: bytes) -> None:
        """Keep a line that was left out."""
        self._size += len(line)
        self._lines[at] = line if self._size <= LONGEST else b""

    def _takes(self, line: bytes) -> bool:
        """Take a line that continues the trace, and tell whether it does."""
        if CAUSED.match(line):
            self._keep(line)
            self._frames, self._nearest = 0, NOWHERE
            self._error_follows |= line.startswith(TRACEBACK)
        elif FRAME.match(line):
            self._take_frames(line)
        elif self._error_follows and self._frames:
            self._keep(line)
            self._frames, self._nearest, self._error_follows = 0, NOWHERE, False
        elif self._is_field(line):
            self._keep(line)
            self._in_field = True
        else:
            return False
        return True

    def _is_field(self, line: bytes) -> bool:
        """Tell whether PostgreSQL says this of the error of the first line: both begin alike but for numbers."""
        if b":  " not in line:
            return False
        found, error = OF_POSTGRES.match(line), SEVERITY.match(self._lines[0])
        return bool(found and error and found[1].translate(None, DIGITS) == error[1].translate(None, DIGITS))

    def _take_indented(self, run: bytes) -> None:
        if self._frames:
            self._take_frames(run)
        else:
            for line in run.split(b"\n"):
                self._keep(line)

    def _take_frames(self, run: bytes) -> None:
        """Keep of a run of frames the nearest to the message: Java prints it first, Python last."""
        frames, first = run.split(b"\n"), len(self._lines)
        self._frames += len(frames)
        self._lines += [b""] * len(frames)
        self._left_out.append(_Run(self, first, frames))
        is_python = FRAME_OF_PYTHON in run
        if self._nearest == NOWHERE or is_python:
            nearest = _last_of_python(frames) if is_python else int(GOROUTINE.match(run) is not None)
            if nearest < len(frames):
                self._nearest = self._moved_to(first + nearest, frames[nearest])

    def _moved_to(self, nearest: int, frame: bytes) -> int:
        if self._nearest != NOWHERE:
            self._size -= len(self._lines[self._nearest])
            self._lines[self._nearest] = b""
        self.put_back(nearest, frame)
        return nearest

    def _keep(self, line: bytes) -> None:
        self._size += len(line)
        self._lines.append(line if self._size <= LONGEST else b"")


def _last_of_python(frames: list[bytes]) -> int:
    return max(at for at, frame in enumerate(frames) if FRAME_OF_PYTHON in frame)


def _continued() -> "re2._Regexp[bytes]":
    """Return the expression of a line break before a line that may continue a trace, or begin one below its message."""
    options = re2.Options()
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    frame = LAYOUT.sub(lambda found: found[1] or "", cleaning.FRAME.pattern).encode()
    return re2.compile(rb"\n(?:%b|%b|[^\n]*%b)" % (frame, CAUSE, FIELD), options)


CONTINUED = _continued()
