"""Findings by what causes them, each told once: the lost node first, under it what went down with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostics.finding import Finding, Severity
from diagnostics.objects import Reference


@dataclass(frozen=True)
class Group:
    """Findings with one cause: a lost node and its pods, a missing ConfigMap and those who want it.

    The first of `findings` is on the cause itself where a check found one, the others follow as one leads to the next;
    it is never empty.
    """

    cause: Reference
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding:
        """The finding by which the group is ranked."""
        return min(self.findings, key=lambda finding: finding.severity.rank)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return findings by their cause, the most severe group first, then the largest.

    What was found on one object stays together. It stands under the farthest object that explains it: one that a check
    found something on too, or one that several findings say is at fault for sure. What another finding on the same
    object implies is taken into that one.
    """
    causes = _Causes(findings)
    members: dict[Reference, list[_Explained]] = defaultdict(list)
    for thing, found in causes.found_on.items():
        cause, distance = causes.of(thing)
        members[cause].append(_Explained(distance, thing, condensed(found)))
    groups = (
        Group(cause, tuple(finding for each in sorted(explained, key=_order) for finding in each.findings))
        for cause, explained in members.items()
    )
    return tuple(sorted(groups, key=lambda group: (group.worst.severity.rank, -len(group.findings), group.cause)))


def condensed(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings on one object, the worst first, without those that another implies and is no milder than.

    What those had read is kept as evidence of the one that stays.
    """
    kept: dict[int, Finding] = {}
    implied: list[Finding] = []
    for finding in sorted(findings, key=lambda each: (each.severity.rank, each.code)):
        if any(other.implies(finding) and not finding.implies(other) for other in findings):
            implied.append(finding)
        else:
            kept[id(finding)] = finding
    for finding in implied:
        teller = next((key for key, other in kept.items() if other.implies(finding)), None)
        if teller is not None:
            told = kept[teller].evidence
            kept[teller] = replace(kept[teller], evidence={**told, **finding.evidence, **told})
    return list(kept.values())


@dataclass(frozen=True)
class _Explained:
    """What was found on an object, and how many steps it stands from its cause."""

    distance: int
    thing: Reference
    findings: Sequence[Finding]


def _order(explained: _Explained) -> tuple[int, int, Reference]:
    return explained.distance, explained.findings[0].severity.rank, explained.thing


class _Causes:
    """Which object explains which."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.found_on: dict[Reference, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.found_on[finding.object].append(finding)
        every = (finding for found in self.found_on.values() for finding in found)
        at_fault = {(finding.cause, finding.object) for finding in every if finding.cause}
        self._victims = Counter(cause for cause, _ in at_fault)

    def of(self, thing: Reference) -> tuple[Reference, int]:
        """Return what explains an object in the end, and how many steps away that is.

        Where objects explain each other, the one with the worst finding stands for all of them.
        """
        chain = [thing]
        while (nearer := next((each for each in self._explain(chain[-1]) if each not in chain), None)) is not None:
            chain.append(nearer)
        closing = [chain.index(each) for each in self._explain(chain[-1]) if each in chain[:-1]]
        circle = chain[min(closing) :] if closing else chain[-1:]
        cause = min(circle, key=lambda each: (self._rank(each), each))
        return cause, chain.index(cause)

    def _explain(self, thing: Reference) -> Iterator[Reference]:
        """Go through what explains an object; a note says that nothing is wrong, so it explains nothing."""
        found = self.found_on.get(thing, [])
        for finding in found:
            cause = finding.cause
            if cause and (cause in self.found_on or self._victims[cause] > 1):
                yield cause
        for blamed in (blame for finding in found for blame in finding.blames):
            if self._rank(blamed) < Severity.NOTE.rank:
                yield blamed

    def _rank(self, thing: Reference) -> int:
        ranks = (finding.severity.rank for finding in self.found_on.get(thing, ()))
        return min(ranks, default=Severity.NOTE.rank)
