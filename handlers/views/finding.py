"""Findings: one with its evidence and what to do next, or many, a line each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics.finding import Finding, Severity
from handlers.count import Count
from handlers.diag.wording import Wording
from handlers.views import blocks, card, commands, escaping, layout, page
from handlers.views.blocks import Block
from handlers.views.card import Style
from handlers.views.mrkdwn import Piece
from knowledge.match import Match, Verdict

MARKS: Mapping[Severity, str] = {
    Severity.CRITICAL: ":red_circle:",
    Severity.WARNING: ":large_orange_circle:",
    Severity.NOTE: ":information_source:",
}

EVIDENCE = 2_000
"""Characters of one finding's evidence that stand in a message."""

_CODES, _NAMED = 20, 3
"""Codes in a tally, and the objects that are named of each."""

_TITLE = 600
_LINE = 200
"""Characters of a title on a line of its own, where the finding is one of many."""


@dataclass(frozen=True)
class Told:
    """A finding, and the entry that documents what it quotes, if there is one."""

    finding: Finding
    match: Match | None = None


@dataclass(frozen=True)
class Alike:
    """Findings of one severity and one code."""

    severity: Severity
    code: str
    findings: tuple[Finding, ...]


def whole(told: Told, style: Style, say: Wording) -> tuple[list[Block], bool]:
    """Return a finding with its evidence as blocks, and whether all of the evidence is there."""
    finding = told.finding
    title = escaping.prose(escaping.shorten(finding.title, _TITLE))
    written = evidence(finding)
    kept = escaping.shorten(written, EVIDENCE)
    pieces = [
        Piece(f"{MARKS[finding.severity]} *{escaping.prose(finding.object.spoken)}* {title}"),
        *([Piece(escaping.fence(kept), fenced=True)] if kept else []),
        Piece(f":arrow_right: *{say.next}* {commands.set_as_code(finding.next)}  {escaping.code(finding.code)}"),
    ]
    content = [blocks.section(text) for text in layout.paragraphs(pieces)]
    return [*content, *documented(told.match, style, say)], kept == written


def lines(findings: Iterable[Finding]) -> list[Piece]:
    """Return findings without their evidence, a line each."""
    return [
        Piece(
            f"• {MARKS[finding.severity]} *{escaping.prose(finding.object.spoken)}* "
            f"{escaping.prose(escaping.shorten(finding.title, _LINE))}"
        )
        for finding in findings
    ]


def alike(findings: Iterable[Finding]) -> list[Alike]:
    """Return findings by their severity and code, the most severe first and otherwise in their own order."""
    found: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for each in sorted(findings, key=lambda each: each.severity.rank):
        found[each.severity, each.code].append(each)
    return [Alike(severity, code, tuple(members)) for (severity, code), members in found.items()]


def tally(findings: Iterable[Finding], say: Wording) -> list[Piece]:
    """Return how many findings there are of each code and the first few objects that have them, a line a code."""
    known = alike(findings)
    left = sum(len(each.findings) for each in known[_CODES:])
    lines = [
        Piece(
            f"• {MARKS[each.severity]} {len(each.findings)} × {escaping.code(each.code)} "
            + ", ".join(escaping.prose(found.object.spoken) for found in each.findings[:_NAMED])
            + (", …" if len(each.findings) > _NAMED else "")
        )
        for each in known[:_CODES]
    ]
    return [*lines, *([Piece(say.more.format(count=left))] if left else [])]


def documented(match: Match | None, style: Style, say: Wording) -> list[Block]:
    """Return the entry that documents what a finding or a log says, with a button to read it; nothing without one."""
    if match is None:
        return []
    sentence = say.documented if match.verdict is Verdict.SURE else say.documented_likely
    title = f"{card.title_of(match.entry, style)} {escaping.code(match.entry.id)}"
    return [blocks.section(sentence.format(title=title), page.show_button(match.entry, style))]


def counts(findings: Sequence[Finding], say: Wording) -> str:
    """Return how many findings there are of each severity, the worst first: `2 critical, 1 note`."""
    numbers = Counter(finding.severity for finding in findings)
    told = (severity for severity in Severity if numbers[severity])
    return ", ".join(say.count(each).format(count=Count(numbers[each])) for each in told)


def evidence(finding: Finding) -> str:
    """Return the fields that were read as text, one below the other."""
    return "\n".join(_fields(finding.evidence))


def _fields(fields: Mapping[str, str]) -> Iterator[str]:
    for path, value in fields.items():
        if "\n" in value:
            yield f"{path}:"
            yield from (f"  {line}" for line in value.split("\n"))
        else:
            yield f"{path}: {value}"
