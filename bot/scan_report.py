"""What a scan found, on a terminal or as text where somebody pipes it on."""

from rich.console import Console
from rich.filesize import decimal
from rich.text import Text

from bot import terminal
from bot.scan_wording import ScanWording, scan_wording
from handlers.count import Count
from handlers.wording import wording
from knowledge.entry import Language
from knowledge.match import Verdict
from knowledge.scanning.scanner import Occurrence, Place, ScanReport, Undocumented

LONGEST_SHOWN = 160
"""Characters of a quoted line; a terminal may have room for fewer."""


def show(report: ScanReport, out: Console, language: Language) -> None:
    """Print the documented issues with their first and last line, then the errors that nobody documented."""
    say = scan_wording(language)
    out.print(Text(say.read.format(lines=Count(report.lines), size=decimal(report.size)), style="dim"))
    if report.skipped:
        out.print(Text(say.passed_over.format(lines=Count(report.skipped)), style="dim"))
    if not report.issues:
        out.print(Text(say.nothing, style="bold"))
    for issue in report.issues:
        _show_issue(issue, out, language, say)
    if report.undocumented:
        out.print()
        out.print(Text(say.undocumented, style="bold"))
    for shape in report.undocumented:
        _show_shape(shape, out, say)


def _show_issue(issue: Occurrence, out: Console, language: Language, say: ScanWording) -> None:
    out.print()
    head = say.times.format(count=issue.count) + issue.entry.words(language).title
    terminal.show_paragraph(out, Text(head, style="bold"))
    known = wording(language)
    verdict = known.sure_plain if issue.verdict is Verdict.SURE else known.likely_plain
    terminal.show_row(out, known.entry_plain, f"{issue.entry.id}, {verdict}", style="dim")
    terminal.show_line(out, terminal.row(say.first, _quoted(issue.first, say)))
    if issue.count > 1:
        terminal.show_line(out, terminal.row(say.last, _quoted(issue.last, say)))


def _show_shape(shape: Undocumented, out: Console, say: ScanWording) -> None:
    terminal.show_line(out, Text(_times(shape, say), style="bold") + Text(_short(shape.shape)))
    place = _where(shape.first, say)
    if shape.first[:2] != shape.last[:2]:
        place = say.between.format(first=place, last=_where(shape.last, say))
    terminal.show_line(out, Text(f"  {place}", style="dim"))


def _times(shape: Undocumented, say: ScanWording) -> str:
    """Return how often a shape came; a range where others may have been counted with it."""
    if not shape.inherited:
        return say.times.format(count=shape.count)
    return say.between_times.format(least=shape.count - shape.inherited, count=shape.count)


def _where(place: Place, say: ScanWording) -> str:
    return f"{place.file}:{place.line}" if place.file else say.line.format(line=place.line)


def _quoted(place: Place, say: ScanWording) -> str:
    return f"{_where(place, say)}: {_short(place.text)}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
