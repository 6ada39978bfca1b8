"""A paste in the numbers of one index: which word stands in which window of lines, and what it weighs there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.paste import Paste, WordsOfLine
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

WIDEST_WINDOW = 3
"""An error rarely spreads over more neighbouring lines than message, cause and hint."""

WHOLE_PASTE = 12
"""Up to how many lines a paste is also compared as a whole, as people's descriptions need it."""

FACTORS = np.zeros(len(Role), dtype=np.float32)
"""What a word counts for by its role. What surrounds a message is compared apart from it."""
FACTORS[[Role.WORD, Role.NAME, Role.PATH, Role.SYSTEM]] = [1.0, 0.7, 0.35, 0.45]

TYPICAL_MASS = 14.0
"""Weight in nats of two or three telling words; a multiple of it is a full message, after which more adds little."""

STRANGE_NAME = 0.4
"""What a name that the index does not know counts for beside one that it knows: hosts and users are values."""

LONGEST_CUT_KNOWN = 3
"""A known word up to this length at the end of a line may still be the beginning of a longer one."""

NOTHING = -1
"""Stands for the word before a line's first."""


@dataclass(frozen=True, slots=True)
class CutWords:
    """Ends of lines that may be words cut short: line, ranks of the words that begin so, the word before, column."""

    lines: Ints
    first_ranks: Ints
    last_ranks: Ints
    before: Ints
    columns: Ints

    def __len__(self) -> int:
        """Return how many ends there are."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Query:
    """A paste against one state of the index.

    Columns are the distinct words of the paste in rising order of their number, unknown words last. Rows of `factors`,
    `pair_in_window` and `line_in_window` are windows: `window` says which. A factor is what the word counts for there,
    0 where it is absent. `flat` and `line_of` are all words as they follow one another, and their lines. `spoken` says
    how far the paste is prose, `brevity` how little it says, in (0, 1].
    """

    numbers: Ints
    weights: Floats
    known: int
    forms: Ints
    anywhere: Ints
    flat: Ints
    line_of: Ints
    firsts: Ints
    lasts: Ints
    factors: Floats
    window_weights: Floats
    line_in_window: Bools
    pairs: Ints
    pair_in_window: Bools
    pair_flat: Ints
    pair_line_of: Ints
    cut_words: CutWords
    spoken: float
    brevity: float

    @property
    def lines(self) -> int:
        """How many lines are compared."""
        return len(self.firsts)

    def window(self, first: Ints, last: Ints) -> Ints:
        """Return the rows of the windows that reach from one line to another, or as far as the paste and windows do."""
        first, last = np.maximum(first, 0), np.minimum(last, self.lines - 1)
        width = last - first
        row: Ints = width * self.lines - width * (width - 1) // 2 + first
        return row

    @property
    def whole(self) -> int | None:
        """Row of the window of all lines; None where they are too many."""
        return len(self.factors) - 1 if WIDEST_WINDOW < self.lines <= WHOLE_PASTE else None

    def lines_of_window(self, row: int) -> tuple[int, ...]:
        """Return the lines of a window."""
        if row == self.whole:
            return tuple(range(self.lines))
        width = 0
        while row >= self.lines - width:
            row -= self.lines - width
            width += 1
        return tuple(range(row, row + width + 1))


def pair_keys(first: Ints, second: Ints) -> Ints:
    """Return one number for each two neighbouring words."""
    return (first << np.int64(32)) | second


def build(paste: Paste, lexicon: Lexicon) -> Query | None:
    """Return the query for a paste; None when no line of it holds a word."""
    if not paste.words:
        return None
    beyond = len(lexicon.weights)
    flat, strange = _numbered(paste.words, lexicon)
    lengths = np.array([len(line.said.stems) for line in paste.words])
    line_of = np.repeat(np.arange(len(lengths)), lengths)
    roles = np.array([role for line in paste.words for role in line.said.roles])
    numbers, columns = np.unique(flat, return_inverse=True)
    known = int(np.searchsorted(numbers, beyond))
    weights = np.concatenate([lexicon.weights[numbers[:known]], strange])
    strange_name = (columns >= known) & (roles != Role.WORD)

    in_line = np.zeros((len(lengths), len(numbers)), dtype=np.float32)
    in_line[line_of, columns] = FACTORS[roles] * np.where(strange_name, STRANGE_NAME, 1.0)
    factors = _over_windows(in_line)
    pair_flat, pair_line_of = _pairs(flat, line_of, ~strange_name, beyond)
    pairs, pair_columns = np.unique(pair_flat, return_inverse=True)
    pair_in_line = np.zeros((len(lengths), len(pairs)), dtype=np.bool_)
    pair_in_line[pair_line_of, pair_columns] = True
    around = {number for number in map(lexicon.numbers.get, paste.around) if number is not None and number < beyond}
    ends = np.cumsum(lengths)
    return Query(
        numbers=numbers,
        weights=weights,
        known=known,
        forms=_forms(paste.words, columns, len(numbers)),
        anywhere=np.array(sorted(around.union(numbers[:known].tolist())), dtype=np.int64),
        flat=flat,
        line_of=line_of,
        firsts=flat[ends - lengths],
        lasts=flat[ends - 1],
        factors=factors,
        window_weights=np.einsum("ij,j->i", factors, weights),
        line_in_window=_over_windows(np.eye(len(lengths), dtype=np.bool_)),
        pairs=pairs,
        pair_in_window=_over_windows(pair_in_line),
        pair_flat=pair_flat,
        pair_line_of=pair_line_of,
        cut_words=_cut_words(paste.words, lexicon, flat, columns, ends),
        spoken=paste.spoken,
        brevity=float(np.exp(-(weights @ factors[: len(lengths)].max(axis=0)) / TYPICAL_MASS)),
    )


def _numbered(lines: Sequence[WordsOfLine], lexicon: Lexicon) -> tuple[Ints, Floats]:
    """Number all words; unknown ones get numbers beyond the lexicon's, and a weight each."""
    beyond = len(lexicon.weights)
    known = lexicon.numbers.get
    words = [word for line in lines for word in line.said.stems]
    flat = [known(word, beyond) for word in words]
    unknown: dict[str, int] = {}
    for index, number in enumerate(flat):
        if number >= beyond:
            flat[index] = beyond + unknown.setdefault(words[index], len(unknown))
    return np.array(flat, dtype=np.int64), lexicon.strange_weights(unknown)


