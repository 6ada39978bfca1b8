"""Pastes from files and pipes, whatever bytes are in them."""

import sys
from pathlib import Path

import click

from bot import standard_streams
from handlers import encodings

MAX_BYTES = 4 * 1024 * 1024
"""More than Slack takes as a snippet; a longer text is a log, which `pastemortem scan` reads."""


class NoPaste(click.ClickException):
    """What was to be read cannot be a paste."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{standard_streams.place(file)}: {problem}")


def read_paste(file: str, *, may_be_empty: bool = False) -> str:
    """Return the text of `file`, of standard input for `-`; raises NoPaste where it cannot be a paste."""
    try:
        raw = _bytes(file)
    except OSError as error:
        raise NoPaste(file, error.strerror or str(error)) from error
    if len(raw) > MAX_BYTES:
        size = MAX_BYTES // 1024 // 1024
        raise NoPaste(file, f"more than {size} MB is a log, not a paste; use: pastemortem scan {file}")
    try:
        text = encodings.decoded(raw)
    except encodings.NotText:
        raise NoPaste(file, "this is a binary file, not text; paste the error message instead") from None
    if not (may_be_empty or text.strip()):
        raise NoPaste(file, "there is nothing in it; name a file, or pipe the error in")
    return text


def _bytes(file: str) -> bytes:
    if file == standard_streams.INPUT:
        if sys.stdin.isatty():
            click.echo("Paste the error, then press Ctrl-D on a line of its own.", err=True)
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(file).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
