"""What a question about a cluster gets: a line that moves while it is looked into, then the findings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagnostics.diagnosis import Outcome
from diagnostics.finding import Exhibit, Finding, Severity
from diagnostics.objects import Reference
from diagnostics.target import Target
from handlers.count import Count
from handlers.diag.wording import Wording
from handlers.views import blocks, escaping, exhibit, finding, layout
from handlers.views.blocks import Block
from handlers.views.card import Style
from handlers.views.finding import Told
from handlers.views.layout import File, Message
from handlers.views.mrkdwn import Piece
from knowledge.match import Match

CANCEL = "cancel_diag"

_FULL = 6
"""Findings, or groups of them, that are shown with their evidence."""

_LINES = 20
"""Other findings that get a line each; of more it is said how many there are of each code, which always fits."""

_ALSO = 8
"""Findings of one cause that are named below the first."""

_ENTRIES = 3
"""Entries that are named beside what follows from a cause."""

_REASONS = 8
"""Sentences that stand in a message about what could not be looked at."""


@dataclass(frozen=True)
class Heading:
    """What was asked, of which cluster, by whom (an id, '' for nobody), and who cancelled it, if anybody did."""

    word: str
    target: str
    cluster: str
    user: str = ""
    cancelled_by: str = ""

    @classmethod
    def of(cls, word: str, target: Target, cluster: str, user: str = "") -> "Heading":
        """Return the heading of a question; its target is '' for the whole cluster."""
        return cls(word, str(target) if target.namespace or target.name else "", cluster, user)


@dataclass(frozen=True)
class Shown:
    """An exhibit, and the entry that documents what it says, if there is one."""

    exhibit: Exhibit
    match: Match | None = None


@dataclass(frozen=True)
class Group:
    """Findings with one cause; `cause` is None where nobody asked for causes."""

    cause: Reference | None
    told: tuple[Told, ...]

    @property
    def is_note(self) -> bool:
        """Whether nothing in it is wrong."""
        return all(told.finding.severity is Severity.NOTE for told in self.told)


@dataclass(frozen=True)
class Diagnosis:
    """Everything that is to be said about one question, the most severe first; `unread` are sentences.

    `lead`, mrkdwn of ours, says what it comes to where that is more than the outcome.
    """

    heading: Heading
    outcome: Outcome
    groups: tuple[Group, ...]
    shown: tuple[Shown, ...] = ()
    unread: tuple[str, ...] = ()
    lead: str = ""

    @property
    def findings(self) -> list[Finding]:
        """The findings of all groups."""
        return [told.finding for group in self.groups for told in group.told]


def progress(heading: Heading, doing: str, run_id: str, say: Wording) -> Message:
    """Return the line that tells what is going on, with a button to end it."""
    text = f"{question(heading, say)}\n{say.looking}"
    button = blocks.button(say.cancel_plain, CANCEL, {"run": run_id}, style="danger")
    about = " · ".join(filter(None, [escaping.escape(doing), _people(heading, say)]))
    return Message(
        say.looking, (blocks.section(text), *([blocks.context(about)] if about else []), blocks.actions(button))
    )


def answer(diagnosis: Diagnosis, style: Style, say: Wording) -> Message:
    """Return the answer to a question; where something is left out, a file holds all of it."""
    head = [blocks.section("\n".join(filter(None, [question(diagnosis.heading, say), _verdict(diagnosis, say)])))]
    body = _body(diagnosis, style, say)
    people = _people(diagnosis.heading, say)
    foot = [*body.tally, *_unread(diagnosis, say), *([blocks.context(people)] if people else [])]
    text = f"{diagnosis.heading.word} · {_verdict(diagnosis, say) or diagnosis.heading.cluster}"
    content, fits = layout.fill(head, body.blocks, foot)
    if fits and body.complete:
        return Message(_plain(text), tuple(content))
    content, _ = layout.fill(head, body.blocks, [blocks.context(say.in_file), *foot])
    return Message(_plain(text), tuple(content), file(diagnosis, say))


def question(heading: Heading, say: Wording) -> str:
    """Return what was asked, in one line of mrkdwn."""
    target = escaping.code(heading.target) if heading.target else say.whole_cluster
    return say.question.format(word=heading.word, target=target, cluster=escaping.code(heading.cluster))


def file(diagnosis: Diagnosis, say: Wording) -> File:
    """Return everything that was found as text."""
    heading = diagnosis.heading
    target = heading.target or say.whole_cluster
    title = say.file_title.format(word=heading.word, target=target, cluster=heading.cluster)
    name = "-".join(part.replace("/", "-") for part in (heading.word, heading.target, heading.cluster) if part)
    return File(f"diag-{_file_name(name)}.txt", title, "\n".join([title, "", *_as_text(diagnosis, say)]))


@dataclass(frozen=True)
class _Body:
    """Blocks, as many of which are shown as fit; whether they are all there is; and a tally that is always shown."""

    blocks: list[Block]
    complete: bool
    tally: Sequence[Block] = ()


def _body(diagnosis: Diagnosis, style: Style, say: Wording) -> _Body:
    wrong = [group for group in diagnosis.groups if not group.is_note]
    notes = [told.finding for group in diagnosis.groups if group.is_note for told in group.told]
    parts = [*_exhibits(diagnosis, style, say), *(_group(group, style, say) for group in wrong[:_FULL])]
    rest = [told.finding for group in wrong[_FULL:] for told in group.told]
    content = [block for part in parts for block in part.blocks]
    complete = all(part.complete for part in parts) and not rest and not _too_many_reasons(diagnosis)
    if len(rest) + len(notes) > _LINES:
        tally = _listed([Piece(say.others), *finding.tally([*rest, *notes], say)])
        return _Body(content, complete=False, tally=tally)
    content += _listed(finding.lines(rest))
    if notes:
        content += _listed([Piece(say.notes), *finding.lines(notes)])
    return _Body(content, complete)


def _exhibits(diagnosis: Diagnosis, style: Style, say: Wording) -> Iterator[_Body]:
    for each in diagnosis.shown:
        content, complete = exhibit.shown(each.exhibit, say)
        yield _Body([*content, *finding.documented(each.match, style, say)], complete)


def _group(group: Group, style: Style, say: Wording) -> _Body:
    """Return the first finding of a group with its evidence, and a line for each of the others."""
    first, others = group.told[0], [told.finding for told in group.told[1:]]
    content, complete = finding.whole(first, style, say)
    head = []
    if group.cause and others and group.cause != first.finding.object:
        cause = escaping.prose(group.cause.spoken)
        head = [blocks.section(say.cause.format(object=cause, count=Count(len(group.told))))]
    more = [Piece(say.more.format(count=len(others) - _ALSO))] if len(others) > _ALSO else []
    also = _listed([Piece(say.also), *finding.lines(others[:_ALSO]), *more]) if others else []
    entries = [block for told in group.told[1:] for block in finding.documented(told.match, style, say)]
    return _Body([blocks.divider(), *head, *content, *also, *entries[:_ENTRIES]], complete and not more)


def _listed(pieces: Sequence[Piece]) -> list[Block]:
    return [blocks.section(text) for text in layout.paragraphs(pieces)]


def _verdict(diagnosis: Diagnosis, say: Wording) -> str:
    """Return the outcome in words; nothing where all that was asked for is something to show."""
    told = [*([say.cancelled] if diagnosis.heading.cancelled_by else []), *filter(None, [diagnosis.lead])]
    match diagnosis.outcome:
        case Outcome.FINDINGS:
            told.append(say.found.format(counts=finding.counts(diagnosis.findings, say)))
        case Outcome.COULD_NOT_LOOK:
            told.append(say.could_not_look)
        case Outcome.NOTHING_WRONG if not (diagnosis.shown or diagnosis.lead):
            told.append(say.nothing_wrong)
    return "\n".join(told)


def _unread(diagnosis: Diagnosis, say: Wording) -> list[Block]:
    """Return why something could not be looked at; the same words serve for a part and for all of it."""
    if not diagnosis.unread:
        return []
    lead = [Piece(say.not_all_seen)] if diagnosis.outcome is not Outcome.COULD_NOT_LOOK else []
    reasons = [escaping.prose(sentence) for sentence in diagnosis.unread[:_REASONS]]
    more = [Piece(say.more.format(count=len(diagnosis.unread) - _REASONS))] if _too_many_reasons(diagnosis) else []
    return _listed([*lead, *(Piece(f"• {reason}") for reason in reasons), *more])


def _too_many_reasons(diagnosis: Diagnosis) -> bool:
    return len(diagnosis.unread) > _REASONS


def _people(heading: Heading, say: Wording) -> str:
    told = [
        words.format(user=f"<@{user}>")
        for words, user in ((say.asked_by, heading.user), (say.cancelled_by, heading.cancelled_by))
        if user
    ]
    return " · ".join(told)


def _as_text(diagnosis: Diagnosis, say: Wording) -> Iterator[str]:
    for each in diagnosis.shown:
        yield from ("", each.exhibit.title, "", exhibit.content(each.exhibit))
    for group in diagnosis.groups:
        if group.cause and len(group.told) > 1:
            yield from ("", f"== {group.cause.spoken} ({len(group.told)}) ==")
        for told in group.told:
            yield from _finding_as_text(told.finding, say)
    if diagnosis.unread:
        yield from ("", _plain(say.not_all_seen), *(f"- {sentence}" for sentence in diagnosis.unread))


def _finding_as_text(each: Finding, say: Wording) -> Iterable[str]:
    fields = [f"    {line}" for line in finding.evidence(each).split("\n") if line]
    head = f"[{say.severity(each.severity)}] {each.object.spoken} {each.title} ({each.code})"
    return ("", head, *fields, f"    {say.next} {each.next}")


def _file_name(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in text)[:100]


def _plain(mrkdwn: str) -> str:
    return escaping.one_line(mrkdwn.replace("*", ""))
