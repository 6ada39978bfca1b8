"""What speaks for a clue, in numbers: the parts of its score.

A clue and a window of the paste are compared both ways: how much of the clue the window says, and how much of the
window the clue explains. Each word counts by its weight (vocabulary.py) and role (query.py), so that "failed" shared is
next to nothing and `WebIdentityErr` shared is a lot, and neighbouring words count again as pairs, which rewards order.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.clues import ClueKind
from knowledge.matching.query import FACTORS, NOTHING, TYPICAL_MASS, Query, pair_keys
from knowledge.matching.segment import FORM_SHIFT, REPEATED, ROLE_MASK, Segment
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

LEAST_PATTERN_MASS = 7.0
"""Weight in nats, of a rare word, that a pattern has at least where it is met, however few words it spells out."""

TYPICAL_TOPIC_MASS = 20.0
"""The same for what a paste and a topic share, which takes a few words more to mean anything."""

CUT_SHARE = 0.8
"""What the beginning of a word is worth beside the word."""

LEAST_SURROUNDINGS = 6.0
"""Weight in nats, of a plain word, that a clue's surroundings are filled up with: a level alone says nothing."""

OTHER_FORM = 0.75
"""What a word in another form is worth: `failures` for `failure`, "receiving" for "received"."""

FRAME_SHARE = 0.25
"""What the nearest frame of a stack trace is worth beside the rest of a clue's surroundings."""

QUOTED = 0.5
"""Share of a signature from which on it is quoted; of answers that said less of theirs, nearly all were wrong."""

TINY = 1e-6
ALMOST = 0.999


class Part(enum.IntEnum):
    """The parts of a score, in the order of their columns."""

    COVERAGE = 0
    """share of the clue that the window says"""
    EXPLAINED = enum.auto()
    """share of the window that the clue says"""
    ORDER = enum.auto()
    """share of the clue's neighbouring pairs that are neighbours in the window"""
    MASS = enum.auto()
    """weight of what is shared, up to that of a full message"""
    MISSING = enum.auto()
    """weight of what the window does not say, logarithmic"""
    UNEXPLAINED = enum.auto()
    """weight of what the clue does not explain, logarithmic"""
    SURROUNDINGS = enum.auto()
    """share of the clue's logger, host and nearest frame that the paste names"""
    ELSEWHERE = enum.auto()
    """share of the clue that other lines of the paste say"""
    BEGINS = enum.auto()
    """whether a line of the window begins as the clue does"""
    CUT = enum.auto()
    """explained, where a line begins as the clue does and breaks off"""
    EXACT_MASS = enum.auto()
    """whether the signature as a whole stands in the paste, as far as it has weight"""
    CURATED = enum.auto()
    """the same, of an entry's signature, which somebody chose, not of a bare one, which may be any line"""
    PATTERN = enum.auto()
    """whether a pattern or regular expression is met, as far as its words have weight or it spans the line"""
    UNMET = enum.auto()
    """whether the clue is a regular expression that the paste does not meet"""
    UNMET_LIGHT = enum.auto()
    """whether it is one, as far as its words that the paste does hold have no weight"""
    LIGHT = enum.auto()
    """coverage, as far as what is shared has no weight"""
    FAINT = enum.auto()
    """how far the window is from saying half of a signature, below which it seldom means it"""
    EVERYONES = enum.auto()
    """coverage, as far as the clue is what the operating system says to everyone"""
    PROSE = enum.auto()
    """whether the clue is a description: phrase, title or symptom"""
    PROSE_COVERAGE = enum.auto()
    """coverage, of a description"""
    PROSE_EXPLAINED = enum.auto()
    """explained, of a description"""
    SYMPTOM = enum.auto()
    """whether the clue is a sentence of a symptom"""
    TOPIC = enum.auto()
    """share of the paste that the entry's topic knows, its telling words counting most, as far as it has weight"""
    TOPIC_ROOTS = enum.auto()
    """the same by the roots of the words"""
    TOPIC_FAILURES = enum.auto()
    """share of the paste that names a kind of failure that the entry's topic names too, in whatever words"""
    TOPIC_MASS = enum.auto()
    """weight of what the entry's topic shares with the paste, logarithmic"""
    TOPIC_SPOKEN = enum.auto()
    """topic, as far as the paste is prose"""
    SPOKEN = enum.auto()
    """how far the paste is prose"""
    BRIEF = enum.auto()
    """whether the paste hardly says anything: a word or two describe no failure"""
    DENIED = enum.auto()
    """how much more of a counterexample than of the clue the same lines say"""
    GENERAL = enum.auto()
    """whether the entry gives way to specific ones"""


