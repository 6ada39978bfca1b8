"""All checks at once, their findings grouped by what causes them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics import budget as budgets
from diagnostics import collector, diagnosis
from diagnostics.budget import Budget
from diagnostics.collector import Progress
from diagnostics.diagnosis import NOTHING_EXCLUDED, Outcome
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Finding
from diagnostics.objects import Reference
from diagnostics.registry import Check
from diagnostics.source import Source
from diagnostics.target import Target

_FIRST = "pods"
"""The check that judges before the others: a large cluster leaves a few logs, and those of crashes tell most."""


@dataclass(frozen=True)
class Group:
    """Findings with one cause: a lost node and its pods, a missing ConfigMap and those who want it.

    The first of `findings` is on the cause itself where a check found one; it is never empty.
    """

    cause: Reference
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding:
        """The finding by which the group is ranked."""
        return min(self.findings, key=lambda finding: finding.severity.rank)


@dataclass(frozen=True)
class Sweep:
    """The answer of all checks: groups, the most severe first, and what could not be read."""

    cluster: str
    target: Target
    groups: tuple[Group, ...]
    unread: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of their groups."""
        return tuple(finding for group in self.groups for finding in group.findings)

    @property
    def outcome(self) -> Outcome:
        """Which of the three answers this is."""
        if self.groups:
            return Outcome.FINDINGS
        return Outcome.COULD_NOT_LOOK if self.unread else Outcome.NOTHING_WRONG


def run(
    source: Source,
    checks: Iterable[Check],
    target: Target,
    *,
    budget: Budget | None = None,
    exclusions: Exclusions = NOTHING_EXCLUDED,
    progress: Progress = collector.silent,
) -> Sweep:
    """Run the swept checks over a namespace or the whole cluster; each resource is read once for all of them."""
    budget = budget or Budget(budgets.SWEEP_SECONDS, budgets.SWEEP_REQUESTS)
    swept = sorted((check for check in checks if check.swept), key=lambda check: check.id != _FIRST)
    wanted = (want for check in swept for want in check.wants)
    seen = collector.collect(source, target, wanted, budget, progress, is_sweep=True)
    findings: list[Finding] = []
    unread: list[str] = []
    for check in swept:
        progress(f"judging {check.id}")
        sayings = diagnosis.judge(check, seen)
        findings += sayings.findings
        unread += [*sayings.unread, *diagnosis.unread_of(check, seen)]
    return Sweep(
        cluster=source.name,
        target=target,
        groups=grouped(diagnosis.presentable(findings, seen, exclusions)),
        unread=diagnosis.sentences(unread),
    )


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return findings by their cause, the most severe group first.

    What was found on one object stays together. It stands under the farthest object that explains it: one that a check
    found something on too, or one that several findings say is at fault for sure.
    """
    causes = _Causes(findings)
    members: dict[Reference, list[Finding]] = defaultdict(list)
    for finding in causes.findings:
        members[causes.of(finding.object)].append(finding)
    groups = (Group(cause, _cause_first(cause, found)) for cause, found in members.items())
    return tuple(sorted(groups, key=lambda group: (group.worst.severity.rank, -len(group.findings), group.cause)))


class _Causes:
    """Which object explains which."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        self._found_on: dict[Reference, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            self._found_on[finding.object].append(finding)
        at_fault = {(finding.cause, finding.object) for finding in self.findings if finding.cause}
        self._victims = Counter(cause for cause, _ in at_fault)

    def of(self, thing: Reference) -> Reference:
        """Return what explains an object in the end; a circle ends where it closes."""
        passed = {thing}
        while (nearer := self._next(thing, passed)) is not None:
            passed.add(nearer)
            thing = nearer
        return thing

    def _next(self, thing: Reference, passed: set[Reference]) -> Reference | None:
        found = self._found_on.get(thing, [])
        for cause in (finding.cause for finding in found):
            if cause and cause not in passed and (cause in self._found_on or self._victims[cause] > 1):
                return cause
        blamed = (blame for finding in found for blame in finding.blames)
        return next((blame for blame in blamed if blame not in passed and blame in self._found_on), None)


def _cause_first(cause: Reference, findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda finding: (finding.object != cause, finding.severity.rank, finding.object, finding.code),
        )
    )
