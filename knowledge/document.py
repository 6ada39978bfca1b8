"""One markdown file, read: an entry, a translation of one, or markdown that people already had."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from knowledge import adoption, frontmatter, schema, sections
from knowledge.entry import Entry, Language, Variant
from knowledge.errors import EntryInvalid, Mistake

MAX_BYTES = 256 * 1024
"""The longest shipped entry has 12 KB; a larger file is a log or a book."""

_TRANSLATION = re.compile(r"^(?P<id>.+)\.(?P<language>[a-z]{2})\.md$")
_HANGUL = re.compile(r"[가-힣]")
_NOT_OF_AN_ID = re.compile(r"[^\w]+|_+")


@dataclass(frozen=True)
class Document:
    """What one file says. `entry` is None in a translation; `language` is that of `variant`.

    `named` is False where the file is written for us but leaves its id to its name.
    """

    path: Path
    id: str
    language: Language
    variant: Variant
    entry: Entry | None
    named: bool = True


def read(path: Path) -> Document:
    """Read one file; raises EntryInvalid with the line of every mistake and what was expected."""
    return parsed(_text(path), path)


def parsed(text: str, path: Path) -> Document:
    """Read what is, or might be, in the file of that name; raises EntryInvalid as `read` does."""
    matter = frontmatter.split(text, path)
    translation = _TRANSLATION.match(path.name)
    if translation:
        return _translation(path, translation["id"], translation["language"], matter)
    if schema.written_for_us(matter):
        return _own(path, matter)
    return _adopted(path, matter)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(path, 1, f"the file cannot be read ({error.strerror})", "check its permissions") from error
    if len(raw) > MAX_BYTES:
        raise _refused(path, 1, f"the file has {len(raw):,} bytes", f"keep an entry under {MAX_BYTES:,}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(path, line, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(path, line, "the file holds a NUL byte, so it is not text", "move it out of the folder")
    return text


def _refused(path: Path, line: int, problem: str, remedy: str) -> EntryInvalid:
    return EntryInvalid(path, Mistake(line, problem, remedy))


def _own(path: Path, matter: frontmatter.FrontMatter) -> Document:
    outline = sections.outline(matter.body)
    identity = _id_of_file(path.name.removesuffix(".md"))
    fields = schema.entry_fields(matter, path, identity=identity, heading=outline.title)
    return _document(path, identity, fields, outline, named=fields.id is not None)


def _adopted(path: Path, matter: frontmatter.FrontMatter) -> Document:
    """Take markdown as it is: title from the front matter or the first heading, signatures from its code blocks."""
    if not matter.body.strip():
        told = "there is nothing under the front matter" if matter.values else "the file is empty"
        raise _refused(path, matter.body_line, told, "write what goes wrong and what to do, or remove the file")
    outline = sections.outline(matter.body)
    stem = path.name.removesuffix(".md")
    borrowed = schema.borrowed_fields(matter, path)
    fields = borrowed.model_copy(
        update={
            "title": borrowed.title or outline.title or stem,
            "signatures": adoption.signatures(outline.fences),
        }
    )
    return _document(path, _id_of_file(stem), fields, outline)


def _document(
    path: Path, identity: str, fields: schema.EntryFields, outline: sections.Outline, *, named: bool = True
) -> Document:
    title = (fields.title or outline.title or identity)[: schema.MAX_LINE]
    language = language_of(title)
    variant = Variant(title, outline.sections, fields.phrases, fields.tells, path)
    entry = Entry(
        id=identity,
        kind=fields.kind,
        variants={language: variant},
        signatures=fields.signatures,
        tags=fields.tags,
        general=fields.general,
        checks=fields.checks,
        links=fields.links,
        examples=fields.examples,
        counterexamples=fields.counterexamples,
    )
    return Document(path, identity, language, variant, entry, named)


def _translation(path: Path, identity: str, language: Language, matter: frontmatter.FrontMatter) -> Document:
    outline = sections.outline(matter.body)
    fields = schema.translation_fields(matter, path, heading=outline.title)
    title = (fields.title or outline.title or identity)[: schema.MAX_LINE]
    variant = Variant(title, outline.sections, fields.phrases, fields.tells, path)
    return Document(path, _id_of_file(identity), language, variant, None)


def language_of(title: str) -> Language:
    """Return the language of an entry, which its title tells: one with Hangul in it is Korean."""
    return "ko" if _HANGUL.search(title) else "en"


def _id_of_file(name: str) -> str:
    """Turn a file name into an id: itself if it can be one, else its letters and digits of any script, with hyphens."""
    if schema.is_id(name):
        return name
    kept = _NOT_OF_AN_ID.sub("-", unicodedata.normalize("NFC", name).lower()).strip("-")
    return kept[: schema.MAX_ID] or "untitled"
