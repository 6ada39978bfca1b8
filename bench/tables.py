"""Outcomes as tables that read well on a terminal and are markdown too."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from bench import goals, reliability
from bench.contenders import OURS
from bench.outcome import LeftOut, Outcome, Said
from bench.reliability import PROMISES

DASH = "–"


def of_set(outcomes: Sequence[Outcome]) -> str:
    """Return the contenders on one set, the best first."""
    several = any(outcome.all_in_three is not None for outcome in outcomes)
    header = ["engine", "text", "top-1", "MRR@5", "R@1%FA", "R@5%near", *(["all in 3"] if several else [])]
    header += ["p50 ms", "p99 ms", "20 lines p50", "p99", "build s", "MB", "peak MB", "asked"]
    measured = [outcome for outcome in outcomes if not outcome.failure]
    ranked = sorted(measured, key=lambda outcome: (outcome.contender != OURS, -outcome.quality))
    failures = [f"{outcome.contender}: {outcome.failure}." for outcome in outcomes if outcome.failure]
    return "\n".join([_table(header, [_row(outcome, several=several) for outcome in ranked]), "", *failures]).rstrip()


def of_kinds(outcome: Outcome) -> str:
    """Return our own outcome by kind of query and of negative."""
    rows = [
        [
            kind,
            str(measures["cases"]),
            _share(measures.get("top1")),
            _share(measures.get("answered")),
            _share(measures.get("false_alarms")),
        ]
        for kind, measures in sorted(outcome.by_kind.items())
    ]
    return _table(["kind", "cases", "top-1", "answered", "false alarms"], rows)


def of_index(outcomes: Iterable[Outcome]) -> str:
    """Return what our index costs to build, to change, to save and to load."""
    rows = [
        [
            outcome.set,
            f"{outcome.signatures:,}",
            f"{outcome.build_s:.2f}",
            f"{outcome.upkeep.update_ms:.1f}",
            f"{outcome.upkeep.save_s:.2f}",
            f"{outcome.upkeep.load_s:.3f}",
            f"{outcome.upkeep.disk_mb:.1f}",
            f"{outcome.mb:.0f}",
        ]
        for outcome in outcomes
        if outcome.upkeep
    ]
    return _table(["set", "entries", "build s", "change one ms", "save s", "load s", "disk MB", "resident MB"], rows)


def of_goals(outcomes: Iterable[Outcome]) -> str:
    """Return what the matcher is held to beside what it reaches."""
    rows = [
        [found.goal.set, found.goal.what, found.goal.bound, f"{found.value:.3f}", "yes" if found.met else "NO"]
        for found in goals.judge(outcomes)
    ]
    return _table(["set", "what", "held to", "measured", "met"], rows)


def of_reliability(outcomes: Sequence[Outcome]) -> str:
    """Return how often each verdict is right: as it ships, and with the thresholds that the other sets give."""
    elsewhere = {found.set: found.said for found in reliability.held_out(outcomes)}
    pairs = [(outcome.set, outcome.said, elsewhere.get(outcome.set, {})) for outcome in outcomes]
    rows = [[name, *_rights(shipped), *_rights(held_out)] for name, shipped, held_out in pairs]
    total = [_sum([shipped for _, shipped, _ in pairs]), _sum([held_out for _, _, held_out in pairs])]
    promised = [f"{verdict} (≥ {share:.0%})" for verdict, share in PROMISES.items()]
    header = ["set", *promised, *(f"{name}, held out" for name in promised)]
    return _table(header, [*rows, ["all", *_rights(total[0]), *_rights(total[1])]])


def of_transfer(found: Sequence[LeftOut]) -> str:
    """Return what becomes of sets that had no part in any number."""
    rows = [
        [
            left_out.set,
            _share(left_out.top1),
            _share(left_out.answered),
            f"{left_out.false_alarms} of {left_out.negatives}",
            *_rights(left_out.said),
        ]
        for left_out in found
    ]
    false_alarms, negatives = (sum(left_out.false_alarms for left_out in found), sum(one.negatives for one in found))
    total = ["all", DASH, DASH, f"{false_alarms} of {negatives}", *_rights(_sum([left_out.said for left_out in found]))]
    promised = [f"{name} (≥ {share:.0%})" for name, share in PROMISES.items()]
    return _table(["left out", "top-1", "answered", "false alarms", *promised], [*rows, total])


def _row(outcome: Outcome, *, several: bool) -> list[str]:
    name = f"**{outcome.contender}**" if outcome.contender == OURS else outcome.contender
    return [
        name,
        outcome.preparation or "its own",
        *(_share(value) for value in (outcome.top1, outcome.mrr5, outcome.recall_1pct, outcome.recall_near)),
        *([_share(outcome.all_in_three)] if several else []),
        *(f"{ms:.2f}" for ms in (outcome.p50_ms, outcome.p99_ms, outcome.p50_20_ms, outcome.p99_20_ms)),
        f"{outcome.build_s:.2f}",
        f"{outcome.mb:.0f}",
        f"{outcome.peak_mb:.0f}",
        "all" if outcome.asked == outcome.queries else f"{outcome.asked} of {outcome.queries}",
    ]


def _share(value: float | None) -> str:
    return DASH if value is None else f"{value:.3f}"


def _rights(said: Mapping[str, Said]) -> list[str]:
    return [_right(said.get(verdict)) for verdict in PROMISES]


def _right(said: Said | None) -> str:
    return f"{said.right / said.times:.1%} ({said.right} of {said.times})" if said and said.times else DASH


def _sum(sets: Sequence[Mapping[str, Said]]) -> dict[str, Said]:
    sums = {}
    for verdict in PROMISES:
        counted = [said[verdict] for said in sets if verdict in said]
        sums[verdict] = Said(sum(said.times for said in counted), sum(said.right for said in counted))
    return sums


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(_width, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(cells, widths) for cells in (header, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
