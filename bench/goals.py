"""What the matcher is held to, beside what was measured."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bench.outcome import Outcome

Measure = Callable[[Outcome], float]


@dataclass(frozen=True)
class Goal:
    """A figure of one set that has to be at least, or at most, a value."""

    what: str
    set: str
    measure: Measure
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    def is_met_by(self, value: float) -> bool:
        """Tell whether this value is good enough."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def bound(self) -> str:
        """The value to reach, in words."""
        return f"≥ {self.at_least:.3g}" if self.at_least is not None else f"≤ {self.at_most:.3g}{self.unit}"


@dataclass(frozen=True)
class Judged:
    """A goal and what was measured of it."""

    goal: Goal
    value: float

    @property
    def met(self) -> bool:
        """Tell whether the goal is reached."""
        return self.goal.is_met_by(self.value)


def judge(outcomes: Iterable[Outcome]) -> Iterator[Judged]:
    """Yield every goal whose set is among our own `outcomes`."""
    measured = {outcome.set: outcome for outcome in outcomes if not outcome.failure}
    for goal in GOALS:
        if goal.set in measured:
            yield Judged(goal, goal.measure(measured[goal.set]))


def _of_kinds(measure: str, *kinds: str) -> Measure:
    """Return the mean of a measure over some kinds, each weighed by its cases."""

    def mean(outcome: Outcome) -> float:
        known = [outcome.by_kind[kind] for kind in kinds if kind in outcome.by_kind]
        return sum(kind[measure] * kind["cases"] for kind in known) / sum(kind["cases"] for kind in known)

    return mean


def _speed(name: str, p50_ms: float, p99_ms: float) -> list[Goal]:
    return [
        Goal("p50 of 20 lines", name, lambda outcome: outcome.p50_20_ms, at_most=p50_ms, unit=" ms"),
        Goal("p99 of 20 lines", name, lambda outcome: outcome.p99_20_ms, at_most=p99_ms, unit=" ms"),
    ]


def _quality(name: str, top1: float, recall_1pct: float) -> list[Goal]:
    return [
        Goal("top-1", name, lambda outcome: outcome.top1, at_least=top1),
        Goal("recall at 1 % false alarms", name, lambda outcome: outcome.recall_1pct, at_least=recall_1pct),
    ]


def _load_s(outcome: Outcome) -> float:
    return outcome.upkeep.load_s if outcome.upkeep else float("nan")


NEAR = "not documented: near"
NEGATIVES = (NEAR, "not documented: far", "not documented: chat")

GOALS = (
    Goal("top-1, easy and medium", "pastes", _of_kinds("top1", "easy", "medium"), at_least=0.95),
    Goal("top-1, hard", "pastes", _of_kinds("top1", "hard"), at_least=0.75),
    Goal("answered, easy and medium", "pastes", _of_kinds("answered", "easy", "medium"), at_least=0.90),
    Goal("false alarms, all negatives", "pastes", _of_kinds("false_alarms", *NEGATIVES), at_most=0.01),
    Goal("false alarms, near negatives", "pastes", _of_kinds("false_alarms", NEAR), at_most=0.03),
    Goal("all of several within the first 3", "pastes", lambda outcome: outcome.all_in_three or 0.0, at_least=0.85),
    *_quality("loghub", 0.99, 0.985),
    Goal("recall at 5 % near", "loghub", lambda outcome: outcome.recall_near, at_least=0.80),
    *_quality("cre-patterns", 0.96, 0.75),
    Goal("top-1", "cre-words", lambda outcome: outcome.top1, at_least=0.85),
    *_quality("scale-10k", 0.97, 0.90),
    *_speed("scale-10k", 1.0, 5.0),
    *_quality("scale-100k", 0.97, 0.90),
    *_speed("scale-100k", 3.0, 15.0),
    Goal("build", "scale-100k", lambda outcome: outcome.build_s, at_most=20.0, unit=" s"),
    Goal("load", "scale-100k", _load_s, at_most=1.0, unit=" s"),
    *_speed("scale-1m", 15.0, 60.0),
    Goal("resident", "scale-1m", lambda outcome: outcome.mb, at_most=2_048, unit=" MB"),
)
