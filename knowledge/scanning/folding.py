"""What a text has in common with all those that differ from it in numbers and names only, which are judged alike.

A name is a word that neither the index nor the world outside knows: the matcher gives all of them the same weight. The
words of a number (`7f9c2`, `10.0.3.7`, `v2rc1`) are masked. Texts are folded all at once, by arrays.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from knowledge.matching import words
from knowledge.matching.arrays import Bools
from knowledge.matching.topics import PREFIXES, ROOT, Kind
from knowledge.scanning import blocks
from knowledge.scanning.hashed import Hashed
from knowledge.scanning.runs import CAPITAL, DIGIT, OTHER, Stretches

SMALL_NAME, CAPITAL_NAME, NUMBER = b"?!#"
"""What stands for a name in small letters, for another one, and for a word with digits."""

LEAST_BESIDE_DIGITS = 4
"""Letters of a known word beside digits; shorter ones are parts of hexadecimal numbers."""


class Folding:
    """Knows some words, statuses and exit codes, and folds texts."""

    def __init__(self, stems: Iterable[str]) -> None:
        said = (stem.removeprefix(PREFIXES[Kind.FAILURE]) for stem in stems)
        known = {stem for stem in said if stem.isascii() and stem.isalnum()}
        self._known = Hashed((form.encode(), 0) for word in known for form in words.forms(word))
        self._roots = Hashed((word[:ROOT].encode(), 0) for word in known if len(word) >= ROOT)

    def fold(self, texts: Sequence[bytes]) -> list[bytes]:
        """Return the folded texts."""
        folded: list[bytes] = []
        for _, block in blocks.of(texts):
            folded += self._folded(block).split(b"\n")[1:-1]
        return folded

    def _folded(self, block: bytes) -> bytes:
        stretches = Stretches(block)
        lengths = stretches.ends - stretches.starts
        is_word, known = self._known_words(stretches)
        numbered = self._numbered(stretches)
        dropped = numbered & ~(known & (lengths >= LEAST_BESIDE_DIGITS))
        names = np.flatnonzero(is_word & ~known & ~numbered & (lengths > 1))
        numbers = np.flatnonzero(dropped & ~np.append(False, dropped[:-1]))

        written = stretches.bytes.copy()
        written[stretches.starts[names]] = np.where(stretches.classes[names] == CAPITAL, CAPITAL_NAME, SMALL_NAME)
        written[stretches.starts[numbers]] = NUMBER
        dropped[names] = True
        kept = np.repeat(~dropped, lengths)
        kept[stretches.starts[names]] = kept[stretches.starts[numbers]] = True
        return np.compress(kept, written).tobytes()

    def _known_words(self, stretches: Stretches) -> tuple[Bools, Bools]:
        """Tell which stretches are words, and which of these are known, in any form or by their root."""
        starts, ends = stretches.starts[stretches.words], stretches.ends[stretches.words]
        of_words = self._known.knows(stretches.hashes(starts, ends))
        maybe = np.flatnonzero(~of_words & (ends - starts >= ROOT))
        of_words[maybe] = self._roots.knows(stretches.hashes(starts[maybe], starts[maybe] + ROOT))
        of_words[stretches.after_backslash()] = True
        is_word = np.zeros(len(stretches.starts), dtype=np.bool_)
        known = is_word.copy()
        is_word[stretches.words] = True
        known[stretches.words] = of_words
        return is_word, known

    def _numbered(self, stretches: Stretches) -> Bools:
        """Tell which stretches belong to words with digits, apart from known ones such as `s3`."""
        is_between = stretches.classes == OTHER
        between = np.flatnonzero(is_between)
        having = np.logical_or.reduceat(stretches.classes == DIGIT, between)
        numbers = np.flatnonzero(having)
        starts, ends = stretches.ends[between[numbers]], stretches.starts[between[numbers + 1]]
        having[numbers] = ~self._known.knows(stretches.hashes(starts, ends))
        numbered: Bools = np.repeat(having, np.diff(between, append=len(is_between))) & ~is_between
        return numbered
