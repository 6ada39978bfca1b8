"""The words of a block of bytes as numbers, many thousands at a time: runs of letters, each by its hash.

An identifier counts as its words and as a whole (`OutOfMemoryError`: out, of, memory, error, outofmemoryerror), as in
words.py. A hash takes eight letters at a time as one number (multiplicative hashing, Knuth 1973, section 6.4). A word
may have the hash of another: what is told by hashes may be there, what is not is not.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching import words
from knowledge.matching.arrays import Bools, Ints

Hashes = NDArray[np.uint32]
Eights = NDArray[np.uint64]

EIGHT = 8
"""Letters that one number holds."""

IN_SMALL = np.uint64(0x2020202020202020)
"""The bits that make letters small; digits have them anyway."""

FIRST_OF_EIGHT = np.array([(1 << 8 * count) - 1 for count in range(EIGHT + 1)], dtype=np.uint64)
"""The bits of the first letters of eight, by how many."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)

DIGIT, OTHER, SMALL, CAPITAL = range(4)
CLASSES = bytes(
    SMALL if chr(code) in string.ascii_lowercase
    else CAPITAL if chr(code) in string.ascii_uppercase
    else DIGIT if chr(code) in string.digits
    else OTHER
    for code in range(256)
)  # fmt: skip
ENDS = np.isin(np.arange(256), list(b'\n\r"\\'))
"""What stands where a message ends: a line break, and in a record the end of a text."""


class Stretches:
    """A block that begins and ends with a line break, cut into words, numbers, and what stands between them.

    `starts` and `ends` say where each stretch lies, `classes` what it begins with, `words` which ones are words. A
    capital begins a word inside a run of letters where words.py has one begin.
    """

    def __init__(self, block: bytes) -> None:
        self.bytes = np.frombuffer(block, dtype=np.uint8)
        classes = np.frombuffer(block.translate(CLASSES), dtype=np.uint8)
        bounds = np.concatenate([[0], np.flatnonzero(_are_cut(classes)) + 1, [len(block)]])
        self.starts, self.ends = bounds[:-1], bounds[1:]
        self.classes = classes[self.starts]
        self.words = np.flatnonzero(self.classes >= SMALL)
        padded = block + bytes(words.LONGEST_WORD + EIGHT)
        self._eights: Eights = np.ndarray(len(block) + words.LONGEST_WORD, np.dtype("<u8"), padded, strides=(1,))

    def hashes(self, starts: Ints, ends: Ints) -> Hashes:
        """Return the hashes of letters and digits, as in small letters, by their first `LONGEST_WORD`."""
        lengths = np.minimum(ends - starts, words.LONGEST_WORD)
        hashes = self._eight_at(starts, lengths) * MULTIPLIER
        for done in range(EIGHT, words.LONGEST_WORD, EIGHT):
            longer = np.flatnonzero(lengths > done)
            if not len(longer):
                break
            so_far = hashes[longer]
            following = self._eight_at(starts[longer] + done, lengths[longer] - done)
            hashes[longer] = (so_far ^ (so_far >> HALF) ^ following) * MULTIPLIER
        return (hashes >> HALF).astype(np.uint32)

    def lines(self, at: Ints) -> Ints:
        """Return the lines in which some bytes stand, counted from 0."""
        breaks = np.flatnonzero(self.bytes == ord("\n"))
        return np.searchsorted(breaks, at) - 1

    def are_digits(self, at: Ints) -> Bools:
        """Tell which of some bytes are digits."""
        said = self.bytes[at]
        digits: Bools = (said >= ord("0")) & (said <= ord("9"))
        return digits

    def after_backslash(self) -> Ints:
        """Return which words stand after a backslash: their first letter may belong to it, as in "\\nfailed"."""
        return np.flatnonzero(self.bytes[self.starts[self.words] - 1] == ord("\\"))

    def _eight_at(self, starts: Ints, lengths: Ints) -> Eights:
        eights: Eights = (self._eights[starts] | IN_SMALL) & FIRST_OF_EIGHT[np.minimum(lengths, EIGHT)]
        return eights


