"""Which texts may quote a signature, told a thousand times as fast as judging them.

A signature is quoted when a text says half of it by weight (evidence.py), or meets its pattern. A text says at most
what all its words together say: wherever they stand, in whatever form, whether they belong to its message or not. When
that is less than half of every signature, nothing can be quoted. So no text that the matcher would answer by a
signature is passed over; what is left, the matcher judges.

The texts are read as they stand, before anything is cleaned away, and all at once. Most hold none of the words without
which no signature comes to its half, the rarest of each. Patterns are looked for in the text as it stands; one that is
met only after the fields of a record have changed places is found by its words.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.evidence import QUOTED
from knowledge.matching.paste import Paste
from knowledge.matching.pieces import Piece
from knowledge.matching.query import NOTHING
from knowledge.matching.vocabulary import Lexicon
from knowledge.scanning import bare, blocks, expressions, quotable, runs
from knowledge.scanning.expressions import Expressions
from knowledge.scanning.hashed import Hashed
from knowledge.scanning.lists import Lists
from knowledge.scanning.quotable import ROUNDING, Clue
from knowledge.scanning.wordlist import WordList

CELLS_AT_ONCE = 1 << 17
"""Cells of the table of texts and signatures that are added up at once."""


class Said(NamedTuple):
    """What a paste may say of a signature: the weight of its words, and whether some of them are cut short."""

    weight: float
    cut: bool


class Quotations(NamedTuple):
    """What texts may say of signatures: text `texts[i]` says at most `said[i]` nats of signature `clues[i]`.

    Of these, words that may be cut short say `cut[i]`. Signatures have their numbers among those of the sieve.
    """

    texts: Ints
    clues: Ints
    said: Floats
    cut: Floats

    def among(self, some: slice | Bools) -> "Quotations":
        """Return some of these."""
        return Quotations(self.texts[some], self.clues[some], self.said[some], self.cut[some])

    def moved(self, by: int) -> "Quotations":
        """Return the same of texts whose numbers are higher."""
        return self._replace(texts=self.texts + by)


NO_QUOTATIONS = Quotations(*np.zeros((2, 0), dtype=np.int64), *np.zeros((2, 0)))


class Sieve:
    """Tells of texts, as bytes, whether they may quote a signature of some pieces of an index."""

    def __init__(self, pieces: Sequence[Piece], lexicon: Lexicon) -> None:
        located = list(quotable.signatures(pieces, lexicon))
        signatures = [signature for _, signature in located]
        weights = quotable.weights(signatures)
        beginnings = quotable.weights_of_beginnings(signatures, lexicon)
        numbers = {word: number for number, word in enumerate(weights)}
        telling = {word for signature in signatures for word in quotable.telling(signature)}
        self.clues = [clue for clue, _ in located]
        self._bars = np.array([QUOTED * quotable.weight(signature) for signature in signatures]) - ROUNDING
        self._numbers = numbers
        self._is_telling = np.array([word in telling for word in weights] + [True] * len(beginnings), dtype=np.bool_)
        self._before = np.array([numbers.get(before, NOTHING) for _, before in beginnings], dtype=np.int64)
        self._weights = Lists([list(row.items()) for row in (*weights.values(), *beginnings.values())])
        self._words = WordList(weights)
        self._beginnings = Hashed((start.encode(), number) for number, (start, _) in enumerate(beginnings))
        self._rows_of_beginnings: dict[str, list[int]] = {}
        for row, (start, _) in enumerate(beginnings):
            self._rows_of_beginnings.setdefault(start, []).append(row)
        self._patterns = Expressions(
            sorted({expressions.expression(one) for piece in pieces for one in piece.patterns.signatures})
        )

    def meeting(self, lines: bytes) -> set[int]:
        """Return which lines may meet a pattern, counted from 0; what a message breaks into lines is read as one."""
        block = bare.bare(lines)
        met = set(self._patterns.lines_of(block))
        if bare.ESCAPED_BLANK.search(block) is not None:
            alone = block.split(b"\n")
            broken = [at for at, line in enumerate(alone) if b"\\" in line]
            block = bare.ESCAPED_BLANK.sub(b"\r", b"\n".join([alone[at] for at in broken]))
            met.update(broken[at] for at in self._patterns.lines_of(block))
        return met

    def patterns_met(self, text: bytes) -> bytes:
        """Return which patterns a text meets, as bytes that differ where they do; empty where it meets none."""
        plain = bare.bare(blocks.lines([text]))
        met = set(self._patterns.met(plain))
        if bare.ESCAPED_BLANK.search(plain):
            met.update(self._patterns.met(bare.ESCAPED_BLANK.sub(b"\r", plain)))
        return b"".join(b"\n%d" % number for number in sorted(met))

    def quoting(self, texts: Sequence[bytes]) -> Quotations:
        """Return which texts may say half of which signatures, in the order of the texts."""
        found = [
            self._quoting(bare.bare(block)).moved(first)
            for first, block in blocks.of([bare.stripped(text) for text in texts])
        ]
        return Quotations(*map(np.concatenate, zip(*found, strict=True))) if found else NO_QUOTATIONS

    def _quoting(self, block: bytes) -> Quotations:
        """Return which lines of a block may say half of which signatures."""
        lines, numbers = self._words_in(block)
        is_promising = np.zeros(block.count(b"\n") - 1, dtype=np.bool_)
        is_promising[lines[self._is_telling[numbers]]] = True
        of_promising = is_promising[lines]
        promising = np.flatnonzero(is_promising)
        rows, numbers = np.searchsorted(promising, lines[of_promising]), numbers[of_promising]
        found = [NO_QUOTATIONS]
        step = max(1, CELLS_AT_ONCE // max(1, len(self._bars)))
        for first in range(0, len(promising), step):
            here = slice(*np.searchsorted(rows, (first, first + step)))
            found.append(self._half_said(rows[here] - first, numbers[here], promising[first : first + step]))
        return Quotations(*map(np.concatenate, zip(*found, strict=True)))

    def _half_said(self, rows: Ints, numbers: Ints, lines: Ints) -> Quotations:
        """Return what is said by lines of which each holds the words with the number of its row."""
        said = self._weight_said(rows, numbers, len(lines))
        at, clues = np.nonzero(said >= self._bars)
        cut = numbers >= len(self._numbers)
        of_cut = self._weight_said(rows[cut], numbers[cut], len(lines))[at, clues] if cut.any() else np.zeros(len(at))
        return Quotations(lines[at], clues, said[at, clues], of_cut)

    def half_said(self, read: Paste) -> dict[Clue, Said]:
        """Return the signatures of which the messages of a paste, apart from what surrounds them, may say half."""
        said = {self._numbers.get(stem, NOTHING) for line in read.words for stem in line.said.stems} - {NOTHING}
        cut = {row for line in read.words for row in self._rows_of_beginnings.get(line.fragment, ())}
        possible = {len(self._numbers) + row for row in cut if self._before[row] in {NOTHING, *said}}
        rows = np.array([*sorted(said), *sorted(possible)], dtype=np.int64)
        if not self._is_telling[rows].any():
            return {}
        whole, beginnings = self._weight_said(np.repeat([0, 1], [len(said), len(possible)]), rows, 2)
        weights = whole + beginnings
        return {
            self.clues[at]: Said(float(weights[at]), cut=bool(beginnings[at] > 0))
            for at in np.flatnonzero(weights >= self._bars).tolist()
        }

    def _words_in(self, block: bytes) -> tuple[Ints, Ints]:
        """Return the signatures' words that a block holds, each once a line: in which line, and which word."""
        found = runs.find(block)
        lines, numbers = self._words.find(block, found)
        keys = np.unique(lines * len(self._weights) + numbers)
        ends = np.flatnonzero(found.at_end)
        at_ends, beginnings = self._beginnings.find(found.hashes[ends])
        lines_of_ends = found.lines(ends[at_ends])
        keys = np.union1d(keys, self._possible(lines_of_ends * len(self._weights), beginnings, keys))
        return np.divmod(keys, len(self._weights))

    def _possible(self, lines: Ints, beginnings: Ints, keys: Ints) -> Ints:
        """Return the keys of the beginnings before which their line says what their signature says before them."""
        before = self._before[beginnings]
        possible = (before == NOTHING) | np.isin(lines + before, keys)
        found: Ints = (lines + len(self._numbers) + beginnings)[possible]
        return found

    def _weight_said(self, lines: Ints, numbers: Ints, count: int) -> Floats:
        """Return what the words of each of `count` lines weigh in each signature: a row for each line."""
        at, signatures, weights = self._weights.of(numbers)
        cells = lines[at] * len(self._bars) + signatures
        said = np.bincount(cells, weights, minlength=count * len(self._bars))
        table: Floats = said.astype(np.float64, copy=False).reshape(count, len(self._bars))
        return table
