"""Answering one question: read, judge, leave out what nobody wants to hear, mask secrets."""

import enum
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from diagnostics import budget as budgets
from diagnostics import collector, errors, presence, redaction, unread
from diagnostics.budget import Budget
from diagnostics.collector import Progress
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Exhibit, Finding, Unread
from diagnostics.memo import Memo
from diagnostics.parameters import Value
from diagnostics.registry import Check
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source
from diagnostics.target import Target

log = logging.getLogger(__name__)

NOTHING_EXCLUDED = Exclusions()


class Outcome(enum.StrEnum):
    """What an answer amounts to. Nothing wrong and could not look are different answers."""

    FINDINGS = "findings"
    NOTHING_WRONG = "nothing wrong"
    COULD_NOT_LOOK = "could not look"


@dataclass(frozen=True)
class Report:
    """The answer to one question: findings, the worst first, what is to be shown beside them, what could not be read.

    `unread` are sentences. With findings it says what else there might be; without any, that nobody knows.
    """

    cluster: str
    check: str
    target: Target
    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Which of the three answers this is."""
        if self.findings:
            return Outcome.FINDINGS
        return Outcome.COULD_NOT_LOOK if self.unread else Outcome.NOTHING_WRONG


def run(
    source: Source,
    check: Check,
    target: Target,
    arguments: Mapping[str, Value] = MappingProxyType({}),
    *,
    budget: Budget | None = None,
    exclusions: Exclusions = NOTHING_EXCLUDED,
    progress: Progress = collector.silent,
) -> Report:
    """Run one check and return its report; whatever the cluster does, this takes no longer than the budget."""
    budget = budget or _budget_for(target)
    asked = Memo(source)
    report = partial(Report, source.name, check.id, target)
    if missing := presence.missing_object(asked, check, target, budget, progress):
        return report((), unread=(missing,))
    seen = collector.collect(asked, target, check.wants, budget, progress)
    if missing := presence.missing_namespace(asked, seen, budget):
        return report((), unread=(missing,))
    sayings = judge(check, seen, arguments)
    return report(
        presentable(sayings.findings, seen, exclusions),
        exhibits=tuple(redaction.exhibit(shown) for shown in sayings.exhibits),
        unread=unread.sentences([*sayings.unread, *unread.of(check, seen)]),
    )


@dataclass(frozen=True)
class Sayings:
    """What one check says of a snapshot, before anything is masked, and why it could not judge if it could not."""

    findings: tuple[Finding, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    unread: tuple[str, ...] = ()


def judge(check: Check, seen: Snapshot, arguments: Mapping[str, Value] = MappingProxyType({})) -> Sayings:
    """Let a check judge a snapshot, unless something that it needs was not read.

    A check that fails over an object nobody thought of says so; it never takes the other checks with it.
    """
    if any(need in seen.unread for need in check.needs):
        return Sayings()
    try:
        said = list(check.say(seen, arguments))
    except errors.DiagnosticsError:
        raise
    except Exception:
        log.exception("check %s failed", check.id)
        return Sayings(unread=(f"the check {check.id} failed; its log has the traceback, please report it",))
    return Sayings(
        tuple(each for each in said if isinstance(each, Finding)),
        tuple(each for each in said if isinstance(each, Exhibit)),
        tuple(each.sentence for each in said if isinstance(each, Unread)),
    )


def presentable(findings: Iterable[Finding], seen: Snapshot, exclusions: Exclusions) -> tuple[Finding, ...]:
    """Return the findings that are to be said, without secrets, the worst first."""
    kept = (redaction.finding(finding) for finding in findings if not exclusions.covers(finding, seen))
    return tuple(sorted(kept, key=lambda finding: (finding.severity.rank, finding.object, finding.code)))


def _budget_for(target: Target) -> Budget:
    return Budget(budgets.CHECK_SECONDS, budgets.OBJECT_REQUESTS if target.name else budgets.CHECK_REQUESTS)
