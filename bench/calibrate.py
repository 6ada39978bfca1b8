"""Fit what the parts of a score are worth, and from which score on an answer is `likely` and `sure`.

    python -m bench.calibrate [--data FOLDER] [--check]

Reads the development data and writes knowledge/calibration.json, in a minute; it needs scipy, which `make bench`
installs. The weights are those of a conditional logit with an outside option (knowledge/matching/choice.py), fitted
over all sets at once: one engine, one scoring. Each query is asked twice, the second time with its right entries
thought away, when silence is right. Log lines of other programs, asked of the shipped entries, are further negatives,
and so are the near misses in bench/own.

The scores are calibrated, and the thresholds found, on answers that weights fitted without them gave: the cases are cut
into folds by the entry that they expect. `--check` prints the held-out figures of every set and writes nothing.
"""

import argparse
import enum
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize
from scipy.stats import mstats

from bench import sets
from bench.sets import CaseSet
from knowledge.evaluation import Case
from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching import calibration, evidence
from knowledge.matching.arrays import Floats
from knowledge.matching.evidence import Part

OUTPUT = Path(calibration.__file__).parents[1] / "calibration.json"
SHARES = {
    "pastes": 2.5,
    "pastes-short": 1.0,
    "own": 1.5,
    "loghub": 1.0,
    "cre-patterns": 0.4,
    "cre-words": 0.4,
    "scale-10k": 0.15,
}
"""What each set counts for in the fit."""

LOG_LINES = 500
"""Log lines of other programs that are asked of the shipped entries."""

LINES_OF_A_PAGE = 50
LINES_BETWEEN_PAGES = 5
"""Pages of them overlap, so that each has its own beginning and end."""

LEAST_CASES = 40
"""Of a kind with fewer cases than these each counts for one of so many, or a single one would outweigh a whole set."""

RIVALS = 10
"""Wrong candidates of a query that the fit looks at."""

WHEN_DOCUMENTED, WHEN_THOUGHT_AWAY = 0.75, 0.25
"""What the two choices of a query count for: its right entries are there, or silence is right without them."""

FOLDS = 4
"""Parts of the cases that are held out in turn."""

ROUNDS = 3
"""Descents, one after another: each looks at the hardest wrong candidates by the weights that the last one found."""

STEPS, REMEMBERED = 250, 20
"""Iterations of L-BFGS-B in a descent, and those of which it keeps the gradient."""

RIDGE = 1e-3
"""How strongly every weight is pulled to nought, with parts measured in their standard deviations."""

NEWTON_STEPS = 50
"""Steps of Newton's method, which settles on Platt's two numbers well before the last."""

TINY = 1e-300
"""Keeps the logarithm of a probability that is nought finite."""

NEVER_NEGATIVE = frozenset(
    """coverage explained order mass surroundings anywhere begins cut exact_mass pattern
    topic_failures topic_mass topic_spoken""".split()
)
NEVER_POSITIVE = frozenset("missing unexplained unmet unmet_light everyones faint brief denied topic_foreign".split())
"""Parts that may not speak against an entry, and those that may not speak for it, whatever a few cases would have."""

SURE_PRECISION = 0.985
LIKELY_PRECISION = 0.95
"""More than what is promised: what is kept back differs, and a wrong answer costs more than none."""

AMBIGUOUS = 0.0
"""Odds of an answer beside one as good: two entries that share a signature are never `sure`."""

LEAST_STEP = 0.005
"""How far above such an answer a score has to be for `sure`."""


class Kind(enum.Enum):
    """What a case is asked for, with its share in what its set counts for."""

    QUERY = 0.53
    NEGATIVE = 0.3
    LOG_LINE = 0.12
    LOG_PAGE = 0.06
    """Many such lines in one paste, which together say most words of this and that."""

    WORD_ALONE = 0.05
    """A word that an entry is tagged with: nobody has described a failure yet."""


FALSE_ALARMS = {
    ("pastes", Kind.NEGATIVE): 0.01,
    ("pastes", Kind.LOG_LINE): 0.01,
    ("pastes", Kind.LOG_PAGE): 0.01,
    ("pastes", Kind.WORD_ALONE): 0.1,
    ("own", Kind.NEGATIVE): 0.0225,
}
"""Share of each kind of negative that may be answered; of our own, nearly all are near misses, sought out."""


