"""What clues and a query have in common: a column for each clue, a row for each window around its best line.

Only the words that both have are looked at, a third of them perhaps; `totals` knows what all of them weigh. They stand
last in every table: numpy runs along two hundred words several times as fast as along the six windows of each.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.matching import totals
from knowledge.matching.arrays import Bools, Bytes, Floats, Ints, run_starts
from knowledge.matching.query import NOTHING, Query, pair_keys, words_in_form
from knowledge.matching.segment import FORM_SHIFT, Segment
from knowledge.matching.totals import Totals
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.windows import LINE

LEAST_PATTERN_MASS = np.float32(7.0)
"""Weight in nats, of a rare word, that a pattern has at least where it is met, however few words it spells out."""

CUT_SHARE = 0.8
"""What the beginning of a word is worth beside the word."""

LEAST_SURROUNDINGS = 6.0
"""Weight in nats, of a plain word, that a clue's surroundings are filled up with: a level alone says nothing."""

TINY = 1e-6


class Overlap:
    """The numbers that evidence is made of.

    For each clue: `weights` of its message, share of it that `everyones` says and that is said `anywhere` in the paste,
    share of its `surroundings` that the paste names. In a row for each of its `windows`, and a column for the clue: the
    weight that is `shared`, the `coverage` of the clue and of its pairs (`order`), the share of the window that is
    `explained`. The clue's best line, which is in all its windows, has `begun` so far as the clue does, word for word.
    """

    def __init__(self, segment: Segment, total: Totals, clues: Ints, query: Query, lexicon: Lexicon) -> None:
        self._query = query
        self._lexicon = lexicon
        self._starts, self._words, self._marks = segment.rows(clues)
        self._places = query.places[self._words]
        self._found = self._words_found()
        self.weights = total.said[clues]
        at_least_tiny = np.maximum(self.weights, TINY)
        self.everyones = total.everyones[clues] / at_least_tiny
        self.anywhere = self._sum(self._found.worths) / at_least_tiny
        self.surroundings = self._surroundings(total.around[clues])
        self._compare_words()
        self.coverage: Floats = np.minimum(self.shared / at_least_tiny, 1.0)
        self.order = self._order(total.pairs[clues])
        self.begun = self._begun(total.words[clues])

    def meet_pattern(self, clue: int, span: float) -> None:
        """Count a clue as said by a pattern that spans this share of its lines."""
        self.shared[:, clue] = max(self.weights[clue], LEAST_PATTERN_MASS)
        self.coverage[:, clue] = self.order[:, clue] = 1.0
        self.explained[:, clue] = np.maximum(self.explained[:, clue], span)

    def _words_found(self) -> "_Found":
        """Find the words of the clues that stand anywhere in the paste."""
        at = self._places.nonzero()[0]
        clues = self._starts.searchsorted(at, side="right") - 1
        columns = self._places[at].astype(np.int64) - 1
        words, marks = self._words[at].astype(np.int64), self._marks[at]
        weights = self._lexicon.weights[words]
        return _Found(at, clues, columns, words, marks, weights, totals.SAID[marks] * weights)

    def _surroundings(self, total: Floats) -> Floats:
        worths = totals.AROUND[self._found.marks] * self._found.weights
        return self._sum(worths) / (total + LEAST_SURROUNDINGS)

    def _compare_words(self) -> None:
        """Compare the messages with the windows around the line that each shares most with, word by word."""
        query, found = self._query, self._found
        said = ((found.columns >= 0) & (found.worths > 0)).nonzero()[0]
        columns = found.columns[said]
        worths = found.worths[said] * query.in_form[columns, found.marks[said] >> FORM_SHIFT]
        clues = _Clues(found.clues[said], len(self.weights))
        in_line = clues.sum(worths * query.in_line.take(columns, axis=1))
        cut = self._cut_words_met()
        if len(cut.clues):
            np.add.at(in_line, (cut.lines, cut.clues), cut.worths)
        self._best_lines = in_line.argmax(axis=0)
        self.windows = query.windows.around.take(self._best_lines, axis=1)
        self._lines = query.windows.sets[self.windows]
        self.window_weights = query.window_weights[self.windows]
        factors = _cells(query.factors, self.windows.take(clues.of, axis=1), columns)
        self.shared = clues.sum(worths * (factors > 0))
        window_said = clues.sum(factors * query.weights[columns])
        if len(cut.clues):
            self._add_cut_words(cut, window_said)
        self.explained: Floats = np.minimum(window_said / np.maximum(self.window_weights, TINY), 1.0)

    def _cut_words_met(self) -> "_CutWordsMet":
        """Find the words that a line's cut end may be: they begin so, and the same word stands before them."""
        if not len(self._query.cut_words.lines):
            return NO_CUT_WORDS
        at, cuts = self._continued()
        if not len(at):
            return NO_CUT_WORDS
        return _CutWordsMet(
            clues=self._starts.searchsorted(at, side="right") - 1,
            lines=self._query.cut_words.lines[cuts],
            columns=self._query.cut_words.columns[cuts],
            worths=CUT_SHARE * totals.SAID[self._marks[at]] * self._lexicon.weights[self._words[at]],
        )

    def _add_cut_words(self, cut: "_CutWordsMet", window_said: Floats) -> None:
        """Add the words that cut ends may be to what is shared, and the ends to what is explained."""
        query = self._query
        holds = (self._lines[:, cut.clues] & LINE[cut.lines]) > 0
        np.add.at(self.shared.T, cut.clues, (cut.worths * holds).T)
        column = np.maximum(cut.columns, 0)
        explained = _cells(query.factors, self.windows[:, cut.clues], column) * query.weights[column]
        np.add.at(window_said.T, cut.clues, (explained * holds * (cut.columns != NOTHING)).T)

    def _continued(self) -> tuple[Ints, Ints]:
        """Return which words of the clues a cut word may be the beginning of, and which cut word it is.

        Those of one clue are in their order. `NOTHING` stands before the first word of a clue.
        """
        starts, ends = self._starts[:-1], self._starts[1:]
        before = np.concatenate([np.full(len(starts), NOTHING), self._found.words])
        stands, cuts = (before[:, None] == self._query.cut_words.before).nonzero()
        if not len(stands):
            return NO_NUMBERS, NO_NUMBERS
        at = np.concatenate([starts, self._found.at + 1])[stands]
        within = at < np.concatenate([ends, ends[self._found.clues]])[stands]
        at, cuts = at[within], cuts[within]
        begun = (totals.SAID[self._marks[at]] > 0) & self._may_be(self._words[at], cuts)
        return at[begun], cuts[begun]

    def _order(self, total: Floats) -> Floats:
        """Return the share of each clue's neighbouring pairs that each window has; its coverage when it has none."""
        query, found = self._query, self._found
        factors = totals.IN_PAIRS[found.marks]
        neighbours = (found.at[1:] == found.at[:-1] + 1) & (found.clues[1:] == found.clues[:-1])
        pair = (neighbours & (factors[1:] > 0)).nonzero()[0]
        keys = pair_keys(found.words[pair], found.words[pair + 1])
        at = query.pairs.searchsorted(keys)
        known = query.pairs[at] == keys
        pair, lines = pair[known], query.pair_lines[at[known]]
        after = pair + 1
        worths = np.minimum(factors[pair], factors[after]) * (found.weights[pair] + found.weights[after])
        clues = _Clues(found.clues[pair], len(self.weights))
        shared = clues.sum(worths * ((self._lines.take(clues.of, axis=1) & lines) > 0))
        order: Floats = np.where(total > 0, shared / np.maximum(total, TINY), self.coverage)
        return order

    def _begun(self, lengths: Ints) -> Floats:
        """Return the share of each clue's best line, by weight, that is word for word how the clue begins.

        The last word may be in another form, or cut short. `lengths` counts the words of the messages.
        """
        query, lines = self._query, self._best_lines
        share = np.zeros(len(lines), dtype=np.float32)
        if not len(self._words):  # an expression of numbers alone has no word that a line could begin with
            return share
        alike = (self._words.take(self._starts[:-1], mode="clip") == query.first_words[lines]).nonzero()[0]
        if not len(alike):
            return share
        literal = words_in_form(self._words, self._marks >> FORM_SHIFT).data
        numbers = (alike, lines[alike], self._starts[alike], lengths[alike])
        for clue, line, start, length in zip(*(each.tolist() for each in numbers), strict=True):
            first, end = query.line_starts[line], query.line_starts[line + 1]
            count = _count_alike(literal[start : start + length], query.literal[first:end])
            if count == end - first - 1 and count < length and self._may_end(line, int(self._words[start + count])):
                count += 1
            before = query.weight_before[first]
            share[clue] = (query.weight_before[first + count] - before) / (query.weight_before[end] - before)
        return share

    def _may_end(self, line: int, word: int) -> bool:
        """Tell whether the last word of a line may be this one, in another form or cut short."""
        query = self._query
        if query.flat[query.line_starts[line + 1] - 1] == word:
            return True
        cuts = (query.cut_words.lines == line) & (query.cut_words.columns != NOTHING)
        return bool(self._may_be(np.full(np.count_nonzero(cuts), word), cuts.nonzero()[0]).any())

    def _may_be(self, words: Ints, cuts: Ints) -> Bools:
        """Return which of some words a cut one may be the beginning of: the same, or another for each."""
        ranks, cut_words = self._lexicon.ranks[words], self._query.cut_words
        may_be: Bools = (ranks >= cut_words.first_ranks[cuts]) & (ranks < cut_words.last_ranks[cuts])
        return may_be

    def _sum(self, values: Floats) -> Floats:
        """Sum up what belongs to the same clue."""
        return np.bincount(self._found.clues, values, minlength=len(self.weights)).astype(np.float32)


