"""The words that count for the coverage of an index's signatures, in every form in which bytes may hold them."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.matching import words
from knowledge.matching.clues import ClueKind
from knowledge.matching.evidence import QUOTED
from knowledge.matching.overlap import CUT_SHARE
from knowledge.matching.pieces import Piece
from knowledge.matching.query import FACTORS, LONGEST_CUT_KNOWN
from knowledge.matching.segment import REPEATED, ROLE_MASK
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

ROUNDING = 1e-4
"""Nats by which the matcher's sums and ours may differ."""

LETTERS = re.compile(r"[a-z]+")

Weights = dict[int, float]
"""What a word is worth in each signature that has it, by the number of the signature."""


class Clue(NamedTuple):
    """A signature: the number of its piece, and its own in that piece."""

    piece: int
    number: int


class Word(NamedTuple):
    """A word of a signature, its weight there, and the word before it; empty before the first."""

    stem: str
    weight: float
    before: str


class Beginning(NamedTuple):
    """The first letters of a word, and the word before it."""

    letters: str
    before: str


def signatures(pieces: Iterable[Piece], lexicon: Lexicon) -> Iterator[tuple[Clue, list[Word]]]:
    """Yield the living signatures, of each the words that count for its coverage."""
    stems = list(lexicon.numbers)
    for number, piece in enumerate(pieces):
        segment = piece.clues
        for clue in np.flatnonzero(segment.alive & (segment.kinds == ClueKind.SIGNATURE)).tolist():
            at = slice(int(segment.starts[clue]), int(segment.starts[clue + 1]))
            numbers, marks = segment.words[at], segment.marks[at]
            roles = marks & ROLE_MASK
            weights = FACTORS[roles] * lexicon.weights[numbers]
            counts = (roles < Role.SURROUNDING) & ((marks & REPEATED) == 0)
            said = [stems[word] for word in numbers.tolist()]
            core = list(itertools.compress(map(Word, said, weights.tolist(), ["", *said[:-1]]), counts))
            if core:
                yield Clue(number, clue), core


def weight(signature: Iterable[Word]) -> float:
    """Return what a signature weighs."""
    return sum(word.weight for word in signature)


def weights(signatures: Sequence[Sequence[Word]]) -> dict[str, Weights]:
    """Return what each word is worth in the signatures that have it."""
    weights: dict[str, Weights] = {}
    for number, signature in enumerate(signatures):
        for word in signature:
            weights.setdefault(word.stem, {})[number] = word.weight
    return weights


def weights_of_beginnings(signatures: Sequence[Sequence[Word]], lexicon: Lexicon) -> dict[Beginning, Weights]:
    """Return the same for the beginnings of words: what the end of a message that breaks off may be worth.

    The matcher takes only what stands alone for the beginning of a first word, which must then say half of all.
    """
    weights: dict[Beginning, Weights] = {}
    for number, signature in enumerate(signatures):
        bar = QUOTED * weight(signature) - ROUNDING
        for word in signature:
            worth = CUT_SHARE * word.weight
            for start in _beginnings(word, lexicon):
                itself = sum(other.weight for other in signature if other.stem in words.stems(start))
                if word.before or worth + itself >= bar:
                    row = weights.setdefault(Beginning(start, word.before), {})
                    row[number] = row.get(number, 0.0) + worth
    return weights


def _beginnings(word: Word, lexicon: Lexicon) -> Iterator[str]:
    """Yield the letters that the matcher may take for the beginning of a word, which known words seldom are."""
    letters = LETTERS.match(word.stem)
    longest = min(len(word.stem) - 1, letters.end() if letters else 0)
    for start in {*(word.stem[:length] for length in range(1, longest + 1)), *words.cut_in_ending(word.stem)}:
        if len(start) <= LONGEST_CUT_KNOWN or not _is_known(start, lexicon) or word.before in words.stems(start):
            yield start


def _is_known(word: str, lexicon: Lexicon) -> bool:
    return all(stem in lexicon.numbers for stem in words.stems(word))


def telling(signature: Sequence[Word]) -> Iterator[str]:
    """Yield the fewest words of a signature of which a text says one that says half of it: the rarest."""
    others = weight(signature)
    bar = QUOTED * others - ROUNDING
    for word in sorted(signature, key=lambda word: -word.weight):
        if others < bar:
            return
        others -= word.weight
        yield word.stem


def forms(stem: str) -> Iterator[bytes]:
    """Yield how a word with this stem may be written, in small letters; of one with digits its letters before them."""
    if stem == "io":
        yield from (b"i", b"o")
    letters = LETTERS.match(stem)
    if letters is not None and letters[0] != stem:
        yield letters[0].encode()
    elif letters is not None:
        for form in words.forms(stem):
            if form == stem or (form.isalpha() and words.stems(form) == [stem]):
                yield form.encode()
