"""How common a word is in the world outside the index; bench/make_background.py counted it."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

RARE = 0.4
"""Texts out of all that a word without a count is thought to occur in: less than once."""


@dataclass(frozen=True)
class Background:
    """In how many of `texts` texts each word occurs."""

    texts: int
    counts: Mapping[str, int]

    def share(self, word: str) -> float:
        """Return the share of texts that hold `word`."""
        return self.counts.get(word, RARE) / self.texts


@functools.cache
def shipped() -> Background:
    """Return the table that ships with the package."""
    table = json.loads(resources.files("knowledge.matching").joinpath("background.json").read_text(encoding="utf-8"))
    return Background(table["texts"], table["words"])
