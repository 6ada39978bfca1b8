"""Topics: everything that an entry says about its failure, for pastes that quote none of its clues.

A topic is a bag of terms: its words, their roots, the kinds of failure that it names (thesaurus.py), be it by a status
or an exit code, and the technologies that it gives away. A root is a word cut to its first letters, so that "migrating"
meets "migration": McNamee and Mayfield (2004) found it to serve European languages as well as real stemming does. What
the title and the tags say is what the entry is about, and counts whole; the rest of its prose, which mentions much,
counts in part.
"""

import enum
import functools
import itertools
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching import cleaning, masking, thesaurus, words
from knowledge.matching.arrays import Floats, Ints
from knowledge.matching.owned import Owned
from knowledge.matching.paste import Paste
from knowledge.matching.query import FACTORS
from knowledge.matching.vocabulary import Lexicon, Vocabulary

ROOT = 5
"""Letters of a word that are its root."""

MENTIONED = 0.4
"""What a term counts for that only the prose holds, beside one of the title or a tag."""

LONG_TITLE = 20.0
LONG_PROSE = 100.0
"""Words of a text of which each counts half: the more it says, the less of it is what it is about."""

AROUND = 0.5
"""What a word of a logger or a host counts for beside one of the message."""


CODE = re.compile(r"(?<![\w.:-])(?:[45]\d\d|12[5-9]|13\d|14[0-3])(?![\w.:-])")
"""A status of HTTP, or the exit code of a process that could not start or was killed: numbers that are not volatile."""

CODE_WORTH = 8.0
"""Weight in nats of such a number: that of a word that is neither rare nor common."""


class Kind(enum.IntEnum):
    """What a term stands for."""

    WORD = 0
    ROOT = 1
    FAILURE = 2
    TECHNOLOGY = 3


PREFIXES = ("", "~", "#", "@")
"""What tells the terms of each kind apart in the vocabulary; no word begins so."""
OTHER_KINDS = {PREFIXES[kind]: kind for kind in Kind if kind is not Kind.WORD}


@dataclass(frozen=True, slots=True)
class AskedTerms:
    """The terms of a paste that an index knows, what each is worth, and the worth of all its words, known or not.

    `technology` is what the most telling name of a technology is worth.
    """

    numbers: Ints
    kinds: Ints
    worths: Floats
    total: float
    technology: float


@dataclass(frozen=True)
class Topics(Owned):
    """Topics by number with their owners, and the postings: topic `topics[i]` holds term `terms[i]`, which rises."""

    terms: Ints
    topics: Ints
    worths: Floats

    def counts(self, size: int) -> Ints:
        """Return in how many living topics each of `size` terms occurs."""
        return np.bincount(self.terms[self.alive[self.topics]], minlength=size)

    @functools.cached_property
    def _starts(self) -> Ints:
        """Where the postings of each term begin; that of the last belongs to no term and has none."""
        last = int(self.terms[-1]) if len(self.terms) else -1
        return np.searchsorted(self.terms, np.arange(last + 3))

    def shared(self, asked: AskedTerms) -> Floats:
        """Return for each topic what the terms of each kind that it shares with a paste are worth; 0 for a dead one."""
        terms = np.minimum(asked.numbers, len(self._starts) - 2)
        first = self._starts[terms]
        lengths = self._starts[terms + 1] - first
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + lengths, lengths)
        cells = self.topics[at] * len(Kind) + np.repeat(asked.kinds, lengths)
        worths = np.repeat(asked.worths, lengths) * self.worths[at] * self.alive[self.topics[at]]
        return np.bincount(cells, worths, minlength=len(self) * len(Kind)).reshape(-1, len(Kind)).astype(np.float32)


