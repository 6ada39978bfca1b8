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
FACTORS[[Role.WORD, Role.NAME, Role.PATH]] = [1.0, 0.7, 0.35]

LONGEST_CUT_KNOWN = 3
"""A known word up to this length at the end of a line may still be the beginning of a longer one."""


@dataclass(frozen=True, slots=True)
class CutWord:
    """The last word of a line, which may have lost its end: the numbers of the words that begin like it (by rank)."""

    first_rank: int
    last_rank: int
    before: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Query:
    """A paste against one state of the index.

    Columns are the distinct words of the paste in rising order of their number, unknown words last; rows are windows.
    `factors` holds what the word counts for in the window, 0 where it is absent.
    """

    numbers: NDArray[np.int64]
    weights: NDArray[np.float32]
    known: int
    anywhere: NDArray[np.int64]
    factors: NDArray[np.float32]
    window_weights: NDArray[np.float32]
    windows: Sequence[tuple[int, ...]]
    pairs: NDArray[np.int64]
    pair_in_window: NDArray[np.float32]
    line_numbers: NDArray[np.int64]
    line_of: NDArray[np.int64]
    pair_line_of: NDArray[np.int64]
    pair_flat: NDArray[np.int64]
    cut_words: Sequence[CutWord]


def pair_keys(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each two neighbouring words."""
    return (first << np.int64(32)) | second


def build(paste: Paste, lexicon: Lexicon) -> Query | None:
    """Return the query for a paste; None when no line of it holds a word."""
    if not paste.words:
        return None
    flat, strange = _numbered(paste.words, lexicon)
    lengths = np.array([len(line.words) for line in paste.words])
    line_of = np.repeat(np.arange(len(lengths)), lengths)
    roles = np.fromiter((role for line in paste.words for role in line.roles), dtype=np.int64, count=len(flat))
    numbers, columns = np.unique(flat, return_inverse=True)
    known = int(np.searchsorted(numbers, len(lexicon.weights)))
    weights = np.concatenate([lexicon.weights[numbers[:known]], np.array(strange, dtype=np.float32)])

    in_line = np.zeros((len(lengths), len(numbers)), dtype=np.float32)
    in_line[line_of, columns] = FACTORS[roles]
    factors = _over_windows(in_line)
    neighbours = (line_of[1:] == line_of[:-1]) & (flat[1:] < len(lexicon.weights)) & (flat[:-1] < len(lexicon.weights))
    pair_flat = pair_keys(flat[:-1][neighbours], flat[1:][neighbours])
    pairs, pair_columns = np.unique(pair_flat, return_inverse=True)
    pair_in_line = np.zeros((len(lengths), len(pairs)), dtype=np.float32)
    pair_in_line[line_of[1:][neighbours], pair_columns] = 1.0
    around = {lexicon.numbers[word] for word in paste.around if word in lexicon.numbers}
    return Query(
        numbers=numbers,
        weights=weights,
        known=known,
        anywhere=np.union1d(numbers[:known], np.array(sorted(around), dtype=np.int64)),
        factors=factors,
        window_weights=factors @ weights,
        windows=_windows(len(lengths)),
        pairs=pairs,
        pair_in_window=_over_windows(pair_in_line),
        line_numbers=flat,
        line_of=line_of,
        pair_line_of=line_of[1:][neighbours],
        pair_flat=pair_flat,
        cut_words=_cut_words(paste.words, lexicon, flat, line_of, columns),
    )


def _numbered(lines: Sequence[WordsOfLine], lexicon: Lexicon) -> tuple[NDArray[np.int64], list[float]]:
    """Number all words; unknown ones get numbers beyond the lexicon's, and a weight each."""
    numbers = lexicon.numbers
    beyond = len(lexicon.weights)
    unknown: dict[str, int] = {}
    flat: list[int] = []
    for line in lines:
        for word in line.words:
            number = numbers.get(word, beyond)
            if number >= beyond:
                number = beyond + unknown.setdefault(word, len(unknown))
            flat.append(number)
    return np.array(flat, dtype=np.int64), [lexicon.strange_weight(word) for word in unknown]


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
    """Return the last words of lines that may be cut: unknown ones and very short ones, after a known word."""
    found = []
    ends = np.flatnonzero(np.append(line_of[1:] != line_of[:-1], True))
    for index, (end, line) in enumerate(zip(ends.tolist(), lines, strict=True)):
        word = line.words[-1]
        if not line.ends_in_word or len(line.words) < 2:
            continue
        if flat[end] < len(lexicon.weights) and len(word) > LONGEST_CUT_KNOWN:
            continue
        first, last = lexicon.ranks_beginning_with(word)
        if first < last:
            found.append(CutWord(first, last, int(flat[end - 1]), index, int(columns[end])))
    return found
