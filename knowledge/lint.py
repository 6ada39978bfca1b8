"""Advice for curators: what an entry lacks, beyond what keeps it from loading."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge import places, prose
from knowledge.entry import Entry, Kind, Language, Section, SignatureKind
from knowledge.frontmatter import YamlPath
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
class Hint:
    """Something that would make an entry better, and where in the file of its own language, or of `language`.

    It stands at a `field` of the front matter, or at some `words` of the body.
    """

    text: str
    field: YamlPath = ()
    words: str = ""
    language: Language | None = None


@dataclass(frozen=True)
class Advice:
    """A hint with the file and the line to which an editor can jump."""

    entry_id: str
    path: Path | None
    line: int
    text: str

    def __str__(self) -> str:
        """Return one line, file first."""
        return f"{self.path}:{self.line}: {self.text}" if self.path else f"{self.entry_id}: {self.text}"


def advise(shelf: Library) -> list[Advice]:
    """Return the advice for all entries, in the order of their ids and, within a file, of its lines."""
    shared = _shared_signatures(shelf.entries.values())
    unnamed = {page.path for _, page in shelf.documents.values() if not page.named}
    return [
        advice
        for entry in shelf.entries.values()
        for advice in located(
            entry,
            [*_name(entry, unnamed), *lacking(entry), *shared[entry.id]],
        )
    ]


def lacking(entry: Entry) -> list[Hint]:
    """Return what would make an entry better, whatever stands beside it."""
    return [*_examples(entry), *_sections(entry), *_signatures(entry), *_slots(entry)]


def located(entry: Entry, hints: Iterable[Hint]) -> list[Advice]:
    """Return hints about an entry with their files and lines, by line; the files are read for that."""
    page = cache(places.page)

    def advice(hint: Hint) -> Advice:
        path = entry.variants[hint.language].path if hint.language else entry.path
        if path is None:
            return Advice(entry.id, None, 1, hint.text)
        line = page(path).words(hint.words) if hint.words else page(path).field(hint.field)
        return Advice(entry.id, path, line, hint.text)

    return sorted(map(advice, hints), key=lambda each: (str(each.path or ""), each.line))


def _name(entry: Entry, unnamed: Collection[Path]) -> Iterator[Hint]:
    if entry.path in unnamed:
        told = "has no `id`, so a new name of the file would make it another entry without votes"
        yield Hint(f"{told}; write id: {entry.id}")


def _examples(entry: Entry) -> Iterator[Hint]:
    if len(entry.examples) < NEEDED_EXAMPLES:
        examples = "1 example" if len(entry.examples) == 1 else f"{len(entry.examples)} examples"
        yield Hint(f"has {examples}; add pastes that must find it, {NEEDED_EXAMPLES} at least", ("examples",))
    if not entry.counterexamples:
        told = "has no counterexample; add a paste that looks alike and must not find it"
        yield Hint(told, ("counterexamples",))


def _sections(entry: Entry) -> Iterator[Hint]:
    for language, variant in entry.variants.items():
        missing = [section for section in NEEDED_SECTIONS if section not in variant.sections]
        if missing and not (entry.kind is Kind.HOWTO and missing == [Section.CAUSE]):
            headings = " and ".join(f"`## {section.capitalize()}`" for section in missing)
            yield Hint(f"has no {' and no '.join(missing)}; write {headings}", language=language)


def _signatures(entry: Entry) -> Iterator[Hint]:
    if not entry.signatures and entry.kind is Kind.ISSUE:
        told = "has no signature; copy what the program prints, without its volatile parts"
        yield Hint(told, ("signatures",))
    for place, signature in enumerate(entry.signatures):
        words = set(re.findall(r"[^\W\d_]{2,}", signature.text.lower()))
        if signature.kind is not SignatureKind.REGEX and words <= COMMON_WORDS:
            told = f"the signature {signature.text!r} holds only words that every error has; add what is particular"
            yield Hint(told, ("signatures", place))
        if signature.kind is SignatureKind.TEXT and (wildcard := WILDCARD.search(signature.text)):
            told = f"the signature {signature.text!r} is plain text, in which {wildcard[0]} stands for itself"
            yield Hint(f"{told}; write `- pattern:` before it if any text may stand there", ("signatures", place))


def _slots(entry: Entry) -> Iterator[Hint]:
    known = prose.declared(entry)
    for language, variant in entry.variants.items():
        for section, text in variant.sections.items():
            for name, written in prose.slots(text).items():
                if name not in known:
                    told = f"{section} shows {{{{{name}}}}}, which no signature captures"
                    yield Hint(told, words=written, language=language)


def _shared_signatures(entries: Iterable[Entry]) -> dict[str, list[Hint]]:
    """Find signatures that two entries have; without `tells` a reader cannot know which of them is meant."""
    owners: dict[str, list[tuple[Entry, int]]] = defaultdict(list)
    for entry in entries:
        texts = {" ".join(each.text.lower().split()): place for place, each in enumerate(entry.signatures)}
        for text, place in texts.items():
            owners[text].append((entry, place))
    hints: dict[str, list[Hint]] = defaultdict(list)
    for text, sharing in owners.items():
        for entry, place in sharing:
            others = ", ".join(other.id for other, _ in sharing if other is not entry)
            if others and not entry.general and not next(iter(entry.variants.values())).tells:
                told = f"shares the signature {text!r} with {others}; say in `tells` what sets it apart"
                hints[entry.id].append(Hint(told, ("signatures", place)))
    return hints
