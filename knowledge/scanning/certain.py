"""What of a text the matcher surely reads, in its message or around it, told without reading it.

That is the first line, where nothing in it opens an envelope or is markup (cleaning.py), or the message of a record.
Fields, names and words with digits, which may be taken away or masked (masking.py), are never certain.
"""

import re

from knowledge.matching import cleaning, masking
from knowledge.matching.cleaning import LONGEST_LINE, LONGEST_RUN, MESSAGE_FIELDS
from knowledge.matching.paste import MOST_LINES

TAKES_AWAY = r"[&\\`~\x00-\x08\x0b-\x1f\x7f-\uabff\ud7a4-\U0010ffff]|<[^a-z\s]|<(?:http|mailto|tel|ftp)"
"""What the matcher may take something away with, wherever it stands."""

UNCERTAIN = re.compile(rf"{TAKES_AWAY}|[{{]|\"\s*:|\[[^\]]*\"")
UNCERTAIN_IN_RECORD = re.compile(rf"{TAKES_AWAY}|[=\[]")
MASK = re.compile(r"<[a-z]+>")
MESSAGE_FIELD = re.compile(rf"\"(?:{'|'.join(MESSAGE_FIELDS)})\"\s*:(?:\s*\"([^\"]*)\")?", re.IGNORECASE)


def words(text: bytes) -> bytes:
    """Return the words of a text, whose lines end in returns, that are surely read; empty where none is."""
    first, _, others = text.decode("utf-8", "replace").partition("\r")
    if _is_cut(first) or others.count("\r") > MOST_LINES - 2:
        return b""
    line = _message(first) if "{" in first else first
    if UNCERTAIN.search(line) or cleaning.FRAME.match(line):
        return b""
    for volatile in (cleaning.LOGFMT_FIELD, MASK, masking.USER, masking.WORD_WITH_DIGIT):
        line = volatile.sub(" ", line)
    return line.encode()


def _message(record: str) -> str:
    """Return the message of a record that has one; empty where it may be another."""
    found = MESSAGE_FIELD.findall(record)
    return found[0] if len(found) == 1 and not UNCERTAIN_IN_RECORD.search(record) else ""


def _is_cut(line: str) -> bool:
    """Tell whether something is left out of a line for its length."""
    return len(line) > LONGEST_RUN and (len(line) > LONGEST_LINE or cleaning.RUN.search(line) is not None)
