"""What speaks for a clue, in numbers: the parts of its score.

A clue and a window of the paste are compared both ways: how much of the clue the window says, and how much of the
window the clue explains. Each word counts by its weight (vocabulary.py) and role (query.py), so that "failed" shared is
next to nothing and `WebIdentityErr` shared is a lot, and neighbouring words count again as pairs, which rewards order.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.clues import ClueKind
from knowledge.matching.query import FACTORS, NOTHING, CutWord, Query, pair_keys
from knowledge.matching.segment import FORM_SHIFT, REPEATED, ROLE_MASK, Ints, Segment
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

Floats = NDArray[np.float32]

CUT_SHARE = 0.8
"""What the beginning of a word is worth beside the word."""

LEAST_SURROUNDINGS = 6.0
"""Weight in nats, of a plain word, that a clue's surroundings are filled up with: a level alone says nothing."""

OTHER_FORM = 0.75
"""What a word in another form is worth: `failures` for `failure`, "receiving" for "received"."""

FRAME_SHARE = 0.25
"""What the nearest frame of a stack trace is worth beside the rest of a clue's surroundings."""

TYPICAL_MASS = 14.0
"""Weight in nats of two or three telling words; a multiple of it is a full message, after which more adds little."""


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
    COVERAGE_MASS = enum.auto()
    """coverage, as far as what is shared has weight"""
    EXPLAINED_MASS = enum.auto()
    """explained, as far as what is shared has weight"""
    ORDER_MASS = enum.auto()
    """order, as far as what is shared has weight"""
    BOTH_MASS = enum.auto()
    """coverage times explained, as far as what is shared has weight"""
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
    ENDS = enum.auto()
    """whether a line of the window ends as the clue does"""
    CUT = enum.auto()
    """explained, where a line begins as the clue does and breaks off"""
    EXACT_MASS = enum.auto()
    """whether the signature as a whole stands in the paste, as far as it has weight"""
    PATTERN = enum.auto()
    """whether a pattern or regular expression is met"""
    UNMET = enum.auto()
    """whether the clue is a regular expression that the paste does not meet"""
    PROSE = enum.auto()
    """whether the clue is a description: phrase, title or symptom"""
    PROSE_COVERAGE = enum.auto()
    """coverage, of a description"""
    PROSE_EXPLAINED = enum.auto()
    """explained, of a description"""
    SYMPTOM = enum.auto()
    """whether the clue is a sentence of a symptom"""
    TOPIC = enum.auto()
    """share of the paste that the entry's topic knows, its telling words counting most"""
    TOPIC_MASS = enum.auto()
    """weight of the paste's words that the entry's topic knows, logarithmic"""
    TOPIC_SPOKEN = enum.auto()
    """topic, as far as the paste is prose"""
    SPOKEN = enum.auto()
    """how far the paste is prose"""
    GENERAL = enum.auto()
    """whether the entry gives way to specific ones"""


CLUE_PARTS = Part.TOPIC
"""Parts before this one belong to a clue, the others to its entry."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each clue's best window of a query: its row in the query's windows, and the parts of its score there."""

    windows: Ints
    parts: Floats


