"""How good and how quick the matcher is on cases whose answer is known: the usual measures of known-item retrieval."""

import json
import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from knowledge.errors import CaseInvalid
from knowledge.match import Answer, Verdict

RANKS = 5
"""MRR@5 looks at the first five different entries."""

FALSE_ALARM_SHARE = 0.01
"""Share of negatives that may be answered at the threshold of `recall_at_1pct_fa`."""

NEAR_SHARE = 0.05
"""Share of queries, asked with their right answers thought away, that may be at that of `recall_at_5pct_near`."""


@dataclass(frozen=True)
class Case:
    """A paste and the ids that answer it; an empty `expect` means that silence is right."""

    id: str
    text: str
    expect: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()

    def accepts(self, entry_id: str) -> bool:
        """Tell whether this entry as first answer counts as right."""
        return entry_id in self.expect or entry_id in self.also_ok


class Engine(Protocol):
    """Anything that answers a paste; `without` names entries that are to be thought away."""

    def match(self, text: str, *, limit: int = 5, without: frozenset[str] = frozenset()) -> Answer:
        """Return the ranked candidates."""
        ...


@dataclass(frozen=True)
class Scores:
    """The measures, named as `pastemortem eval --json` returns them. Shares are in [0, 1], times in milliseconds."""

    cases: int
    top1: float
    mrr5: float
    answered: float
    false_alarms: int
    p50_ms: float
    p99_ms: float
    misses: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return asdict(self)


@dataclass(frozen=True)
class RetrievalScores(Scores):
    """The same with thresholds found from negatives, and what the index cost; see bench/README.md for the measures."""

    recall_at_1pct_fa: float = 0.0
    recall_at_5pct_near: float = 0.0
    build_s: float = 0.0
    rss_mb: float = 0.0


@dataclass(frozen=True)
class Run:
    """A case and what an engine answered to it."""

    case: Case
    answer: Answer

    @property
    def ranked(self) -> list[str]:
        """Ids of the answer, best first."""
        return [match.entry.id for match in self.answer.matches]

    @property
    def score(self) -> float:
        """Score of the first entry; 0 where there is none."""
        return self.answer.matches[0].score if self.answer.matches else 0.0

    @property
    def right(self) -> bool:
        """Tell whether the first entry is one that the case accepts."""
        return bool(self.ranked) and self.case.accepts(self.ranked[0])

    @property
    def answered(self) -> bool:
        """Tell whether the engine would have said something."""
        return self.answer.verdict is not Verdict.NONE

    @property
    def reciprocal_rank(self) -> float:
        """One over the rank of the first right entry among the first five; 0 where none is right."""
        ranks = (rank for rank, entry_id in enumerate(self.ranked[:RANKS], start=1) if self.case.accepts(entry_id))
        return 1 / next(ranks, float("inf"))


def read_rows(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file; raises CaseInvalid with file and line."""
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CaseInvalid(path, number, f"is not JSON ({error})") from error
            if not isinstance(row, dict) or any(not isinstance(row.get(name), str) for name in needed):
                raise CaseInvalid(path, number, f"expected an object with the texts {', '.join(needed)}")
            yield row


def read_cases(path: Path) -> list[Case]:
    """Read cases `{"id", "text", "expect": [ids], "also_ok": [ids]}`, one a line."""
    return [
        Case(row["id"], row["text"], _ids(row.get("expect")), _ids(row.get("also_ok")))
        for row in read_rows(path, "id", "text")
    ]


def evaluate(engine: Engine, cases: Sequence[Case]) -> Scores:
    """Ask every case and measure the answers."""
    return measure(ask(engine, cases))


def measure(runs: Sequence[Run]) -> Scores:
    """Measure answers that were asked before."""
    return Scores(**_measured(runs))


def evaluate_retrieval(
    engine: Engine, queries: Sequence[Case], negatives: Sequence[Case], *, build_s: float, rss_mb: float
) -> RetrievalScores:
    """Ask queries and negatives, and measure recall at the thresholds that the negatives and the wrong answers set."""
    runs, silent, wrong = ask(engine, queries), ask(engine, negatives), ask_without(engine, queries)
    return RetrievalScores(
        **_measured(runs + silent),
        recall_at_1pct_fa=recall(runs, above=threshold(silent, FALSE_ALARM_SHARE)),
        recall_at_5pct_near=recall(runs, above=threshold(wrong, NEAR_SHARE)),
        build_s=build_s,
        rss_mb=rss_mb,
    )


def ask(engine: Engine, cases: Iterable[Case]) -> list[Run]:
    """Ask every case."""
    return [Run(case, engine.match(case.text)) for case in cases]


def ask_without(engine: Engine, cases: Iterable[Case]) -> list[Run]:
    """Ask every case with its right answers thought away, so that whatever comes is wrong: a near false alarm."""
    return [
        Run(case, engine.match(case.text, limit=1, without=frozenset(case.expect + case.also_ok))) for case in cases
    ]


def threshold(runs: Sequence[Run], share: float) -> float:
    """Return the lowest score of `runs` that at most `share` of them exceed; below every score where there are none."""
    if not runs:
        return float("-inf")
    ranked = sorted((run.score for run in runs), reverse=True)
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)]


def recall(runs: Iterable[Run], *, above: float) -> float:
    """Return the share of `runs` whose first entry is right and scores above a threshold."""
    return share(run.right and run.score > above for run in runs)


def percentile(values: Iterable[float], part: float) -> float:
    """Return the lowest of `values` that at least `part` of them do not exceed; 0 where there are none."""
    ranked = sorted(values)
    return ranked[max(math.ceil(len(ranked) * part) - 1, 0)] if ranked else 0.0


def share(values: Iterable[bool]) -> float:
    """Return which part of `values` is true; 0 where there are none."""
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0


def _measured(runs: Sequence[Run]) -> dict[str, Any]:
    expecting = [run for run in runs if run.case.expect]
    times = [run.answer.took_ms for run in runs]
    return {
        "cases": len(runs),
        "top1": share(run.right for run in expecting),
        "mrr5": statistics.fmean([run.reciprocal_rank for run in expecting] or [0.0]),
        "answered": share(run.right and run.answered for run in expecting),
        "false_alarms": sum(run.answered for run in runs if not run.case.expect),
        "p50_ms": percentile(times, 0.50),
        "p99_ms": percentile(times, 0.99),
        "misses": [_miss(run) for run in runs if not _fine(run)],
    }


def _fine(run: Run) -> bool:
    return run.right and run.answered if run.case.expect else not run.answered


def _miss(run: Run) -> dict[str, Any]:
    return {
        "id": run.case.id,
        "expect": list(run.case.expect),
        "got": run.ranked,
        "score": round(run.score, 4),
        "verdict": run.answer.verdict.value,
    }


def _ids(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())
