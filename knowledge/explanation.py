"""Why a paste was answered as it was: every candidate, what each part of its score added, and the verdict's reason."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.match import Match, Verdict

LEAST_SHOWN = 0.05
"""Parts that add less than this, in the logarithm of the odds, are left out of the text."""


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
        described = "; it is described, not quoted, which is never sure" if self._is_held_back else ""
        return f"{self.verdict}: {best.entry.id} scores {best.score:.3f}, {asked}{described}{rivals}"

    @property
    def _is_held_back(self) -> bool:
        return self.verdict is not Verdict.SURE and self.candidates[0].match.score >= self.sure

    def lines(self) -> Iterator[str]:
        """Yield the explanation as text."""
        yield self.reason
        for rank, candidate in enumerate(self.candidates, start=1):
            match = candidate.match
            yield f"{rank}. {match.entry.id}  {match.score:.3f}  {match.verdict}  evidence {candidate.evidence:+.2f}"
            yield f"   line {match.evidence.line}: {match.evidence.text}"
            yield f"   meets: {match.evidence.signature or '(the topic alone)'}"
            shown = sorted(candidate.parts.items(), key=lambda part: -abs(part[1].adds))
            yield "   " + "  ".join(
                f"{name} {part.value:.2f} ({part.adds:+.2f})" for name, part in shown if abs(part.adds) >= LEAST_SHOWN
            )

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
