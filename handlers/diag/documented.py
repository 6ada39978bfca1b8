"""What the knowledge base says about what the cluster says: log lines, event messages, findings."""

from collections.abc import Iterable

from diagnostics.diagnosis import Report
from diagnostics.finding import Exhibit, Finding
from handlers.diag.found import Found
from handlers.views import exhibit
from handlers.views.diagnosis import Diagnosis, Group, Heading, Shown
from handlers.views.finding import Told
from knowledge.base import KnowledgeBase
from knowledge.match import Match, Verdict

MATCHED = 20
"""Findings of one answer that are looked up, the worst first: what comes after them is not shown in full anyway."""

_IN_A_LOG = (Verdict.SURE, Verdict.LIKELY)
_ELSEWHERE = (Verdict.SURE,)
"""How sure it must be that an entry documents what was found for the entry to be named."""

_MESSAGE_WORDS = 3
"""Words from which a value that was read is taken for a message."""


def described(found: Found, heading: Heading, knowledge: KnowledgeBase) -> Diagnosis:
    """Return what was found with the entries that document it."""
    librarian = Librarian(knowledge)
    if isinstance(found, Report):
        shown, groups = librarian.shown(found.exhibits), librarian.each(found.findings)
        return Diagnosis(heading, found.outcome, groups, shown, found.unread)
    groups = tuple(Group(group.cause, librarian.group(group.findings)) for group in found.groups)
    return Diagnosis(heading, found.outcome, groups, unread=found.unread)


class Librarian:
    """Looks up what is found in one answer; an entry is named once, beside the first thing that it documents."""

    def __init__(self, knowledge: KnowledgeBase, *, named: Iterable[str] = ()) -> None:
        """Take the ids of entries that are `named` already."""
        self._knowledge = knowledge
        self._named = set(named)
        self._left = MATCHED

    def shown(self, exhibits: Iterable[Exhibit]) -> tuple[Shown, ...]:
        """Return exhibits, each with the entry that documents what it says.

        A log is what people paste, so a likeness is worth naming; in a table it comes from headings and states.
        """
        return tuple(
            Shown(each, self._first_new(exhibit.content(each), *(_IN_A_LOG if exhibit.is_log(each) else _ELSEWHERE)))
            for each in exhibits
        )

    def group(self, findings: Iterable[Finding]) -> tuple[Told, ...]:
        """Return findings, each with the entry that documents it; a mere likeness would be noise beside a finding."""
        return tuple(Told(each, self._first_new(quoted(each), *_ELSEWHERE)) for each in findings)

    def each(self, findings: Iterable[Finding]) -> tuple[Group, ...]:
        """Return findings as groups of one."""
        return tuple(Group(None, self.group([each])) for each in findings)

    def _first_new(self, text: str, *trusted: Verdict) -> Match | None:
        if self._left <= 0:
            return None
        self._left -= 1
        answers = (answer for answer in self._knowledge.match(text).answers if answer.verdict in trusted)
        match = next((answer for answer in answers if answer.entry.id not in self._named), None)
        if match:
            self._named.add(match.entry.id)
        return match


def quoted(finding: Finding) -> str:
    """Return the words of a finding that an entry may document: log lines and messages, or else what is wrong.

    Our own words around a message, and values such as `64Mi`, would only make it look less like what somebody pasted.
    """
    messages = [value for value in finding.evidence.values() if len(value.split()) >= _MESSAGE_WORDS]
    return "\n".join(messages or [finding.title])