CLUE_PARTS = Part.TOPIC
"""Parts before this one belong to a clue, the others to its entry."""


def is_quoted(parts: Floats) -> bool:
    """Tell whether the parts of a score are those of a signature that the paste quotes, not of a description."""
    return bool(parts[Part.COVERAGE] >= QUOTED and not parts[Part.PROSE] and not parts[Part.UNMET])


AROUND_BEST_LINE = np.array([(0, -1, 0, -2, -1, 0), (0, 0, 1, 0, 1, 2)])
"""Windows that are compared for a clue: first and last line, counted from the line that shares most with it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each clue's best window of a query, as its row there, and the parts of the clue's score in it."""

    windows: Ints
    parts: Floats

    def fit(self, at: int) -> float:
        """Return how well a clue and its window say the same, in [0, 1]."""
        return float(self.parts[at, Part.COVERAGE] * self.parts[at, Part.EXPLAINED])


def compare(
    segment: Segment,
    clues: Ints,
    query: Query,
    lexicon: Lexicon,
    weights: Floats,
    exact: Mapping[int, float],
    unmet: frozenset[int],
    *,
    curated: bool,
) -> Comparison:
    """Compare clues with the windows around their best line and keep the one where the weighed parts sum up highest.

    For a counterexample that is the one that says the same.

    `exact` names clues whose pattern stands in the paste, with the share of its lines that it spans; `unmet` those that
    are regular expressions and do not. `curated` says whether the clues were chosen by somebody.
    """
    overlap = _Overlap(segment, clues, query, lexicon)
    numbers = clues.tolist()
    spans = np.array([exact.get(clue, 0.0) for clue in numbers], dtype=np.float32)[:, None]
    met = spans > 0
    missed = np.array([clue in unmet for clue in numbers])[:, None]
    total = overlap.clue_weights[:, None]
    any_shared = (overlap.shared > 0) | met
    shared = np.where(met, np.maximum(total, LEAST_PATTERN_MASS), overlap.shared)
    coverage = np.where(met, 1.0, np.minimum(shared / np.maximum(total, TINY), 1.0))
    explained = np.where(any_shared, np.maximum(overlap.explained, spans), 0.0)
    order = np.where(met, coverage, overlap.order)
    kinds = segment.kinds[clues][:, None]
    prose = (kinds != ClueKind.SIGNATURE) & (kinds != ClueKind.COUNTEREXAMPLE)
    whole = (coverage > ALMOST) & (order > ALMOST) & ~prose
    mass = 1.0 - np.exp(-shared / TYPICAL_MASS)
    around = overlap.surroundings[:, None]

    parts = np.zeros((*shared.shape, CLUE_PARTS), dtype=np.float32)
    parts[..., Part.COVERAGE] = coverage
    parts[..., Part.EXPLAINED] = explained
    parts[..., Part.ORDER] = order
    parts[..., Part.MASS] = mass
    parts[..., Part.MISSING] = np.log1p(np.maximum(total - shared, 0.0))
    parts[..., Part.UNEXPLAINED] = np.log1p(overlap.window_weights * (1.0 - explained))
    parts[..., Part.SURROUNDINGS] = around
    parts[..., Part.ELSEWHERE] = np.maximum(overlap.anywhere[:, None] - coverage, 0.0)
    parts[..., Part.BEGINS] = overlap.begins
    parts[..., Part.CUT] = (overlap.begins & ~overlap.ends) * explained * (1.0 - coverage) * np.maximum(mass, around)
    parts[..., Part.EXACT_MASS] = whole * mass
    parts[..., Part.CURATED] = whole * mass * curated
    parts[..., Part.PATTERN] = met * np.maximum(mass, spans)
    parts[..., Part.UNMET] = missed
    parts[..., Part.UNMET_LIGHT] = missed * (1.0 - mass)
    parts[..., Part.LIGHT] = coverage * (1.0 - mass)
    parts[..., Part.FAINT] = np.where(missed, 1.0 - coverage, np.maximum(1.0 - coverage / QUOTED, 0.0)) * ~prose
    parts[..., Part.EVERYONES] = coverage * overlap.everyones[:, None]
    parts[..., Part.PROSE] = prose
    parts[..., Part.PROSE_COVERAGE] = prose * coverage
    parts[..., Part.PROSE_EXPLAINED] = prose * explained
    parts[..., Part.SYMPTOM] = kinds == ClueKind.SYMPTOM
    sums = np.einsum("ckp,p->ck", parts, weights[:CLUE_PARTS])
    sums = np.where(kinds == ClueKind.COUNTEREXAMPLE, coverage * explained, sums)
    sums = np.where(any_shared, sums, -np.inf)
    best = sums.argmax(axis=1)
    rows = np.arange(len(clues))
    return Comparison(overlap.windows[rows, best], parts[rows, best])


