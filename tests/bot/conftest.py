import shutil
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from knowledge import library

FEW = ("configmap-secret-not-injected", "conntrack-table-full", "elasticsearch-shard-limit", "redis-command-timeout")
"""Entries that tests of commands speak of; to read these takes a tenth of the time that all that ship take."""


@pytest.fixture
def pastemortem():
    """Return a function that runs a command line on some standard input."""

    def run(*arguments: str, given: str | bytes = ""):
        return CliRunner().invoke(main, arguments, input=given)

    return run


@pytest.fixture
def on_a_terminal(pastemortem, monkeypatch):
    """Return a function that runs a command line as a terminal of 80 columns shows it, without its colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, given: str | bytes = "") -> str:
        return click.unstyle(pastemortem(*arguments, given=given).stdout)

    return run


@pytest.fixture(scope="session")
def few_entries(tmp_path_factory):
    """Make a folder with some of the entries that ship, in all their languages."""
    folder = tmp_path_factory.mktemp("few-entries")
    for entry_id in FEW:
        for file in library.SHIPPED.glob(f"{entry_id}.*"):
            shutil.copy(file, folder)
    return folder


@pytest.fixture
def settings_with_few_entries(few_entries, monkeypatch):
    """Let commands read these where they are not told otherwise."""
    monkeypatch.setenv("PASTEMORTEM_ENTRIES", str(few_entries))


INTERRUPTIBLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from bot.cli import main; main()"
)


@pytest.fixture
def started():
    """Return a function that starts a command line of its own.

    It hears Ctrl-C as from a terminal: a shell that runs tests in the background has taken SIGINT away.
    """
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", INTERRUPTIBLE, *arguments]
        pipe = subprocess.PIPE
        processes.append(subprocess.Popen(command, stdin=stdin, stdout=pipe, stderr=pipe, text=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()