@dataclass(frozen=True)
class Asked:
    """A case, the ids that came up for it, and the parts of their scores; `weight` is what it counts for."""

    case: Case
    kind: Kind
    ids: Sequence[str]
    parts: Floats
    weight: float
    set_name: str

    @property
    def fold(self) -> int:
        """The fold of the case: cases that expect the same entry share it."""
        return zlib.crc32((self.case.expect[0] if self.case.expect else self.case.id).encode()) % FOLDS


@dataclass(frozen=True)
class Weights:
    """Weights of the parts and the constant."""

    parts: Floats
    constant: float

    def evidence(self, parts: Floats) -> Floats:
        """Return the evidence of each candidate."""
        found: Floats = parts @ self.parts + self.constant
        return found


def asked_of_all(data: Path) -> list[Asked]:
    """Ask every case of every set."""
    sets.generate("scale-10k", data)
    loaded = {name: sets.load(name, data) for name in SHARES}
    step = max(len(loaded["loghub"].queries) // LOG_LINES, 1)
    lines = [Case(question.case.id, question.case.text) for question in loaded["loghub"].queries[::step]]
    return [one for case_set in loaded.values() for one in asked(case_set, lines)]


def asked(case_set: CaseSet, log_lines: list[Case]) -> Iterator[Asked]:
    """Ask every case of a set, and the log lines too where the set has entries."""
    entries = list(case_set.entries()) if case_set.entries else []
    matcher = Matcher(entries) if entries else Matcher.of_signatures(case_set.rows())
    queries = [question.case for question in case_set.queries]
    negatives = [question.case for question in case_set.negatives]
    alone = [Case(tag, tag) for tag in sorted({tag for entry in entries for tag in entry.tags})]
    cases = {Kind.QUERY: queries, Kind.NEGATIVE: negatives}
    if entries:
        cases |= {Kind.LOG_LINE: log_lines, Kind.LOG_PAGE: list(_pages(log_lines)), Kind.WORD_ALONE: alone}
    for kind, of_kind in cases.items():
        for case in of_kind:
            ids, parts = candidates(matcher, case.text)
            if ids:
                weight = SHARES[case_set.name] * kind.value / max(len(of_kind), LEAST_CASES)
                yield Asked(case, kind, ids, parts, weight, case_set.name)


def _pages(lines: Sequence[Case]) -> Iterator[Case]:
    """Yield the pages that some log lines make."""
    for first in range(0, len(lines) - LINES_OF_A_PAGE + 1, LINES_BETWEEN_PAGES):
        page = lines[first : first + LINES_OF_A_PAGE]
        yield Case(f"page {page[0].id}", "\n".join(line.text for line in page))


def candidates(matcher: Matcher, text: str) -> tuple[list[str], Floats]:
    """Return the ids that come up for a text, and a row of parts for each."""
    found = matcher.explain(text, limit=100).candidates
    parts = np.zeros((len(found), len(Part)))
    for row, candidate in enumerate(found):
        for name, part in candidate.parts.items():
            parts[row, Part[name.upper()]] = part.value
    return [candidate.match.entry.id for candidate in found], parts


@dataclass(frozen=True)
class Lists:
    """Choices, one after another: the parts of all candidates, where each list starts, and which ones are right."""

    parts: Floats
    starts: Floats
    right: Floats
    weights: Floats


def lists(all_asked: Iterable[Asked], current: Weights) -> Lists:
    """Make of every case a choice, and of a query a second one in which silence is right."""
    parts, right, sizes, weights = [], [], [], []

    def add(rows: Floats, is_right: Sequence[bool], weight: float) -> None:
        parts.append(rows)
        right.extend(is_right)
        sizes.append(len(rows))
        weights.append(weight)

    for one in all_asked:
        order = np.argsort(-current.evidence(one.parts))
        wanted = [at for at in order if one.ids[at] in one.case.expect]
        wrong = [at for at in order if not one.case.accepts(one.ids[at])][:RIVALS]
        if wanted:
            add(one.parts[wanted + wrong], [True] * len(wanted) + [False] * len(wrong), one.weight * WHEN_DOCUMENTED)
        if wrong:
            silent = WHEN_THOUGHT_AWAY if one.case.expect else 1.0
            add(one.parts[wrong], [False] * len(wrong), one.weight * silent)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return Lists(np.concatenate(parts), starts, np.array(right, dtype=float), np.array(weights) / sum(weights))


def fit(all_asked: Sequence[Asked], start: Weights) -> Weights:
    """Return the weights under which the right choices are most probable (L-BFGS-B; known signs are kept)."""
    current = start
    for _ in range(ROUNDS):
        current = _descend(lists(all_asked, current), current)
    return current


def _descend(choices: Lists, start: Weights) -> Weights:
    mean, spread = choices.parts.mean(axis=0), choices.parts.std(axis=0) + 1e-6
    standard = (choices.parts - mean) / spread
    group = np.repeat(np.arange(len(choices.starts)), np.diff(np.append(choices.starts, len(standard))))
    found = optimize.minimize(
        _loss,
        np.append(start.parts * spread, start.constant + float(start.parts @ mean)),
        args=(choices, standard, group),
        jac=True,
        method="L-BFGS-B",
        bounds=_bounds(),
        options={"maxiter": STEPS, "maxcor": REMEMBERED},
    ).x
    parts = found[:-1] / spread
    return Weights(parts, float(found[-1] - parts @ mean))


def _loss(weights: Floats, choices: Lists, standard: Floats, group: Floats) -> tuple[float, Floats]:
    """Return the negative logarithm of the right choices' probability, and its gradient."""
    evidence = standard @ weights[:-1] + weights[-1]
    highest = np.maximum(np.maximum.reduceat(evidence, choices.starts), 0.0)
    raised = np.exp(evidence - highest[group])
    nobody = np.exp(-highest)
    total = np.add.reduceat(raised, choices.starts) + nobody
    right = np.add.reduceat(raised * choices.right, choices.starts)
    chosen = np.maximum(np.where(right > 0, right, nobody), TINY)
    loss = float(choices.weights @ np.log(total / chosen)) + RIDGE / 2 * float(weights[:-1] @ weights[:-1])
    expected = np.where(right[group] > 0, raised * choices.right / np.maximum(right[group], TINY), 0.0)
    difference = (raised / total[group] - expected) * choices.weights[group]
    return loss, np.append(standard.T @ difference + RIDGE * weights[:-1], difference.sum())


def _bounds() -> Sequence[tuple[float | None, float | None]]:
    """Return how low and how high the weight of each part may be; last, the constant."""
    names = [part.name.lower() for part in Part]
    of_parts = [(0.0 if name in NEVER_NEGATIVE else None, 0.0 if name in NEVER_POSITIVE else None) for name in names]
    return [*of_parts, (None, None)]


@dataclass(frozen=True)
class FirstAnswer:
    """The first answer to a case by weights that never saw it: its odds, and whether it is quoted, and right."""

    asked: Asked
    odds: float
    quoted: bool
    right: bool


def held_out(all_asked: Sequence[Asked], start: Weights) -> list[FirstAnswer]:
    """Answer every case with weights that were fitted without its fold."""
    said = []
    for fold in range(FOLDS):
        weights = fit([one for one in all_asked if one.fold != fold], start)
        said += [answer(one, weights) for one in all_asked if one.fold == fold]
    return said


def answer(one: Asked, weights: Weights) -> FirstAnswer:
    """Return the first answer to a case under some weights."""
    sums = weights.evidence(one.parts)
    best = int(np.argmax(sums))
    others = np.append(np.delete(sums, best), 0.0)
    odds = float(sums[best] - np.logaddexp.reduce(others))
    return FirstAnswer(one, odds, evidence.is_quoted(one.parts[best]), one.case.accepts(one.ids[best]))


def platt(said: Sequence[FirstAnswer]) -> tuple[float, float]:
    """Return slope and shift that turn odds into the logarithm of the odds of being right (Platt 1999)."""
    odds = np.array([answer.odds for answer in said])
    right = np.array([answer.right for answer in said], dtype=float)
    weights = np.array([answer.asked.weight for answer in said])
    slope, shift = 1.0, 0.0
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-(slope * odds + shift)))
        gradient = np.array([(weights * (p - right) * odds).sum(), (weights * (p - right)).sum()])
        curve = weights * p * (1 - p)
        hessian = np.array([[(curve * odds**2).sum(), (curve * odds).sum()], [(curve * odds).sum(), curve.sum()]])
        slope, shift = np.array([slope, shift]) - np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
    return float(slope), float(shift)