def compare(
    segment: Segment,
    clues: Ints,
    query: Query,
    lexicon: Lexicon,
    weights: Floats,
    exact: Mapping[int, float],
    unmet: frozenset[int],
) -> Comparison:
    """Compare clues with all windows of a query and keep the window where the weighed parts sum up highest.

    `exact` names clues whose signature stands in the paste as a whole, with the share of its lines that it spans;
    `unmet` those that are regular expressions and do not.
    """
    overlap = _Overlap(segment, clues, query, lexicon)
    parts = np.zeros((len(clues), len(query.windows), CLUE_PARTS), dtype=np.float32)
    hits = np.fromiter((exact.get(clue, 0.0) for clue in clues.tolist()), dtype=np.float32, count=len(clues))
    is_exact = hits > 0
    coverage, shared, explained = overlap.coverage, overlap.shared, overlap.explained
    if is_exact.any():
        coverage = np.where(is_exact[:, None] & (shared > 0), 1.0, coverage)
        shared = np.where(is_exact[:, None] & (shared > 0), overlap.clue_weights[:, None], shared)
        explained = np.where((shared > 0), np.maximum(explained, hits[:, None]), explained)
    order = np.where(is_exact[:, None], np.maximum(overlap.order, coverage), overlap.order)
    prose = np.isin(segment.kinds[clues], (ClueKind.PHRASE, ClueKind.TITLE, ClueKind.SYMPTOM))[:, None]
    whole = np.where(is_exact[:, None], coverage >= 1.0, (coverage > 0.999) & (order > 0.999) & ~prose)

    mass = 1.0 - np.exp(-shared / TYPICAL_MASS)
    kinds = segment.kinds[clues]
    parts[:, :, Part.COVERAGE] = coverage
    parts[:, :, Part.EXPLAINED] = explained
    parts[:, :, Part.ORDER] = order
    parts[:, :, Part.MASS] = mass
    parts[:, :, Part.COVERAGE_MASS] = coverage * mass
    parts[:, :, Part.EXPLAINED_MASS] = explained * mass
    parts[:, :, Part.ORDER_MASS] = order * mass
    parts[:, :, Part.BOTH_MASS] = coverage * explained * mass
    parts[:, :, Part.MISSING] = np.log1p(np.maximum(overlap.clue_weights[:, None] - shared, 0.0))
    parts[:, :, Part.UNEXPLAINED] = np.log1p(query.window_weights[None, :] * (1.0 - explained))
    parts[:, :, Part.SURROUNDINGS] = overlap.surroundings[:, None]
    parts[:, :, Part.ELSEWHERE] = np.maximum(overlap.anywhere[:, None] - coverage, 0.0)
    parts[:, :, Part.BEGINS] = overlap.begins
    parts[:, :, Part.ENDS] = overlap.ends
    parts[:, :, Part.CUT] = (
        overlap.begins
        * (1 - overlap.ends)
        * explained
        * (1 - coverage)
        * np.maximum(mass, overlap.surroundings[:, None])
    )
    parts[:, :, Part.EXACT_MASS] = whole * mass
    parts[:, :, Part.PATTERN] = is_exact[:, None]
    parts[:, :, Part.UNMET] = np.isin(clues, np.fromiter(unmet, dtype=np.int64, count=len(unmet)))[:, None]
    parts[:, :, Part.PROSE] = prose
    parts[:, :, Part.PROSE_COVERAGE] = prose * coverage
    parts[:, :, Part.PROSE_EXPLAINED] = prose * explained
    parts[:, :, Part.SYMPTOM] = (kinds == ClueKind.SYMPTOM)[:, None]
    sums = np.where(shared > 0, parts @ weights[:CLUE_PARTS], -np.inf)
    windows = sums.argmax(axis=1)
    return Comparison(windows, parts[np.arange(len(clues)), windows])


