"""Clues: the separate texts by which an entry can be found.

Every signature, title, phrase and sentence of a symptom is compared with a paste on its own, since a paste meets one of
them, not their sum. Tags and prose stay together as a topic, which can only support a clue of the same entry. A
counterexample speaks against its entry.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.entry import Entry, Section, Signature, SignatureKind
from knowledge.matching import masking


class ClueKind(enum.IntEnum):
    """Where a clue stands in its entry, which tells how literally it can be expected in a paste."""

    SIGNATURE = 0
    PHRASE = 1
    TITLE = 2
    SYMPTOM = 3
    COUNTEREXAMPLE = 4


@dataclass(frozen=True, slots=True)
class Clue:
    """One text of an entry; `signature` is set where the text comes from one."""

    kind: ClueKind
    text: str
    signature: Signature | None = None


HOLE = re.compile(r"\{\{\s*[\w-]+(?:\|[^{}\n]*)?\s*\}\}")
WILDCARD = re.compile(r"\{\{\s*[\w-]+\s*\}\}|\*")
REGEX_OPERATORS = re.compile(
    r"\(\?[a-zA-Z-]*:?|\(\?P<\w+>|\\[bBdDsSwWAzQE]|\\[pP]\{\w+\}|\\x[0-9a-f]{2}|\[(?:\\.|[^\]])*\]|\{\d*,?\d*\}|[()|^$*+?]|\\(?=\W)|\.(?=[*+?])"
)
FENCED = re.compile(r"```.*?\n(.*?)```", re.DOTALL)
MARKUP = re.compile(r"[`*_#>|]|\[([^\]]*)\]\([^)]*\)")
SENTENCE_END = re.compile(r"(?<=[.?!。])\s+|\n+\s*(?:[-*]|\d+\.)?\s*")
SHORTEST_SENTENCE = 20
SHORTEST_DESCRIPTION = 80
SENTENCE = re.compile(r"(?:[^\W\d_]|\w[)\"`'])[.?!]+(?:\s+[-A-Z가-힣]|\s*$)|다\.")
CODE_SPAN = re.compile(r"`[^`\n]+`")
VOLATILE_MARK = re.compile(r"<(?:time|id|hex|uuid|ip|pod|node|duration)>")


def clues(entry: Entry) -> Iterator[Clue]:
    """Yield the clues of an entry, those of all its languages."""
    for signature in entry.signatures:
        yield Clue(ClueKind.SIGNATURE, literal_text(signature), signature)
    for variant in entry.variants.values():
        yield Clue(ClueKind.TITLE, variant.title)
        for phrase in variant.phrases:
            yield Clue(ClueKind.PHRASE, phrase)
        for sentence in sentences(variant.sections.get(Section.SYMPTOM, "")):
            yield Clue(ClueKind.SYMPTOM, sentence)
    for paste in entry.counterexamples:
        yield Clue(ClueKind.COUNTEREXAMPLE, paste)


def about(entry: Entry) -> Iterator[str]:
    """Yield what says in short what an entry is about: its tags, its id, its titles."""
    yield " ".join(entry.tags)
    yield entry.id.replace("-", " ")
    for variant in entry.variants.values():
        yield variant.title


def prose(entry: Entry) -> Iterator[str]:
    """Yield what else an entry says about its failure in its own words."""
    for variant in entry.variants.values():
        yield variant.tells
        yield from variant.phrases
        for name in (Section.SYMPTOM, Section.CAUSE, Section.FIX):
            yield _plain(variant.sections.get(name, ""))


def literal_text(signature: Signature) -> str:
    """Return what a signature says literally: without wildcards, or the operators of its regular expression."""
    if signature.kind is SignatureKind.PATTERN:
        return WILDCARD.sub(" ", signature.text)
    if signature.kind is SignatureKind.REGEX:
        return REGEX_OPERATORS.sub(" ", signature.text)
    return signature.text


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a section, and the lines of its fenced blocks."""
    for block in FENCED.findall(text):
        yield from (line.strip() for line in block.splitlines() if len(line.strip()) >= SHORTEST_SENTENCE)
    for sentence in SENTENCE_END.split(_plain(FENCED.sub(" ", text))):
        if len(sentence.strip()) >= SHORTEST_SENTENCE:
            yield sentence.strip()


def is_description(text: str) -> bool:
    """Tell whether a text describes a failure in sentences instead of quoting what a program printed."""
    if len(text) < SHORTEST_DESCRIPTION or len(SENTENCE.findall(text)) < 2:
        return False
    return not VOLATILE_MARK.search(masking.mask(CODE_SPAN.sub(" ", text)))


def _plain(text: str) -> str:
    return MARKUP.sub(lambda found: found[1] or " ", HOLE.sub(" ", text))
