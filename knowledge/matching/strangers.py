"""Words that neither the entries nor the world outside know: names of people's own files, hosts and programs.

The matcher gives all of them the same weight. Texts that differ in such words only are judged alike.
"""

import re
from collections.abc import Iterable

from knowledge.entry import Entry
from knowledge.matching import background, words

WORD = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
INSIDE = rb"[^\s\"'=,;()\[\]{}<>|]"
VOLATILE_WORD = re.compile(rb"(?<!" + INSIDE + rb")" + INSIDE.replace(rb"[^", rb"[^\d") + rb"*+\d" + INSIDE + rb"*+")
"""A word with a digit, as masking sees it."""

MOST_REMEMBERED = 50_000
"""Words of which it is remembered whether they are known."""


def without_volatile_words(text: bytes) -> bytes:
    """Return a text without its words that hold digits."""
    return VOLATILE_WORD.sub(b"", text)


class Strangers:
    """Knows the words of some entries, and takes those that nobody knows out of texts."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._known = set(background.shipped().counts)
        for entry in entries:
            self._known.update(words.stems(" ".join(_texts(entry))))
        self._instead: dict[bytes, bytes] = {}

    def without(self, text: bytes) -> bytes:
        """Return what a text has in common with all those that differ from it in strange or volatile words only."""
        return WORD.sub(self._known_or_not, without_volatile_words(text))

    def _known_or_not(self, found: re.Match[bytes]) -> bytes:
        word = found[0]
        instead = self._instead.get(word)
        if instead is None:
            if len(self._instead) >= MOST_REMEMBERED:
                self._instead.clear()
            instead = self._instead[word] = self._in_place_of(word)
        return instead

    def _in_place_of(self, word: bytes) -> bytes:
        """Return a word that is known as it is, and of another one whether it is small, capitalised or in capitals."""
        stems = words.stems(word.decode())
        if not stems or not self._known.isdisjoint(stems):
            return word
        return b"?" if word.islower() else b"!" if word.isupper() else b"!?"


def _texts(entry: Entry) -> Iterable[str]:
    """Yield everything that an entry says."""
    yield from (entry.id.replace("-", " "), *entry.tags, *entry.counterexamples)
    yield from (signature.text for signature in entry.signatures)
    for variant in entry.variants.values():
        yield from (variant.title, variant.tells, *variant.phrases, *variant.sections.values())
