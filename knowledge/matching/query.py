"""A paste in the numbers of one index: which word stands in which window of lines, and what it weighs there."""

from collections.abc import Iterable, Sequence, Set
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.matching import windows
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.paste import Paste, WordsOfLine
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.windows import LINE, LineSets, Windows
from knowledge.matching.words import Form, Role

FACTORS = np.zeros(len(Role), dtype=np.float32)
"""What a word counts for by its role. What surrounds a message is compared apart from it."""
FACTORS[[Role.WORD, Role.NAME, Role.PATH, Role.SYSTEM, Role.SYLLABLES]] = [1.0, 0.7, 0.35, 0.45, 0.35]

TYPICAL_MASS = 14.0
"""Weight in nats of two or three telling words; a multiple of it is a full message, after which more adds little."""

STRANGE_NAME = 0.4
"""What a name that the index does not know counts for beside one that it knows: hosts and users are values."""

LONGEST_CUT_KNOWN = 3
"""A known word up to this length at the end of a line may still be the beginning of a longer one."""

OTHER_FORM = 0.75
"""What a word in another form is worth: `failures` for `failure`, "receiving" for "received"."""

LAST_PAIR = np.iinfo(np.int64).max
"""Stands for a pair that is none and comes after all others."""

NOTHING = -1
"""Stands for the word before a line's first."""

AROUND = -1
"""The place of a word that only stands around the messages of a paste."""

PLAIN, NAME = int(Role.WORD), int(Role.NAME)
"""Plain numbers, which arrays are compared with four times as fast as with members of an enumeration."""
STRANGE = 8
FACTORS_OF_ALL = np.zeros(2 * STRANGE, dtype=np.float32)
FACTORS_OF_ALL[: len(Role)], FACTORS_OF_ALL[STRANGE : STRANGE + len(Role)] = FACTORS, np.float64(STRANGE_NAME) * FACTORS
"""What words count for by their role, then from `STRANGE` on the same of names that the index does not know."""


class CutWords(NamedTuple):
    """The ends of lines that may be words cut short, with the first rank of the words that begin so and that after the
    last, the word before, and the column; `NOTHING` where there is none.
    """

    lines: Ints
    first_ranks: Ints
    last_ranks: Ints
    before: Ints
    columns: Ints


class Query(NamedTuple):
    """A paste against one state of the index.

    Columns are the distinct words of the paste in rising order of their number, unknown words last. `places` tells for
    each word of the index whether it stands anywhere in the paste: 0 where it does not, else its column counted from 1,
    or `AROUND` where it only stands around the messages. `in_form` tells what the word of a column is worth to a clue
    that has it in some form, `in_line` of each line which words it has. Rows of `factors` are `windows`; a factor is
    what the word counts for there, 0 where it is absent. `flat` and `line_of` are all words as they follow one another,
    and their lines, which begin at `line_starts` with `first_words`; `literal` are all words with their forms, and
    `weight_before` is what all before each weigh. `pair_flat` and `pair_line_of` are the pairs of neighbours likewise,
    `pairs` the distinct ones in rising order up to `LAST_PAIR`, and `pair_lines` the lines that hold each. `spoken`
    says how far the paste is prose, `brevity` how little it says, in (0, 1].
    """

    weights: Floats
    in_form: Floats
    places: Ints
    flat: Ints
    line_of: Ints
    first_words: Ints
    literal: Sequence[int]
    line_starts: Sequence[int]
    weight_before: Sequence[float]
    windows: Windows
    in_line: Bools
    factors: Floats
    window_weights: Floats
    pairs: Ints
    pair_lines: LineSets
    pair_flat: Ints
    pair_line_of: Ints
    cut_words: CutWords
    spoken: float
    brevity: float

    @property
    def lines(self) -> int:
        """How many lines are compared."""
        return len(self.in_line)


def pair_keys(first: Ints, second: Ints) -> Ints:
    """Return one number for each two neighbouring words."""
    return (first << np.int64(32)) | second


def words_in_form(words: Ints, forms: NDArray[Any]) -> Ints:
    """Return one number for each word and the form that it is in."""
    return (forms.astype(np.int64) << np.int64(32)) | words


