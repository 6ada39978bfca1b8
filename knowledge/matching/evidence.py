"""What speaks for a clue, in numbers: the parts of its score.

A clue and a window of the paste are compared both ways: how much of the clue the window says, and how much of the
window the clue explains. Each word counts by its weight (vocabulary.py) and role (query.py), so that "failed" shared is
next to nothing and `WebIdentityErr` shared is a lot, and neighbouring words count again as pairs, which rewards order.
"""

import enum
from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.clues import ClueKind
from knowledge.matching.overlap import TINY, Overlap
from knowledge.matching.query import TYPICAL_MASS, Query
from knowledge.matching.segment import Segment
from knowledge.matching.totals import Totals
from knowledge.matching.vocabulary import Lexicon

TYPICAL_TOPIC_MASS = 20.0
"""The same for what a paste and a topic share, which takes a few words more to mean anything."""

QUOTED = 0.5
"""Share of a signature from which on it is quoted; of answers that said less of theirs, nearly all were wrong."""

ALMOST = 0.999

IS_PROSE, IS_AGAINST, IS_SYMPTOM = (
    np.isin(np.arange(len(ClueKind)), kinds)
    for kinds in ((ClueKind.PHRASE, ClueKind.TITLE, ClueKind.SYMPTOM), (ClueKind.COUNTEREXAMPLE,), (ClueKind.SYMPTOM,))
)
"""By the kind of a clue: whether it is a description, a counterexample, a sentence of a symptom."""


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
    ANYWHERE = enum.auto()
    """share of the clue that the paste says, in whatever lines: a signature may be words of several"""
    BEGINS = enum.auto()
    """share of the best line that is word for word how the clue begins"""
    CUT = enum.auto()
    """whether all of it is how a bare signature begins, for a pasted line may be cut, as far as that has weight"""
    EXACT_MASS = enum.auto()
    """whether the signature as a whole stands in the paste, as far as it has weight"""
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
    CURATED = enum.auto()
    """whether the clue is an entry's signature, which somebody chose; a bare one may be any line"""
    CURATED_COVERAGE = enum.auto()
    """coverage, of such a signature"""
    CURATED_EXPLAINED = enum.auto()
    """explained, of such a signature"""
    CURATED_MISSING = enum.auto()
    """missing, of such a signature"""
    CURATED_UNEXPLAINED = enum.auto()
    """unexplained, of such a signature"""
    CURATED_LIGHT = enum.auto()
    """light, of such a signature"""
    TOPIC_FAILURES = enum.auto()
    """share of the paste that names a kind of failure that the entry's topic names too, in whatever words"""
    TOPIC_FOREIGN = enum.auto()
    """how telling a technology the paste names, where the entry's topic names none that the paste does"""
    TOPIC_MASS = enum.auto()
    """weight of what the entry's topic shares with the paste, in words, roots and what they name, logarithmic"""
    TOPIC_SPOKEN = enum.auto()
    """share of the paste that the entry's topic knows, its telling words counting most, as far as the paste is prose"""
    SPOKEN = enum.auto()
    """how far the paste is prose"""
    BRIEF = enum.auto()
    """whether the paste hardly says anything: a word or two describe no failure"""
    DENIED = enum.auto()
    """how much more of a counterexample than of the clue the same lines say"""
    GENERAL = enum.auto()
    """whether the entry gives way to specific ones"""


CLUE_PARTS = int(Part.TOPIC_FAILURES)
"""Parts before this one belong to a clue, the others to its entry."""

OF_TOPIC = slice(Part.TOPIC_FAILURES, Part.SPOKEN)
"""The parts that an entry's topic fills in."""

OF_CURATED = {
    Part.CURATED_COVERAGE: Part.COVERAGE,
    Part.CURATED_EXPLAINED: Part.EXPLAINED,
    Part.CURATED_MISSING: Part.MISSING,
    Part.CURATED_UNEXPLAINED: Part.UNEXPLAINED,
    Part.CURATED_LIGHT: Part.LIGHT,
}
"""Parts that repeat others for the signatures of entries: what somebody chose to quote is expected whole, while most of
a logged line is chance."""


