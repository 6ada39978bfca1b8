"""A paste in the numbers of one index: which word stands in which window of lines, and what it weighs there."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from knowledge.matching import windows
from knowledge.matching.arrays import Bools, Bytes, Floats, Ints
from knowledge.matching.paste import Paste, WordsOfLine
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.windows import Windows
from knowledge.matching.words import Role

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

    Columns are the distinct words of the paste in rising order of their number, unknown words last; `columns` are those
    of the words that stand `anywhere`, `NOTHING` for one that only stands around the messages. Rows of `factors` and
    `pair_in_window` are `windows`. A factor is what the word counts for there, 0 where it is absent. `flat` and
    `line_of` are all words as they follow one another, and their lines. `spoken` says how far the paste is prose,
    `brevity` how little it says, in (0, 1].
    """

    numbers: Ints
    weights: Floats
    forms: Ints
    anywhere: Ints
    columns: Ints
    flat: Ints
    line_of: Ints
    firsts: Ints
    lasts: Ints
    windows: Windows
    factors: Floats
    window_weights: Floats
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
    roles = np.frombuffer(b"".join([line.said.roles for line in paste.words]), dtype=np.uint8)
    forms = np.frombuffer(b"".join([line.said.forms for line in paste.words]), dtype=np.uint8)
    numbers, columns = _distinct(flat)
    known = int(np.searchsorted(numbers, beyond))
    weights = np.concatenate([lexicon.weights[numbers[:known]], strange])
    strange_name = (columns >= known) & (roles != Role.WORD)

    in_line = np.zeros((len(lengths), len(numbers)), dtype=np.float32)
    in_line[line_of, columns] = FACTORS[roles] * np.where(strange_name, STRANGE_NAME, 1.0)
    of_paste = windows.over(len(lengths))
    factors = of_paste.of(in_line)
    pair_flat, pair_line_of = _pairs(flat, line_of, strange_name, roles == Role.NAME, beyond)
    pairs, pair_columns = _distinct(pair_flat)
    pair_in_line = np.zeros((len(lengths), len(pairs)), dtype=np.bool_)
    pair_in_line[pair_line_of, pair_columns] = True
    anywhere, columns_anywhere = _anywhere(numbers[:known], paste.around, lexicon)
    ends = np.cumsum(lengths)
    return Query(
        numbers=numbers,
        weights=weights,
        forms=_forms(forms, columns, len(numbers)),
        anywhere=anywhere,
        columns=columns_anywhere,
        flat=flat,
        line_of=line_of,
        firsts=flat[ends - lengths],
        lasts=flat[ends - 1],
        windows=of_paste,
        factors=factors,
        window_weights=np.einsum("ij,j->i", factors, weights),
        pairs=pairs,
        pair_in_window=of_paste.of(pair_in_line),
        pair_flat=pair_flat,
        pair_line_of=pair_line_of,
        cut_words=_cut_words(paste.words, lexicon, flat, columns, ends),
        spoken=paste.spoken,
        brevity=float(np.exp(-(weights @ in_line.max(axis=0)) / TYPICAL_MASS)),
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


def _distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Return the distinct ones of a few dozen numbers in rising order, and the column of each there.

    `numpy.unique` takes twice as long for so few.
    """
    distinct = np.array(sorted(set(numbers.tolist())), dtype=np.int64)
    return distinct, np.searchsorted(distinct, numbers)


def _anywhere(said: Ints, around: Set[str], lexicon: Lexicon) -> tuple[Ints, Ints]:
    """Return the known words that are said or stand around what is said, and their columns."""
    numbers = {number for number in map(lexicon.numbers.get, around) if number is not None}
    beside = [number for number in numbers.difference(said.tolist()) if number < len(lexicon.weights)]
    if not beside:
        return said, np.arange(len(said))
    anywhere = np.concatenate([said, np.array(beside, dtype=np.int64)])
    order = np.argsort(anywhere)
    return anywhere[order], np.where(order < len(said), order, NOTHING)


def _pairs(flat: Ints, line_of: Ints, strange_name: Bools, name: Bools, beyond: int) -> tuple[Ints, Ints]:
    """Return the pairs of neighbouring known words and their lines.

    Names that nobody knows do not part neighbours; nor do other names, which are neighbours themselves.
    """
    kept, telling = np.flatnonzero(~strange_name), np.flatnonzero(~name)
    apart = np.diff(telling) > 1
    first = np.concatenate([kept[:-1], telling[:-1][apart]])
    second = np.concatenate([kept[1:], telling[1:][apart]])
    neighbours = (line_of[first] == line_of[second]) & (flat[first] < beyond) & (flat[second] < beyond)
    first, second = first[neighbours], second[neighbours]
    return pair_keys(flat[first], flat[second]), line_of[second]


def _forms(forms: Bytes, columns: Ints, count: int) -> Ints:
    """Return the forms in which each word occurs, as bits."""
    found = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(found, columns, np.int64(1) << forms)
    return found


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
