"""`pastemortem scan`: which documented issues occur in logs of any length, and which errors nobody documented."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.text import Text

from bot import terminal
from bot.shelves import entries_option, knowledge_base
from bot.terminal import language_option
from knowledge.scan import Scanner, ScanReport

LONGEST_READ = 1 << 20
"""Bytes that are read of a line at once: a log without line breaks must not fill the memory."""

LINES_AT_ONCE = 20_000
"""Lines between two steps of the progress bar: a few a second."""

LONGEST_SHOWN = 160


@click.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@language_option
@entries_option
def scan(files: tuple[str, ...], as_json: bool, language: str, entries: tuple[str, ...]) -> None:
    """Stream logs through the matcher and report which documented issues occur in them.

    FILES are read one after another; without any, or for -, standard input is read. Memory stays the same however long
    they are.
    """
    with knowledge_base(entries) as base:
        scanner = Scanner(base.matcher)
        with _progress(files, shown=sys.stderr.isatty()) as progress:
            task = progress.add_task("reading", total=_size(files))
            for file in files or ("-",):
                for lines in _batches(file):
                    scanner.feed(lines)
                    progress.update(task, completed=scanner.size)
        report = scanner.report()
    if as_json:
        json.dump(report.as_json(), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _show(report, language)


def _batches(file: str) -> Iterator[list[bytes]]:
    try:
        with _opened(file) as stream:
            lines = iter(lambda: stream.readline(LONGEST_READ), b"")
            while batch := list(islice(lines, LINES_AT_ONCE)):
                yield batch
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def _opened(file: str) -> contextlib.AbstractContextManager[BinaryIO]:
    return contextlib.nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")


def _size(files: tuple[str, ...]) -> int | None:
    """Return the bytes that will be read; None where a pipe does not tell."""
    if not files or "-" in files:
        return None
    with contextlib.suppress(OSError):
        return sum(os.stat(file).st_size for file in files)
    return None


def _progress(files: tuple[str, ...], *, shown: bool) -> Progress:
    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()]
    if _size(files) is not None:
        columns.append(TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown)


def _show(report: ScanReport, language: str) -> None:
    console = terminal.console()
    console.print(Text(f"{report.lines:,} lines, {report.size / 1e6:,.1f} MB", style="dim"))
    if not report.issues:
        console.print(Text("Nothing that is documented occurs.", style="bold"))
    for issue in report.issues:
        console.print()
        head = Text(f"{issue.count:,} × ", style="bold") + Text(issue.entry.words(language).title, style="bold")
        console.print(head + Text(f"  {issue.entry.id}, {issue.verdict.value}", style="dim"))
        console.print(Text(f"  first, line {issue.first_line:,}: {_short(issue.first_text)}"))
        if issue.count > 1:
            console.print(Text(f"  last, line {issue.last_line:,}: {_short(issue.last_text)}"))
    if report.undocumented:
        console.print()
        console.print(Text("Errors that nobody documented, the most frequent first", style="bold"))
    for shape in report.undocumented:
        console.print(Text(f"{shape.count:,} × ", style="bold") + Text(_short(shape.shape)))
        console.print(Text(f"  lines {shape.first_line:,} to {shape.last_line:,}", style="dim"))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
