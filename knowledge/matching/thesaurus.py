"""Kindred words: failures of one kind have many names, some that programs print and some that people use.

A thesaurus as in manual query expansion (Voorhees 1994): the kinds are few, curated, and count for less than words.
"""

import errno
import functools
import os
from collections.abc import Iterator, Sequence
from importlib import resources

import yaml

from knowledge.matching import words

Phrases = dict[str, list[tuple[tuple[str, ...], str]]]


def kinds(stems: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each kind of failure that a text's stems name, with the first and after the last stem of the phrase."""
    known = phrases()
    for at, stem in enumerate(stems):
        for phrase, kind in known.get(stem, ()):
            if tuple(stems[at : at + len(phrase)]) == phrase:
                yield kind, at, at + len(phrase)


@functools.cache
def phrases() -> Phrases:
    """Return the stems of every phrase with their kind, by the first stem."""
    found: Phrases = {}
    for kind, texts in _kinds():
        for text in texts:
            phrase = tuple(words.stems(text))
            if phrase:
                found.setdefault(phrase[0], []).append((phrase, kind))
    return found


def _kinds() -> Iterator[tuple[str, Sequence[str]]]:
    yield from yaml.safe_load(
        resources.files("knowledge.matching").joinpath("thesaurus.yaml").read_text("utf-8")
    ).items()
    for number, name in errno.errorcode.items():
        yield name, (name, os.strerror(number))
