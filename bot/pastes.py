"""Pastes from files and pipes, whatever bytes are in them."""

import sys
from pathlib import Path

import click

MAX_BYTES = 4 * 1024 * 1024
"""More than Slack takes as a snippet; a longer text is a log, which `pastemortem scan` reads."""


def read_paste(file: str) -> str:
    """Return the text of `file`, of standard input for `-`; raises click's errors where it cannot be a paste.

    Bytes that are not UTF-8 become replacement characters, as Slack does it.
    """
    try:
        raw = _bytes(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise click.ClickException(
            f"{file}: more than {MAX_BYTES // 1024 // 1024} MB is a log, not a paste; use: pastemortem scan {file}"
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise click.ClickException(f"{file}: this is a binary file, not text; paste the error message instead")
    return raw.decode("utf-8-sig", "replace")


def _bytes(file: str) -> bytes:
    if file == "-":
        if sys.stdin.isatty():
            click.echo("Paste the error, then press Ctrl-D on a line of its own.", err=True)
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(file).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
