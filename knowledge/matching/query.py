"""A paste in the numbers of one index: which word stands in which window of lines, and what it weighs there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

STRANGE_NAME = 0.4
"""What a name that the index does not know counts for beside one that it knows: hosts and users are values."""

LONGEST_CUT_KNOWN = 3
"""A known word up to this length at the end of a line may still be the beginning of a longer one."""

NOTHING = -1
"""Stands for the word before a line's first."""


@dataclass(frozen=True, slots=True)
class CutWord:
    """The end of a line that may be a word cut short: the ranks of the words that begin so, and the word before."""

    line: int
    first_rank: int
    last_rank: int
    before: int
    column: int | None


@dataclass(frozen=True, slots=True)
class Query:
    """A paste against one state of the index.

    Columns are the distinct words of the paste in rising order of their number, unknown words last; rows are windows.
    `factors` holds what the word counts for in the window, 0 where it is absent.
    """

    numbers: NDArray[np.int64]
    weights: NDArray[np.float32]
    known: int
    forms: NDArray[np.int64]
    anywhere: NDArray[np.int64]
    factors: NDArray[np.float32]
    window_weights: NDArray[np.float32]
    windows: Sequence[tuple[int, ...]]
    line_in_window: NDArray[np.float32]
    pairs: NDArray[np.int64]
    pair_in_window: NDArray[np.float32]
    line_numbers: NDArray[np.int64]
    line_of: NDArray[np.int64]
    pair_line_of: NDArray[np.int64]
    pair_flat: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    spoken: float
    cut_words: Sequence[CutWord]


def pair_keys(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each two neighbouring words."""
    return (first << np.int64(32)) | second


def build(paste: Paste, lexicon: Lexicon) -> Query | None:
    """Return the query for a paste; None when no line of it holds a word."""
    if not paste.words:
        return None
    flat, strange = _numbered(paste.words, lexicon)
    lengths = np.array([len(line.said.stems) for line in paste.words])
    line_of = np.repeat(np.arange(len(lengths)), lengths)
    roles = np.fromiter((role for line in paste.words for role in line.said.roles), dtype=np.int64, count=len(flat))
    numbers, columns = np.unique(flat, return_inverse=True)
    known = int(np.searchsorted(numbers, len(lexicon.weights)))
    weights = np.concatenate([lexicon.weights[numbers[:known]], np.array(strange, dtype=np.float32)])

    in_line = np.zeros((len(lengths), len(numbers)), dtype=np.float32)
    in_line[line_of, columns] = FACTORS[roles] * np.where((columns >= known) & (roles != Role.WORD), STRANGE_NAME, 1.0)
    factors = _over_windows(in_line)
    pair_flat, pair_line_of = _pairs(flat, line_of, (columns < known) | (roles == Role.WORD), len(lexicon.weights))
    pairs, pair_columns = np.unique(pair_flat, return_inverse=True)
    pair_in_line = np.zeros((len(lengths), len(pairs)), dtype=np.float32)
    pair_in_line[pair_line_of, pair_columns] = 1.0
    around = {lexicon.numbers[word] for word in paste.around if word in lexicon.numbers}
    return Query(
        numbers=numbers,
        weights=weights,
        known=known,
        forms=_forms(paste.words, columns, len(numbers)),
        anywhere=np.union1d(numbers[:known], np.array(sorted(around), dtype=np.int64)),
        factors=factors,
        window_weights=factors @ weights,
        windows=_windows(len(lengths)),
        line_in_window=_over_windows(np.eye(len(lengths), dtype=np.float32)),
        pairs=pairs,
        pair_in_window=_over_windows(pair_in_line),
        line_numbers=flat,
        line_of=line_of,
        pair_line_of=pair_line_of,
        pair_flat=pair_flat,
        firsts=flat[np.cumsum(lengths) - lengths],
        lasts=flat[np.cumsum(lengths) - 1],
        spoken=paste.spoken,
        cut_words=_cut_words(paste.words, lexicon, flat, line_of, columns),
    )


def _numbered(lines: Sequence[WordsOfLine], lexicon: Lexicon) -> tuple[NDArray[np.int64], list[float]]:
    """Number all words; unknown ones get numbers beyond the lexicon's, and a weight each."""
    numbers = lexicon.numbers
    beyond = len(lexicon.weights)
    unknown: dict[str, int] = {}
    flat: list[int] = []
    for line in lines:
        for word in line.said.stems:
            number = numbers.get(word, beyond)
            if number >= beyond:
                number = beyond + unknown.setdefault(word, len(unknown))
            flat.append(number)
    return np.array(flat, dtype=np.int64), [lexicon.strange_weight(word) for word in unknown]


def _pairs(
    flat: NDArray[np.int64], line_of: NDArray[np.int64], kept: NDArray[np.bool_], beyond: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of neighbouring known words and their lines; names that nobody knows do not part neighbours."""
    numbers, lines = flat[kept], line_of[kept]
    neighbours = (lines[1:] == lines[:-1]) & (numbers[1:] < beyond) & (numbers[:-1] < beyond)
    return pair_keys(numbers[:-1][neighbours], numbers[1:][neighbours]), lines[1:][neighbours]


def _forms(lines: Sequence[WordsOfLine], columns: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the forms in which each word occurs, as bits."""
    bits = np.fromiter((1 << form for line in lines for form in line.said.forms), dtype=np.int64, count=len(columns))
    found = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(found, columns, bits)
    return found


def _over_windows(in_line: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stack the rows of each window, in the order of `_windows`: a window has what one of its lines has."""
    stacked = [in_line]
    for _ in range(1, WIDEST_WINDOW):
        widest = stacked[-1]
        if len(widest) < 2:
            break
        stacked.append(np.maximum(widest[:-1], in_line[len(in_line) - len(widest) + 1 :]))
    if WIDEST_WINDOW < len(in_line) <= WHOLE_PASTE:
        stacked.append(in_line.max(axis=0, keepdims=True))
    return np.concatenate(stacked)


def _windows(lines: int) -> tuple[tuple[int, ...], ...]:
    found = [
        tuple(range(start, start + width))
        for width in range(1, WIDEST_WINDOW + 1)
        for start in range(lines - width + 1)
    ]
    if WIDEST_WINDOW < lines <= WHOLE_PASTE:
        found.append(tuple(range(lines)))
    return tuple(found)


def _cut_words(
    lines: Sequence[WordsOfLine],
    lexicon: Lexicon,
    flat: NDArray[np.int64],
    line_of: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> list[CutWord]:
    """Return the ends of lines that may be words cut short: unknown ones and very short ones."""
    found = []
    ends = np.flatnonzero(np.append(line_of[1:] != line_of[:-1], True))
    for index, (end, line) in enumerate(zip(ends.tolist(), lines, strict=True)):
        is_word = len(line.fragment) > 1
        known = is_word and flat[end] < len(lexicon.weights)
        if not line.fragment or (known and len(line.fragment) > LONGEST_CUT_KNOWN):
            continue
        first, last = lexicon.ranks_beginning_with(line.fragment)
        before = end - is_word
        if first < last:
            word = int(flat[before]) if before >= 0 and line_of[before] == index else NOTHING
            found.append(CutWord(index, first, last, word, int(columns[end]) if is_word else None))
    return found
