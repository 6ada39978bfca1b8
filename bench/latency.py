"""From a paste's arrival to the posted reply, through Slack's own SDK over Socket Mode.

The bot is a process of its own (`pastemortem run`), the local workspace runs in this one. Both clocks are the
workspace's: an event arrives when it is sent down the socket, a reply is posted when `chat.postMessage` has been
answered. So the figure holds the journal, the matcher, the rendering and one HTTP request, and no network.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import click

from bench import report
from bot import manifest
from knowledge import library
from workspace.manifest import Manifest
from workspace.server import LocalWorkspace

CHANNEL = "platform"
PATIENCE = 30.0
WARM_UP = 5
"""Pastes that are not counted: the first asks for the person's locale and fills caches."""


@dataclass(frozen=True)
class Figures:
    """What was measured: seconds, and bytes of resident memory."""

    latencies: Sequence[float]
    unanswered: int
    connected: float
    resident: int

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is measured, how it came out, and what it is held to."""
        cuts = statistics.quantiles(self.latencies, n=100, method="inclusive")
        yield "event to reply, median", f"{cuts[49] * 1000:.1f} ms", "50 ms"
        yield "event to reply, 99th percentile", f"{cuts[98] * 1000:.1f} ms", "200 ms"
        yield "event to reply, longest", f"{max(self.latencies) * 1000:.1f} ms", ""
        yield "pastes, answered / left alone", f"{len(self.latencies)} / {self.unanswered}", ""
        yield "`pastemortem run` to connected", f"{self.connected:.2f} s", "2 s"
        yield "resident memory at the end", f"{self.resident / 1e6:.0f} MB", "150 MB"

    def table(self) -> str:
        """Return the rows as a markdown table."""
        lines = [f"| {what} | {came_out} | {held_to} |" for what, came_out, held_to in self.rows()]
        return "\n".join(["| what | measured | held to |", "|---|---|---|", *lines])


@click.command()
@click.option("--pastes", default=500, show_default=True, help="How many pastes are counted.")
@click.option("--write", is_flag=True, help="Put the table into bench/README.md.")
def main(pastes: int, write: bool) -> None:
    """Measure how long a reply takes, one paste at a time."""
    figures = measure(pastes)
    click.echo(figures.table())
    if write:
        report.write({"latency": figures.table()})


def measure(pastes: int) -> Figures:
    """Paste the entries' own examples, in turn, and return the figures."""
    entries = library.load((library.SHIPPED,)).entries.values()
    examples = [example for entry in entries for example in entry.examples if len(example) <= 3500]
    with LocalWorkspace(manifest=Manifest.of(manifest.manifest())) as workspace:
        begun = time.monotonic()
        with _bot(workspace) as process:
            workspace.wait_for_connection(PATIENCE)
            connected = time.monotonic() - begun
            for example in islice(examples, WARM_UP):
                _latency(workspace, example)
            measured = [_latency(workspace, example) for example in islice(cycle(examples), pastes)]
            resident = _resident(process.pid)
    answered = [seconds for seconds in measured if seconds is not None]
    return Figures(answered, len(measured) - len(answered), connected, resident)


def _latency(workspace: LocalWorkspace, text: str) -> float | None:
    """Return the seconds from event to reply; None if the bot has done with the paste and said nothing."""
    before = len(workspace.calls)
    ts = workspace.post("alex", CHANNEL, text)["ts"]
    event = next(d for d in reversed(workspace.deliveries) if d.payload.get("event", {}).get("ts") == ts)

    def replied() -> float:
        calls = (call for call in workspace.calls[before:] if call.method == "chat.postMessage")
        return next((call.at for call in calls if call.arguments["thread_ts"] == ts), 0.0)

    try:
        return workspace.wait_for(replied, timeout=2.0) - event.attempts[0]
    except TimeoutError:
        return None


@contextmanager
def _bot(workspace: LocalWorkspace) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "PASTEMORTEM_DATA": folder,
            "PASTEMORTEM_PORT": "0",
            "PASTEMORTEM_LOG_LEVEL": "warning",
        }
        process = subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env=environment)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _resident(process_id: int) -> int:
    """Return the bytes of memory that a process holds (Linux)."""
    status = Path(f"/proc/{process_id}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
