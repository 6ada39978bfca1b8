"""An entry that may be the answer, small enough to travel in a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.views import blocks, escaping, evidence
from knowledge import legible
from knowledge.match import Evidence, Match

CARRIED = 4
"""Candidates that fit into a button's value together with their evidence."""

_WIDTH = 130
"""Characters of a pasted line and of a signature that travel along."""

_NAME = 128
"""Characters of an id; longer file names than this are not carried."""


@dataclass(frozen=True)
class Candidate:
    """An entry by its id, with what spoke for it."""

    entry_id: str
    evidence: Evidence


def carried(matches: Sequence[Match]) -> list[list[Any]]:
    """Return as many matches as a button's value can hold, under a name of a few letters; emoji take more room."""
    short = [match for match in matches if len(match.entry.id) <= _NAME][:CARRIED]
    rows: list[list[Any]] = [[match.entry.id, *_packed(legible.evidence(match))] for match in short]
    while not blocks.fits_button({"others": rows}):
        rows.pop()
    return rows


def unpacked(value: Sequence[Sequence[Any]]) -> list[Candidate]:
    """Return what `carried` packed."""
    return [Candidate(entry_id, Evidence(text, line, signature)) for entry_id, line, text, signature in value]


def _packed(told: Evidence) -> tuple[int, str, str]:
    text = evidence.excerpt(_printable(told.text), told.signature, _WIDTH)
    return told.line, text, _printable(told.signature)[:_WIDTH]


def _printable(text: str) -> str:
    # Quotes and backslashes take two characters each in JSON, which would break the bound that CARRIED rests on.
    return escaping.one_line(text.replace("\\", "/").replace('"', "'"))
