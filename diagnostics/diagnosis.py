"""Answering one question: read, judge, leave out what nobody wants to hear, mask secrets."""

import enum
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from diagnostics import budget as budgets
from diagnostics import collector, errors, presence, redaction
from diagnostics.budget import Budget
from diagnostics.collector import Progress
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Exhibit, Finding
from diagnostics.memo import Memo
from diagnostics.needs import LOGS, Document, Need
from diagnostics.parameters import Value
from diagnostics.registry import Check
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source
from diagnostics.target import Target

log = logging.getLogger(__name__)

_UNREAD = re.compile(r"(\S+ gave no answer for |not read: )(.+?)([:;] .+)", re.DOTALL)
"""How it is said that the API server was silent, or that time or requests ran out: before, of what, and why."""

_NAMED = 5
"""Things that are named of those that were not read for the same reason."""

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
    if missing := presence.missing_object(asked, check, target, budget, progress):
        return Report(source.name, check.id, target, (), unread=(missing,))
    seen = collector.collect(asked, target, check.wants, budget, progress)
    if missing := "" if target.name else presence.missing_namespace(asked, seen, budget):
        return Report(source.name, check.id, target, (), unread=(missing,))
    sayings = judge(check, seen, arguments)
    return Report(
        cluster=source.name,
        check=check.id,
        target=target,
        findings=presentable(sayings.findings, seen, exclusions),
        exhibits=tuple(redaction.exhibit(shown) for shown in sayings.exhibits),
        unread=sentences([*sayings.unread, *unread_of(check, seen)]),
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
    )


def unread_of(check: Check, seen: Snapshot) -> list[str]:
    """Return why what a check wants could not be read."""
    wanted: tuple[Need | Document, ...] = (*check.wants, LOGS)
    return [seen.unread[wish] for wish in wanted if wish in seen.unread]


def presentable(findings: Iterable[Finding], seen: Snapshot, exclusions: Exclusions) -> tuple[Finding, ...]:
    """Return the findings that are to be said, without secrets, the worst first."""
    kept = (redaction.finding(finding) for finding in findings if not exclusions.covers(finding, seen))
    return tuple(sorted(kept, key=lambda finding: (finding.severity.rank, finding.object, finding.code)))


def sentences(unread: Iterable[str]) -> tuple[str, ...]:
    """Return each sentence once, without secrets; things that were not read for one reason share a sentence."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sentence in dict.fromkeys(map(redaction.text, unread)):
        head, asked, why = _parts(sentence)
        alike[head, why].append(asked)
    return tuple(f"{head}{_listed(asked)}{why}" for (head, why), asked in alike.items())


def _parts(sentence: str) -> tuple[str, str, str]:
    """Return what stands before the thing that was not read, that thing, and why; of another sentence all of it."""
    unread = _UNREAD.fullmatch(sentence)
    return (unread[1], unread[2], unread[3]) if unread else (sentence, "", "")


def _listed(asked: list[str]) -> str:
    """Return the first few of what was asked for, and how many more there are."""
    more = f" and {len(asked) - _NAMED} more" if len(asked) > _NAMED else ""
    return ", ".join(asked[:_NAMED]) + more


def _budget_for(target: Target) -> Budget:
    return Budget(budgets.CHECK_SECONDS, budgets.OBJECT_REQUESTS if target.name else budgets.CHECK_REQUESTS)