def _are_cut(classes: NDArray[np.uint8]) -> Bools:
    """Tell of each byte but the first whether a stretch begins with it."""
    kinds = np.minimum(classes, SMALL)
    cut: Bools = kinds[1:] != kinds[:-1]
    small, capital = classes == SMALL, classes == CAPITAL
    cut |= capital[1:] & small[:-1]
    cut[:-1] |= capital[1:-1] & capital[:-2] & small[2:]
    return cut


@dataclass(frozen=True, slots=True)
class Runs:
    """Words of a block: where each starts and ends, its hash, and whether a message ends with it.

    What words.py makes of an identifier by leaving letters out stands nowhere: it ends where it starts.
    """

    stretches: Stretches
    starts: Ints
    ends: Ints
    hashes: Hashes
    at_end: Bools

    def lines(self, at: Ints) -> Ints:
        """Return the lines in which some of the words stand, counted from 0."""
        return self.stretches.lines(self.starts[at])


def find(block: bytes) -> Runs:
    """Return the words of a block that begins and ends with a line break."""
    stretches = Stretches(block)
    starts, ends = stretches.starts[stretches.words], stretches.ends[stretches.words]
    escaped = stretches.after_backslash()
    firsts, lasts, is_odd = _identifiers(starts, ends)
    behind = np.flatnonzero(stretches.bytes[firsts - 1] == ord("\\"))
    firsts, lasts = np.concatenate([firsts, firsts[behind] + 1]), np.concatenate([lasts, lasts[behind]])
    is_odd = np.concatenate([is_odd, is_odd[behind]])
    odd_starts, odd_hashes = _without_initials(block, firsts[is_odd], lasts[is_odd])
    starts = np.concatenate([starts, starts[escaped] + 1, firsts])
    ends = np.concatenate([ends, ends[escaped], lasts])
    return Runs(
        stretches=stretches,
        starts=np.concatenate([starts, odd_starts]),
        ends=np.concatenate([ends, odd_starts]),
        hashes=np.concatenate([stretches.hashes(starts, ends), odd_hashes]),
        at_end=np.concatenate([_at_end(stretches, ends), np.zeros(len(odd_starts), dtype=np.bool_)]),
    )


def hashes_of(words_alone: Sequence[bytes]) -> Hashes:
    """Return the hashes of words of letters and digits."""
    if not words_alone:
        return np.empty(0, dtype=np.uint32)
    lengths = np.array([len(word) for word in words_alone], dtype=np.int64)
    ends = np.cumsum(lengths + 1)
    return Stretches(b"\n" + b"\n".join(words_alone) + b"\n").hashes(ends - lengths, ends)


def _at_end(stretches: Stretches, ends: Ints) -> Bools:
    """Tell with which words a message may end; the name of a field stands before a colon."""
    after, then = stretches.bytes[ends], stretches.bytes[np.minimum(ends + 1, len(stretches.bytes) - 1)]
    at_end: Bools = ENDS[after] & ~((after == ord('"')) & (then == ord(":")))
    return at_end


def _identifiers(starts: Ints, ends: Ints) -> tuple[Ints, Ints, Bools]:
    """Return where the runs of several words begin and end, and which of them are not simply all their letters.

    Single letters are no words, and what is long is cut.
    """
    touches = ends[:-1] == starts[1:]
    follows, goes_on = np.append(False, touches), np.append(touches, False)
    firsts, lasts = starts[np.flatnonzero(goes_on & ~follows)], ends[np.flatnonzero(follows & ~goes_on)]
    is_odd = lasts - firsts > words.LONGEST_WORD
    initials = starts[np.flatnonzero((follows | goes_on) & (ends - starts == 1))]
    is_odd[np.searchsorted(firsts, initials, side="right") - 1] = True
    return firsts, lasts, is_odd


def _without_initials(block: bytes, firsts: Ints, lasts: Ints) -> tuple[Ints, Hashes]:
    """Return what words.py makes of some identifiers: where they start, and the hashes."""
    whole = zip(firsts.tolist(), lasts.tolist(), strict=True)
    said = [(first, stem) for first, last in whole for stem in words.stems(block[first:last].decode())]
    return np.array([first for first, _ in said], dtype=np.int64), hashes_of([stem.encode() for _, stem in said])
