"""The standard streams of a command, whatever its caller made of them."""

import io
import os
import sys

INPUT = "-"
"""What stands for standard input where a file is named."""


def mend() -> None:
    """Let every command read and write: a stream that was closed is empty, and no letter ends one in a traceback.

    What the encoding of a locale has no letter for is written as its escape, as Python itself does on standard error.
    """
    # In this order each takes the descriptor that was closed: no file that is opened later gets what is meant for a
    # terminal.
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def place(file: str) -> str:
    """Return how a sentence names the file that was read."""
    return "standard input" if file == INPUT else file


def _nothing(mode: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(open(os.devnull, f"{mode}b"), encoding="utf-8")
