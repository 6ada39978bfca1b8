"""Words by number, and where they stand in blocks of bytes, in whatever form."""

from collections.abc import Iterable

import numpy as np

from knowledge.matching.arrays import Ints
from knowledge.scanning import quotable
from knowledge.scanning.hashed import Hashed
from knowledge.scanning.runs import Runs


class WordList:
    """Stems, numbered as they come."""

    def __init__(self, stems: Iterable[str]) -> None:
        numbers = {stem: number for number, stem in enumerate(stems)}
        self._hashed = Hashed((form, number) for stem, number in numbers.items() for form in quotable.forms(stem))
        self._foreign = {stem: number for stem, number in numbers.items() if not stem.isascii()}
        self._lengths = sorted({len(stem) for stem in self._foreign})

    def find(self, block: bytes, found: Runs) -> tuple[Ints, Ints]:
        """Return which lines of a block, whose runs were found, hold which words; some of them more than once."""
        at, numbers = self._hashed.find(found.hashes)
        foreign_lines, foreign = self._foreign_in(block)
        return np.concatenate([found.lines(at), foreign_lines]), np.concatenate([numbers, foreign])

    def _foreign_in(self, block: bytes) -> tuple[Ints, Ints]:
        """Return lines and words in other letters than ASCII's; Korean ones may stand inside others."""
        found: list[tuple[int, int]] = []
        if self._foreign and not block.isascii():
            for line, text in enumerate(block.decode("utf-8", "replace").lower().split("\n")[1:-1]):
                if not text.isascii():
                    found += [(line, self._foreign[word]) for word in self._foreign_words(text)]
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def _foreign_words(self, text: str) -> set[str]:
        stretches = {text[at : at + length] for length in self._lengths for at in range(len(text) - length + 1)}
        return stretches & self._foreign.keys()
