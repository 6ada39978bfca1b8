"""What a text has in common with all those that differ from it in numbers and names only, which are judged alike.

A name is a word that neither the index nor the world outside knows: the matcher gives all of them the same weight. The
words of a number (`7f9c2`, `10.0.3.7`, `v2rc1`) are masked. Texts are folded all at once, by arrays.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from knowledge.matching import runs, words
from knowledge.matching.arrays import Bools, Ints
from knowledge.matching.hashed import Hashed
from knowledge.matching.runs import CAPITAL, DIGIT, Letters
from knowledge.matching.sieve import COLOUR
from knowledge.matching.topics import ROOT

SMALL_NAME, CAPITAL_NAME, NUMBER = b"?!#"
"""What stands for a name in small letters, for another one, and for a word with digits."""

LEAST_BESIDE_DIGITS = 4
"""Letters of a known word beside digits; shorter ones are parts of hexadecimal numbers."""


class Folding:
    """Knows some words, and folds texts."""

    def __init__(self, stems: Iterable[str]) -> None:
        known = {stem for stem in stems if stem.isascii() and stem.isalnum()}
        self._known = Hashed((form.encode(), 0) for word in known for form in words.forms(word))
        self._roots = Hashed((word[:ROOT].encode(), 0) for word in known if len(word) >= ROOT)

    def fold(self, texts: Sequence[bytes]) -> list[bytes]:
        """Return the folded texts."""
        folded: list[bytes] = []
        for _, block in runs.blocks(texts):
            plain = COLOUR.sub(b"", block) if b"\x1b" in block else block
            folded += self._folded(plain).split(b"\n")[1:-1]
        return folded

    def _folded(self, block: bytes) -> bytes:
        letters = Letters(block)
        known = self._are_known(letters, letters.starts, letters.ends)
        numbers, number_ends = _with_digits(letters)
        whole = self._known.knows(letters.hashes(numbers, number_ends))
        numbers, number_ends = numbers[~whole], number_ends[~whole]
        beside = _inside(letters.starts, numbers, number_ends)
        names = ~known & ~beside & (letters.ends - letters.starts > 1)
        kept = known & beside & (letters.ends - letters.starts >= LEAST_BESIDE_DIGITS)

        steps = np.zeros(len(block) + 1, dtype=np.int8)
        steps[letters.starts[names] + 1] -= 1
        steps[letters.ends[names]] += 1
        steps[numbers + 1] -= 1
        steps[number_ends] += 1
        steps[letters.starts[kept]] += 1
        steps[letters.ends[kept]] -= 1
        written = letters.bytes.copy()
        starts = letters.starts[names]
        written[starts] = np.where(letters.classes[starts] == CAPITAL, CAPITAL_NAME, SMALL_NAME)
        written[numbers] = NUMBER
        return written[np.cumsum(steps[:-1], dtype=np.int8) >= 0].tobytes()

    def _are_known(self, letters: Letters, starts: Ints, ends: Ints) -> Bools:
        """Tell which words are known, in any form, or by their root."""
        known = self._known.knows(letters.hashes(starts, ends))
        maybe = np.flatnonzero(~known & (ends - starts >= ROOT))
        known[maybe] = self._roots.knows(letters.hashes(starts[maybe], starts[maybe] + ROOT))
        escaped = letters.after_backslash()
        known[escaped] = True
        return known


def _with_digits(letters: Letters) -> tuple[Ints, Ints]:
    """Return where the words with digits begin and end."""
    edges = np.flatnonzero((letters.classes[1:] > 0) != (letters.classes[:-1] > 0)) + 1
    starts, ends = edges[::2], edges[1::2]
    is_digit = letters.classes == DIGIT
    digits = np.flatnonzero(is_digit[1:] & ~is_digit[:-1]) + 1
    having = np.searchsorted(starts, digits, side="right") - 1
    having = having[np.append(True, having[1:] != having[:-1])] if len(having) else having
    return starts[having], ends[having]


def _inside(at: Ints, starts: Ints, ends: Ints) -> Bools:
    """Tell which places lie in one of some stretches."""
    stretch = np.searchsorted(starts, at, side="right") - 1
    return (stretch >= 0) & (at < np.append(ends, 0)[stretch])