def is_quoted(parts: Floats) -> bool:
    """Tell whether the parts of a score are those of a signature that the paste quotes, not of a description."""
    return bool(parts[Part.COVERAGE] >= QUOTED and not parts[Part.PROSE] and not parts[Part.UNMET])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each clue's best window of a query, and the parts of the clue's score in it; `against` marks counterexamples."""

    windows: Ints
    parts: Floats
    against: Bools

    def fits(self, at: Ints | int) -> Floats:
        """Return how well some clues and their windows say the same, in [0, 1]."""
        fits: Floats = self.parts[at, Part.COVERAGE] * self.parts[at, Part.EXPLAINED]
        return fits

    def whole_signatures(self) -> Ints:
        """Return the places of the signatures all of which stands in the paste."""
        is_whole = (self.parts[:, Part.COVERAGE] > ALMOST) & ~self.against
        is_whole &= (self.parts[:, Part.PROSE] == 0) & (self.parts[:, Part.UNMET] == 0)
        return np.flatnonzero(is_whole)


def compare(
    segment: Segment,
    totals: Totals,
    clues: Ints,
    query: Query,
    lexicon: Lexicon,
    weights: Floats,
    exact: Mapping[int, float],
    unmet: Set[int],
    *,
    curated: bool,
) -> Comparison:
    """Compare clues with the windows around their best line and keep the one where the weighed parts sum up highest.

    For a counterexample that is the one that says the same.

    `exact` names clues whose pattern stands in the paste, with the share of its lines that it spans; `unmet` those that
    are regular expressions and do not. `curated` says whether the clues were chosen by somebody.
    """
    overlap = Overlap(segment, totals, clues, query, lexicon)
    kinds = segment.kinds[clues]
    prose, against = IS_PROSE[kinds], IS_AGAINST[kinds]
    spans = _meet_patterns(overlap, clues, exact) if exact else None
    parts = _parts_of_words(overlap)
    if spans is not None:
        parts[Part.PATTERN] = (spans > 0) * np.maximum(parts[Part.MASS], spans)
    if unmet:
        _set_unmet(parts, _among(clues, unmet))
    if prose.any():
        _set_prose(parts, prose, IS_SYMPTOM[kinds])
    if curated:
        _set_curated(parts, ~prose)
    else:
        parts[Part.CUT] = (overlap.begun > ALMOST) * parts[Part.MASS] * ~prose
    best = _best_rows(overlap, parts, weights, against) * len(clues) + np.arange(len(clues))
    parts_of_best = parts.reshape(CLUE_PARTS, -1).take(best, axis=1).T.copy()
    return Comparison(overlap.windows.take(best), parts_of_best, against)


def _meet_patterns(overlap: Overlap, clues: Ints, exact: Mapping[int, float]) -> Floats:
    """Count the clues whose pattern stands in the paste as said, and return the share that each spans, 0 for others."""
    spans = np.array([exact.get(clue, 0.0) for clue in clues.tolist()], dtype=np.float32)
    for at in spans.nonzero()[0].tolist():
        overlap.meet_pattern(at, spans[at])
    return spans


def _parts_of_words(overlap: Overlap) -> Floats:
    """Return the parts that words alone decide, a table each; the others are 0."""
    coverage, explained = overlap.coverage, overlap.explained
    mass = 1.0 - np.exp(-overlap.shared / TYPICAL_MASS)
    parts = np.zeros((CLUE_PARTS, *coverage.shape), dtype=np.float32)
    parts[Part.COVERAGE] = coverage
    parts[Part.EXPLAINED] = explained
    parts[Part.ORDER] = overlap.order
    parts[Part.MASS] = mass
    parts[Part.MISSING] = np.log1p(np.maximum(overlap.weights - overlap.shared, 0.0))
    parts[Part.UNEXPLAINED] = np.log1p(overlap.window_weights * (1.0 - explained))
    parts[Part.SURROUNDINGS] = overlap.surroundings
    parts[Part.ANYWHERE] = np.maximum(overlap.anywhere, coverage)
    parts[Part.BEGINS] = overlap.begun
    parts[Part.EXACT_MASS] = ((coverage > ALMOST) & (overlap.order > ALMOST)) * mass
    parts[Part.LIGHT] = coverage * (1.0 - mass)
    parts[Part.FAINT] = np.maximum(1.0 - coverage / QUOTED, 0.0)
    parts[Part.EVERYONES] = coverage * overlap.everyones
    return parts


def _set_unmet(parts: Floats, unmet: Bools) -> None:
    """Set the parts of regular expressions that are not met."""
    parts[Part.UNMET] = unmet
    parts[Part.UNMET_LIGHT] = unmet * (1.0 - parts[Part.MASS])
    parts[Part.FAINT] = np.where(unmet, 1.0 - parts[Part.COVERAGE], parts[Part.FAINT])


def _set_prose(parts: Floats, prose: Bools, symptoms: Bools) -> None:
    """Set the parts of descriptions, which quote nothing; `symptoms` are some of them."""
    parts[[Part.EXACT_MASS, Part.FAINT]] *= ~prose
    parts[Part.PROSE] = prose
    parts[Part.PROSE_COVERAGE] = prose * parts[Part.COVERAGE]
    parts[Part.PROSE_EXPLAINED] = prose * parts[Part.EXPLAINED]
    parts[Part.SYMPTOM] = symptoms


def _set_curated(parts: Floats, signatures: Bools) -> None:
    """Set the parts that signatures have once more where somebody chose them."""
    parts[Part.CURATED] = signatures
    for repeated, part in OF_CURATED.items():
        parts[repeated] = parts[part] * signatures


def _best_rows(overlap: Overlap, parts: Floats, weights: Floats, against: Bools) -> Ints:
    """Return for each clue the row of the window that speaks most for it, of those that share anything with it."""
    sums = (weights[:CLUE_PARTS] @ parts.reshape(CLUE_PARTS, -1)).reshape(overlap.shared.shape)
    if against.any():
        sums = np.where(against, overlap.coverage * overlap.explained, sums)
    sums[overlap.shared <= 0] = -np.inf
    rows: Ints = sums.argmax(axis=0)
    return rows


def _among(clues: Ints, chosen: Set[int]) -> Bools:
    """Tell which clues are among the chosen ones, which are few if there are any."""
    if not chosen:
        return np.zeros(len(clues), dtype=np.bool_)
    return np.array([clue in chosen for clue in clues.tolist()], dtype=np.bool_)


def spare_quoted(parts: Floats) -> None:
    """Take back, in rows of parts, that a technology is foreign as far as the paste quotes the entry's signature.

    A trace beside it may be of another failure; a technology tells against what people only describe.
    """
    parts[:, Part.TOPIC_FOREIGN] *= 1.0 - parts[:, Part.COVERAGE] * (1.0 - parts[:, Part.PROSE])


def topic_parts(shared: Floats, total: float, technology: float, spoken: float) -> Floats:
    """Return the parts of the score that belong to topics.

    `shared` holds for each topic what it shares with the paste of each kind of term, `total` what the paste's words are
    worth together, `technology` what the most telling technology is worth that it names, `spoken` how far it is prose.
    """
    mass, roots, failures, technologies = shared.T
    meaning = 1.0 - np.exp(-shared.max(axis=1) / TYPICAL_TOPIC_MASS)
    total = max(total, TINY)
    return np.stack(
        [
            failures / total * meaning,
            (technologies == 0) * (1.0 - np.exp(-technology / TYPICAL_MASS)),
            np.log1p(mass + roots + failures + technologies),
            mass / total * meaning * spoken,
        ],
        axis=1,
    ).astype(np.float32)
