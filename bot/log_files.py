"""The bytes of log files: plain or gzipped, from a file or a pipe, in UTF-8 or what Windows writes."""

import codecs
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

STANDARD_INPUT = "-"

BLOCK = 1 << 18
"""Bytes that are read at once: a scan makes a dozen times as many of them for a while."""

GZIP = b"\x1f\x8b"
UTF_16 = re.compile(rb"\xff\xfe[^\0]\0|\xfe\xff\0[^\0]", re.DOTALL)
"""The mark at the beginning of such a file, and a character of ASCII."""


class LogUnreadable(Exception):
    """A log cannot be read, or not to its end."""


def blocks(file: str) -> Iterator[tuple[bytes, int]]:
    """Yield a log in blocks, each with the bytes of the file that have been read by then.

    Raises LogUnreadable, when need be after what could be read.
    """
    try:
        with _opened(file) as source:
            read = _Counted(source)
            log = _log(io.BufferedReader(read, BLOCK))
            while block := log.read(BLOCK):
                yield block, read.size
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        raise LogUnreadable(f"{file}: {_reason(error)}") from error


def size(files: tuple[str, ...]) -> int | None:
    """Return the bytes that files have on disk; None where one is a pipe or is missing."""
    paths = [Path(file) for file in files]
    if not paths or not all(path.is_file() for path in paths):
        return None
    return sum(path.stat().st_size for path in paths)


class _Counted(io.RawIOBase):
    """A stream that counts what has been read of it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.size += len(data)
        return len(data)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    with Path(file).open("rb", buffering=0) as stream:
        yield stream


def _log(stream: io.BufferedReader) -> BinaryIO:
    """Return the stream of a log's text in UTF-8, by the first bytes of the file."""
    if stream.peek(2).startswith(GZIP):
        stream = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream)), BLOCK)
    if UTF_16.match(stream.peek(4)):
        return cast("BinaryIO", codecs.EncodedFile(stream, "utf-8", "utf-16", errors="replace"))
    return stream


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{error}; what could be read before counts"
