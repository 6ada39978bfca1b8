"""`pastemortem scan`: which documented issues occur in logs of any length, and which errors nobody documented."""

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from bot import json_output, log_files, scan_report, standard_streams, terminal
from bot.interruption import INTERRUPTED, Interruption
from bot.log_files import LogUnreadable
from bot.shelves import entries_option, matching_base
from bot.terminal import language_option
from knowledge.entry import Language
from knowledge.scanning.scanner import Scanner

UNREADABLE = 1


@click.command()
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@language_option
@entries_option
def scan(files: tuple[str, ...], as_json: bool, language: Language, entries: tuple[str, ...]) -> None:
    """Stream logs through the matcher and report which documented issues occur in them.

    FILES are read one after another, packed ones too (gzip, bzip2, xz), and as their programs wrote them where Docker,
    containerd or journald (in JSON) kept them; without any, or for -, standard input is read. Memory stays the same
    however long they are. Ctrl-C ends the reading and shows what was found so far.

    The exit status is 0 when everything was read, whatever was found; 1 when a file could not be read (to its end);
    2 for a wrong command; 130 after Ctrl-C.
    """
    with matching_base(entries) as base:
        scanner = Scanner(base.matcher)
        status = _read(scanner, files or (standard_streams.INPUT,))
        report = scanner.report()
    if as_json:
        click.echo(json_output.text(report.as_json()))
    else:
        scan_report.show(report, terminal.console(), language)
    sys.exit(status)


def _read(scanner: Scanner, files: tuple[str, ...]) -> int:
    """Read all files, say which could not be read, and return the exit status."""
    status = 0
    total = log_files.size(files)
    interruption = Interruption()
    with _progress(total, shown=sys.stderr.isatty()) as progress, interruption.held():
        task = progress.add_task("reading", total=total)
        try:
            for file in files:
                scanner.begin(file if len(files) > 1 else "")
                try:
                    for block, read in log_files.blocks(file, interruption):
                        scanner.feed(block)
                        progress.advance(task, read)
                except LogUnreadable as error:
                    click.echo(f"Error: {error}", err=True)
                    status = UNREADABLE
        except KeyboardInterrupt:
            click.echo("Interrupted; this is what was found so far.", err=True)
            return INTERRUPTED
    return status


def _progress(total: int | None, *, shown: bool) -> Progress:
    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()]
    if total is not None:
        columns.append(TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown)
