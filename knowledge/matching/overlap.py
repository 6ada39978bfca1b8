"""What clues and a query have in common: a row for each clue, a column for each window around its best line.

Only the words that both have are looked at, a third of them perhaps; `totals` knows what all of them weigh.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.matching import totals
from knowledge.matching.arrays import Bools, Bytes, Floats, Ints, run_starts
from knowledge.matching.query import NOTHING, CutWord, Query, pair_keys
from knowledge.matching.segment import FORM_SHIFT, Segment
from knowledge.matching.totals import Totals
from knowledge.matching.vocabulary import Lexicon

LEAST_PATTERN_MASS = np.float32(7.0)
"""Weight in nats, of a rare word, that a pattern has at least where it is met, however few words it spells out."""

CUT_SHARE = 0.8
"""What the beginning of a word is worth beside the word."""

LEAST_SURROUNDINGS = 6.0
"""Weight in nats, of a plain word, that a clue's surroundings are filled up with: a level alone says nothing."""

OTHER_FORM = 0.75
"""What a word in another form is worth: `failures` for `failure`, "receiving" for "received"."""

OF_FORM = np.array([OTHER_FORM, 1.0], dtype=np.float32)
"""What a word is worth that is said in another form, and in the same."""

TINY = 1e-6


class Overlap:
    """The numbers that evidence is made of.

    For each clue: `weights` of its message, share of it that `everyones` says and that is said `anywhere` in the paste,
    share of its `surroundings` that the paste names. For each clue and window: the weight that is `shared`, the
    `coverage` of the clue and of its pairs (`order`), the share of the window that is `explained`, whether a line
    `begins` and `ends` as the clue does.
    """

    def __init__(self, segment: Segment, total: Totals, clues: Ints, query: Query, lexicon: Lexicon) -> None:
        self._query = query
        self._lexicon = lexicon
        self._starts, self._words, self._marks = segment.rows(clues)
        self._found = self._words_found()
        self.weights = total.said[clues]
        at_least_tiny = np.maximum(self.weights, TINY)
        self.everyones = total.everyones[clues] / at_least_tiny
        self.anywhere = self._sum(self._found.worths) / at_least_tiny
        self.surroundings = self._surroundings(total.around[clues])
        self._compare_words()
        self.coverage: Floats = np.minimum(self.shared / at_least_tiny[:, None], 1.0)
        self.order = self._order(total.pairs[clues])
        self.begins, self.ends = self._ends_met(total.words[clues])

    def meet_pattern(self, row: int, span: Floats) -> None:
        """Count a clue as said by a pattern that spans this share of its lines."""
        self.shared[row] = max(self.weights[row], LEAST_PATTERN_MASS)
        self.coverage[row] = self.order[row] = 1.0
        self.explained[row] = np.maximum(self.explained[row], span)

    def _words_found(self) -> "_Found":
        """Find the words of the clues that stand anywhere in the paste."""
        places = self._query.places[self._words]
        at = places.nonzero()[0]
        rows = self._starts.searchsorted(at, side="right") - 1
        columns = places[at].astype(np.int64) - 1
        words, marks = self._words[at].astype(np.int64), self._marks[at]
        weights = self._lexicon.weights[words]
        return _Found(at, rows, columns, words, marks, weights, totals.SAID[marks] * weights)

    def _surroundings(self, total: Floats) -> Floats:
        worths = totals.AROUND[self._found.marks] * self._found.weights
        return self._sum(worths) / (total + LEAST_SURROUNDINGS)

    def _compare_words(self) -> None:
        """Compare the messages with the windows around the line that each shares most with, word by word."""
        query, found = self._query, self._found
        said = ((found.columns >= 0) & (found.worths > 0)).nonzero()[0]
        columns = found.columns[said]
        same_form = (query.forms[columns] >> (found.marks[said] >> FORM_SHIFT)) & 1
        worths = (found.worths[said] * OF_FORM[same_form])[:, None]
        rows = _Rows(found.rows[said], len(self.weights))
        in_line = rows.sum(worths * query.in_line[columns])
        self.windows = query.windows.around[in_line.argmax(axis=1)]
        self.window_weights = query.window_weights[self.windows]
        factors = _cells(query.factors, self.windows[rows.of], columns)
        self.shared = rows.sum(worths * (factors > 0))
        window_said = rows.sum(factors * query.weights[columns][:, None])
        if query.cut_words:
            self._add_cut_words(window_said)
        self.explained: Floats = np.minimum(window_said / np.maximum(self.window_weights, TINY), 1.0)

    def _add_cut_words(self, window_said: Floats) -> None:
        """Add the words that a line's cut end may be: they begin so, and the same word stands before them."""
        query = self._query
        continued = self._continued()
        if not continued:
            return
        at, cuts = np.array(continued).T
        lines, columns = np.array([(cut.line, cut.column) for cut in query.cut_words])[cuts].T
        rows = np.searchsorted(self._starts, at, side="right") - 1
        windows = self.windows[rows]
        holds = _cells(query.windows.holds, windows, lines)
        worths = totals.SAID[self._marks[at]] * self._lexicon.weights[self._words[at]]
        np.add.at(self.shared, rows, (CUT_SHARE * worths)[:, None] * holds)
        column = np.maximum(columns, 0)
        explained = _cells(query.factors, windows, column) * query.weights[column][:, None]
        np.add.at(window_said, rows, explained * holds * (columns != NOTHING)[:, None])

    def _continued(self) -> list[tuple[int, int]]:
        """Return which words of the clues a cut word may be the beginning of, in their order, and which cut word."""
        return sorted(
            (at, number) for number, cut in enumerate(self._query.cut_words) for at in self._words_begun_by(cut)
        )

    def _words_begun_by(self, cut: CutWord) -> list[int]:
        at = self._words_after(cut.before)
        begun: list[int] = at[self._may_be(self._words[at], cut)].tolist() if len(at) else []
        return begun

    def _words_after(self, before: int) -> Ints:
        """Return where words of messages stand after a word; `NOTHING` stands before the first of a clue."""
        starts, ends = self._starts[:-1], self._starts[1:]
        if before == NOTHING:
            at = starts[starts < ends]
        else:
            found: Ints = np.flatnonzero(self._found.words == before)
            at = self._found.at[found] + 1
            at = at[at < ends[self._found.rows[found]]]
        said: Ints = at[totals.SAID[self._marks[at]] > 0]
        return said

    def _order(self, total: Floats) -> Floats:
        """Return the share of each clue's neighbouring pairs that each window has; its coverage when it has none."""
        query, found = self._query, self._found
        factors = totals.IN_PAIRS[found.marks]
        neighbours = (found.at[1:] == found.at[:-1] + 1) & (found.rows[1:] == found.rows[:-1])
        pair = (neighbours & (factors[1:] > 0)).nonzero()[0]
        columns, known = _positions(query.pairs, pair_keys(found.words[pair], found.words[pair + 1]))
        pair, columns = pair[known], columns[known]
        after = pair + 1
        worths = np.minimum(factors[pair], factors[after]) * (found.weights[pair] + found.weights[after])
        rows = _Rows(found.rows[pair], len(self.weights))
        shared = rows.sum(worths[:, None] * _cells(query.pair_in_window, self.windows[rows.of], columns))
        order: Floats = shared / np.maximum(total, TINY)[:, None]
        alone = total == 0
        order[alone] = self.coverage[alone]
        return order

    def _ends_met(self, lengths: Ints) -> tuple[Bools, Bools]:
        """Return whether some line of each window begins with the first word of the clue's message, ends with its last.

        `lengths` counts the words of the messages.
        """
        query, starts = self._query, self._starts[:-1]
        words = np.concatenate([self._words, [NOTHING]])
        first = words[np.where(lengths > 0, starts, NOTHING)]
        last = words[np.where(lengths > 0, starts + lengths - 1, NOTHING)]
        begins = query.firsts[:, None] == first
        for cut in query.cut_words:
            if cut.before == NOTHING:
                begins[cut.line] |= self._may_be(first, cut)
        in_window = query.windows.of(np.concatenate([begins, query.lasts[:, None] == last], axis=1))
        clue = np.arange(len(first))[:, None]
        return in_window[self.windows, clue], in_window[self.windows, clue + len(first)]

    def _may_be(self, words: Ints, cut: CutWord) -> Bools:
        """Return which of some words a cut one may be the beginning of."""
        ranks = self._lexicon.ranks[words]
        may_be: Bools = (ranks >= cut.first_rank) & (ranks < cut.last_rank) & (words != NOTHING)
        return may_be

    def _sum(self, values: Floats) -> Floats:
        """Sum up what belongs to the same clue."""
        return np.bincount(self._found.rows, values, minlength=len(self.weights)).astype(np.float32)


