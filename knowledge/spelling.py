"""The words that people meant when they typed others: for a search that finds nothing."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.entry import Entry

NEAR = 0.7
"""Share of letters that need no change, a swap of two neighbours being one, from which a word may have been meant."""

SHORTEST = 3
"""Letters; anything is near to a shorter word."""

MEANT = 2
"""Words that may stand in for one."""

_WORD = re.compile(r"[가-힣]+|(?:(?![가-힣])[^\W\d_])+")
"""Korean glues particles to words of any script: the word ends where they begin."""


def words(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the words by which entries are named: those of ids, titles, tags, phrases and signatures."""
    texts = (
        text
        for entry in entries
        for variant in entry.variants.values()
        for text in (
            entry.id,
            variant.title,
            *entry.tags,
            *variant.phrases,
            *(signature.text for signature in entry.signatures),
        )
    )
    return frozenset(word for text in texts for word in _words(text))


def meant(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the words of `known` that are nearest to the words of `text`, in the order of the text, each once."""
    letters = {word: _letters(word) for word in known}
    found = (
        word
        for typed in _words(text[:1_000])
        for _, _, word in process.extract(
            _letters(typed), letters, scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=MEANT
        )
    )
    return tuple(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(_letters(word)) >= SHORTEST]


def _letters(word: str) -> str:
    # A slip in Korean is one of the letters in a syllable.
    return unicodedata.normalize("NFD", word)
