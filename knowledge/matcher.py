"""Find the documented issues that a paste shows: the public face of knowledge/matching; docs/matching.md explains it."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from knowledge.entry import Entry, Kind, Variant
from knowledge.match import Answer, Evidence, Match, Verdict
from knowledge.matching import background, calibration, choice, evidence, paste, pieces
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import Candidate, State
from knowledge.matching.paste import Paste
from knowledge.matching.pieces import Piece
from knowledge.matching.vocabulary import Vocabulary

MOST_ANSWERS = 5


class Matcher:
    """An index over entries that answers pastes. Any number of threads may ask while another one updates."""

    def __init__(self, entries: Iterable[Entry] = (), *, calibration: Calibration | None = None) -> None:
        self._calibration = calibration or _shipped()
        self._vocabulary = Vocabulary(background.shipped())
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._entries: dict[int, Entry] = {}
        self._updating = threading.Lock()
        self._state = self._state_of(())
        self.update(entries, ())

    @classmethod
    def of_signatures(cls, rows: Iterable[tuple[str, str]], *, calibration: Calibration | None = None) -> "Matcher":
        """Return an index over bare signatures, (id, text) each; rows of the same id are one entry."""
        matcher = cls(calibration=calibration)
        numbered = ((matcher._number(row_id), text) for row_id, text in rows)
        matcher._state = matcher._state_of((pieces.of_signatures(numbered, matcher._vocabulary),))
        return matcher

    def match(self, text: str, *, limit: int = MOST_ANSWERS, without: frozenset[str] = frozenset()) -> Answer:
        """Return the documented issues that `text` shows, best first; none of those whose ids are in `without`."""
        started = time.perf_counter()
        state = self._state
        read = paste.read(text)
        candidates = [
            candidate
            for candidate in state.candidates(read, self._calibration)
            if not without or self._ids[candidate.owner] not in without
        ]
        ranked = self._ranked(candidates)[:limit]
        matches = self._matches(state, read, ranked)
        verdict = matches[0].verdict if matches else Verdict.NONE
        return Answer(verdict, tuple(matches), (time.perf_counter() - started) * 1000)

    def update(self, changed: Iterable[Entry], removed: Iterable[str]) -> None:
        """Take over changed or new entries, and forget removed ones; the rest of the index stays as it is."""
        with self._updating:
            entries = dict(self._entries)
            numbered = [(self._number(entry.id), entry) for entry in changed]
            gone = [self._numbers[entry_id] for entry_id in removed if entry_id in self._numbers]
            stale = np.array([number for number, _ in numbered] + gone, dtype=np.int64)
            kept = [
                replace(piece, clues=piece.clues.without(stale), topics=piece.topics.without(stale))
                for piece in self._state.pieces
            ]
            entries.update(numbered)
            for number in gone:
                entries.pop(number, None)
            fresh = [pieces.of_entries(numbered, self._vocabulary)] if numbered else []
            self._entries = entries
            self._state = self._state_of((*kept, *fresh))

    def _number(self, entry_id: str) -> int:
        number = self._numbers.setdefault(entry_id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(entry_id)
        return number

    def _state_of(self, parts: Sequence[Piece]) -> State:
        size = len(self._vocabulary.numbers)
        counts = sum((part.clues.counts(size) for part in parts), np.zeros(size, dtype=np.int64))
        texts = sum(int(part.clues.alive.sum()) for part in parts)
        return State(
            pieces=tuple(parts),
            lexicon=self._vocabulary.lexicon(counts, texts),
            specificity=evidence.specificity(
                sum((part.topics.counts(size) for part in parts), np.zeros(size, dtype=np.int64)),
                sum(int(part.topics.alive.sum()) for part in parts),
            ),
            general=frozenset(number for number, entry in self._entries.items() if entry.general),
        )

    def _ranked(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Return the candidates with their calibrated scores, best first; equal ones by id."""
        sums = np.array([self._calibration.evidence(candidate.parts) for candidate in candidates])
        scores = [
            self._calibration.probability(odds)
            for odds in choice.odds(sums, [candidate.window for candidate in candidates])
        ]
        order = sorted(
            range(len(candidates)),
            key=lambda at: (-round(scores[at], 6), -round(float(sums[at]), 4), self._ids[candidates[at].owner]),
        )
        return [(candidates[at], scores[at]) for at in order]

    def _matches(self, state: State, read: Paste, ranked: Sequence[tuple[Candidate, float]]) -> list[Match]:
        return [
            Match(
                entry=self._entry(candidate.owner),
                score=score,
                verdict=self._calibration.verdict(score),
                evidence=_evidence(state, read, candidate),
                rivals=tuple(
                    self._ids[other.owner]
                    for other, _ in ranked
                    if other is not candidate and set(other.window) & set(candidate.window)
                ),
            )
            for candidate, score in ranked
        ]

    def _entry(self, owner: int) -> Entry:
        known = self._entries.get(owner)
        return known or Entry(self._ids[owner], Kind.ISSUE, {"en": Variant(self._ids[owner])})


def _shipped() -> Calibration:
    return calibration.shipped()


def _evidence(state: State, read: Paste, candidate: Candidate) -> Evidence:
    if candidate.clue is None:
        first = read.telling[0]
        return Evidence(first.text.strip(), first.number, "")
    signature = state.pieces[candidate.piece].texts[candidate.clue]
    if candidate.hit is not None:
        line = read.lines_between(candidate.hit.start, candidate.hit.end)[0]
        return Evidence(line.text.strip(), line.number, signature, candidate.hit.captured)
    line = read.telling[candidate.window[0]]
    return Evidence(line.text.strip(), line.number, signature)
