"""What the knowledge base says about what the cluster says: log lines, event messages, findings."""

from collections.abc import Iterable

from diagnostics.finding import Exhibit, Finding
from handlers.views import exhibit
from handlers.views.diagnosis import Group, Shown
from handlers.views.finding import Told
from knowledge.base import KnowledgeBase
from knowledge.match import Match

MATCHED = 20
"""Findings of one answer that are looked up, the worst first: what comes after them is not shown in full anyway."""


class Librarian:
    """Looks up what is found in one answer; an entry is named once, beside the first thing that it documents."""

    def __init__(self, knowledge: KnowledgeBase, *, named: Iterable[str] = ()) -> None:
        """Take the ids of entries that are `named` already."""
        self._knowledge = knowledge
        self._named = set(named)
        self._left = MATCHED

    def shown(self, exhibits: Iterable[Exhibit]) -> tuple[Shown, ...]:
        """Return exhibits, each with the entry that documents what it says."""
        return tuple(Shown(each, self._first_new(exhibit.content(each))) for each in exhibits)

    def group(self, findings: Iterable[Finding]) -> tuple[Told, ...]:
        """Return findings, each with the entry that documents it."""
        return tuple(Told(each, self._first_new(quoted(each))) for each in findings)

    def each(self, findings: Iterable[Finding]) -> tuple[Group, ...]:
        """Return findings as groups of one."""
        return tuple(Group(None, self.group([each])) for each in findings)

    def _first_new(self, text: str) -> Match | None:
        if self._left <= 0:
            return None
        self._left -= 1
        answers = self._knowledge.match(text).answers
        match = next((answer for answer in answers if answer.entry.id not in self._named), None)
        if match:
            self._named.add(match.entry.id)
        return match


def quoted(finding: Finding) -> str:
    """Return the words of a finding that an entry may document: what is wrong, and the values that were read."""
    return "\n".join([finding.title, *finding.evidence.values()])
