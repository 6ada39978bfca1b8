"""The words that people give the bot: behind `/kb`, behind a mention, or in a direct message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

WORDS = ("search", "show", "match", "list", "gaps", "help")

NEAR = 60
"""Similarity, in percent, from which an unknown word is taken for a slip of one of ours."""


MOST_POINTING = 10
"""Words with which somebody points at an error; whoever says more describes one."""

_POINTING = re.compile(r"(?:[^\W\d_]|[ ,.?!~'’-])+")
"""Plain words: errors bring digits, colons, slashes, brackets."""

_CAMEL_CASE = re.compile(r"[a-z][A-Z]")


@dataclass(frozen=True)
class Request:
    """A word of ours, lower case, and what stands behind it."""

    word: str
    rest: str


def request(text: str) -> Request:
    """Return the first word and the rest; nothing at all asks for help, and `kb` in front is passed over."""
    parts = text.split(None, 1)
    if len(parts) > 1 and parts[0].lower() in ("kb", "/kb"):
        parts = parts[1].split(None, 1)
    return Request(parts[0].lower() if parts else "help", parts[1].strip() if len(parts) > 1 else "")


def spoken(text: str) -> Request | None:
    """Return the request in a message to the bot; None if there is none, or the message is rather a paste.

    Pastes begin with such words too ("list of pods is forbidden: …"), so outside `/kb` a request must look like one.
    """
    asked = request(text)
    one_line = "\n" not in text.strip()
    few = len(asked.rest.split()) <= 1
    if asked.word in ("search", "match") and asked.rest and (one_line or asked.word == "match"):
        return asked
    if asked.word in ("show", "list", "gaps", "help") and one_line and few and text.strip():
        return asked
    return None


def points(text: str) -> bool:
    """Tell whether a text is a few plain words, as of somebody who points at something else ("any idea, anybody?")."""
    return plain(text) and len(text.split()) <= MOST_POINTING


def plain(text: str) -> bool:
    """Tell whether a text is plain words, as people write them and programs hardly do."""
    return _POINTING.fullmatch(text.strip()) is not None and _CAMEL_CASE.search(text) is None


def nearest(word: str, among: Sequence[str] = WORDS) -> str | None:
    """Return the word of ours that `word` may have been meant to be."""
    found = process.extractOne(word.lower(), among, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else None
