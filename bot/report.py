"""An answer about a cluster: on a terminal, as plain text where somebody pipes it on, or as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.terminal import show_line, show_paragraph
from diagnostics.diagnosis import Outcome
from diagnostics.finding import Exhibit, Severity
from handlers.diag.wording import Wording
from handlers.views import escaping, exhibit, finding
from handlers.views.diagnosis import Diagnosis, Group, Shown
from handlers.views.finding import Told
from knowledge.entry import Language
from knowledge.match import Match

_COLOURS = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

_MOST_WHOLE = 25
"""Findings that a terminal is shown whole: about as much as people scroll back through."""

_MOST_OF_CAUSE = 3
"""Findings under one cause that are shown whole where there are too many for all."""

_MOST_LINES = 5
"""Lines for the other findings of one code."""

_UNKNOWN: Mapping[str, Any] = {
    "check": "",
    "code": "could-not-look",
    "object": "",
    "severity": "unknown",
    "evidence": {},
    "next": "mend what the title names, then ask again",
    "documented": None,
}


def as_json(diagnosis: Diagnosis, language: Language) -> list[dict[str, Any]]:
    """Return the array that `--json` prints: findings, what could not be read, exhibits."""
    told = (told for group in diagnosis.groups for told in group.told)
    return [
        *(_finding_as_json(each, language) for each in told),
        *map(unread_as_json, diagnosis.unread),
        *(_exhibit_as_json(each, language) for each in diagnosis.shown),
    ]


def unread_as_json(sentence: str) -> dict[str, Any]:
    """Return what could not be read in the shape of a finding, so that no program takes silence for health."""
    return {**_UNKNOWN, "title": sentence}


def show(diagnosis: Diagnosis, out: Console, language: Language, say: Wording) -> None:
    """Print exhibits, findings under their causes, and what it comes to; nothing of it is taken for markup."""
    for each in diagnosis.shown:
        _show_exhibit(each, out, language, say)
    is_crowded = out.is_terminal and len(diagnosis.findings) > _MOST_WHOLE
    whole = tuple(_first(diagnosis.groups)) if is_crowded else diagnosis.groups
    for group in whole:
        if group.cause:
            _show_cause(group.cause.spoken, out)
        for told in group.told:
            _show_finding(told, out, language, say)
    _show_others(diagnosis, whole, out, say)
    _show_outcome(diagnosis, out, say)


def _first(groups: Iterable[Group]) -> Iterator[Group]:
    """Go through the first findings of the first groups, as many as a terminal is shown whole."""
    room = _MOST_WHOLE
    for group in groups:
        told = group.told[: min(room, _MOST_OF_CAUSE)]
        if not told:
            return
        room -= len(told)
        yield replace(group, told=told)


def _finding_as_json(told: Told, language: Language) -> dict[str, Any]:
    found = told.finding
    return {
        "check": found.check,
        "code": found.code,
        "object": str(found.object),
        "severity": found.severity.value,
        "title": found.title,
        "evidence": dict(found.evidence),
        "next": found.next,
        "documented": _entry_as_json(told.match, language),
    }


def _exhibit_as_json(shown: Shown, language: Language) -> dict[str, Any]:
    """Return an exhibit: no finding has `exhibit`, and this has nothing of a finding but its entry."""
    return {
        "exhibit": shown.exhibit.title,
        "columns": shown.exhibit.columns,
        "rows": shown.exhibit.rows,
        "documented": _entry_as_json(shown.match, language),
    }


def _entry_as_json(match: Match | None, language: Language) -> dict[str, str] | None:
    if match is None:
        return None
    return {"id": match.entry.id, "title": match.entry.words(language).title, "verdict": match.verdict.value}


def _show_cause(cause: str, out: Console) -> None:
    if out.is_terminal:
        out.rule(Text(cause, "bold"), align="left")
    else:
        out.print(Text(cause))


def _show_finding(told: Told, out: Console, language: Language, say: Wording) -> None:
    found = told.finding
    severity = (say.severity(found.severity), _COLOURS[found.severity])
    show_paragraph(out, Text.assemble(severity, " ", (found.object.spoken, "bold"), f" ({found.code})"))
    show_paragraph(out, Text(found.title), indent=2)
    for line in finding.evidence(found).splitlines():
        show_paragraph(out, Text(line, "dim"), indent=4)
    _show_entry(told.match, out, language, say)
    _copyable(out, Text.assemble((f"  {say.next_plain}", "bold"), " ", escaping.visible(found.next), "\n"))


def _show_others(diagnosis: Diagnosis, whole: Sequence[Group], out: Console, say: Wording) -> None:
    """Print a line for each of the first few others of a code, the most severe first, and how to see them all."""
    shown = {id(told) for group in whole for told in group.told}
    others = [told.finding for group in diagnosis.groups for told in group.told if id(told) not in shown]
    for alike in finding.alike(others):
        name = (say.severity(alike.severity), _COLOURS[alike.severity])
        _copyable(out, Text.assemble(name, f" {alike.code}: {say.others_plain.format(count=len(alike.findings))}"))
        for found in alike.findings[:_MOST_LINES]:
            show_line(out, Text.assemble("  ", (found.object.spoken, "bold"), f" {escaping.one_line(found.title)}"))
        if len(alike.findings) > _MOST_LINES:
            _copyable(out, Text("  …"))
    if others:
        _copyable(out, Text(f"{say.all_plain}\n"))


def _show_exhibit(shown: Shown, out: Console, language: Language, say: Wording) -> None:
    out.print(Text(shown.exhibit.title, "bold"))
    if out.is_terminal and not exhibit.is_log(shown.exhibit):
        out.print(_table(shown.exhibit))
    else:
        _copyable(out, Text(escaping.visible(exhibit.content(shown.exhibit))))
    _show_entry(shown.match, out, language, say)
    out.print()


def _table(shown: Exhibit) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in shown.columns:
        table.add_column(column, overflow="fold")
    for row in shown.rows:
        table.add_row(*(Text(escaping.visible(cell)) for cell in row))
    return table


def _show_entry(match: Match | None, out: Console, language: Language, say: Wording) -> None:
    """Print the entry that documents what was just printed, and how to read it."""
    if match is None:
        return
    sentence = say.documented_plain.format(verdict=match.verdict.value, title=match.entry.words(language).title)
    _copyable(out, Text.assemble((f"  {sentence}", "green"), f"\n    pastemortem kb show {match.entry.id}"))


def _show_outcome(diagnosis: Diagnosis, out: Console, say: Wording) -> None:
    about = {"target": diagnosis.heading.target or say.whole_cluster, "cluster": diagnosis.heading.cluster}
    if diagnosis.findings:
        counts = finding.counts(diagnosis.findings, say)
        _copyable(out, Text(say.found_plain.format(counts=counts, **about), "bold"))
    elif diagnosis.outcome is Outcome.NOTHING_WRONG and not diagnosis.shown:
        _copyable(out, Text(say.nothing_wrong_plain.format(**about), "bold green"))


def _copyable(out: Console, text: Text) -> None:
    """Print text that is not folded by us: what is copied from it is what was meant."""
    out.print(text, soft_wrap=True)
