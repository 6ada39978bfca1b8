"""One state of the index, and how it answers a paste.

States are immutable: an update makes another one, which shares what did not change, so that a search that has begun
is never disturbed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from knowledge.entry import Entry
from knowledge.matching import evidence, query, topics, windows
from knowledge.matching.arrays import Floats, Ints
from knowledge.matching.calibration import Calibration
from knowledge.matching.evidence import Comparison, Part
from knowledge.matching.overlap import LEAST_PATTERN_MASS
from knowledge.matching.paste import Paste
from knowledge.matching.patterns import Hit
from knowledge.matching.pieces import Piece
from knowledge.matching.query import Query
from knowledge.matching.topics import AskedTerms
from knowledge.matching.totals import Totals
from knowledge.matching.vocabulary import Lexicon

OWNERS_COMPARED = 40
MOST_CLUES = 256
"""Clues compared closely for one paste, from each piece: those of so many owners, but not more than this."""

MOST_BARE = 10
MOST_CANDIDATES = 32
"""Owners that are ranked for one paste, from each piece: bare signatures, and entries, which their topics may lift."""

SMALLEST_SPAN = 0.01
"""Share of its lines that a pattern spans at least, so that one that stands in the paste is never taken for absent."""

LEAST_FIT = 0.7
"""Coverage times explained from which on a counterexample is met; it denies the clues that fit no better."""

WHOLE_FIT = 0.95
"""Fit from which on a counterexample denies every clue that one of its lines speaks for."""

MOST_TOPICS = 24
"""Entries compared by their topic alone."""

SHARED_MASS = Part.TOPIC_MASS - evidence.CLUE_PARTS
"""Where the parts of a topic hold what it shares with the paste; one that shares nothing does not speak alone."""


class Candidate(NamedTuple):
    """An owner that a paste may be about, with its best clue (piece and number; None when only its topic speaks).

    `evidence` is the weighed sum of the parts.
    """

    owner: int
    piece: int
    clue: int | None
    window: tuple[int, ...]
    hit: Hit | None
    parts: Floats
    evidence: float


@dataclass(frozen=True)
class State:
    """All pieces, the words with their weights, and the entries by number; bare signatures have none."""

    pieces: tuple[Piece, ...]
    totals: tuple[Totals, ...]
    lexicon: Lexicon
    specificity: Floats
    entries: Mapping[int, Entry]
    general: frozenset[int]

    @property
    def curated(self) -> bool:
        """Whether somebody chose the clues: those of entries; bare signatures may be any lines."""
        return bool(self.entries)

    @property
    def has_topics(self) -> bool:
        """Whether anything can be found by its topic; bare signatures have none."""
        return any(len(piece.topics) for piece in self.pieces)

    def candidates(self, read: Paste, calibration: Calibration) -> list[Candidate]:
        """Return every owner that something in the paste speaks for, each with its best clue."""
        asked = query.build(read, self.lexicon)
        if asked is None:
            return []
        terms = topics.ask(read, self.lexicon, self.specificity) if self.has_topics else None
        best: dict[int, Candidate] = {}
        for number in range(len(self.pieces)):
            for candidate in _Search(self, number, asked, terms, read, calibration).candidates():
                known = best.get(candidate.owner)
                if known is None or candidate.evidence > known.evidence:
                    best[candidate.owner] = candidate
        return list(best.values())


class _Search:
    """One paste asked of one piece."""

    def __init__(
        self,
        state: State,
        number: int,
        asked: Query,
        terms: AskedTerms | None,
        read: Paste,
        calibration: Calibration,
    ) -> None:
        self._state = state
        self._terms = terms
        self._number = number
        self._piece = state.pieces[number]
        self._asked = asked
        self._read = read
        self._calibration = calibration
        self._hits = self._patterns_met()

    def candidates(self) -> list[Candidate]:
        """Return the owners that a clue speaks for, then those that their topic may speak for alone."""
        segment = self._piece.clues
        most = min(MOST_CLUES, round(OWNERS_COMPARED * self._piece.clues_of_an_owner))
        clues = segment.candidates(self._asked, self._state.lexicon, most)
        if self._hits:
            clues = np.union1d(clues, np.array(sorted(self._hits), dtype=np.int64))
        silent = self._silent_regexes()
        if silent:
            clues = clues[~np.isin(clues, silent)]
        topics = self._topics(segment.owners[clues])
        by_clue = self._by_clue(clues) if len(clues) else {}
        spoken_for = [found for found in by_clue.values() if found is not None]
        denied = {owner for owner, found in by_clue.items() if found is None}
        by_topic = [_Found(owner) for owner in topics.keys() - denied if topics[owner][SHARED_MASS] > 0]
        return self._with_parts([*spoken_for, *by_topic], topics)

    def _silent_regexes(self) -> list[int]:
        """Return the regular expressions that are not met and spell out too little to say anything by their words."""
        weights = self._state.totals[self._number].said
        return [clue for clue in self._piece.regexes - self._hits.keys() if weights[clue] < LEAST_PATTERN_MASS]

    def _patterns_met(self) -> dict[int, Hit]:
        piece = self._piece
        met = {piece.clue_of_pattern[hit.number]: hit for hit in piece.patterns.hits(self._read.text)}
        return {clue: hit for clue, hit in met.items() if piece.clues.alive[clue]}

    def _by_clue(self, clues: Ints) -> dict[int, "_Found | None"]:
        """Return for each owner its best clue; None where counterexamples deny every clue that speaks for it."""
        compared = evidence.compare(
            self._piece.clues,
            self._state.totals[self._number],
            clues,
            self._asked,
            self._state.lexicon,
            self._calibration.weights,
            {clue: _span(hit, self._read) for clue, hit in self._hits.items()},
            self._piece.regexes - self._hits.keys(),
            curated=self._state.curated,
        )
        owners = self._piece.clues.owners[clues].tolist()
        denials = self._denials(clues, owners, compared)
        sums = compared.parts @ self._calibration.weights[: evidence.CLUE_PARTS]
        sums[compared.against | (compared.parts[:, Part.COVERAGE] == 0)] = -np.inf
        most = MOST_CANDIDATES if len(self._piece.topics) else MOST_BARE
        speaking = np.argsort(-sums, kind="stable")[: np.count_nonzero(sums > -np.inf)]
        best: dict[int, _Found | None] = {}
        for at in speaking.tolist():
            if len(best) == most:
                break
            owner = owners[at]
            if best.get(owner) is None:
                best[owner] = self._not_denied(owner, int(clues[at]), at, compared, denials.get(owner, ()))
        return best

    def _not_denied(
        self, owner: int, clue: int, at: int, compared: Comparison, denials: Sequence["_Denial"]
    ) -> "_Found | None":
        """Return a clue that speaks for an owner, unless a counterexample denies it."""
        hit = self._hits.get(clue)
        window = self._asked.windows.lines[compared.windows[at]] if hit is None else _window(hit, self._read)
        parts = compared.parts[at]
        if not denials:
            return _Found(owner, clue, window, hit, parts)
        lines = windows.set_of(window)
        against = [
            denial
            for denial in denials
            if denial.lines & lines and (hit is None or self._piece.meets(hit.number, denial.clue))
        ]
        fit, coverage = float(compared.fits(at)), float(parts[Part.COVERAGE])
        if any(denial.holds(fit, lines) for denial in against):
            return None
        if hit is None and evidence.is_quoted(parts) and any(denial.outweighs(parts) for denial in denials):
            return None
        denied = max((denial.coverage - coverage for denial in against), default=0.0)
        return _Found(owner, clue, window, hit, parts, max(0.0, denied))

    def _denials(self, clues: Ints, owners: Sequence[int], compared: Comparison) -> dict[int, list["_Denial"]]:
        """Return for each owner the counterexamples that were compared."""
        against = compared.against.nonzero()[0]
        if not len(against):
            return {}
        told = zip(
            against.tolist(),
            clues[against].tolist(),
            compared.fits(against).tolist(),
            *compared.parts[against][:, [Part.COVERAGE, Part.MASS]].T.tolist(),
            self._asked.windows.sets[compared.windows[against]].tolist(),
            strict=True,
        )
        denials: dict[int, list[_Denial]] = {}
        for at, clue, fit, coverage, mass, lines in told:
            is_documented = fit >= LEAST_FIT and self._is_documented(lines, owners[at], owners, compared)
            denials.setdefault(owners[at], []).append(_Denial(clue, fit, coverage, mass, lines, is_documented))
        return denials

    def _is_documented(self, lines: int, but_by: int, owners: Sequence[int], compared: Comparison) -> bool:
        """Tell whether the signature of another owner stands whole in some lines: they tell a failure of their own."""
        return any(
            owners[at] != but_by and lines & int(self._asked.windows.sets[compared.windows[at]])
            for at in compared.whole_signatures().tolist()
        )

    def _topics(self, owners: Ints) -> dict[int, Floats]:
        """Return the topic parts of some owners, and of those whose topic alone fits best."""
        known = self._piece.topics
        if self._terms is None or not len(known):
            return {}
        shared = known.shared(self._terms)
        parts = evidence.topic_parts(shared, self._terms.total, self._terms.technology, self._asked.spoken)
        is_wanted = np.zeros(max(owners.max(initial=0), known.owners.max()) + 1, dtype=np.bool_)
        is_wanted[owners] = True
        wanted = is_wanted[known.owners]
        wanted[np.argsort(-shared.sum(axis=1), kind="stable")[:MOST_TOPICS]] = True
        return dict(zip(known.owners[wanted].tolist(), parts[wanted], strict=True))

    def _with_parts(self, found: Sequence["_Found"], topics: Mapping[int, Floats]) -> list[Candidate]:
        """Return what was found with all parts of its score: those of its clue, if it has one, and of its entry."""
        parts = np.zeros((len(found), len(Part)), dtype=np.float32)
        for row, one in zip(parts, found, strict=True):
            if one.parts is not None:
                row[: evidence.CLUE_PARTS] = one.parts
            if one.owner in topics:
                row[evidence.OF_TOPIC] = topics[one.owner]
        if topics:
            evidence.spare_quoted(parts)
        parts[:, Part.SPOKEN] = self._asked.spoken
        parts[:, Part.BRIEF] = self._asked.brevity
        if any(one.denied for one in found):
            parts[:, Part.DENIED] = [one.denied for one in found]
        if self._state.general:
            parts[:, Part.GENERAL] = [one.owner in self._state.general for one in found]
        sums = self._calibration.evidence(parts).tolist()
        return [
            Candidate(one.owner, self._number, one.clue, one.window, one.hit, row, total)
            for one, row, total in zip(found, parts, sums, strict=True)
        ]


class _Found(NamedTuple):
    """An owner with the best of its clues, the parts of the clue's score, and how far counterexamples deny it."""

    owner: int
    clue: int | None = None
    window: tuple[int, ...] = ()
    hit: Hit | None = None
    parts: Floats | None = None
    denied: float = 0.0