class _Found(NamedTuple):
    """Words of clues that stand anywhere in a paste, in their order.

    `at` counts all words of all clues. A column is negative where the word only stands around the messages of the
    paste; what a word is worth is 0 where it stands around that of the clue, or in the clue before.
    """

    at: Ints
    clues: Ints
    columns: Ints
    words: Ints
    marks: Bytes
    weights: Floats
    worths: Floats


class _CutWordsMet(NamedTuple):
    """Clues that hold what the cut end of a line may be: the line, the end's column, what the clue's word is worth."""

    clues: Ints
    lines: Ints
    columns: Ints
    worths: Floats


NO_NUMBERS = np.zeros(0, dtype=np.int64)
NO_CUT_WORDS = _CutWordsMet(NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, np.zeros(0, dtype=np.float32))


class _Clues:
    """The clues that some columns of numbers are `of`, which rise."""

    def __init__(self, of: Ints, count: int) -> None:
        self.of = of
        self._count = count
        self._starts = run_starts(of)

    def sum(self, values: Floats) -> Floats:
        """Sum up the columns of each of `count` clues."""
        if len(self._starts) == self._count:
            return np.add.reduceat(values, self._starts, axis=1)
        sums = np.zeros((len(values), self._count), dtype=np.float32)
        if len(self.of):
            sums[:, self.of[self._starts]] = np.add.reduceat(values, self._starts, axis=1)
        return sums


def _count_alike(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the words with which two texts begin alike."""
    count = 0
    for word, its_like in zip(one, other, strict=False):
        if word != its_like:
            break
        count += 1
    return count


def _cells(table: NDArray[Any], rows: Ints, columns: Ints) -> NDArray[Any]:
    """Return what stands in some rows of a table, a few for each column; `take` is twice as fast as two indices."""
    cells: NDArray[Any] = table.take(rows * table.shape[1] + columns)
    return cells
