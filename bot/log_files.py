"""The bytes of log files: plain, packed or in envelopes, from a file or a pipe, in UTF-8 or what Windows writes."""

import bz2
import codecs
import gzip
import io
import lzma
import re
import select
import shlex
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from bot import envelopes, standard_streams
from bot.interruption import Interruption

BLOCK = 1 << 18
"""Bytes that are read at once: a scan makes a dozen times as many of them for a while."""

BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What is raised where a file cannot be read on."""

UTF_16 = re.compile(rb"\xff\xfe[^\0]\0|\xfe\xff\0[^\0]", re.DOTALL)
"""The mark at the beginning of such a file, and a character of ASCII."""


class LogUnreadable(Exception):
    """A log cannot be read, or not to its end."""


class Log(Protocol):
    """A stream of bytes that gives what has come, and waits only where nothing has."""

    def read1(self, size: int, /) -> bytes:
        """Return some bytes, `size` at most; none at the end."""


class Peekable(Log, Protocol):
    """A log whose next bytes can be looked at."""

    def peek(self, size: int, /) -> bytes:
        """Return what comes next, about `size` bytes, and leave it there."""


UNPACKING: Mapping[re.Pattern[bytes], Callable[[io.BufferedReader], Peekable]] = {
    re.compile(rb"\x1f\x8b"): lambda stream: gzip.GzipFile(fileobj=stream),
    re.compile(rb"BZh[1-9]1AY&SY"): bz2.BZ2File,
    re.compile(rb"\xfd7zXZ\0"): lzma.LZMAFile,
}
"""What reads a packed file, by how such files begin."""

UNPACKED_ELSEWHERE = {re.compile(rb"\x28\xb5\x2f\xfd"): "zstdcat", re.compile(rb"PK\x03\x04"): "unzip -p"}
"""The programs that read other packed files, likewise."""

LONGEST_BEGINNING = 10
"""Bytes that tell how a file is packed."""


def blocks(file: str, interruption: Interruption) -> Iterator[tuple[bytes, int]]:
    """Yield a log in blocks of whole lines, each with how many bytes of the file have been read since the last.

    A line that fills a block is cut. Raises LogUnreadable and, where `interruption` is welcome, KeyboardInterrupt, when
    need be after what could be read: of an interrupted log its whole lines.
    """
    try:
        with ExitStack() as opened:
            with interruption.welcome():
                source = opened.enter_context(_opened(file))
            read = _Counted(source, interruption)
            unwrap: envelopes.Opener | None = None
            for block in _whole_lines(_log(io.BufferedReader(read, BLOCK), file)):
                unwrap = unwrap or envelopes.opener(block)
                yield unwrap(block), read.since_last()
    except (*BROKEN, UnicodeError) as error:
        raise LogUnreadable(f"{standard_streams.place(file)}: {_reason(error)}") from error


def _whole_lines(log: Log) -> Iterator[bytes]:
    held = b""
    try:
        while piece := log.read1(BLOCK):
            held += piece
            if len(held) >= BLOCK:
                end = held.rfind(b"\n") + 1 or len(held)
                yield held[:end]
                held = held[end:]
    except KeyboardInterrupt:
        yield held[: held.rfind(b"\n") + 1]
        raise
    except BROKEN:
        yield held
        raise
    yield held


def size(files: tuple[str, ...]) -> int | None:
    """Return the bytes that files have on disk; None where one is a pipe or is missing."""
    paths = [Path(file) for file in files]
    if not paths or not all(path.is_file() for path in paths):
        return None
    return sum(path.stat().st_size for path in paths)


class _Counted(io.RawIOBase):
    """A stream that counts what has been read of it, and can be interrupted while it waits, which loses nothing."""

    def __init__(self, source: BinaryIO, interruption: Interruption) -> None:
        self._source = source
        self._interruption = interruption
        self._size = 0

    def since_last(self) -> int:
        """Return how many bytes were read since this was last asked."""
        size, self._size = self._size, 0
        return size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with self._interruption.welcome():
            _wait_for(self._source)
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self._size += len(data)
        return len(data)


class _Utf16:
    """A log in UTF-16 as one in UTF-8."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read1(self, size: int, /) -> bytes:
        while data := self._log.read1(size):
            if text := self._decoder.decode(data):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """Open a file without a buffer, which would wait until it is full."""
    if file == standard_streams.INPUT:
        yield getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        return
    with Path(file).open("rb", buffering=0) as stream:
        yield stream


def _wait_for(source: BinaryIO) -> None:
    """Wait until there is something to read, or the end."""
    with suppress(io.UnsupportedOperation):  # in memory there is nothing to wait for
        select.select([source.fileno()], [], [])


def _log(stream: io.BufferedReader, file: str) -> Log:
    """Return the stream of a log's text in UTF-8, by the first bytes of the file."""
    begins = stream.peek(LONGEST_BEGINNING)
    for beginning, program in UNPACKED_ELSEWHERE.items():
        if beginning.match(begins):
            raise LogUnreadable(
                f"{standard_streams.place(file)}: is packed; run `{program} {shlex.quote(file)} | pastemortem scan -`"
            )
    unpack = next((unpack for beginning, unpack in UNPACKING.items() if beginning.match(begins)), None)
    log: Peekable = unpack(stream) if unpack else stream
    return _Utf16(log) if UTF_16.match(log.peek(4)) else log


def _reason(error: Exception) -> str:
    if isinstance(error, IsADirectoryError):
        return "is a folder; name the logs in it"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{error}; what could be read before counts"
