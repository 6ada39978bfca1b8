"""Find the documented issues that a paste shows: the face of knowledge/matching, which docs/matching.md explains."""

import functools
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from knowledge.entry import Entry, Kind, Variant
from knowledge.explanation import ExplainedCandidate, Explanation, PartOfScore
from knowledge.match import Answer, Evidence, Match, Verdict
from knowledge.matching import (
    background,
    calibration,
    choice,
    evidence,
    paste,
    pieces,
    storage,
    topics,
    totals,
)
from knowledge.matching.arrays import Bools, Floats
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import Candidate, State
from knowledge.matching.evidence import Part
from knowledge.matching.paste import Paste
from knowledge.matching.pieces import Piece
from knowledge.matching.storage import Stored
from knowledge.matching.vocabulary import Vocabulary

MOST_ANSWERS = 5
MOST_EXPLAINED = 10

MOST_PIECES = 6
"""Updates add a piece each; from this number on, all but the largest are merged into one."""

MET = 0.95
"""Share of a clue from which on its entry may make a general one give way."""

LEAST_SHARED = 0.3
"""Of a lower score, a candidate is not taken for one of several that are quoted alike: it would be one of a dozen."""

LEAST_SCORE = 0.05
"""A match of a lower score is nobody's rival."""

LEAST_RIVAL = 10.0
"""How many times as probable a match may be as another one of the same line that is still called its rival."""


class Ranked(NamedTuple):
    """A candidate, its score, and the score that it would have apart from those that are quoted as well as it is."""

    candidate: Candidate
    score: float
    apart: float


