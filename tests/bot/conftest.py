import shutil

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
