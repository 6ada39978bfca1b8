"""Advice for curators: what an entry lacks, beyond what keeps it from loading."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge import prose
from knowledge.entry import Entry, Kind, Section, SignatureKind
from knowledge.library import Library

NEEDED_EXAMPLES = 2
NEEDED_SECTIONS = (Section.CAUSE, Section.FIX)

COMMON_WORDS = frozenset(
    "a an and at by code context deadline denied desc error err exception exceeded exit failed failure fatal for "
    "from get http in io is no not of on or panic post pod pods refused request rpc server status tcp the timeout to "
    "unknown was with connection connect dial access could unable cannot timed out found invalid".split()
)
"""Words that stand in errors of every kind: a signature made of these alone identifies nothing."""

WILDCARD = re.compile(r"(?<=\s)\*(?=\s)|\{\{\w+\}\}")
"""What is a wildcard in a pattern only; an asterisk within a word is rather a part of the message, as in `*v1.Pod`."""


@dataclass(frozen=True)
class Advice:
    """Something that would make an entry better, and where it stands."""

    entry_id: str
    path: Path | None
    text: str

    def __str__(self) -> str:
        """Return one line, file first."""
        return f"{self.path or self.entry_id}: {self.text}"


def advise(shelf: Library) -> list[Advice]:
    """Return the advice for all entries, in the order of their ids."""
    shared = _shared_signatures(shelf.entries.values())
    unnamed = {page.path for _, page in shelf.documents.values() if not page.named}
    return [
        Advice(entry.id, entry.path, text)
        for entry in shelf.entries.values()
        for text in (
            *_name(entry, unnamed),
            *_examples(entry),
            *_sections(entry),
            *_signatures(entry),
            *_slots(entry),
            *shared[entry.id],
        )
    ]


def _name(entry: Entry, unnamed: Collection[Path]) -> Iterator[str]:
    if entry.path in unnamed:
        yield f"has no `id`, so a new name of the file would make it another entry without votes; write id: {entry.id}"


def _examples(entry: Entry) -> Iterator[str]:
    if len(entry.examples) < NEEDED_EXAMPLES:
        examples = "1 example" if len(entry.examples) == 1 else f"{len(entry.examples)} examples"
        yield f"has {examples}; add pastes that must find it, {NEEDED_EXAMPLES} at least"
    if not entry.counterexamples:
        yield "has no counterexample; add a paste that looks alike and must not find it"


def _sections(entry: Entry) -> Iterator[str]:
    for language, variant in entry.variants.items():
        missing = [section for section in NEEDED_SECTIONS if section not in variant.sections]
        if missing and not (entry.kind is Kind.HOWTO and missing == [Section.CAUSE]):
            yield f"has no section {', '.join(missing)} in {language!r}"


def _signatures(entry: Entry) -> Iterator[str]:
    if not entry.signatures and entry.kind is Kind.ISSUE:
        yield "has no signature; copy what the program prints, without its volatile parts"
    for signature in entry.signatures:
        words = set(re.findall(r"[^\W\d_]{2,}", signature.text.lower()))
        if signature.kind is not SignatureKind.REGEX and words <= COMMON_WORDS:
            yield f"the signature {signature.text!r} holds only words that every error has; add what is particular"
        if signature.kind is SignatureKind.TEXT and (wildcard := WILDCARD.search(signature.text)):
            told = f"the signature {signature.text!r} is plain text, in which {wildcard[0]} stands for itself"
            yield f"{told}; write `- pattern:` before it if any text may stand there"


def _slots(entry: Entry) -> Iterator[str]:
    known = prose.declared(entry)
    for language, variant in entry.variants.items():
        for section, text in variant.sections.items():
            for name in sorted(prose.slots(text) - known):
                yield f"{section} in {language!r} shows {{{{{name}}}}}, which no signature captures"


def _shared_signatures(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Find signatures that two entries have; without `tells` a reader cannot know which of them is meant."""
    owners: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for text in {" ".join(signature.text.lower().split()) for signature in entry.signatures}:
            owners[text].append(entry)
    advice: dict[str, list[str]] = defaultdict(list)
    for text, sharing in owners.items():
        for entry in sharing:
            others = ", ".join(other.id for other in sharing if other is not entry)
            if others and not entry.general and not next(iter(entry.variants.values())).tells:
                advice[entry.id].append(
                    f"shares the signature {text!r} with {others}; say in `tells` what sets it apart"
                )
    return advice
