"""The words behind `/diag`, as people type them in a chat.

What they mean is read by `diagnostics.invocation`. Here is what a chat adds: the word itself in a message, help, and
dashes and quotes as phones like them.
"""

import re
from dataclasses import dataclass

from diagnostics import invocation
from diagnostics.errors import CheckUnknown
from diagnostics.invocation import SWEEP, Invocation
from diagnostics.registry import Check, Registry
from handlers import words

WORD = "diag"
HELP = "help"

_HELP_WORDS = frozenset({HELP, "-h", "--help"})
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_TYPESET_DASH = re.compile(r"(?<!\S)[–—]-?(?=\w)")
"""What a keyboard makes of the two hyphens before an option."""


@dataclass(frozen=True)
class HelpWanted:
    """A request to say how to ask, perhaps about one check."""

    check: Check | None = None


class WordUnknown(Exception):
    """There is no check of this name; `nearest` is one that may have been meant."""

    def __init__(self, word: str, nearest: str | None) -> None:
        super().__init__(word)
        self.word = word
        self.nearest = nearest


def spoken(text: str) -> str | None:
    """Return what stands behind `diag` in a message to the bot; None if the message says something else."""
    said = text.strip()
    first, _, rest = said.partition(" ")
    return rest.strip() if first.lower().lstrip("/") == WORD and "\n" not in said else None


def parse(text: str, checks: Registry) -> Invocation | HelpWanted:
    """Read a request; raises WordUnknown, or what `diagnostics` raises for a name or an argument."""
    mended = _TYPESET_DASH.sub("--", text.translate(_STRAIGHT))
    first, *rest = mended.split() or [HELP]
    word = first.lower()
    if word in _HELP_WORDS:
        return HelpWanted(_find(rest[0].lower(), checks) if rest else None)
    check = _find(word, checks)
    if not _HELP_WORDS.isdisjoint(rest):
        return HelpWanted(check)
    return invocation.parse(f"{word} {mended.strip()[len(first) :]}", checks)


def _find(word: str, checks: Registry) -> Check | None:
    if word == SWEEP:
        return None
    try:
        return checks.get(word)
    except CheckUnknown:
        known = [SWEEP, HELP, *(check.id for check in checks)]
        raise WordUnknown(word, words.nearest(word, known)) from None
