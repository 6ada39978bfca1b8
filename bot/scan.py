"""`pastemortem scan`: which documented issues occur in logs of any length, and which errors nobody documented."""

import json
import sys

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from bot import log_files, terminal
from bot.log_files import STANDARD_INPUT, LogUnreadable
from bot.shelves import entries_option, knowledge_base
from bot.terminal import language_option
from knowledge.scanning.scanner import Place, Scanner, ScanReport, Undocumented

LONGEST_SHOWN = 160

UNREADABLE = 1
INTERRUPTED = 130
"""What a shell reports of a process that Ctrl-C ended."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@language_option
@entries_option
def scan(files: tuple[str, ...], as_json: bool, language: str, entries: tuple[str, ...]) -> None:
    """Stream logs through the matcher and report which documented issues occur in them.

    FILES are read one after another, gzipped ones too; without any, or for -, standard input is read. Memory stays the
    same however long they are. Ctrl-C ends the reading and shows what was found so far.

    The exit status is 0 when everything was read, whatever was found; 1 when a file could not be read (to its end);
    2 for a wrong command; 130 after Ctrl-C.
    """
    with knowledge_base(entries) as base:
        scanner = Scanner(base.matcher)
        status = _read(scanner, files or (STANDARD_INPUT,))
        report = scanner.report()
    if as_json:
        json.dump(report.as_json(), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _show(report, language)
    sys.exit(status)


def _read(scanner: Scanner, files: tuple[str, ...]) -> int:
    """Read all files, say which could not be read, and return the exit status."""
    status = 0
    total = log_files.size(files)
    with _progress(total, shown=sys.stderr.isatty()) as progress:
        task = progress.add_task("reading", total=total)
        try:
            for file in files:
                scanner.begin(file if len(files) > 1 else "")
                try:
                    _read_one(scanner, file, progress, task)
                except LogUnreadable as error:
                    click.echo(f"Error: {error}", err=True)
                    status = UNREADABLE
        except KeyboardInterrupt:
            click.echo("Interrupted; this is what was found so far.", err=True)
            return INTERRUPTED
    return status


def _read_one(scanner: Scanner, file: str, progress: Progress, task: TaskID) -> None:
    read_before = 0
    for block, read in log_files.blocks(file):
        scanner.feed(block)
        progress.advance(task, read - read_before)
        read_before = read


def _progress(total: int | None, *, shown: bool) -> Progress:
    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()]
    if total is not None:
        columns.append(TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown)


def _show(report: ScanReport, language: str) -> None:
    console = terminal.console()
    console.print(Text(f"{report.lines:,} lines, {decimal(report.size)}", style="dim"))
    if report.skipped:
        console.print(Text(f"{report.skipped:,} lines are no text and were passed over", style="dim"))
    if not report.issues:
        console.print(Text("Nothing that is documented occurs.", style="bold"))
    for issue in report.issues:
        console.print()
        head = Text(f"{issue.count:,} × ", style="bold") + Text(issue.entry.words(language).title, style="bold")
        console.print(head + Text(f"  {issue.entry.id}, {issue.verdict.value}", style="dim"))
        console.print(Text(f"  first, {_where(issue.first)}: {_short(issue.first.text)}"))
        if issue.count > 1:
            console.print(Text(f"  last, {_where(issue.last)}: {_short(issue.last.text)}"))
    if report.undocumented:
        console.print()
        console.print(Text("Errors that nobody documented, the most frequent first", style="bold"))
    for shape in report.undocumented:
        console.print(Text(_count(shape), style="bold") + Text(_short(shape.shape)))
        console.print(Text(f"  {_where(shape.first)} to {_where(shape.last)}", style="dim"))


def _count(shape: Undocumented) -> str:
    """Return how often a shape came; a range where others may have been counted with it."""
    least = shape.count - shape.inherited
    return f"{shape.count:,} × " if not shape.inherited else f"{least:,} to {shape.count:,} × "


def _where(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.file else f"line {place.line:,}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
