"""Whether an entry holds on the cluster: the checks that it names, and what their findings mean for it."""

import enum
import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagnostics.errors import DiagnosticsError
from diagnostics.finding import Finding, Severity
from diagnostics.invocation import Invocation
from diagnostics.registry import Registry
from diagnostics.target import Target
from handlers.diag import namespaces
from handlers.diag.documented import quoted
from handlers.diag.found import Found
from knowledge.base import KnowledgeBase
from knowledge.entry import CheckReference, Entry
from knowledge.match import Match

_NAMESPACE, _NAME, _FINDING = "namespace", "name", "finding"
"""What an entry may say of any check: where to look, at what, and which findings speak for the entry (`irsa.*`)."""


class Verdict(enum.Enum):
    """What the checks of an entry say about it."""

    CONFIRMED = "something that was found is what the entry describes"
    RULED_OUT = "everything was looked at, and nothing is wrong"
    CANNOT_TELL = "not everything could be looked at, or something else is wrong"


@dataclass(frozen=True)
class Plan:
    """The checks that an entry names, as questions; `telling` are patterns of codes that speak for the entry."""

    questions: tuple[Invocation, ...]
    telling: tuple[str, ...]
    problems: tuple[str, ...]


def plan(entry: Entry, namespace: str, checks: Registry) -> Plan:
    """Return what to ask for an entry; a check that does not exist, or not like this, is a problem and no question."""
    questions: list[Invocation] = []
    problems: list[str] = []
    for reference in entry.checks:
        try:
            questions.append(_question(reference, namespace, checks))
        except DiagnosticsError as problem:
            problems.append(str(problem))
    telling = tuple(
        code.strip() for reference in entry.checks for code in reference.parameters.get(_FINDING, "").split(",")
    )
    return Plan(tuple(questions), tuple(filter(None, telling)), tuple(problems))


def problems(entry: Entry, checks: Registry) -> tuple[str, ...]:
    """Return what is wrong with the checks that an entry names."""
    planned = plan(entry, "", checks)
    codes = [code.id for check in checks for code in check.codes]
    unmet = [pattern for pattern in planned.telling if not fnmatch.filter(codes, pattern)]
    return (*planned.problems, *(f"no check says the finding {pattern!r}" for pattern in unmet))


def verdict(entry: Entry, planned: Plan, reports: Sequence[Found], knowledge: KnowledgeBase) -> Verdict:
    """Return what the reports of a plan's questions mean for an entry.

    A finding speaks for it when the entry names its code, or when what it quotes from the cluster is what the entry
    documents. Something else that is wrong in the same place proves nothing.
    """
    found = [finding for report in reports for finding in report.findings if finding.severity is not Severity.NOTE]
    if any(speaks_for(entry, planned, finding, knowledge) for finding in found):
        return Verdict.CONFIRMED
    looked = reports and not planned.problems and not any(report.unread for report in reports)
    return Verdict.RULED_OUT if looked and not found else Verdict.CANNOT_TELL


def speaks_for(entry: Entry, planned: Plan, finding: Finding, knowledge: KnowledgeBase) -> bool:
    """Say whether a finding is what an entry describes."""
    if any(fnmatch.fnmatchcase(finding.code, pattern) for pattern in planned.telling):
        return True
    return any(match.entry.id == entry.id for match in knowledge.match(quoted(finding)).answers)


def namespace_in(match: Match, paste: str) -> str:
    """Return the namespace that a paste names; '' if it names none, or several."""
    captured = match.evidence.captured.get(_NAMESPACE, "")
    return captured if re.fullmatch(namespaces.LABEL, captured) else namespaces.named(paste)


def _question(reference: CheckReference, namespace: str, checks: Registry) -> Invocation:
    check = checks.get(reference.name)
    given: Mapping[str, str] = reference.parameters
    own = {key: value for key, value in given.items() if key not in (_NAMESPACE, _NAME, _FINDING)}
    where = given.get(_NAMESPACE) or namespace if check.namespaced else ""
    return Invocation(check, Target(where, given.get(_NAME, "")), check.bind(own))
