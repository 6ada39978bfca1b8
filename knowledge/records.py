"""The records of a log: its lines, each with those below it that continue it, as a stack trace does.

A failure that takes forty lines is one failure; judged as one text, its message is understood beside the frame that
threw it and what caused it. Bytes go in, cut anywhere; records come out with the numbers of their lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

from knowledge.matching import cleaning

LONGEST = 4_000
"""Bytes of a record: a longer line is several records of the same number, of a longer trace the rest is left out."""

NEAREST_FRAMES = 4
"""Frames of a run that are kept: its first three and its last; Java prints the nearest first, Python last."""

MOST_WAITING = 1 << 20
"""Bytes without a line break that are kept back in the hope for one."""

DIGITS = b"0123456789"
FRAME = re.compile(cleaning.FRAME.pattern.encode(), re.VERBOSE)
CAUSE = rb"[ \t]*(?:Caused by: |Suppressed: |Wrapped by: |Traceback \(most recent call last\):)"
CAUSED = re.compile(CAUSE)
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
    """Records: the number of the first line of each, and its bytes. Lines left out of a trace are empty there."""

    numbers: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)

    def add(self, number: int, text: bytes) -> None:
        """Add a record."""
        self.numbers.append(number)
        self.texts.append(text)


@dataclass
class Records:
    """Cuts the bytes of one log into records; `lines` says how many lines have been read."""

    lines: int = 0
    _rest: bytes = b""
    _trace: "_Trace | None" = None

    def feed(self, block: bytes) -> Batch:
        """Return the records that are complete now."""
        batch = Batch()
        whole, newline, self._rest = (self._rest + block).rpartition(b"\n")
        if newline:
            self._cut(whole + newline, batch)
        if len(self._rest) > MOST_WAITING:
            self._end_trace(batch)
            *pieces, self._rest = _pieces(self._rest)
            for piece in pieces:
                batch.add(self.lines + 1, piece)
        return batch

    def end(self) -> Batch:
        """Return what is left when the log has ended."""
        batch = Batch()
        if self._rest:
            self._cut(self._rest + b"\n", batch)
        self._rest = b""
        self._end_trace(batch)
        return batch

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
                self._trace = _Trace(self.lines, text[start:end])

    def _add_lines(self, lines: list[bytes], batch: Batch) -> None:
        """Add lines that are records of their own."""
        if max(map(len, lines)) <= LONGEST:
            batch.numbers += range(self.lines + 1, self.lines + 1 + len(lines))
            batch.texts += lines
            self.lines += len(lines)
            return
        for line in lines:
            self.lines += 1
            for piece in _pieces(line):
                batch.add(self.lines, piece)

    def _end_trace(self, batch: Batch) -> None:
        if self._trace is not None:
            batch.add(self._trace.number, self._trace.text())
        self._trace = None


class _Trace:
    """A line and what continues it: the frames and causes of a stack trace, or what PostgreSQL says below an error."""

    def __init__(self, number: int, line: bytes) -> None:
        self.number = number
        self._lines = [line]
        self._size = 0
        self._frames = 0
        self._error_follows = TRACEBACK in line
        self._in_field = False

    def take(self, text: bytes, at: int) -> int:
        """Take the lines of a text that continue the trace, from a place on, and return the place after them."""
        while at < len(text):
            if (self._frames or self._in_field) and (indented := INDENTED.match(text, at)):
                self._take_indented(indented[0][:-1].split(b"\n"))
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

    def _takes(self, line: bytes) -> bool:
        """Take a line that continues the trace, and tell whether it does."""
        if CAUSED.match(line):
            self._keep(line)
            self._frames = 0
            self._error_follows |= line.startswith(TRACEBACK)
        elif FRAME.match(line):
            self._take_frames([line])
        elif self._error_follows and self._frames:
            self._keep(line)
            self._frames, self._error_follows = 0, False
        elif self._is_field(line):
            self._keep(line)
            self._in_field = True
        else:
            return False
        return True

    def _is_field(self, line: bytes) -> bool:
        """Tell whether PostgreSQL says this of the error of the first line: both begin alike but for numbers."""
        found, error = OF_POSTGRES.match(line), SEVERITY.match(self._lines[0])
        return bool(found and error and found[1].translate(None, DIGITS) == error[1].translate(None, DIGITS))

    def _take_indented(self, lines: list[bytes]) -> None:
        if self._frames:
            self._take_frames(lines)
        else:
            for line in lines:
                self._keep(line)

    def _take_frames(self, lines: list[bytes]) -> None:
        """Keep the first frames of a run, and its last: the nearest to the message is among them."""
        room = max(NEAREST_FRAMES - self._frames, 0)
        for line in lines[:room]:
            self._keep(line)
        if len(lines) > room:
            self._size -= len(self._lines[-1])
            self._lines[-1] = b""
            self._lines += [b""] * (len(lines) - room - 1)
            self._keep(lines[-1])
        self._frames += len(lines)

    def _keep(self, line: bytes) -> None:
        self._size += len(line)
        self._lines.append(line if self._size <= LONGEST else b"")


def _pieces(line: bytes) -> Iterator[bytes]:
    """Yield a long line in pieces, cut at blanks where there are any."""
    start = 0
    while len(line) - start > LONGEST:
        blank = line.rfind(b" ", start + LONGEST // 2, start + LONGEST)
        end = start + LONGEST if blank < 0 else blank
        yield line[start:end]
        start = end
    yield line[start:]


def _continued() -> "re2._Regexp[bytes]":
    """Return the expression of a line break before a line that may continue a trace, or begin one below its message."""
    options = re2.Options()
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    frame = LAYOUT.sub(lambda found: found[1] or "", cleaning.FRAME.pattern).encode()
    return re2.compile(rb"\n(?:%b|%b|[^\n]*%b)" % (frame, CAUSE, FIELD), options)


CONTINUED = _continued()
