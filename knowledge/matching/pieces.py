"""Make the pieces of an index from entries, or from bare signatures."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.entry import Entry, Signature, SignatureKind
from knowledge.matching import cleaning, masking, segment, topics, words
from knowledge.matching.arrays import Ints
from knowledge.matching.clues import SENTENCE_END, Clue, ClueKind, about, clues, is_description, prose, sentences
from knowledge.matching.patterns import PatternSet
from knowledge.matching.segment import Segment, SegmentBuilder
from knowledge.matching.texts import Texts
from knowledge.matching.topics import Topics, TopicsBuilder
from knowledge.matching.vocabulary import Vocabulary
from knowledge.matching.words import Role


@dataclass(frozen=True)
class Piece:
    """A segment with what its numbers stand for: texts and patterns by clue; topics are a segment of their own."""

    clues: Segment
    topics: Topics
    texts: Texts
    patterns: PatternSet
    clue_of_pattern: Sequence[int]

    @functools.cached_property
    def regexes(self) -> frozenset[int]:
        """Clues that are regular expressions: they are met as a whole or not at all."""
        signatures = zip(self.clue_of_pattern, self.patterns.signatures, strict=True)
        return frozenset(clue for clue, signature in signatures if signature.kind is SignatureKind.REGEX)

    @functools.cached_property
    def clues_of_an_owner(self) -> float:
        """How many clues an owner has on the average: a dozen and more are an entry's, a bare signature is one."""
        return len(self.clues) / max(len(np.unique(self.clues.owners)), 1)

    def meets(self, pattern: int, clue: int) -> bool:
        """Tell whether the text of a clue meets a pattern."""
        return self.patterns.meets(pattern, self.texts[clue])

    def without(self, owners: Ints) -> "Piece":
        """Return this piece with what belongs to some owners dead."""
        return replace(self, clues=self.clues.without(owners), topics=self.topics.without(owners))


class PieceBuilder:
    """Collects the clues of entries, and makes a piece of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._clues = SegmentBuilder()
        self._topics = TopicsBuilder(vocabulary)
        self._texts: list[str] = []
        self._patterns: list[tuple[int, Signature]] = []

    def add_entry(self, owner: int, entry: Entry) -> None:
        """Add every clue of an entry."""
        for clue in clues(entry):
            self._add_clue(owner, clue)
        self._topics.add(owner, list(about(entry)), list(prose(entry)))

    def add_signature(self, owner: int, text: str) -> None:
        """Add one literal signature; one that is a description in sentences becomes a topic and a phrase a sentence."""
        if is_description(text):
            title, rest = SENTENCE_END.split(text, maxsplit=1)
            self._add_clue(owner, Clue(ClueKind.TITLE, title))
            for sentence in sentences(rest):
                self._add_clue(owner, Clue(ClueKind.PHRASE, sentence))
            self._topics.add(owner, [title], [rest])
        elif self._clues.add(owner, ClueKind.SIGNATURE, text, *self._words(text)):
            self._texts.append(text)

    def build(self) -> Piece:
        """Return the piece of everything that was added."""
        size = len(self._vocabulary.numbers)
        signatures = [signature for _, signature in self._patterns]
        return Piece(
            clues=self._clues.build(size),
            topics=self._topics.build(),
            texts=Texts.of(self._texts),
            patterns=PatternSet(signatures),
            clue_of_pattern=[clue for clue, _ in self._patterns],
        )

    def _add_clue(self, owner: int, clue: Clue) -> None:
        numbers, marks = self._words(clue.text)
        is_pattern = clue.signature is not None and clue.signature.kind is not SignatureKind.TEXT
        if not self._clues.add(owner, clue.kind, clue.text, numbers, marks, even_empty=is_pattern):
            return
        if clue.signature is not None and is_pattern:
            self._patterns.append((len(self._texts), clue.signature))
        self._texts.append(clue.signature.text if clue.signature else clue.text)

    def _words(self, text: str) -> tuple[list[int], list[int]]:
        """Return the numbers and marks of a text's words: what it says, then what surrounds that."""
        line = cleaning.line(text)
        if line is None:
            return [], []
        said = words.words(masking.mask(line.message))
        around = words.stems(masking.mask(line.surroundings)) if line.surroundings else []
        frame = words.stems(masking.mask(line.frame)) if line.frame else []
        marks = [segment.mark(role, form) for role, form in zip(said.roles, said.forms, strict=True)]
        if not marks:
            marks = [segment.mark(Role.WORD)] * len(around)
        else:
            marks += [segment.mark(Role.SURROUNDING)] * len(around)
        marks += [segment.mark(Role.FRAME)] * len(frame)
        return [self._vocabulary.number(word) for word in (*said.stems, *around, *frame)], marks


def of_entries(entries: Iterable[tuple[int, Entry]], vocabulary: Vocabulary) -> Piece:
    """Return the piece of numbered entries."""
    builder = PieceBuilder(vocabulary)
    for owner, entry in entries:
        builder.add_entry(owner, entry)
    return builder.build()


def of_signatures(rows: Iterable[tuple[int, str]], vocabulary: Vocabulary) -> Piece:
    """Return the piece of bare signatures, each with the number of its owner."""
    builder = PieceBuilder(vocabulary)
    for owner, text in rows:
        builder.add_signature(owner, text)
    return builder.build()


def merged(parts: Sequence[Piece], vocabulary_size: int) -> Piece:
    """Return one piece of what is alive in several."""
    texts: list[str] = []
    patterns: list[tuple[int, Signature]] = []
    for part in parts:
        signature_of = dict(zip(part.clue_of_pattern, part.patterns.signatures, strict=True))
        for clue in np.flatnonzero(part.clues.alive).tolist():
            if clue in signature_of:
                patterns.append((len(texts), signature_of[clue]))
            texts.append(part.texts[clue])
    return Piece(
        clues=segment.merged([part.clues for part in parts], vocabulary_size),
        topics=topics.merged([part.topics for part in parts]),
        texts=Texts.of(texts),
        patterns=PatternSet([signature for _, signature in patterns]),
        clue_of_pattern=[clue for clue, _ in patterns],
    )
