"""What is done to a text before a peer sees it, in the index and in a query alike."""

import enum
import re

from knowledge.matching import cleaning, masking

MASK = re.compile(r"<[a-z]+>")
"""What stands where a volatile part stood. It is taken out: to a peer it would be a word that every text shares."""


class Preparation(enum.StrEnum):
    """How much of our own engine's work a peer is given.

    `raw`: none; `masked`: volatile parts are taken out; `cleaned`: what pasting and logging put around a message too.
    """

    RAW = "raw"
    MASKED = "masked"
    CLEANED = "cleaned"

    def apply(self, text: str) -> str:
        """Return `text` as a peer gets it."""
        if self is Preparation.RAW:
            return text
        if self is Preparation.MASKED:
            return _masked(text)
        return "\n".join(_masked(f"{line.surroundings} {line.message}") for line in cleaning.clean(text))


def _masked(text: str) -> str:
    return MASK.sub(" ", masking.mask(text))
