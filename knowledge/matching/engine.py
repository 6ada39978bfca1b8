"""One state of the index, and how it answers a paste.

States are immutable: an update makes another one, which shares what did not change, so that a search that has begun
is never disturbed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.entry import Entry
from knowledge.matching import evidence, query
from knowledge.matching.arrays import Floats, Ints
from knowledge.matching.calibration import Calibration
from knowledge.matching.clues import ClueKind
from knowledge.matching.evidence import Part
from knowledge.matching.paste import Paste
from knowledge.matching.patterns import Hit
from knowledge.matching.pieces import Piece
from knowledge.matching.query import Query
from knowledge.matching.vocabulary import Lexicon

MOST_CLUES = 64
"""Clues compared closely for one paste, from each segment."""

MOST_CANDIDATES = 24
"""Owners that are ranked for one paste, from each segment."""

SMALLEST_SPAN = 0.01
"""Share of its lines that a pattern spans at least, so that one that stands in the paste is never taken for absent."""

LEAST_FIT = 0.7
"""Coverage times explained from which on a counterexample is met; it denies the clues that fit no better."""

WHOLE_FIT = 0.95
"""Fit from which on a counterexample denies every clue that one of its lines speaks for."""

MOST_TOPICS = 24
"""Entries compared by their topic alone."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An owner that a paste may be about, with its best clue (piece and number; None when only its topic speaks)."""

    owner: int
    piece: int
    clue: int | None
    window: tuple[int, ...]
    parts: Floats
    hit: Hit | None = None


@dataclass(frozen=True)
class State:
    """All pieces, the words with their weights, and the entries by number; bare signatures have none."""

    pieces: tuple[Piece, ...]
    lexicon: Lexicon
    specificity: Floats
    entries: Mapping[int, Entry]
    general: frozenset[int]

    def candidates(self, read: Paste, calibration: Calibration) -> list[Candidate]:
        """Return every owner that something in the paste speaks for, each with its best clue."""
        asked = query.build(read, self.lexicon)
        if asked is None:
            return []
        text = read.text
        best: dict[int, Candidate] = {}
        for number in range(len(self.pieces)):
            for candidate in self._of_piece(number, asked, text, read, calibration):
                known = best.get(candidate.owner)
                if known is None or calibration.evidence(candidate.parts) > calibration.evidence(known.parts):
                    best[candidate.owner] = candidate
        return list(best.values())

    def _of_piece(
        self, number: int, asked: Query, text: str, read: Paste, calibration: Calibration
    ) -> Iterator[Candidate]:
        piece = self.pieces[number]
        hits = {
            piece.clue_of_pattern[hit.number]: hit
            for hit in piece.patterns.hits(text)
            if piece.clues.alive[piece.clue_of_pattern[hit.number]]
        }
        clues = piece.clues.candidates(asked, self.lexicon, MOST_CLUES)
        if hits:
            clues = np.union1d(clues, np.array(sorted(hits), dtype=np.int64))
        topics = self._topics(piece, asked, piece.clues.owners[clues])
        found = list(self._with_clue(number, asked, clues, hits, topics, read, calibration))
        yield from found
        compared = set(piece.clues.owners[clues].tolist())
        yield from self._with_topic_alone(
            number, {owner: parts for owner, parts in topics.items() if owner not in compared}, asked.spoken
        )

    def _with_clue(
        self,
        number: int,
        asked: Query,
        clues: Ints,
        hits: Mapping[int, Hit],
        topics: Mapping[int, Floats],
        read: Paste,
        calibration: Calibration,
    ) -> Iterator[Candidate]:
        """Yield for each owner its best clue."""
        if not len(clues):
            return
        piece = self.pieces[number]
        spans = {clue: _span(hit, read) for clue, hit in hits.items()}
        unmet = piece.regexes - hits.keys()
        compared = evidence.compare(piece.clues, clues, asked, self.lexicon, calibration.weights, spans, unmet)
        sums = compared.parts @ calibration.weights[: evidence.CLUE_PARTS]
        kinds = piece.clues.kinds[clues]
        fits = compared.parts[:, Part.COVERAGE] * compared.parts[:, Part.EXPLAINED]
        lines = [asked.lines_of_window(window) for window in compared.windows.tolist()]
        denials = [
            (int(piece.clues.owners[clues[at]]), float(fits[at]), set(lines[at]))
            for at in np.flatnonzero((kinds == ClueKind.COUNTEREXAMPLE) & (fits >= LEAST_FIT)).tolist()
        ]
        seen: set[int] = set()
        for at in np.argsort(-sums, kind="stable").tolist():
            owner = int(piece.clues.owners[clues[at]])
            shares_nothing = compared.parts[at, Part.COVERAGE] == 0
            if owner in seen or shares_nothing or kinds[at] == ClueKind.COUNTEREXAMPLE:
                continue
            if any(denied == owner and _denies(fit, float(fits[at]), told, lines[at]) for denied, fit, told in denials):
                continue
            if len(seen) == MOST_CANDIDATES:
                return
            seen.add(owner)
            parts = np.zeros(len(Part), dtype=np.float32)
            parts[: evidence.CLUE_PARTS] = compared.parts[at]
            if owner in topics:
                parts[Part.TOPIC : Part.SPOKEN] = topics[owner]
            parts[Part.SPOKEN] = asked.spoken
            parts[Part.GENERAL] = owner in self.general
            clue = int(clues[at])
            hit = hits.get(clue)
            window = lines[at] if hit is None else _window(hit, read)
            yield Candidate(owner, number, clue, window, parts, hit)

    def _topics(self, piece: Piece, asked: Query, owners: Ints) -> dict[int, Floats]:
        """Return the topic parts of some owners, and of those whose topic alone fits best."""
        if not len(piece.topics):
            return {}
        nearest = piece.topics.candidates(asked, self.lexicon, MOST_TOPICS)
        wanted = np.union1d(nearest, np.flatnonzero(np.isin(piece.topics.owners, owners) & piece.topics.alive))
        parts = evidence.topic_parts(piece.topics, wanted, asked, self.specificity)
        return {
            int(piece.topics.owners[topic]): parts[at] for at, topic in enumerate(wanted.tolist()) if parts[at].any()
        }

    def _with_topic_alone(self, number: int, topics: Mapping[int, Floats], spoken: float) -> Iterator[Candidate]:
        for owner, found in topics.items():
            parts = np.zeros(len(Part), dtype=np.float32)
            parts[Part.TOPIC : Part.SPOKEN] = found
            parts[Part.SPOKEN] = spoken
            parts[Part.GENERAL] = owner in self.general
            yield Candidate(owner, number, None, (), parts)


def _span(hit: Hit, read: Paste) -> float:
    """Return which share of the lines that a pattern touches it spans."""
    touched = sum(len(line.text) for line in read.lines_between(hit.start, hit.end))
    return max(min((hit.end - hit.start) / max(touched, 1), 1.0), SMALLEST_SPAN)


def _window(hit: Hit, read: Paste) -> tuple[int, ...]:
    """Return the telling lines that a pattern touches."""
    touched = {line.number for line in read.lines_between(hit.start, hit.end)}
    return tuple(index for index, line in enumerate(read.telling) if line.number in touched)


def _denies(fit: float, rival_fit: float, told: set[int], lines: tuple[int, ...]) -> bool:
    """Tell whether a counterexample that fits the lines `told` rules out a clue that speaks for `lines`."""
    if fit >= WHOLE_FIT:
        return not told.isdisjoint(lines)
    return fit >= rival_fit and told.issuperset(lines)
