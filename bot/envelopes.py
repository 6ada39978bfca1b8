"""Logs whose lines stand in envelopes: as container runtimes keep them on a node, and as journald prints them.

Taken out of it, a line reads as its program wrote it, and stands beside those that continue it. A line stays a line.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

CRI = re.compile(rb"^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) std(?:out|err) [FP] ", re.MULTILINE)
"""What containerd and CRI-O write before a line, whole (F) or a part of one (P)."""


class Envelope(NamedTuple):
    """An envelope of JSON: the field that holds the line, and one beside it by which the envelope is known."""

    line: str
    beside: str


DOCKER = Envelope("log", "stream")
JOURNAL = Envelope("MESSAGE", "__REALTIME_TIMESTAMP")

Opener = Callable[[bytes], bytes]
"""Takes some whole lines out of their envelopes; one that is in none, or in a damaged one, is left as it is."""


def opener(block: bytes) -> Opener:
    """Return what opens the envelopes of a log, by the first line of its first block."""
    first = block.partition(b"\n")[0]
    if CRI.match(first):
        return partial(CRI.sub, b"")
    for envelope in (DOCKER, JOURNAL):
        if _is_in(first, envelope):
            return partial(_opened, envelope=envelope)
    return _as_it_is


def _as_it_is(block: bytes) -> bytes:
    return block


def _is_in(line: bytes, envelope: Envelope) -> bool:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and envelope.line in fields and envelope.beside in fields


def _opened(block: bytes, envelope: Envelope) -> bytes:
    return b"\n".join(_line(line, envelope) for line in block.split(b"\n"))


def _line(line: bytes, envelope: Envelope) -> bytes:
    try:
        said = json.loads(line)[envelope.line]
        # Journald prints the bytes of what holds a control character, such as a colour.
        text = said.encode("utf-8", "replace") if isinstance(said, str) else bytes(bytearray(said))
    except (ValueError, KeyError, TypeError, RecursionError):
        return line
    return text.removesuffix(b"\n").replace(b"\n", rb"\n")
