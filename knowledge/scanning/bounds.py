"""The most that the matcher may make of a quotation, told from the words of a paste, at a tenth of the cost.

All that the words say of the signature is taken to be said in one window, which holds no more than one of their lines.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching import evidence, thesaurus, topics, totals
from knowledge.matching.arrays import Floats
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import State
from knowledge.matching.overlap import LEAST_SURROUNDINGS, TINY
from knowledge.matching.paste import Paste
from knowledge.matching.pieces import Piece
from knowledge.matching.query import FACTORS, STRANGE_NAME
from knowledge.matching.topics import AROUND, CODE_WORTH, PREFIXES, ROOT, Kind
from knowledge.matching.words import Role
from knowledge.scanning.most import Measure, Quoted
from knowledge.scanning.quotable import Clue
from knowledge.scanning.sieve import Said

MOST_WEIGHTS = 10_000
"""Words whose weight is remembered."""

FACTOR_OF_ROLE: Sequence[float] = FACTORS.tolist()

Terms = tuple[Mapping[str, float], ...]
"""What terms are worth, by their `Kind`, without its prefix."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The words of a signature with their weights there, of its message and around it, and its entry's topics.

    `everyones` is the share of its message that the operating system says to everyone.
    """

    said: Mapping[str, float]
    weight: float
    everyones: float
    around: Mapping[str, float]
    weight_around: float
    topics: Sequence[Terms]


@dataclass(frozen=True, slots=True)
class Asked:
    """A paste: what each word is worth in each line beside the others, and its terms, those around it included.

    `total` is what all its words are worth to topics, `technology` the most telling name of a technology, `spoken` how
    far it is prose.
    """

    lines: Sequence[Mapping[str, float]]
    terms: Terms
    total: float
    technology: float
    spoken: float


class Bounds:
    """Tells of signatures that a paste may quote whether they may be likely answers, under one state of the index."""

    def __init__(self, state: State, calibration: Calibration) -> None:
        self._state = state
        self._measure = Measure(calibration, curated=state.curated)
        self._weight_of: dict[str, float] = {}
        self._signatures: dict[Clue, Signature] = {}
        self._topics: dict[tuple[int, int], Terms] = {}
        self._stems = list(state.lexicon.numbers)

    def possible(self, read: Paste, clues: Mapping[Clue, Said]) -> list[Clue]:
        """Return the signatures that may be likely answers; `clues` tells what the paste says of each at most."""
        if not clues:
            return []
        asked = self._asked(read)
        signatures = [self._signature(clue) for clue in clues]
        reached = self._measure.reached(
            self._quotations(signatures, list(clues.values()), asked),
            _of_topics(signatures, asked),
            (asked.spoken, asked.spoken),
        )
        return list(itertools.compress(clues, reached.tolist()))

    def _quotations(self, signatures: Sequence[Signature], said: Sequence[Said], asked: Asked) -> Quoted:
        """Return the most that a paste may say of signatures, of which it says so much."""
        explained = [
            (1.0, 0.0) if of.cut else _explained(signature, asked)
            for signature, of in zip(signatures, said, strict=True)
        ]
        words = asked.terms[Kind.WORD]
        return Quoted(
            weight=np.array([signature.weight for signature in signatures]),
            shared=np.array([min(of.weight, one.weight) for one, of in zip(signatures, said, strict=True)]),
            everyones=np.array([signature.everyones for signature in signatures]),
            around=np.array([_weight_among(one.around, words) / one.weight_around for one in signatures]),
            anywhere=np.array([_weight_among(one.said, words) / one.weight for one in signatures]),
            explained=np.array([most for most, _ in explained]),
            unexplained=np.array([least for _, least in explained]),
        )

    def _asked(self, read: Paste) -> Asked:
        """Return a paste ready for comparison."""
        self._weigh(itertools.chain(read.around, *(line.said.stems for line in read.words)))
        terms: tuple[dict[str, float], ...] = tuple({} for _ in Kind)
        lines = []
        for line in read.words:
            stems, roles = line.said.stems, line.said.roles
            worths = {
                stem: FACTOR_OF_ROLE[role] * self._weight_of[stem] for stem, role in zip(stems, roles, strict=True)
            }
            _raise(terms, stems, worths)
            strange = [
                stem for stem, role in zip(stems, roles, strict=True) if role != Role.WORD and self._is_strange(stem)
            ]
            lines.append(worths | {stem: STRANGE_NAME * worths[stem] for stem in strange})
        failures = terms[Kind.FAILURE]
        failures.update({name: max(CODE_WORTH, failures.get(name, 0.0)) for name in topics.codes(read)})
        around = sorted(read.around)
        _raise(terms, around, {stem: AROUND * self._weight_of[stem] for stem in around})
        technology = max(terms[Kind.TECHNOLOGY].values(), default=0.0)
        return Asked(lines, terms, sum(terms[Kind.WORD].values()), technology, read.spoken)

    def _weigh(self, stems: Iterable[str]) -> None:
        """Remember what some words weigh."""
        if len(self._weight_of) > MOST_WEIGHTS:
            self._weight_of.clear()
        unknown = [stem for stem in stems if stem not in self._weight_of]
        if unknown:
            self._weight_of.update(zip(unknown, self._state.lexicon.weights_of(unknown).tolist(), strict=True))

    def _is_strange(self, stem: str) -> bool:
        beyond = len(self._state.lexicon.weights)
        return self._state.lexicon.numbers.get(stem, beyond) >= beyond

    def _signature(self, clue: Clue) -> Signature:
        known = self._signatures.get(clue)
        if known is None:
            known = self._signatures[clue] = self._read(clue)
        return known

    def _read(self, clue: Clue) -> Signature:
        piece = self._state.pieces[clue.piece]
        _, words, marks = piece.clues.rows(np.array([clue.number]))
        weights = self._state.lexicon.weights[words]
        stems = [self._stems[word] for word in words.tolist()]
        said, everyones, around = (
            _positive(stems, factors[marks] * weights) for factors in (totals.SAID, totals.EVERYONES, totals.AROUND)
        )
        weight = sum(said.values())
        return Signature(
            said=said,
            weight=weight,
            everyones=sum(everyones.values()) / weight,
            around=around,
            weight_around=sum(around.values()) + LEAST_SURROUNDINGS,
            topics=[
                self._topic(clue.piece, topic)
                for topic in np.flatnonzero(piece.topics.owners == piece.clues.owners[clue.number]).tolist()
            ],
        )

    def _topic(self, piece: int, topic: int) -> Terms:
        """Return what each term that is shared with a topic of a piece counts for; its signatures have it in common."""
        known = self._topics.get((piece, topic))
        if known is None:
            known = self._topics[piece, topic] = self._terms(self._state.pieces[piece], topic)
        return known

    def _terms(self, piece: Piece, topic: int) -> Terms:
        at = np.flatnonzero(piece.topics.topics == topic)
        numbers = piece.topics.terms[at]
        worths = (piece.topics.worths[at] * self._state.specificity[numbers]).tolist()
        found = {self._stems[number]: worth for number, worth in zip(numbers.tolist(), worths, strict=True)}
        terms: tuple[dict[str, float], ...] = tuple({} for _ in Kind)
        for term, worth in found.items():
            kind = topics.kind_of(term)
            terms[kind][term.removeprefix(PREFIXES[kind])] = worth
        return terms


def _raise(terms: tuple[dict[str, float], ...], stems: Sequence[str], worths: Mapping[str, float]) -> None:
    """Raise what terms are worth to what the heaviest of their words in a line is."""
    words, roots, failures, technologies = terms
    for stem, worth in worths.items():
        words[stem] = max(worth, words.get(stem, 0.0))
        root = stem[:ROOT] if stem.isascii() else stem
        roots[root] = max(worth, roots.get(root, 0.0))
    for named, known in ((thesaurus.kinds(stems), failures), (thesaurus.technologies(stems), technologies)):
        for name, first, last in named:
            known[name] = max(known.get(name, 0.0), sum(worths[stem] for stem in stems[first:last]))


def _explained(signature: Signature, asked: Asked) -> tuple[float, float]:
    """Return which share of a window the signature explains at most, and what it leaves unexplained at least.

    A window holds a line that shares words with the signature, whole.
    """
    explained = 0.0
    least = math.inf
    for line in asked.lines:
        of_line = sum(line.get(word, 0.0) for word in signature.said)
        if of_line > 0.0:
            explained += of_line
            least = min(least, sum(line.values()) - of_line)
    least = max(least, 0.0) if explained else 0.0
    return explained / max(explained + least, TINY), least


def _of_topics(signatures: Sequence[Signature], asked: Asked) -> Floats:
    """Return the parts of the score of each signature that belong to the topics of its entry."""
    shared = [
        [_shared(terms, known) for terms, known in zip(asked.terms, topic, strict=True)]
        for signature in signatures
        for topic in signature.topics
    ]
    kinds = np.array(shared).reshape(-1, len(Kind))
    parts = evidence.topic_parts(kinds, asked.total, asked.technology, asked.spoken)
    ends = np.cumsum([0, *(len(signature.topics) for signature in signatures)])
    sums = np.zeros((len(parts) + 1, parts.shape[1]))
    np.cumsum(parts, axis=0, out=sums[1:])
    of_signatures: Floats = sums[ends[1:]] - sums[ends[:-1]]
    return of_signatures


def _shared(terms: Mapping[str, float], known: Mapping[str, float]) -> float:
    return sum(terms[term] * known[term] for term in terms.keys() & known.keys())


def _weight_among(weights: Mapping[str, float], words: Mapping[str, float]) -> float:
    return sum(weights[word] for word in weights.keys() & words.keys())


def _positive(stems: Sequence[str], weights: Floats) -> dict[str, float]:
    return {stem: weight for stem, weight in zip(stems, weights.tolist(), strict=True) if weight > 0.0}