@dataclass(frozen=True)
class Scale:
    """What turns odds into scores, and the scores from which on an answer is `likely` and `sure`."""

    slope: float
    shift: float
    likely: float
    sure: float

    def verdict(self, answer: FirstAnswer) -> Verdict:
        """Return what is said with an answer; one that quotes nothing is never `sure`."""
        score = self._score(answer.odds)
        if score >= self.sure and answer.quoted:
            return Verdict.SURE
        return Verdict.LIKELY if score >= self.likely else Verdict.NONE

    def _score(self, odds: float) -> float:
        return _score(odds, self.slope, self.shift)


def scale(said: Sequence[FirstAnswer]) -> Scale:
    """Return the scale that these answers give."""
    slope, shift = platt(said)
    scored = [(_score(answer.odds, slope, shift), answer) for answer in said]
    quoted = [(score, answer) for score, answer in scored if answer.quoted]
    likely = max(_threshold(scored, LIKELY_PRECISION), _quiet(scored))
    ambiguous = _score(AMBIGUOUS, slope, shift)
    return Scale(slope, shift, likely, max(_threshold(quoted, SURE_PRECISION), likely, ambiguous + LEAST_STEP))


def _score(odds: float, slope: float, shift: float) -> float:
    return float(1 / (1 + np.exp(-(slope * odds + shift))))