class Matcher:
    """An index over entries that answers pastes. Any number of threads may ask while another one updates."""

    def __init__(self, entries: Iterable[Entry] = (), *, calibration: Calibration | None = None) -> None:
        self._calibration = calibration or _shipped()
        self._vocabulary = Vocabulary(background.shipped())
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._updating = threading.Lock()
        self._state = self._state_of((), {})
        self.update(entries, ())

    @classmethod
    def of_signatures(cls, rows: Iterable[tuple[str, str]], *, calibration: Calibration | None = None) -> "Matcher":
        """Return an index over bare signatures, (id, text) each; rows of the same id are one entry."""
        matcher = cls(calibration=calibration)
        numbered = ((matcher._number(row_id), text) for row_id, text in rows)
        matcher._state = matcher._state_of((pieces.of_signatures(numbered, matcher._vocabulary),), {})
        return matcher

    @classmethod
    def load(
        cls, path: Path, entries: Iterable[Entry] | None = None, *, calibration: Calibration | None = None
    ) -> "Matcher":
        """Return a saved index of these entries, or of bare signatures where there are none.

        Raises IndexUnusable when the file is damaged, of another version, or was made from other entries.
        """
        told = None if entries is None else list(entries)
        matcher = cls(calibration=calibration)
        contents = None if told is None else storage.contents_of(told)
        stored = storage.load(path, contents=contents, background=background.shipped())
        matcher._vocabulary, matcher._ids = stored.vocabulary, stored.ids
        matcher._numbers = {entry_id: number for number, entry_id in enumerate(stored.ids)}
        known = {matcher._numbers[entry.id]: entry for entry in told or ()}
        matcher._state = matcher._state_of(stored.pieces, known)
        return matcher

    @property
    def state(self) -> State:
        """The index as it is now; it does not change, an update puts another in its place."""
        return self._state

    @property
    def calibration(self) -> Calibration:
        """What the parts of a score are worth here."""
        return self._calibration

    def save(self, path: Path) -> None:
        """Write the index to a file that `load` reads."""
        with self._updating:
            contents = storage.contents_of(self._state.entries.values())
            storage.save(path, Stored(self._vocabulary, self._ids, self._state.pieces), contents=contents)

    def match(self, text: str, *, limit: int = MOST_ANSWERS, without: frozenset[str] = frozenset()) -> Answer:
        """Return the documented issues that `text` shows, best first; none of those whose ids are in `without`."""
        started = time.perf_counter()
        state = self._state
        read = paste.read(text)
        matches = self._matches(state, read, self._ranked(state, read, without)[:limit])
        verdict = matches[0].verdict if matches else Verdict.NONE
        return Answer(verdict, tuple(matches), (time.perf_counter() - started) * 1000)

    def explain(self, text: str, *, limit: int = MOST_EXPLAINED) -> Explanation:
        """Return the candidates for `text` with the parts of their scores, and why the verdict is what it is."""
        state = self._state
        read = paste.read(text)
        ranked = self._ranked(state, read, frozenset())[:limit]
        matches = self._matches(state, read, ranked)
        return Explanation(
            verdict=matches[0].verdict if matches else Verdict.NONE,
            candidates=tuple(
                ExplainedCandidate(match, found.candidate.evidence, self._parts(found.candidate))
                for match, found in zip(matches, ranked, strict=True)
            ),
            constant=self._calibration.constant,
            likely=self._calibration.likely,
            sure=self._calibration.sure,
        )

    def update(self, changed: Iterable[Entry], removed: Iterable[str]) -> None:
        """Take over changed or new entries, and forget removed ones; the rest of the index stays as it is."""
        with self._updating:
            entries = dict(self._state.entries)
            fresh = {self._number(entry.id): entry for entry in changed}
            gone = [self._numbers[entry_id] for entry_id in removed if entry_id in self._numbers]
            stale = np.array([*fresh, *gone], dtype=np.int64)
            parts = [piece.without(stale) for piece in self._state.pieces]
            for number in gone:
                entries.pop(number, None)
            if fresh:
                parts.append(pieces.of_entries(fresh.items(), self._vocabulary))
            self._state = self._state_of(self._compacted(parts), entries | fresh)

    def _number(self, entry_id: str) -> int:
        number = self._numbers.setdefault(entry_id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(entry_id)
        return number

    def _compacted(self, parts: list[Piece]) -> list[Piece]:
        if len(parts) < MOST_PIECES:
            return parts
        largest = max(parts, key=lambda piece: len(piece.clues))
        others = [piece for piece in parts if piece is not largest]
        return [largest, pieces.merged(others, len(self._vocabulary.numbers))]

    def _state_of(self, parts: Sequence[Piece], entries: dict[int, Entry]) -> State:
        size = len(self._vocabulary.numbers)
        nothing = np.zeros(size, dtype=np.int64)
        counts = sum((piece.clues.counts(size) for piece in parts), nothing)
        topic_counts = sum((piece.topics.counts(size) for piece in parts), nothing)
        lexicon = self._vocabulary.lexicon(counts, topic_counts, sum(piece.clues.living for piece in parts))
        return State(
            pieces=tuple(parts),
            totals=tuple(totals.of(piece.clues, lexicon) for piece in parts),
            lexicon=lexicon,
            specificity=topics.specificity(topic_counts, sum(piece.topics.living for piece in parts)),
            entries=entries,
            general=frozenset(number for number, entry in entries.items() if entry.general),
        )

    def _ranked(self, state: State, read: Paste, without: frozenset[str]) -> list[Ranked]:
        """Return the candidates with their calibrated scores, best first; equal ones by id."""
        candidates = [
            candidate
            for candidate in state.candidates(read, self._calibration)
            if self._ids[candidate.owner] not in without
        ]
        sums = np.array([candidate.evidence for candidate in candidates])
        rivals = choice.rivals([candidate.window for candidate in candidates])
        if state.general:
            general = np.array([candidate.owner in state.general for candidate in candidates], dtype=np.bool_)
            met = np.array([candidate.parts[Part.COVERAGE] >= MET for candidate in candidates], dtype=np.bool_)
            answered = self._calibration.evidence_of(self._calibration.likely)
            sums = choice.giving_way(sums, rivals, general, met, answered)
        scores, apart = self._scores(candidates, sums, rivals)
        ranks = [
            (-round(score, 6), -round(total, 4), self._ids[candidate.owner])
            for score, total, candidate in zip(scores, sums.tolist(), candidates, strict=True)
        ]
        order = sorted(range(len(ranks)), key=ranks.__getitem__)
        return [Ranked(candidates[at], scores[at], apart[at]) for at in order]

    def _scores(
        self, candidates: Sequence[Candidate], sums: Floats, rivals: Bools
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Return the scores of candidates, and those that they would have apart from their equals.

        These are the ones whose signatures the paste quotes as well.
        """
        scores = self._calibration.probabilities(choice.odds(sums, rivals)).tolist()
        met = [each.parts[Part.COVERAGE] >= MET and evidence.is_quoted(each.parts) for each in candidates]
        is_shared = any(LEAST_SHARED <= score < self._calibration.likely for score in scores)
        if not is_shared or met.count(True) < 2:
            return scores, scores
        others = rivals & ~choice.equals(sums, np.array(met, dtype=np.bool_))
        return scores, self._calibration.probabilities(choice.odds(sums, others)).tolist()

    def _matches(self, state: State, read: Paste, ranked: Sequence[Ranked]) -> list[Match]:
        return [self._match(state, read, each, ranked) for each in ranked]

    def _match(self, state: State, read: Paste, found: Ranked, ranked: Sequence[Ranked]) -> Match:
        candidate, score = found.candidate, found.score
        quoted = evidence.is_quoted(candidate.parts)
        least = max(score / LEAST_RIVAL, LEAST_SCORE)
        lines = set(candidate.window)
        return Match(
            entry=self._entry(state, candidate.owner),
            score=score,
            verdict=self._calibration.verdict(score, apart=found.apart, quoted=quoted),
            evidence=_evidence(state, read, candidate),
            rivals=tuple(
                self._ids[other.candidate.owner]
                for other in ranked
                if other.score >= least and other is not found and not lines.isdisjoint(other.candidate.window)
            ),
            quoted=quoted,
        )

    def _entry(self, state: State, owner: int) -> Entry:
        return state.entries.get(owner) or _nameless(self._ids[owner])

    def _parts(self, candidate: Candidate) -> dict[str, PartOfScore]:
        return {
            part.name.lower(): PartOfScore(float(value), float(value * self._calibration.weights[part]))
            for part, value in zip(Part, candidate.parts, strict=True)
            if value
        }


@functools.lru_cache(maxsize=1 << 14)
def _nameless(entry_id: str) -> Entry:
    """Return what stands for the entry of a bare signature."""
    return Entry(entry_id, Kind.ISSUE, {"en": Variant(entry_id)})


def _shipped() -> Calibration:
    return calibration.shipped()


def _evidence(state: State, read: Paste, candidate: Candidate) -> Evidence:
    """Return the pasted line that speaks for a candidate, and what it met."""
    if candidate.clue is None:
        first = read.telling[0]
        return Evidence(first.text.strip(), first.number, "")
    signature = state.pieces[candidate.piece].texts[candidate.clue]
    if candidate.hit is not None:
        line = read.lines_between(candidate.hit.start, candidate.hit.end)[0]
        return Evidence(line.text.strip(), line.number, signature, candidate.hit.captured)
    line = read.telling[candidate.window[0]]
    return Evidence(line.text.strip(), line.number, signature)
