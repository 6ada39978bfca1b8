"""How long a sweep of a large cluster takes, what it weighs, and how many requests it costs.

`python -m bench.sweep` makes a cluster of 5,000 pods on 500 nodes with 10,000 events, serves it over HTTP from a
process of its own, and sweeps it with every check in another, as `pastemortem diag sweep` does. It ends with 1 when a
goal is missed. `--warnings 1` makes every event a Warning, as in the worst hour that there can be.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import large_cluster
from tests.diagnostics.api_server import ApiServer, recording

MOST_SECONDS, MOST_MEGABYTES, MOST_REQUESTS = 5.0, 250.0, 60

_PROCESSES = multiprocessing.get_context("spawn")
"""A forked process would count the memory of the one that it came from."""


@dataclass(frozen=True)
class Figures:
    """What one sweep took: wall clock and processor without imports, the most memory with them, requests as counted by
    the server. On a busy machine the processor's time tells more than the clock."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    requests: int
    findings: int
    unread: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the goals are met."""
        small = self.megabytes <= MOST_MEGABYTES and self.requests <= MOST_REQUESTS
        return small and self.seconds <= MOST_SECONDS


@click.command()
@click.option("--warnings", type=float, default=large_cluster.WARNINGS, show_default=True, help="Share of the events.")
@click.option("--repeat", type=int, default=3, show_default=True, help="Sweeps, each in a process of its own.")
def main(warnings: float, repeat: int) -> None:
    """Sweep a large cluster and hold the figures to the goals."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _PROCESSES.Pipe()
        server = _PROCESSES.Process(target=_serve, args=(theirs, Path(folder), warnings))
        server.start()
        kubeconfig = ours.recv()
        measured = [_measure(ours, kubeconfig) for _ in range(repeat)]
        ours.send("end")
        server.join()
    Console().print(_table(measured))
    sys.exit(not all(figures.good for figures in measured))


def _serve(pipe: Connection, folder: Path, warnings: float) -> None:
    """Serve the cluster; tell how many requests came since the last time, whenever that is asked."""
    with ApiServer(large_cluster.content(recording("healthy"), warnings=warnings)) as server:
        pipe.send(server.kubeconfig(folder))
        while pipe.recv() != "end":
            pipe.send(len(server.received))
            server.received.clear()


def _measure(pipe: Connection, kubeconfig: Path) -> Figures:
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_sweep, args=(theirs, str(kubeconfig)))
    process.start()
    seconds, cpu_seconds, megabytes, findings, unread = ours.recv()
    process.join()
    pipe.send("count")
    return Figures(seconds, cpu_seconds, megabytes, pipe.recv(), findings, unread)


def _sweep(pipe: Connection, kubeconfig: str) -> None:
    from diagnostics import sweep
    from diagnostics.checks import CHECKS
    from diagnostics.cluster import Clusters
    from diagnostics.target import Target

    began, cpu_began = time.monotonic(), time.process_time()
    swept = sweep.run(Clusters(kubeconfig).named(), CHECKS, Target())
    seconds, cpu_seconds = time.monotonic() - began, time.process_time() - cpu_began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((seconds, cpu_seconds, megabytes, len(swept.findings), swept.unread))


def _table(measured: list[Figures]) -> Table:
    table = Table(title=f"goals: {MOST_SECONDS:g} s, {MOST_MEGABYTES:g} MB, {MOST_REQUESTS} requests", box=None)
    for column in ("seconds", "of CPU", "MB", "requests", "findings", "not read"):
        table.add_column(column, justify="right")
    for each in measured:
        table.add_row(
            f"{each.seconds:.2f}",
            f"{each.cpu_seconds:.2f}",
            f"{each.megabytes:.0f}",
            f"{each.requests}",
            f"{each.findings}",
            "; ".join(each.unread),
        )
    return table


if __name__ == "__main__":
    main()