class _Found(NamedTuple):
    """Words of clues that stand anywhere in a paste, in their order.

    `at` counts all words of all clues, `rows` the clues. A column is negative where the word only stands around the
    messages of the paste; what a word is worth is 0 where it stands around that of the clue, or in the clue before.
    """

    at: Ints
    rows: Ints
    columns: Ints
    words: Ints
    marks: Bytes
    weights: Floats
    worths: Floats


class _Rows:
    """The clues that some rows of numbers are `of`, which rise."""

    def __init__(self, of: Ints, size: int) -> None:
        self.of = of
        self._size = size
        self._starts = run_starts(of)

    def sum(self, values: Floats) -> Floats:
        """Sum up the rows of each of `size` clues."""
        sums = np.zeros((self._size, values.shape[1]), dtype=np.float32)
        if len(self.of):
            sums[self.of[self._starts]] = np.add.reduceat(values, self._starts, axis=0)
        return sums


def _cells(table: NDArray[Any], rows: Ints, columns: Ints) -> NDArray[Any]:
    """Return what stands in some rows of a table, a few for each column; `take` is twice as fast as two indices."""
    cells: NDArray[Any] = table.take(rows * table.shape[1] + columns[:, None])
    return cells


def _positions(ordered: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Return where each wanted number stands among the ordered ones, and whether it does."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(ordered.searchsorted(wanted), len(ordered) - 1)
    return at, ordered[at] == wanted