def _pairs(flat: Ints, line_of: Ints, kept: Bools, beyond: int) -> tuple[Ints, Ints]:
    """Return the pairs of neighbouring known words and their lines; names that nobody knows do not part neighbours."""
    numbers, lines = flat[kept], line_of[kept]
    neighbours = (lines[1:] == lines[:-1]) & (numbers[1:] < beyond) & (numbers[:-1] < beyond)
    return pair_keys(numbers[:-1][neighbours], numbers[1:][neighbours]), lines[1:][neighbours]


def _forms(lines: Sequence[WordsOfLine], columns: Ints, count: int) -> Ints:
    """Return the forms in which each word occurs, as bits."""
    bits = np.fromiter((1 << form for line in lines for form in line.said.forms), dtype=np.int64, count=len(columns))
    found = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(found, columns, bits)
    return found


def _over_windows(in_line: NDArray[Any]) -> NDArray[Any]:
    """Stack what each window has, which is what one of its lines has: windows of one line first, then of two…"""
    stacked = [in_line]
    while len(stacked) < WIDEST_WINDOW and len(stacked[-1]) > 1:
        widest = stacked[-1]
        stacked.append(np.maximum(widest[:-1], in_line[len(in_line) - len(widest) + 1 :]))
    if WIDEST_WINDOW < len(in_line) <= WHOLE_PASTE:
        stacked.append(in_line.max(axis=0, keepdims=True))
    return np.concatenate(stacked)


def _cut_words(lines: Sequence[WordsOfLine], lexicon: Lexicon, flat: Ints, columns: Ints, ends: Ints) -> CutWords:
    """Return the ends of lines that may be words cut short: unknown ones and very short ones."""
    found: list[tuple[int, int, int, int, int]] = []
    for index, line in enumerate(lines):
        end = int(ends[index]) - 1
        is_word = len(line.fragment) > 1
        known = is_word and flat[end] < len(lexicon.weights)
        if not line.fragment or (known and len(line.fragment) > LONGEST_CUT_KNOWN):
            continue
        first, last = lexicon.ranks_beginning_with(line.fragment)
        if first < last:
            has_before = len(line.said.stems) > is_word
            before = int(flat[end - is_word]) if has_before else NOTHING
            found.append((index, first, last, before, int(columns[end]) if is_word else NOTHING))
    return CutWords(*np.array(found, dtype=np.int64).reshape(-1, 5).T)
