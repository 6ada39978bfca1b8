"""Why a paste was answered as it was: every candidate, what each part of its score added, and the verdict's reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.match import Match, Verdict
from knowledge.matching.evidence import Part

LEAST_SHOWN = 0.05
"""Parts that add less than this, in the logarithm of the odds, are left out of the text."""

GROUPS: Mapping[str, tuple[Part, ...]] = {
    "words that both say": (
        Part.COVERAGE,
        Part.EXPLAINED,
        Part.ORDER,
        Part.MASS,
        Part.ANYWHERE,
        Part.BEGINS,
        Part.CUT,
        Part.LIGHT,
        Part.FAINT,
        Part.PROSE_COVERAGE,
        Part.PROSE_EXPLAINED,
        Part.CURATED_COVERAGE,
        Part.CURATED_EXPLAINED,
        Part.CURATED_LIGHT,
    ),
    "words that only one says": (
        Part.MISSING,
        Part.UNEXPLAINED,
        Part.CURATED_MISSING,
        Part.CURATED_UNEXPLAINED,
    ),
    "the signature as a whole": (Part.EXACT_MASS, Part.PATTERN, Part.UNMET, Part.UNMET_LIGHT),
    "logger, host and frame": (Part.SURROUNDINGS,),
    "what the entry is about": (
        Part.TOPIC_FAILURES,
        Part.TOPIC_FOREIGN,
        Part.TOPIC_MASS,
        Part.TOPIC_SPOKEN,
    ),
    "what kind of text it is": (Part.EVERYONES, Part.CURATED, Part.PROSE, Part.SYMPTOM, Part.SPOKEN, Part.BRIEF),
    "what speaks for others": (Part.DENIED, Part.GENERAL),
}
"""The parts of a score under what they are about, for the text."""


@dataclass(frozen=True)
class PartOfScore:
    """One part: how large it is, and what it adds to the evidence."""

    value: float
    adds: float


@dataclass(frozen=True)
class ExplainedCandidate:
    """A candidate with everything that speaks for it; `evidence` is the sum of the parts and the constant."""

    match: Match
    evidence: float
    parts: Mapping[str, PartOfScore]


@dataclass(frozen=True)
class Explanation:
    """All candidates of a paste, best first, and the scores that `likely` and `sure` ask for."""

    verdict: Verdict
    candidates: tuple[ExplainedCandidate, ...]
    constant: float
    likely: float
    sure: float

    @property
    def reason(self) -> str:
        """The verdict in a sentence."""
        if not self.candidates:
            return "none: nothing in the paste speaks for any entry"
        best = self.candidates[0].match
        asked = f"sure asks for {self.sure:.2f}, likely for {self.likely:.2f}"
        rivals = f"; the same line also speaks for {', '.join(best.rivals)}" if best.rivals else ""
        shared = "; what quotes as much is named beside it" if self._is_shared else ""
        described = "; the paste quotes no signature, without which nothing is sure" if self._is_held_back else ""
        return f"{self.verdict}: {best.entry.id} scores {best.score:.3f}, {asked}{described}{shared}{rivals}"

    @property
    def _is_held_back(self) -> bool:
        return self.verdict is not Verdict.SURE and self.candidates[0].match.score >= self.sure

    @property
    def _is_shared(self) -> bool:
        return self.verdict is Verdict.LIKELY and self.candidates[0].match.score < self.likely

    def lines(self) -> Iterator[str]:
        """Yield the explanation as text."""
        yield self.reason
        for rank, candidate in enumerate(self.candidates, start=1):
            match = candidate.match
            yield f"{rank}. {match.entry.id}  {match.score:.3f}  {match.verdict}  evidence {candidate.evidence:+.2f}"
            yield f"   line {match.evidence.line}: {match.evidence.text}"
            yield f"   meets: {match.evidence.signature or '(the topic alone)'}"
            yield from _sums(candidate)
            yield f"   {self.constant:+7.2f}  before anything is compared"

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "verdict": self.verdict.value,
            "reason": self.reason,
            "constant": self.constant,
            "likely": self.likely,
            "sure": self.sure,
            "candidates": [_candidate(candidate) for candidate in self.candidates],
        }


def _sums(candidate: ExplainedCandidate) -> Iterator[str]:
    """Yield what each group adds, the one that moves most first, with those of its parts that matter."""
    groups = [(heading, _parts(candidate, members)) for heading, members in GROUPS.items()]
    sums = [(sum(part.adds for part in parts.values()), heading, parts) for heading, parts in groups]
    for added, heading, parts in sorted(sums, key=lambda group: -abs(group[0])):
        told = [
            f"{name.replace('_', ' ')} {part.value:.2f} ({part.adds:+.2f})"
            for name, part in sorted(parts.items(), key=lambda named: -abs(named[1].adds))
            if abs(part.adds) >= LEAST_SHOWN
        ]
        if told:
            yield f"   {added:+7.2f}  {heading}: {', '.join(told)}"


def _parts(candidate: ExplainedCandidate, members: Iterable[Part]) -> dict[str, PartOfScore]:
    names = [part.name.lower() for part in members]
    return {name: candidate.parts[name] for name in names if name in candidate.parts}


def _candidate(candidate: ExplainedCandidate) -> dict[str, Any]:
    match = candidate.match
    return {
        "id": match.entry.id,
        "title": match.entry.title,
        "score": match.score,
        "verdict": match.verdict.value,
        "evidence": {**asdict(match.evidence), "captured": dict(match.evidence.captured)},
        "rivals": list(match.rivals),
        "sum": candidate.evidence,
        "parts": {name: asdict(part) for name, part in candidate.parts.items()},
    }
