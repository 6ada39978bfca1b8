"""One contender on one set, in a process of its own, so that the memory it takes is its own.

    python -m bench.trial '{"set": "loghub", "contender": "bm25s", …}'

prints an `Outcome` as JSON. `run` starts that process and never fails: what goes wrong is the outcome's `failure`.
"""

import dataclasses
import gc
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from bench import contenders, sets, synthetic
from bench.contenders import OURS
from bench.outcome import Outcome, Said, Upkeep
from bench.preparation import Preparation
from bench.reliability import PROMISES
from bench.sets import CaseSet, Question
from knowledge import evaluation
from knowledge.entry import Entry, Kind, Signature, Variant
from knowledge.evaluation import Engine, Run
from knowledge.match import Verdict
from knowledge.matcher import Matcher

LEAST_ASKED = 20
"""Queries, and negatives, that are asked however little time there is."""

PROBES = 5
"""Queries that tell how long one takes, before it is decided how many there is time for."""

MOST_MEMORY = 12 * 2**30
"""Bytes of address space: a peer that wants more fails, and the machine does not."""

LINES_OF_A_LONG_PASTE = 20
MOST_LONG = 100
LEAST_LONG = 10
"""How many queries are asked again as pastes of twenty lines: the most, or the least where time ran out before."""

WITHIN_FIRST = 3
"""Entries that are shown at once: of a paste that shows several issues, all are to be among them."""

NEW_ENTRY = Entry(
    "new-entry",
    Kind.ISSUE,
    {"en": Variant("The wombat feeder is jammed")},
    signatures=(Signature("wombat feeder: hopper 3 jammed after 12 pellets"),),
)
"""An entry about something that no set knows, to see what taking over one more costs."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Trial:
    """What to measure. `budget_s` is the time for queries, `timeout_s` for everything."""

    set: str
    contender: str
    preparation: Preparation = Preparation.RAW
    data: str | None = None
    size: int = sets.SYNTHETIC_ROWS
    budget_s: float = math.inf
    timeout_s: float = 900.0

    def outcome(self, **measured: object) -> Outcome:
        """Return an outcome under this trial's names."""
        return Outcome(self.set, self.contender, "" if self.contender == OURS else self.preparation, **measured)


def run(trial: Trial) -> Outcome:
    """Measure in a new process."""
    command = [sys.executable, "-m", "bench.trial", json.dumps(asdict(trial))]
    root = Path(__file__).parents[1]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=trial.timeout_s, cwd=root)
    except subprocess.TimeoutExpired:
        return trial.outcome(failure=f"not done after {trial.timeout_s:.0f} s")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return trial.outcome(failure=last[:200])
    return Outcome.of(json.loads(done.stdout))


def measure(trial: Trial) -> Outcome:
    """Build the index, ask everything that there is time for, and measure."""
    cases = sets.load(trial.set, Path(trial.data) if trial.data else None, size=trial.size)
    started = time.perf_counter()
    engine = contenders.build(trial.contender, cases, trial.preparation)
    build_s = time.perf_counter() - started
    asked = _affordable(engine, cases, trial.budget_s)
    runs = evaluation.ask(engine, (question.case for question in asked.queries))
    silent = evaluation.ask(engine, (question.case for question in asked.negatives))
    wrong = evaluation.ask_without(engine, (question.case for question in asked.queries))
    scores = evaluation.measure(runs + silent)
    most = MOST_LONG if len(runs) == len(cases.queries) else LEAST_LONG
    long_ms = [found.answer.took_ms for found in evaluation.ask(engine, _long(asked.queries, most))]
    gc.collect()
    mb, peak_mb = _memory_mb()
    return trial.outcome(
        signatures=len({row_id for row_id, _ in cases.rows()}),
        asked=len(runs),
        queries=len(cases.queries),
        top1=scores.top1,
        mrr5=scores.mrr5,
        recall_1pct=evaluation.recall(runs, above=evaluation.threshold(silent, evaluation.FALSE_ALARM_SHARE)),
        recall_near=evaluation.recall(runs, above=evaluation.threshold(wrong, evaluation.NEAR_SHARE)),
        answered=scores.answered,
        false_alarms=scores.false_alarms / len(silent) if silent else 0.0,
        all_in_three=_all_in_three(engine, cases),
        p50_ms=scores.p50_ms,
        p99_ms=scores.p99_ms,
        p50_20_ms=evaluation.percentile(long_ms, 0.50),
        p99_20_ms=evaluation.percentile(long_ms, 0.99),
        build_s=build_s,
        mb=mb,
        peak_mb=peak_mb,
        by_kind=_by_kind(asked.queries + asked.negatives, runs + silent),
        upkeep=_upkeep(engine) if isinstance(engine, Matcher) else None,
        said={verdict: _said(runs + silent, verdict) for verdict in PROMISES},
        scored=tuple((found.score, found.right) for found in runs + silent),
    )


