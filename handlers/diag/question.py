"""The words behind `/diag`, as people type them in a chat.

What they mean is read by `diagnostics.invocation`. Here is what a chat adds: the word itself in a message, help, and
dashes and quotes as phones like them.
"""

import re
from dataclasses import dataclass

from diagnostics import invocation
from diagnostics.invocation import Invocation
from diagnostics.registry import Check, Registry

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


def spoken(text: str) -> str | None:
    """Return what stands behind `diag` in a message to the bot; None if the message says something else."""
    said = text.strip()
    first, _, rest = said.partition(" ")
    return rest.strip() if first.lower().lstrip("/") == WORD and "\n" not in said else None


def parse(text: str, checks: Registry) -> Invocation | HelpWanted:
    """Read a request; raises what `diagnostics` raises for a check that does not exist, a name or an option."""
    mended = _TYPESET_DASH.sub("--", text.translate(_STRAIGHT))
    word, *rest = mended.split() or [HELP]
    if word.lower() in _HELP_WORDS:
        return HelpWanted(invocation.named(rest[0], checks) if rest else None)
    if not _HELP_WORDS.isdisjoint(rest):
        check, _ = invocation.divided(word)
        return HelpWanted(invocation.named(check, checks))
    return invocation.parse(mended, checks)
