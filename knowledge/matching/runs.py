"""The words of a block of bytes as numbers, many thousands at a time: runs of letters, each by its hash.

An identifier counts as its words and as a whole (`OutOfMemoryError`: out, of, memory, error, outofmemoryerror), as in
words.py. The hash is that of Karp and Rabin (1987), the sum of letter i times B^i modulo 2^32, taken out of the running
sums over the block. A word may have the hash of another: what is told by hashes may be there, what is not is not.
"""

import functools
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching import words
from knowledge.matching.arrays import Bools, Ints

Hashes = NDArray[np.uint32]

BASE = 0x9E3779B1
"""An odd number, so that it has an inverse modulo 2^32."""

BYTES_AT_ONCE = 1 << 17
"""Bytes of texts that are read at once: what a processor's cache holds with the arrays made of them."""

SMALL, CAPITAL, DIGIT = 1, 2, 3
CLASSES = bytes(
    SMALL if chr(code) in string.ascii_lowercase
    else CAPITAL if chr(code) in string.ascii_uppercase
    else DIGIT if chr(code) in string.digits
    else 0
    for code in range(256)
)  # fmt: skip
LOWER_CASE = bytes(ord(chr(code).lower()) if CLASSES[code] else 0 for code in range(256))
ENDS = np.isin(np.arange(256), list(b'\n\r"\\'))
"""What stands where a message ends: a line break, and in a record the end of a text."""


class Letters:
    """A block that begins and ends with a line break: where its words are, and the hash of any stretch of it.

    `classes` says of each byte what it is, `starts` and `ends` where each word lies, `firsts` and `lasts` each run of
    letters, `humps` where a capital begins a word inside a run.
    """

    def __init__(self, block: bytes) -> None:
        self.bytes = np.frombuffer(block, dtype=np.uint8)
        self.classes = np.frombuffer(block.translate(CLASSES), dtype=np.uint8)
        is_letter = (self.classes - np.uint8(1)) < 2
        edges = np.flatnonzero(is_letter[1:] != is_letter[:-1]) + 1
        self.firsts, self.lasts = edges[::2], edges[1::2]
        self.humps = self._humps()
        self.starts = np.sort(np.concatenate([self.firsts, self.humps]), kind="stable")
        self.ends = np.sort(np.concatenate([self.lasts, self.humps]), kind="stable")
        self._inverse = _powers(len(block), pow(BASE, -1, 1 << 32))
        self._sums = np.zeros(len(block) + 1, dtype=np.uint32)
        letters = np.frombuffer(block.translate(LOWER_CASE), dtype=np.uint8)
        np.cumsum(letters * _powers(len(block), BASE), dtype=np.uint32, out=self._sums[1:])

    def hashes(self, starts: Ints, ends: Ints) -> Hashes:
        """Return the hashes of stretches of letters and digits, as in small letters."""
        hashes: Hashes = (self._sums[ends] - self._sums[starts]) * self._inverse[starts]
        return hashes

    def after_backslash(self) -> Ints:
        """Return which words stand after a backslash: their first letter may belong to it, as in "\\nfailed"."""
        return np.flatnonzero(self.bytes[self.starts - 1] == ord("\\"))

    def _humps(self) -> Ints:
        capitals = np.flatnonzero(self.classes == CAPITAL)
        before, after = self.classes[capitals - 1], self.classes[capitals + 1]
        humps: Ints = capitals[(before == SMALL) | ((before == CAPITAL) & (after == SMALL))]
        return humps


@dataclass(frozen=True, slots=True)
class Runs:
    """Words of a block: where each starts, its hash, and whether a message ends with it."""

    starts: Ints
    hashes: Hashes
    at_end: Bools


def blocks(texts: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield texts a few hundred at a time: the number of the first, and them all, a line each, between line breaks."""
    step = max(1, len(texts) * BYTES_AT_ONCE // max(1, sum(map(len, texts))))
    for first in range(0, len(texts), step):
        some = texts[first : first + step]
        block = b"\n".join(some)
        if block.count(b"\n") >= len(some):
            block = b"\n".join(text.replace(b"\n", b"\r") for text in some)
        yield first, b"\n" + block + b"\n"


def find(block: bytes) -> Runs:
    """Return the words of a block that begins and ends with a line break."""
    letters = Letters(block)
    firsts, lasts = letters.firsts, letters.lasts
    escaped = letters.after_backslash()
    whole = np.unique(np.searchsorted(firsts, letters.humps, side="right") - 1)
    initials = letters.starts[letters.ends - letters.starts == 1]
    odd_starts, odd_hashes = _with_initials(block, firsts[whole], lasts[whole], initials)
    starts = np.concatenate([letters.starts, letters.starts[escaped] + 1, firsts[whole]])
    ends = np.concatenate([letters.ends, letters.ends[escaped], lasts[whole]])
    return Runs(
        starts=np.concatenate([starts, odd_starts]),
        hashes=np.concatenate([letters.hashes(starts, ends), odd_hashes]),
        at_end=np.concatenate([_at_end(letters, ends), np.zeros(len(odd_starts), dtype=np.bool_)]),
    )


def _at_end(letters: Letters, ends: Ints) -> Bools:
    """Tell with which words a message may end; the name of a field stands before a colon."""
    after, then = letters.bytes[ends], letters.bytes[np.minimum(ends + 1, len(letters.bytes) - 1)]
    at_end: Bools = ENDS[after] & ~((after == ord('"')) & (then == ord(":")))
    return at_end


def hashes_of(words_alone: Sequence[bytes]) -> Hashes:
    """Return the hashes of words of letters and digits."""
    if not words_alone:
        return np.empty(0, dtype=np.uint32)
    lengths = np.array([len(word) for word in words_alone], dtype=np.int64)
    ends = np.cumsum(lengths + 1)
    return Letters(b"\n" + b"\n".join(words_alone) + b"\n").hashes(ends - lengths, ends)


def _with_initials(block: bytes, firsts: Ints, lasts: Ints, initials: Ints) -> tuple[Ints, Hashes]:
    """Return the whole identifiers that are not their letters: single letters are no words, and long ones are cut."""
    odd = lasts - firsts > words.LONGEST_WORD
    owners = np.searchsorted(firsts, initials, side="right") - 1
    inside = (owners >= 0) & (initials < lasts[owners]) if len(lasts) else np.zeros(len(initials), dtype=np.bool_)
    odd[owners[inside]] = True
    whole = list(zip(firsts[odd].tolist(), lasts[odd].tolist(), strict=True))
    said = [(first, stem) for first, last in whole for stem in words.stems(block[first:last].decode())]
    return np.array([first for first, _ in said], dtype=np.int64), hashes_of([stem.encode() for _, stem in said])


def _powers(count: int, base: int) -> Hashes:
    """Return the first powers of a base; more than were asked for are kept for the next block."""
    return _powers_kept(1 << max(count - 1, 1).bit_length(), base)[:count]


@functools.lru_cache(maxsize=8)
def _powers_kept(count: int, base: int) -> Hashes:
    powers = np.full(count, base, dtype=np.uint32)
    powers[0] = 1
    return np.multiply.accumulate(powers, dtype=np.uint32)
