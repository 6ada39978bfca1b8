"""All checks at once, their findings grouped by what causes them."""

from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics import budget as budgets
from diagnostics import collector, diagnosis, grouping, presence, unread
from diagnostics.budget import Budget
from diagnostics.collector import Progress
from diagnostics.diagnosis import NOTHING_EXCLUDED, Outcome
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Finding
from diagnostics.grouping import Group
from diagnostics.registry import Check
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source
from diagnostics.target import Target

_FIRST = "pods"
"""The check that judges before the others: a large cluster leaves a few logs, and those of crashes tell most."""


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
    if missing := presence.missing_namespace(source, seen, budget) or presence.missing_name(source, seen):
        return Sweep(source.name, target, groups=(), unread=(missing,))
    findings, failures = _judged(swept, seen, progress)
    unread_of_all = (sentence for check in swept for sentence in unread.of(check, seen))
    return Sweep(
        cluster=source.name,
        target=target,
        groups=grouping.grouped(diagnosis.presentable(findings, seen, exclusions)),
        unread=unread.sentences([*failures, *unread_of_all]),
    )


def _judged(checks: Iterable[Check], seen: Snapshot, progress: Progress) -> tuple[list[Finding], list[str]]:
    """Return what checks find in a snapshot, and sentences about those that failed."""
    findings: list[Finding] = []
    failures: list[str] = []
    for check in checks:
        progress(f"judging {check.id}")
        sayings = diagnosis.judge(check, seen)
        findings += sayings.findings
        failures += sayings.unread
    return findings, failures
