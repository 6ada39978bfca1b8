import pytest
from click.testing import CliRunner

from bot.cli import main


@pytest.fixture
def pastemortem():
    """Return a function that runs a command line on some standard input."""

    def run(*arguments: str, given: str | bytes = ""):
        return CliRunner().invoke(main, arguments, input=given)

    return run
