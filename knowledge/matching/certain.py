"""What of a text the matcher surely reads, in its message or around it, told without reading it.

That is the first line, where nothing in it opens an envelope, names a field or is markup (cleaning.py), but for the
words with digits, which masks may hide (masking.py).
"""

import re

from knowledge.matching import cleaning, masking
from knowledge.matching.cleaning import LONGEST_LINE, LONGEST_RUN
from knowledge.matching.paste import MOST_LINES

OPENS = re.compile(r"[{<&\\`~\x00-\x08\x0b-\x1f\x7f-\U0010ffff]|\"\s*:|user |=.*\"|\".*=")
"""What the matcher may take something away with, but for fields whose values are not quoted."""


def words(text: bytes) -> bytes:
    """Return the words of a text, whose lines end in returns, that are surely read; empty where none is."""
    first, _, others = text.decode("utf-8", "replace").partition("\r")
    if _is_cut(first) or OPENS.search(first) or cleaning.FRAME.match(first) or others.count("\r") > MOST_LINES - 2:
        return b""
    return masking.WORD_WITH_DIGIT.sub(" ", cleaning.LOGFMT_FIELD.sub(" ", first)).encode()


def _is_cut(line: str) -> bool:
    """Tell whether something is left out of a line for its length."""
    return len(line) > LONGEST_RUN and (len(line) > LONGEST_LINE or cleaning.RUN.search(line) is not None)