def _affordable(engine: Engine, cases: CaseSet, budget_s: float) -> CaseSet:
    """Return the set with as many of its queries and negatives as `budget_s` allows, chosen by a fixed lot."""
    probes = evaluation.ask(engine, (question.case for question in _drawn(cases.queries, PROBES)))
    each_s = evaluation.percentile((probe.answer.took_ms for probe in probes), 0.5) / 1000
    part = min(budget_s / max(each_s * (len(cases.queries) + len(cases.negatives)), 1e-9), 1.0)
    return dataclasses.replace(
        cases,
        queries=_drawn(cases.queries, max(LEAST_ASKED, int(part * len(cases.queries)))),
        negatives=_drawn(cases.negatives, max(LEAST_ASKED, int(part * len(cases.negatives)))),
    )


def _drawn(items: Sequence[Item], count: int) -> tuple[Item, ...]:
    """Return `count` of `items` in their order, or all where there are no more."""
    if count >= len(items):
        return tuple(items)
    return tuple(items[index] for index in sorted(random.Random(count).sample(range(len(items)), count)))


def _long(queries: Sequence[Question], most: int) -> list[evaluation.Case]:
    """Return at most `most` queries among as many ordinary log lines as make twenty."""
    dice = random.Random("twenty lines")
    return [_longer(question.case, dice) for question in _drawn(queries, most)]


def _longer(case: evaluation.Case, dice: random.Random) -> evaluation.Case:
    lines = synthetic.ordinary_lines(max(0, LINES_OF_A_LONG_PASTE - len(case.text.splitlines())), dice)
    lines.insert(dice.randint(0, len(lines)), case.text)
    return dataclasses.replace(case, text="\n".join(lines))


def _all_in_three(engine: Engine, cases: CaseSet) -> float | None:
    if not cases.several:
        return None
    runs = evaluation.ask(engine, cases.several)
    return evaluation.share(set(found.case.expect) <= set(found.ranked[:WITHIN_FIRST]) for found in runs)


def _by_kind(questions: Sequence[Question], runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[Run]] = {}
    for question, found in zip(questions, runs, strict=True):
        kinds.setdefault(_kind(question), []).append(found)
    return {kind: _measures_of_kind(found) for kind, found in kinds.items()}


def _kind(question: Question) -> str:
    kind = question.kind or "all"
    return kind if question.case.expect else f"not documented: {kind}"


def _measures_of_kind(runs: Sequence[Run]) -> dict[str, float]:
    scores = evaluation.measure(runs)
    if runs[0].case.expect:
        return {"cases": len(runs), "top1": scores.top1, "answered": scores.answered}
    return {"cases": len(runs), "false_alarms": scores.false_alarms / len(runs)}


def _said(runs: Sequence[Run], verdict: Verdict) -> Said:
    said = [found for found in runs if found.answer.verdict is verdict]
    return Said(len(said), sum(found.right for found in said))


def _upkeep(matcher: Matcher) -> Upkeep:
    started = time.perf_counter()
    matcher.update([NEW_ENTRY], ())
    update_s = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        started = time.perf_counter()
        matcher.save(path)
        saved = time.perf_counter()
        Matcher.load(path)
        loaded = time.perf_counter()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return Upkeep(update_s * 1000, saved - started, loaded - saved, size / 2**20)


def _memory_mb() -> tuple[float, float]:
    """Return what this process holds and the most that it held; outside Linux the second stands for both."""
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) / 1024, int(fields["VmHWM"].split()[0]) / 1024
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
        return peak, peak


def main() -> None:
    """Measure the trial that the first argument tells, and print the outcome."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.RLIM_INFINITY))
    table = json.loads(sys.argv[1])
    trial = Trial(**{**table, "preparation": Preparation(table["preparation"])})
    json.dump(asdict(measure(trial)), sys.stdout)


if __name__ == "__main__":
    main()