class _Overlap:
    """What clues share with the windows around their best line: a row for each clue, a column for each window."""

    def __init__(self, segment: Segment, clues: Ints, query: Query, lexicon: Lexicon) -> None:
        self._size = len(clues)
        self._row, self._words, marks = segment.rows(clues)
        self._roles = marks & ROLE_MASK
        weights = lexicon.weights[self._words]
        factored = FACTORS[self._roles] * weights
        first = (marks & REPEATED) == 0
        core = first & (self._roles < Role.SURROUNDING)
        columns, found = _positions(query.numbers[: query.known], self._words)
        anywhere = _positions(query.anywhere, self._words)[1]
        self.clue_weights = self._sum(factored * core)
        self.everyones = self._sum(factored * (core & (self._roles == Role.SYSTEM))) / np.maximum(
            self.clue_weights, TINY
        )
        self.anywhere = self._sum(factored * (core & anywhere)) / np.maximum(self.clue_weights, TINY)
        self.surroundings = self._surroundings(weights, first, anywhere)

        hit = np.flatnonzero(core & found)
        row, columns = self._row[hit], columns[hit]
        same_form = (query.forms[columns] >> (marks[hit] >> FORM_SHIFT)) & 1
        worth = factored[hit] * np.where(same_form, 1.0, OTHER_FORM).astype(np.float32)
        self.windows = self._around_best_line(query, row, columns, worth)
        self.window_weights = query.window_weights[self.windows]
        factors = query.factors[self.windows[row], columns[:, None]]
        self.shared = self._sums(row, worth[:, None] * (factors > 0))
        said = self._sums(row, factors * query.weights[columns][:, None])
        if len(query.cut_words):
            self._add_cut_words(query, lexicon, core, factored, said)
        self.explained: Floats = np.minimum(said / np.maximum(self.window_weights, TINY), 1.0)
        self.order = self._order(query, weights)
        self.begins, self.ends = self._ends_met(query)

    def _sum(self, values: Floats) -> Floats:
        return np.bincount(self._row, values, minlength=self._size).astype(np.float32)

    def _sums(self, row: Ints, values: Floats) -> Floats:
        """Sum the rows of `values` that belong to the same clue; `row` rises."""
        sums = np.zeros((self._size, values.shape[1]), dtype=np.float32)
        if len(row):
            present, starts = np.unique(row, return_index=True)
            sums[present] = np.add.reduceat(values, starts, axis=0)
        return sums

    def _around_best_line(self, query: Query, row: Ints, columns: Ints, worth: Floats) -> Ints:
        """Return the windows around the line that shares most with each clue, and that of the whole paste."""
        in_line = query.factors[: query.lines].T[columns] > 0
        best = self._sums(row, worth[:, None] * in_line).argmax(axis=1)
        windows = query.window(*(best[None, :] + AROUND_BEST_LINE[:, :, None]))
        if query.whole is not None:
            windows = np.concatenate([windows, np.full((1, self._size), query.whole)])
        return windows.T

    def _add_cut_words(self, query: Query, lexicon: Lexicon, core: Bools, factored: Floats, said: Floats) -> None:
        """Add the words that a line's cut end may be: they begin so, and the same word stands before them."""
        cut = query.cut_words
        ranks = lexicon.ranks[self._words][:, None]
        before = np.concatenate([[NOTHING], np.where(self._row[1:] == self._row[:-1], self._words[:-1], NOTHING)])
        continues = (ranks >= cut.first_ranks) & (ranks < cut.last_ranks) & (before[:, None] == cut.before)
        at, which = np.nonzero(continues & core[:, None])
        if not len(at):
            return
        row = self._row[at]
        holds = query.line_in_window[self.windows[row], cut.lines[which][:, None]]
        np.add.at(self.shared, row, (CUT_SHARE * factored[at])[:, None] * holds)
        column = np.maximum(cut.columns[which], 0)
        worth = query.factors[self.windows[row], column[:, None]] * query.weights[column][:, None]
        np.add.at(said, row, worth * holds * (cut.columns[which] >= 0)[:, None])

    def _order(self, query: Query, weights: Floats) -> Floats:
        """Return the share of each clue's neighbouring pairs that each window has; its coverage when it has none."""
        telling = self._roles < Role.SURROUNDING
        pair = np.flatnonzero(telling[1:] & telling[:-1] & (self._row[1:] == self._row[:-1]))
        row = self._row[pair]
        factor = np.minimum(FACTORS[self._roles[pair]], FACTORS[self._roles[pair + 1]])
        worth = factor * (weights[pair] + weights[pair + 1])
        total = np.bincount(row, worth, minlength=self._size).astype(np.float32)[:, None]
        columns, found = _positions(query.pairs, pair_keys(self._words[pair], self._words[pair + 1]))
        row, columns, worth = row[found], columns[found], worth[found]
        shared = self._sums(row, worth[:, None] * query.pair_in_window[self.windows[row], columns[:, None]])
        coverage = np.minimum(self.shared / np.maximum(self.clue_weights, TINY)[:, None], 1.0)
        return np.where(total > 0, shared / np.maximum(total, TINY), coverage)

    def _ends_met(self, query: Query) -> tuple[Bools, Bools]:
        """Return whether some line of each window begins with the clue's first word, and ends with its last."""
        core = np.flatnonzero(self._roles < Role.SURROUNDING)
        first = np.full(self._size, NOTHING, dtype=np.int64)
        last = np.full(self._size, NOTHING, dtype=np.int64)
        last[self._row[core]] = self._words[core]
        first[self._row[core[::-1]]] = self._words[core[::-1]]
        in_window = query.line_in_window[self.windows]
        begins = in_window & (first[:, None] == query.firsts)[:, None, :]
        ends = in_window & (last[:, None] == query.lasts)[:, None, :]
        return begins.any(axis=2), ends.any(axis=2)

    def _surroundings(self, weights: Floats, first: Bools, anywhere: Bools) -> Floats:
        around = first & (self._roles >= Role.SURROUNDING)
        worth = weights * np.where(self._roles == Role.FRAME, FRAME_SHARE, 1.0) * around
        return self._sum(worth * anywhere) / (self._sum(worth) + LEAST_SURROUNDINGS)


def _positions(ordered: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Return where each wanted number stands among the ordered ones, and whether it does."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return at, ordered[at] == wanted


def topic_parts(shared: Floats, total: float, spoken: float) -> Floats:
    """Return the parts of the score that belong to topics.

    `shared` holds for each topic what it shares with the paste of each kind of term, `total` what the paste's words are
    worth together, `spoken` how far the paste is prose.
    """
    mass, roots, failures = shared.T
    meaning = 1.0 - np.exp(-np.maximum(mass, roots) / TYPICAL_TOPIC_MASS)
    share = mass / max(total, TINY) * meaning
    return np.stack(
        [
            share,
            roots / max(total, TINY) * meaning,
            failures / max(total, TINY) * meaning,
            np.log1p(mass + roots + failures),
            share * spoken,
        ],
        axis=1,
    ).astype(np.float32)
