"""How fast `pastemortem scan` reads logs of every kind, and how much memory it takes: each in a process of its own.

The second that the process takes to start is measured on an empty log and not counted.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from bench import logs, report

SHORTER = 20
"""How many times shorter the logs are that take longest."""


@dataclass(frozen=True)
class Figures:
    """One scan: megabytes read, seconds of a core, peak memory in MB, and how often each issue was put in and found."""

    kind: str
    size: float
    core: float
    memory: float
    put_in: Counter[str]
    found: Counter[str]

    def row(self) -> str:
        """Return a row of the table."""
        speed = self.size / self.core
        missed, more = (self.put_in - self.found).total(), (self.found - self.put_in).total()
        return (
            f"| {self.kind} | {self.size:.0f} | {speed:.1f} | {self.memory:.0f} | {self.put_in.total()} | {missed} |"
            f" {more} |"
        )


@click.command()
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option("--size", default=50, show_default=True, help="Megabytes of each log, twenty times less of hard ones.")
@click.option("--write", is_flag=True, help="Put the table into bench/README.md.")
def main(kinds: Sequence[str], size: int, write: bool) -> None:
    """Measure a scan of each KIND of log, or of those named."""
    known = [*logs.KINDS, logs.ENDLESS]
    if unknown := set(kinds) - set(known):
        raise click.UsageError(f"there is no log {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    rows = []
    for figures in _measured(kinds or known, size):
        rows.append(figures.row())
        click.echo(rows[-1])
        _echo_ids("missed", figures.put_in - figures.found)
        _echo_ids("others", figures.found - figures.put_in)
    head = [
        "| log | MB | MB/s of a core | peak MB | issues put in | missed | others |",
        "|---|---|---|---|---|---|---|",
    ]
    if write:
        report.write({"scan": "\n".join([*head, *rows])})


def _echo_ids(what: str, ids: Counter[str]) -> None:
    if ids:
        click.echo(f"    {what}: " + ", ".join(f"{count} {entry_id}" for entry_id, count in ids.most_common()))


def _measured(kinds: Sequence[str], size: int) -> Iterator[Figures]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log")
        path.touch()
        start = _scanned("", path, Counter())
        for kind in kinds:
            megabytes = max(size // SHORTER, 1) if kind in logs.HARD else size
            put_in = logs.write(kind, str(path), megabytes * 1_000_000)
            figures = _scanned(kind, path, put_in)
            yield replace(figures, core=figures.core - start.core)


def _scanned(kind: str, path: Path, put_in: Counter[str]) -> Figures:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "scan", "--json", str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"the scan of {kind} ended with {process.returncode}")
    told = json.loads(said)
    return Figures(
        kind=kind,
        size=path.stat().st_size / 1e6,
        core=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1000,
        put_in=put_in,
        found=Counter({issue["id"]: issue["count"] for issue in told["issues"]}),
    )


if __name__ == "__main__":
    main()