class _Overlap:
    """What clues and windows share, as matrices of one row a clue and one column a window."""

    def __init__(self, segment: Segment, clues: Ints, query: Query, lexicon: Lexicon) -> None:
        self.row, self.words, marks = segment.rows(clues)
        self.roles = marks & ROLE_MASK
        first = (marks & REPEATED) == 0
        weights = lexicon.weights[self.words]
        factored = FACTORS[self.roles] * weights
        core = first & (self.roles < Role.SURROUNDING)
        self.column, self.found = _positions(query.numbers, self.words)
        self.found &= self.column < query.known
        anywhere = _positions(query.anywhere, self.words)[1]
        size = len(clues)
        self.clue_weights = np.bincount(self.row, factored * core, minlength=size).astype(np.float32)

        hit = core & self.found
        in_clue = np.zeros((size, len(query.numbers)), dtype=np.float32)
        same_form = (query.forms[self.column[hit]] >> (marks[hit] >> FORM_SHIFT)) & 1
        in_clue[self.row[hit], self.column[hit]] = factored[hit] * np.where(same_form, 1.0, OTHER_FORM)
        present = (query.factors > 0).astype(np.float32)
        self.shared: Floats = in_clue @ present.T
        said = (in_clue > 0).astype(np.float32) @ (query.factors * query.weights).T
        for cut in query.cut_words:
            self._add_cut_word(cut, self._continues(cut, lexicon) & core, factored, query, said)
        self.coverage: Floats = np.minimum(self.shared / np.maximum(self.clue_weights, 1e-6)[:, None], 1.0)
        self.explained: Floats = np.minimum(said / np.maximum(query.window_weights, 1e-6)[None, :], 1.0)
        self.anywhere = np.bincount(self.row, factored * (core & anywhere), minlength=size) / np.maximum(
            self.clue_weights, 1e-6
        )
        self.order = self._order(query, weights)
        self.begins, self.ends = self._ends_met(query, size)
        self.surroundings = self._surroundings(weights, first, anywhere, size)

    def _continues(self, cut: CutWord, lexicon: Lexicon) -> NDArray[np.bool_]:
        """Tell of each word whether it may be the cut one: it begins so, and the same word stands before it."""
        ranks = lexicon.ranks[self.words]
        before = np.concatenate([[NOTHING], np.where(self.row[1:] == self.row[:-1], self.words[:-1], NOTHING)])
        return (ranks >= cut.first_rank) & (ranks < cut.last_rank) & (before == cut.before)

    def _add_cut_word(
        self, cut: CutWord, continues: NDArray[np.bool_], factored: Floats, query: Query, said: Floats
    ) -> None:
        if not continues.any():
            return
        holds = query.line_in_window[:, cut.line] > 0
        rows = self.row[continues]
        self.shared[np.ix_(rows, holds)] += (CUT_SHARE * factored[continues])[:, None]
        if cut.column is not None:
            said[np.ix_(rows, holds)] += query.factors[holds, cut.column] * query.weights[cut.column]

    def _order(self, query: Query, weights: Floats) -> Floats:
        """Return the share of each clue's neighbouring pairs that each window has; its coverage when it has none."""
        telling = self.roles < Role.SURROUNDING
        neighbours = telling[1:] & telling[:-1] & (self.row[1:] == self.row[:-1])
        row = self.row[1:][neighbours]
        factor = np.minimum(FACTORS[self.roles[1:]], FACTORS[self.roles[:-1]])[neighbours]
        worth = factor * (weights[1:] + weights[:-1])[neighbours]
        total = np.bincount(row, worth, minlength=len(self.clue_weights)).astype(np.float32)
        column, found = _positions(query.pairs, pair_keys(self.words[:-1][neighbours], self.words[1:][neighbours]))
        in_clue = np.zeros((len(self.clue_weights), len(query.pairs)), dtype=np.float32)
        np.add.at(in_clue, (row[found], column[found]), worth[found])
        shared: Floats = in_clue @ query.pair_in_window.T
        return np.where(total[:, None] > 0, shared / np.maximum(total, 1e-6)[:, None], self.coverage)

    def _ends_met(self, query: Query, size: int) -> tuple[Floats, Floats]:
        """Return whether some line of each window begins with the clue's first word, and ends with its last."""
        core = np.flatnonzero(self.roles < Role.SURROUNDING)
        first = np.full(size, -1, dtype=np.int64)
        last = np.full(size, -1, dtype=np.int64)
        last[self.row[core]] = self.words[core]
        first[self.row[core[::-1]]] = self.words[core[::-1]]
        begins = (first[:, None] == query.firsts[None, :]).astype(np.float32)
        ends = (last[:, None] == query.lasts[None, :]).astype(np.float32)
        return (begins @ query.line_in_window.T > 0).astype(np.float32), (ends @ query.line_in_window.T > 0).astype(
            np.float32
        )

    def _surroundings(
        self, weights: Floats, first: NDArray[np.bool_], anywhere: NDArray[np.bool_], size: int
    ) -> Floats:
        around = first & (self.roles >= Role.SURROUNDING)
        worth = weights * np.where(self.roles == Role.FRAME, FRAME_SHARE, 1.0) * around
        total = np.bincount(self.row, worth, minlength=size)
        met = np.bincount(self.row, worth * anywhere, minlength=size)
        return (met / (total + LEAST_SURROUNDINGS)).astype(np.float32)


def _positions(ordered: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each wanted number stands among the ordered ones, and whether it does."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return at, ordered[at] == wanted


def topic_parts(segment: Segment, topics: Ints, query: Query, specificity: Floats) -> Floats:
    """Return the entry's parts of the score for each topic; `specificity` is what each word tells topics apart."""
    row, words, marks = segment.rows(topics)
    column, found = _positions(query.numbers[: query.known], words)
    once = found & ((marks & REPEATED) == 0)
    weights = query.weights * query.factors.max(axis=0)
    weights[: query.known] *= specificity[query.numbers[: query.known]]
    mass = np.bincount(row[once], weights[column[once]], minlength=len(topics))
    share = mass / max(float(weights.sum()), 1e-6)
    return np.stack([share, np.log1p(mass), share * query.spoken], axis=1).astype(np.float32)


def specificity(counts: Ints, topics: int) -> Floats:
    """Return how well each word tells topics apart, in [0, 1]: its inverse topic frequency beside that of a new word."""
    found: Floats = (np.log((topics + 1) / (counts + 0.5)) / np.log((topics + 1) / 0.5)).astype(np.float32)
    return np.clip(found, 0.0, 1.0)