class TopicsBuilder:
    """Collects topics."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._owners = array("i")
        self._terms = array("i")
        self._topics = array("i")
        self._worths = array("f")

    def add(self, owner: int, about: Sequence[str], prose: Sequence[str]) -> None:
        """Add the topic of an owner: the texts that say what it is about, and those that say more."""
        worths: dict[str, float] = {}
        for texts, most, long in ((about, 1.0, LONG_TITLE), (prose, MENTIONED, LONG_PROSE)):
            for stems in map(_stems, texts):
                worth = most / (1.0 + len(set(stems)) / long)
                for term in terms(stems):
                    worths[term] = max(worths.get(term, 0.0), worth)
            worths = {_failure(name): most for text in texts for name in _named_by_codes(text)} | worths
        self._terms.extend(map(self._vocabulary.number, worths))
        self._topics.extend([len(self._owners)] * len(worths))
        self._worths.extend(worths.values())
        self._owners.append(owner)

    def build(self) -> Topics:
        """Return everything that was added."""
        return _ordered(
            np.array(self._owners, dtype=np.int32),
            np.array(self._terms, dtype=np.int32),
            np.array(self._topics, dtype=np.int32),
            np.array(self._worths, dtype=np.float32),
        )


def merged(parts: Sequence[Topics]) -> Topics:
    """Return the living topics of several in one."""
    owners, found, numbers, worths = [], [], [], []
    count = 0
    for part in parts:
        number = np.cumsum(part.alive) - 1 + count
        living = part.alive[part.topics]
        owners.append(part.owners[part.alive])
        found.append(part.terms[living])
        numbers.append(number[part.topics[living]].astype(np.int32))
        worths.append(part.worths[living])
        count += part.living
    return _ordered(np.concatenate(owners), np.concatenate(found), np.concatenate(numbers), np.concatenate(worths))


def specificity(counts: Ints, topics: int) -> Floats:
    """Return how well each term tells topics apart, in [0, 1]: its inverse topic frequency over that of a new one."""
    found: Floats = (np.log((topics + 1) / (counts + 0.5)) / np.log((topics + 1) / 0.5)).astype(np.float32)
    return np.clip(found, 0.0, 1.0)


def ask(paste: Paste, lexicon: Lexicon, specific: Floats) -> AskedTerms:
    """Return the terms of a paste: a root is worth its heaviest word, a phrase all its words together."""
    of_words: dict[str, float] = {}
    others: dict[str, float] = {}
    for stems, worths in _said(paste, lexicon):
        _raise(of_words, zip(stems, worths, strict=True))
        _raise(others, zip(map(_root, stems), worths, strict=True))
        _raise(others, ((term, sum(worths[first:last])) for term, first, last in _named(stems)))
    _raise(others, ((_failure(name), CODE_WORTH) for name in codes(paste)))
    known = [term for term in (*of_words, *others) if lexicon.numbers.get(term, len(specific)) < len(specific)]
    numbers = np.array([lexicon.numbers[term] for term in known], dtype=np.int64)
    worth = of_words | others
    return AskedTerms(
        numbers=numbers,
        kinds=np.array([kind_of(term) for term in known], dtype=np.int64),
        worths=np.array([worth[term] for term in known], dtype=np.float32) * specific[numbers],
        total=sum(of_words.values()),
        technology=max((worth for term, worth in others.items() if kind_of(term) is Kind.TECHNOLOGY), default=0.0),
    )


def terms(stems: Sequence[str]) -> Iterator[str]:
    """Yield the terms of stems in a row, some of them more than once."""
    for stem in stems:
        yield stem
        yield _root(stem)
    for term, _, _ in _named(stems):
        yield term


def codes(paste: Paste) -> set[str]:
    """Return the statuses and exit codes that a paste names, and the kinds of failure that they stand for."""
    return {name for line in paste.telling for name in _named_by_codes(line.message)}


def _named_by_codes(text: str) -> Iterator[str]:
    for code in CODE.findall(text):
        yield code
        yield from thesaurus.kinds_of_codes().get(code, ())


@functools.lru_cache(maxsize=8192)
def _root(stem: str) -> str:
    return PREFIXES[Kind.ROOT] + (stem[:ROOT] if stem.isascii() else stem)


def _failure(kind: str) -> str:
    return PREFIXES[Kind.FAILURE] + kind


def _technology(name: str) -> str:
    return PREFIXES[Kind.TECHNOLOGY] + name


def _named(stems: Sequence[str]) -> Iterator[thesaurus.Named]:
    """Yield the terms of what phrases of the stems name: kinds of failure, and technologies."""
    for name, first, last in thesaurus.kinds(stems):
        yield _failure(name), first, last
    for name, first, last in thesaurus.technologies(stems):
        yield _technology(name), first, last


def kind_of(term: str) -> Kind:
    """Return what a term stands for."""
    return OTHER_KINDS.get(term[0], Kind.WORD)


def _raise(worths: dict[str, float], of_line: Iterable[tuple[str, float]]) -> None:
    """Raise what terms are worth to what they are worth in a line, where the last place of each counts."""
    for term, worth in dict(of_line).items():
        if worth > worths.get(term, -1.0):
            worths[term] = worth


def _stems(text: str) -> list[str]:
    line = cleaning.line(text)
    return words.stems(masking.mask(f"{line.message} {line.surroundings}")) if line else []


def _said(paste: Paste, lexicon: Lexicon) -> Iterator[tuple[Sequence[str], Sequence[float]]]:
    """Yield the stems of each line, and what they are worth by weight and role; then those around the messages.

    All are weighed together: an array a line, small as it is, took longer than everything else here.
    """
    lines: list[Sequence[str]] = [line.said.stems for line in paste.words]
    roles = np.frombuffer(b"".join([line.said.roles for line in paste.words]), dtype=np.uint8)
    around = sorted(paste.around)
    factors = np.concatenate([FACTORS[roles], np.full(len(around), AROUND, dtype=np.float32)])
    stems = [*itertools.chain(*lines), *around]
    worths = (factors * lexicon.weights_of(stems)).tolist()
    end = 0
    for line in (*lines, around):
        yield line, worths[end : end + len(line)]
        end += len(line)


def _ordered(owners: Ints, found: Ints, numbers: Ints, worths: Floats) -> Topics:
    order = np.argsort(found, kind="stable")
    alive = np.ones(len(owners), dtype=np.bool_)
    return Topics(owners, alive, found[order], numbers[order], worths[order])