def build(paste: Paste, lexicon: Lexicon) -> Query | None:
    """Return the query for a paste; None when no line of it holds a word."""
    if not paste.words:
        return None
    beyond = len(lexicon.weights)
    numbers_of_words, strange = _numbered(paste.words, lexicon)
    flat = np.array(numbers_of_words, dtype=np.int64)
    lengths = np.array([len(line.said.stems) for line in paste.words])
    line_of = np.arange(len(lengths)).repeat(lengths)
    roles = np.frombuffer(b"".join([line.said.roles for line in paste.words]), dtype=np.uint8)
    forms = np.frombuffer(b"".join([line.said.forms for line in paste.words]), dtype=np.uint8)
    numbers = _distinct(numbers_of_words)
    columns = numbers.searchsorted(flat)
    known = int(numbers.searchsorted(beyond))
    weights = np.concatenate([lexicon.weights[numbers[:known]], strange])
    strange_name = (columns >= known) & (roles != PLAIN)

    in_line = np.zeros((len(lengths), len(numbers)), dtype=np.float32)
    in_line[line_of, columns] = factors_of_words = FACTORS_OF_ALL[roles + strange_name * np.uint8(STRANGE)]
    in_form = np.full((len(numbers), len(Form)), OTHER_FORM, dtype=np.float32)
    in_form[columns, forms] = 1.0
    of_paste = windows.over(len(lengths))
    factors = of_paste.of(in_line)
    pair_flat, pair_line_of = _pairs(flat, line_of, strange_name, roles == NAME, beyond)
    pairs = _distinct([*pair_flat.tolist(), LAST_PAIR])
    line_starts = _sums_before(lengths)
    return Query(
        weights=weights,
        in_form=in_form,
        places=_places(numbers[:known], paste.around, lexicon),
        flat=flat,
        line_of=line_of,
        first_words=flat[line_starts[:-1]],
        literal=words_in_form(flat, forms).tolist(),
        line_starts=line_starts.tolist(),
        weight_before=_sums_before(weights[columns] * factors_of_words).tolist(),
        windows=of_paste,
        in_line=in_line > 0,
        factors=factors,
        window_weights=(factors * weights).sum(axis=1),
        pairs=pairs,
        pair_lines=_lines_of(pairs.searchsorted(pair_flat), LINE[pair_line_of], len(pairs)),
        pair_flat=pair_flat,
        pair_line_of=pair_line_of,
        cut_words=_cut_words(paste.words, lexicon, numbers_of_words, columns),
        spoken=paste.spoken,
        brevity=float(np.exp(-(weights @ in_line.max(axis=0)) / TYPICAL_MASS)),
    )


def _numbered(lines: Sequence[WordsOfLine], lexicon: Lexicon) -> tuple[list[int], Floats]:
    """Number all words; unknown ones get numbers beyond the lexicon's, and a weight each."""
    beyond = len(lexicon.weights)
    known = lexicon.numbers.get
    words = [word for line in lines for word in line.said.stems]
    flat = [known(word, beyond) for word in words]
    unknown: dict[str, int] = {}
    for index, number in enumerate(flat):
        if number >= beyond:
            flat[index] = beyond + unknown.setdefault(words[index], len(unknown))
    return flat, lexicon.strange_weights(unknown)


def _distinct(numbers: Iterable[int]) -> Ints:
    """Return the distinct ones of a few dozen numbers in rising order; `numpy.unique` takes twice as long for them."""
    return np.array(sorted(set(numbers)), dtype=np.int64)


def _sums_before(values: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of all values before each; last, that of all."""
    sums = np.zeros(len(values) + 1, dtype=np.float64 if values.dtype.kind == "f" else np.int64)
    values.cumsum(out=sums[1:])
    return sums


def _places(said: Ints, around: Set[str], lexicon: Lexicon) -> Ints:
    """Return the places of the words of the index, of which some are `said`, in the order of their columns."""
    places = np.zeros(len(lexicon.weights), dtype=np.int32)
    for number in map(lexicon.numbers.get, around):
        if number is not None and number < len(places):
            places[number] = AROUND
    places[said] = np.arange(1, len(said) + 1)
    return places


def _pairs(flat: Ints, line_of: Ints, strange_name: Bools, name: Bools, beyond: int) -> tuple[Ints, Ints]:
    """Return the pairs of neighbouring known words and their lines.

    Names that nobody knows do not part neighbours; nor do other names, which are neighbours themselves.
    """
    kept, telling = (~strange_name).nonzero()[0], (~name).nonzero()[0]
    apart = (telling[1:] > telling[:-1] + 1).nonzero()[0]
    first = np.concatenate([kept[:-1], telling[apart]])
    second = np.concatenate([kept[1:], telling[apart + 1]])
    known = flat < beyond
    neighbours = (line_of[first] == line_of[second]) & known[first] & known[second]
    first, second = first[neighbours], second[neighbours]
    return pair_keys(flat[first], flat[second]), line_of[second]


def _lines_of(things: Ints, lines: LineSets, count: int) -> LineSets:
    """Return for each of `count` things the lines that have it, by some things and a line of each."""
    found = np.zeros(count, dtype=np.uint64)
    np.bitwise_or.at(found, things, lines)
    return found


def _cut_words(lines: Sequence[WordsOfLine], lexicon: Lexicon, flat: Sequence[int], columns: Ints) -> CutWords:
    """Return the ends of lines that may be words cut short: unknown ones and very short ones."""
    found: list[tuple[int, int, int, int, int]] = []
    end = -1
    for index, line in enumerate(lines):
        end += len(line.said.stems)
        if not line.fragment:
            continue
        is_word = len(line.fragment) > 1
        if is_word and len(line.fragment) > LONGEST_CUT_KNOWN and flat[end] < len(lexicon.weights):
            continue
        first, last = lexicon.ranks_begun_by(line.fragment)
        if first < last:
            has_before = len(line.said.stems) > is_word
            before = flat[end - is_word] if has_before else NOTHING
            found.append((index, first, last, before, int(columns[end]) if is_word else NOTHING))
    return CutWords(*np.array(found, dtype=np.int64).reshape(-1, len(CutWords._fields)).T)