def _threshold(scored: Sequence[tuple[float, FirstAnswer]], precision: float) -> float:
    """Return the lowest score above which answers are right this often in every group of sets that has negatives."""
    highest = 0.0
    for group in (("pastes",), tuple(SHARES)):
        ranked = sorted((pair for pair in scored if pair[1].asked.set_name in group), key=lambda pair: -pair[0])
        weights = np.cumsum([answer.asked.weight for _, answer in ranked])
        right = np.cumsum([answer.asked.weight * answer.right for _, answer in ranked])
        fine = np.flatnonzero(right / weights >= precision)
        if ranked:
            highest = max(highest, ranked[int(fine[-1])][0] if len(fine) else 1.0)
    return highest


def _quiet(scored: Sequence[tuple[float, FirstAnswer]]) -> float:
    """Return the score that only the allowed share of each kind of negative exceeds, of those that there are.

    The quantile is that of Harrell and Davis (1982), a weighed mean of what lies around it: between two single answers
    the plain one jumps by a thirtieth from fit to fit.
    """
    kinds: dict[tuple[str, Kind], list[float]] = {}
    for score, answer in scored:
        kinds.setdefault((answer.asked.set_name, answer.asked.kind), []).append(score)
    return max(
        float(mstats.hdquantiles(kinds[kind], 1 - share)[0]) for kind, share in FALSE_ALARMS.items() if kind in kinds
    )


def main() -> None:
    """Fit, calibrate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=sets.DATA)
    parser.add_argument("--check", action="store_true", help="print the held-out figures and write nothing")
    options = parser.parse_args()
    all_asked = asked_of_all(options.data)
    nothing = Weights(np.zeros(len(Part)), 0.0)
    said = held_out(all_asked, nothing)
    found = scale(said)
    for name in SHARES:
        sys.stdout.write(_figures(name, [one for one in said if one.asked.set_name == name], found))
    if not options.check:
        final = fit(all_asked, nothing)
        table = {
            "weights": {part.name.lower(): round(float(final.parts[part]), 3) for part in Part if final.parts[part]},
            "constant": round(final.constant, 3),
            "likely": round(found.likely, 4),
            "sure": round(found.sure, 4),
            "slope": round(found.slope, 4),
            "shift": round(found.shift, 4),
        }
        OUTPUT.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def _figures(name: str, said: Sequence[FirstAnswer], scale: Scale) -> str:
    verdicts = [(scale.verdict(one), one) for one in said]
    aloud = [one for verdict, one in verdicts if verdict is not Verdict.NONE]
    certain = [one for verdict, one in verdicts if verdict is Verdict.SURE]
    queries = [one for one in said if one.asked.case.expect]
    false_alarms = sum(not one.asked.case.expect for one in aloud)
    return (
        f"{name:13} top-1 {np.mean([one.right for one in queries]):.3f}"
        f"  answered {sum(one.right for one in aloud if one.asked.case.expect) / len(queries):.3f}"
        f"  false alarms {false_alarms}/{len(said) - len(queries)}"
        f"  right of likely {np.mean([one.right for one in aloud] or [1]):.3f}"
        f"  right of sure {np.mean([one.right for one in certain] or [1]):.3f} ({len(certain)})\n"
    )


if __name__ == "__main__":
    main()
