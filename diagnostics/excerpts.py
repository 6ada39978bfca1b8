"""The few lines of a log that tell why a program ended."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.snapshot import Log

MOST_LINES = 6
_LONGEST = 400
"""Characters of a line that are worth showing."""

_TELLING = re.compile(
    r"(?i)\b(?:error|fatal|panic|exception|caused by|traceback|killed|denied|refused|timed? ?out|timeout|cannot|failed|"
    r"failure|unable|unknown flag|not found|no such|invalid|unauthorized|forbidden)\b"
    r"|[a-z](?:Exception|Error)\b"
)
_FRAME = re.compile(r"\s+(?:at |\.\.\. \d+ more)|\s*File \".*\", line \d+")
"""A line of a stack trace that says where, not what."""


def telling(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """Return the last lines that speak of a failure, in their order; the very last lines when none does."""
    worth = [line.rstrip() for line in lines if line.strip() and not _FRAME.match(line)]
    spoken = [line for line in worth if _TELLING.search(line)]
    chosen = (spoken or worth)[-most:]
    return [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in chosen]


def of_log(log: "Log") -> dict[str, str]:
    """Return a log as evidence: its telling lines, or why it was not read; nothing when it is empty."""
    if log.unread:
        return {"log not read": log.unread}
    return {"log": "\n".join(telling(log.lines))} if log else {}


def first(message: str, most: int = _LONGEST) -> str:
    """Return a message on one line, cut where nobody reads on."""
    line = " ".join(message.split())
    return line if len(line) <= most else line[: most - 1] + "…"
