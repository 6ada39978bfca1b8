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
    r"failure|unable|could not|unknown flag|unrecognized|not defined|not found|no such|invalid|unsupported|"
    r"unauthorized|forbidden|unreachable|did not answer|giving up)\b"
    r"|[a-z](?:Exception|Error)\b"
)
_FRAME = re.compile(r"\s+(?:at |\.\.\. \d+ more)|\s*File \".*\", line \d+")
"""A line of a stack trace that says where, not what."""

_FAREWELL = re.compile(
    r"Did you mean|Error: (?:Could not create the Java Virtual Machine|A fatal exception has occurred)\b"
)
"""What a JVM says after it has said why it does not start."""

_USAGE = re.compile(r"\s+-{1,2}\w[\w-]*\b")
"""A line of the help that a program prints when it was called wrongly, which speaks of every error there can be."""

_TIME_AND_LEVEL = re.compile(
    r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s+(?:\[?[A-Z]{4,8}\]?:?\s+)?"
    r"(?:\d+ --- \[[^\]]*\]\s+\S+\s+: )?"
)
"""What stands before a message: its time, its level, and what Spring Boot writes of process, thread and logger."""

_MESSAGE = re.compile(r'(?:"(?:msg|message|error|err)"\s*:\s*|\b(?:msg|error|err)=)"(?P<said>(?:[^"\\]|\\.)*)')
"""The fields of a structured line (JSON, logfmt) that say what happened."""


def telling(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """Return the last lines that speak of a failure, in their order; the very last lines when none does."""
    return failures(lines, most) or _last(_worth_reading(lines), most)


def failures(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """Return the last lines that speak of a failure, in their order; nothing when none does."""
    return _last([line for line in _worth_reading(lines) if _TELLING.search(line)], most)


def _worth_reading(lines: Sequence[str]) -> list[str]:
    needless = (_FRAME, _FAREWELL, _USAGE)
    return [line.rstrip() for line in lines if line.strip() and not any(kind.match(line) for kind in needless)]


def _last(lines: Sequence[str], most: int) -> list[str]:
    return [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in lines[-most:]]


def of_log(log: "Log") -> dict[str, str]:
    """Return a log as evidence: its telling lines with the last ones, or why it was not read; nothing when it is empty.

    A program may say why it ended in words that nobody foresaw, and then says so at the end.
    """
    if log.unread:
        return {"log not read": log.unread}
    return {"log": "\n".join(_telling_and_last(log.lines, MOST_LINES))} if log else {}


def _telling_and_last(lines: Sequence[str], most: int) -> list[str]:
    """Return so many lines in their order: those that tell before others, and of either kind the last."""
    known = list(enumerate(_worth_reading(lines)))
    ranked = sorted(known, key=lambda each: (_TELLING.search(each[1]) is not None, each[0]))
    return _last([line for _, line in sorted(ranked[-most:])], most)


def saying(line: str, most: int) -> str:
    """Return what a log line says, without time, level, thread and logger before it, cut where nobody reads on."""
    structured = line.startswith("{") or "level=" in line
    said = [found["said"] for found in _MESSAGE.finditer(line)] if structured else []
    message = ": ".join(said) or _TIME_AND_LEVEL.sub("", line)
    return first(message.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"'), most)


def first(message: str, most: int = _LONGEST) -> str:
    """Return a message on one line, cut where nobody reads on."""
    line = " ".join(message.split())
    return line if len(line) <= most else line[: most - 1] + "…"
