"""What clues and a query have in common: a row for each clue, a column for each window around its best line.

Only the words that both have are looked at, a quarter of them perhaps; `totals` knows what all of them weigh.
"""

import numpy as np

from knowledge.matching import totals
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.query import FACTORS, NOTHING, Query, pair_keys
from knowledge.matching.segment import FORM_SHIFT, ROLE_MASK, Segment
from knowledge.matching.totals import Totals
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

LEAST_PATTERN_MASS = 7.0
"""Weight in nats, of a rare word, that a pattern has at least where it is met, however few words it spells out."""

CUT_SHARE = 0.8
"""What the beginning of a word is worth beside the word."""

LEAST_SURROUNDINGS = 6.0
"""Weight in nats, of a plain word, that a clue's surroundings are filled up with: a level alone says nothing."""

OTHER_FORM = np.float32(0.75)
"""What a word in another form is worth: `failures` for `failure`, "receiving" for "received"."""

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
        self._size = len(clues)
        self._starts, self._clue_words, self._clue_marks = segment.rows(clues)
        self._find_words(lexicon)
        self.weights = total.said[clues]
        at_least_tiny = np.maximum(self.weights, TINY)
        self.everyones = total.everyones[clues] / at_least_tiny
        self.anywhere = self._sum(self._worths) / at_least_tiny
        self.surroundings = self._sum(totals.AROUND[self._marks] * self._weights) / (
            total.around[clues] + LEAST_SURROUNDINGS
        )
        self._compare_words(lexicon)
        self.coverage = np.minimum(self.shared / at_least_tiny[:, None], 1.0)
        self.order = self._order(total.pairs[clues])
        self.begins, self.ends = self._ends_met(total.words[clues], lexicon)

    def meet_pattern(self, row: int, span: Floats) -> None:
        """Count a clue as said by a pattern that spans this share of its lines."""
        self.shared[row] = max(self.weights[row], np.float32(LEAST_PATTERN_MASS))
        self.coverage[row] = self.order[row] = 1.0
        self.explained[row] = np.maximum(self.explained[row], span)

    def _find_words(self, lexicon: Lexicon) -> None:
        """Find the words of the clues that stand anywhere in the paste, in their order."""
        anywhere = self._query.anywhere
        at = np.minimum(np.searchsorted(anywhere, self._clue_words), max(len(anywhere) - 1, 0))
        self._at = np.flatnonzero(anywhere[at] == self._clue_words) if len(anywhere) else at[:0]
        self._row = np.searchsorted(self._starts, self._at, side="right") - 1
        self._columns = self._query.columns[at[self._at]]
        self._words = self._clue_words[self._at].astype(np.int64)
        self._marks = self._clue_marks[self._at]
        self._weights = lexicon.weights[self._words]
        self._worths = totals.SAID[self._marks] * self._weights

    def _compare_words(self, lexicon: Lexicon) -> None:
        query = self._query
        said = np.flatnonzero((self._columns != NOTHING) & (totals.SAID[self._marks] > 0))
        columns, worth = self._columns[said], self._worths[said]
        same_form = (query.forms[columns] >> (self._marks[said] >> FORM_SHIFT)) & 1
        worth = (worth * np.where(same_form, np.float32(1), OTHER_FORM))[:, None]
        rows = _Rows(self._row[said], self._size)
        in_line = query.factors[: query.lines].T[columns] > 0
        self.windows = query.windows.around[rows.sum(worth * in_line).argmax(axis=1)]
        self.window_weights = query.window_weights[self.windows]
        factors = query.factors[self.windows[rows.of], columns[:, None]]
        self.shared = rows.sum(worth * (factors > 0))
        said_of_window = rows.sum(factors * query.weights[columns][:, None])
        if len(query.cut_words):
            self._add_cut_words(lexicon, said_of_window)
        self.explained: Floats = np.minimum(said_of_window / np.maximum(self.window_weights, TINY), 1.0)

    def _add_cut_words(self, lexicon: Lexicon, said_of_window: Floats) -> None:
        """Add the words that a line's cut end may be: they begin so, and the same word stands before them."""
        query, cut = self._query, self._query.cut_words
        at, before = self._words_after_shared_ones()
        ranks = lexicon.ranks[self._clue_words[at]][:, None]
        marks = self._clue_marks[at]
        continues = (ranks >= cut.first_ranks) & (ranks < cut.last_ranks) & (before[:, None] == cut.before)
        found, which = np.nonzero(continues & (totals.SAID[marks] > 0)[:, None])
        if not len(found):
            return
        row = np.searchsorted(self._starts, at[found], side="right") - 1
        worth = totals.SAID[marks[found]] * lexicon.weights[self._clue_words[at[found]]]
        holds = query.windows.holds[self.windows[row], cut.lines[which][:, None]]
        np.add.at(self.shared, row, (CUT_SHARE * worth)[:, None] * holds)
        column = np.maximum(cut.columns[which], 0)
        explains = query.factors[self.windows[row], column[:, None]] * query.weights[column][:, None]
        np.add.at(said_of_window, row, explains * holds * (cut.columns[which] != NOTHING)[:, None])

    def _words_after_shared_ones(self) -> tuple[Ints, Ints]:
        """Return where a word may be said by its beginning: first in a clue, or after a word that the paste says too.

        The second is the word before, `NOTHING` for the first of a clue.
        """
        starts, ends = self._starts[:-1], self._starts[1:]
        firsts = starts[starts < ends]
        inside = self._at + 1 < ends[self._row]
        at = np.concatenate([firsts, self._at[inside] + 1])
        return at, np.concatenate([np.full(len(firsts), NOTHING), self._words[inside]])

    def _order(self, total: Floats) -> Floats:
        """Return the share of each clue's neighbouring pairs that each window has; its coverage when it has none."""
        query = self._query
        roles = self._marks & ROLE_MASK
        said = np.flatnonzero((self._columns != NOTHING) & (roles < Role.SURROUNDING))
        row, words, weights, factors = self._row[said], self._words[said], self._weights[said], FACTORS[roles[said]]
        pair = np.flatnonzero((np.diff(self._at[said]) == 1) & (row[1:] == row[:-1]))
        columns, found = _positions(query.pairs, pair_keys(words[pair], words[pair + 1]))
        pair, columns = pair[found], columns[found]
        worth = np.minimum(factors[pair], factors[pair + 1]) * (weights[pair] + weights[pair + 1])
        rows = _Rows(row[pair], self._size)
        shared = rows.sum(worth[:, None] * query.pair_in_window[self.windows[rows.of], columns[:, None]])
        return np.where(total[:, None] > 0, shared / np.maximum(total, TINY)[:, None], self.coverage)

    def _ends_met(self, lengths: Ints, lexicon: Lexicon) -> tuple[Bools, Bools]:
        """Return whether some line of each window begins with the first word of the clue's message, ends with its last.

        `lengths` counts the words of the messages.
        """
        words = np.append(self._clue_words, NOTHING)
        first = words[np.where(lengths > 0, self._starts[:-1], NOTHING)]
        last = words[np.where(lengths > 0, self._starts[:-1] + lengths - 1, NOTHING)]
        begins = first[:, None] == self._query.firsts
        begins[:, self._query.cut_words.lines] |= self._may_become(first, lexicon)
        return self._in_windows(begins), self._in_windows(last[:, None] == self._query.lasts)

    def _may_become(self, first: Ints, lexicon: Lexicon) -> Bools:
        """Return whether each cut word is all that its line says, and may become the first word of each clue."""
        cut = self._query.cut_words
        ranks = np.where(first == NOTHING, NOTHING, lexicon.ranks[first])[:, None]
        found: Bools = (cut.before == NOTHING) & (ranks >= cut.first_ranks) & (ranks < cut.last_ranks)
        return found

    def _in_windows(self, in_line: Bools) -> Bools:
        """Return what is so in some line of each window; of most clues no line begins so."""
        found = np.zeros(self.windows.shape, dtype=np.bool_)
        some = np.flatnonzero(in_line.any(axis=1))
        found[some] = (self._query.windows.holds[self.windows[some]] & in_line[some][:, None, :]).any(axis=2)
        return found

    def _sum(self, values: Floats) -> Floats:
        """Sum up what belongs to the same clue."""
        return np.bincount(self._row, values, minlength=self._size).astype(np.float32)


class _Rows:
    """The clues that some rows of numbers are `of`, which rise."""

    def __init__(self, of: Ints, size: int) -> None:
        self.of = of
        self._size = size
        self._starts = np.flatnonzero(np.append(True, of[1:] != of[:-1])[: len(of)])

    def sum(self, values: Floats) -> Floats:
        """Sum up the rows of each of `size` clues."""
        sums = np.zeros((self._size, values.shape[1]), dtype=np.float32)
        if len(self.of):
            sums[self.of[self._starts]] = np.add.reduceat(values, self._starts, axis=0)
        return sums


def _positions(ordered: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Return where each wanted number stands among the ordered ones, and whether it does."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return at, ordered[at] == wanted