class _Denial(NamedTuple):
    """A counterexample that lines of the paste resemble: how well they fit, what of it they say, and which set it is.

    `is_documented` says that these lines are another entry's error, so that the paste holds two failures.

    A pattern that is met and that the counterexample does not meet is not denied: it sees what masks hide.
    """

    clue: int
    fit: float
    coverage: float
    mass: float
    lines: int
    is_documented: bool

    def holds(self, fit: float, lines: int) -> bool:
        """Tell whether it rules out a clue that speaks for `lines` and fits them so well."""
        if self.fit >= WHOLE_FIT:
            return True
        return self.fit >= max(fit, LEAST_FIT) and not lines & ~self.lines

    def outweighs(self, parts: Floats) -> bool:
        """Tell whether it says more, in whatever lines, than a clue with these parts: the reason of a mere status."""
        return self.fit >= LEAST_FIT and self.mass > float(parts[Part.MASS]) and not self.is_documented


def _span(hit: Hit, read: Paste) -> float:
    """Return which share of the lines that a pattern touches it spans."""
    touched = sum(len(line.text) for line in read.lines_between(hit.start, hit.end))
    return max(min((hit.end - hit.start) / max(touched, 1), 1.0), SMALLEST_SPAN)


def _window(hit: Hit, read: Paste) -> tuple[int, ...]:
    """Return the telling lines that a pattern touches."""
    touched = {line.number for line in read.lines_between(hit.start, hit.end)}
    return tuple(index for index, line in enumerate(read.telling) if line.number in touched)
