"""Kindred words: failures of one kind have many names, some that programs print and some that people use.

A thesaurus as in manual query expansion (Voorhees 1994): the kinds are few, curated, and count for less than words.
Technologies have many names too: a log seldom says "Redis" where it says "bgsave".
"""

import errno
import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import yaml

from knowledge.matching import words

Phrases = dict[str, list[tuple[tuple[str, ...], str]]]

Named = tuple[str, int, int]
"""What a phrase names, with its first stem and the one after its last."""


def kinds(stems: Sequence[str]) -> Iterator[Named]:
    """Yield each kind of failure that a text's stems name, with the first and after the last stem of the phrase."""
    return _named(stems, phrases_of_kinds())


def technologies(stems: Sequence[str]) -> Iterator[Named]:
    """Yield each technology that a text's stems give away, likewise."""
    return _named(stems, phrases_of_technologies())


@functools.cache
def kinds_of_codes() -> Mapping[str, Sequence[str]]:
    """Return the kinds of failure that statuses of HTTP and exit codes stand for, by their number."""
    found: dict[str, list[str]] = {}
    for kind, names in _table("thesaurus.yaml").items():
        for code in names:
            if isinstance(code, int):
                found.setdefault(str(code), []).append(kind)
    return found


def telling() -> Iterator[str]:
    """Yield the stems and codes that may name something."""
    yield from kinds_of_codes()
    for phrases in (phrases_of_kinds(), phrases_of_technologies()):
        for of_stem in phrases.values():
            for phrase, _ in of_stem:
                yield from phrase


def _named(stems: Sequence[str], phrases: Phrases) -> Iterator[Named]:
    for at, stem in enumerate(stems):
        for phrase, name in phrases.get(stem, ()):
            if tuple(stems[at : at + len(phrase)]) == phrase:
                yield name, at, at + len(phrase)


@functools.cache
def phrases_of_kinds() -> Phrases:
    """Return the stems of every phrase that names a kind of failure, by the first stem."""
    of_errno: dict[str, list[str | int]] = {
        name: [name, os.strerror(number)] for number, name in errno.errorcode.items()
    }
    return _phrases(_table("thesaurus.yaml") | of_errno)


@functools.cache
def phrases_of_technologies() -> Phrases:
    """Return the same of technologies."""
    return _phrases(_table("technologies.yaml"))


def _phrases(table: Mapping[str, Sequence[str | int]]) -> Phrases:
    """Return the stems of every phrase with what it names, by the first stem."""
    found: Phrases = {}
    for name, texts in table.items():
        for text in texts:
            phrase = tuple(words.stems(str(text)))
            if phrase:
                found.setdefault(phrase[0], []).append((phrase, name))
    return found


@functools.cache
def _table(name: str) -> dict[str, list[str | int]]:
    # Python's own loader takes 50 ms, at every start.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table: dict[str, list[str | int]] = yaml.load(
        resources.files("knowledge.matching").joinpath(name).read_text("utf-8"),
        loader,  # noqa: S506 - it is a safe one
    )
    return table
