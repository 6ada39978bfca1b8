"""Whether a verdict keeps its promise on data that it was not fitted to.

The scores from which on an answer is `likely` or `sure` are found on all sets but one, each set counting the same, and
held to the one left out. The weights behind a score stay those that ship.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.outcome import Outcome, Said, Scored
from knowledge.match import Verdict

PROMISES: Mapping[Verdict, float] = {Verdict.SURE: 0.98, Verdict.LIKELY: 0.80}
"""How often each verdict has to be right."""


@dataclass(frozen=True)
class HeldOut:
    """How often each verdict was right on a set with the thresholds that the other sets gave."""

    set: str
    thresholds: Mapping[Verdict, float]
    said: Mapping[Verdict, Said]


def held_out(outcomes: Sequence[Outcome]) -> Iterator[HeldOut]:
    """Yield, set by set, what the thresholds of the other sets make of it."""
    for outcome in outcomes:
        others = [other.scored for other in outcomes if other is not outcome]
        if others:
            thresholds = fitted(others)
            yield HeldOut(outcome.set, thresholds, said(outcome.scored, thresholds))


def fitted(sets: Sequence[Sequence[Scored]]) -> dict[Verdict, float]:
    """Return the lowest score from which on each verdict keeps its promise, up to where the stronger one begins."""
    thresholds: dict[Verdict, float] = {}
    below = float("inf")
    for verdict, promise in PROMISES.items():
        weighed = sorted(
            ((score, right, 1 / len(scored)) for scored in sets for score, right in scored if score < below),
            reverse=True,
        )
        thresholds[verdict] = below = min(_kept(weighed, promise), below)
    return thresholds


def said(scored: Sequence[Scored], thresholds: Mapping[Verdict, float]) -> dict[Verdict, Said]:
    """Return how often each verdict is said of `scored` answers, and how often it is right."""
    bands: dict[Verdict, Said] = {}
    below = float("inf")
    for verdict, least in thresholds.items():
        within = [right for score, right in scored if least <= score < below]
        bands[verdict] = Said(len(within), sum(within))
        below = least
    return bands


def _kept(weighed: Sequence[tuple[float, bool, float]], promise: float) -> float:
    """Return the lowest score, of those ranked best first, down to which the promise holds, or infinity."""
    lowest = float("inf")
    total = good = 0.0
    for place, (score, right, weight) in enumerate(weighed):
        total += weight
        good += weight * right
        is_last_of_ties = place + 1 == len(weighed) or weighed[place + 1][0] < score
        if is_last_of_ties and good >= promise * total:
            lowest = score
    return lowest
