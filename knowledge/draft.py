"""The beginning of an entry, out of a paste that nobody has documented, as the markdown file that a curator commits."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from knowledge import adoption, document
from knowledge.entry import Language, Section
from knowledge.matching import cleaning, masking
from knowledge.matching.cleaning import Line

MOST_SIGNATURES = 3
"""A stack trace has a line for each cause; the first and the last of them tell what failed and why."""

LONGEST_TITLE = 120
LONGEST_SIGNATURE = 300
LONGEST_PHRASE = 300
LEAST_LITERAL = 12
"""Letters that a signature must keep beside its wildcards to say anything."""

LEAST_WORDS = 3
"""Words of a line that can be told from others by them."""

ID_WORDS = 7
"""Words of a title that make its id, which people type."""

_MASKED = rf"(?:<(?:{'|'.join(masking.MASKS)})>|\[redacted\])"
"""What differs from paste to paste, a secret that was taken out of this one included."""

_WILDCARD = re.compile(rf"{_MASKED}(?:[\s,;:/.-]*{_MASKED})*")
_FIELD = re.compile(r'^(?:msg|message|err|error) "(.*)"$')
"""What is left of `msg="…"` in a line of keys and values."""

_RAISED = re.compile(r'(?:Caused by|Suppressed|Wrapped by): |Exception in thread "[^"]*" ')
"""What a JVM prints before an exception, by where it was met."""

_UNPRINTABLE = re.compile("[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not take."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_PROGRAM = re.compile(r"[a-z][\w./-]*(?:\[\d+\])?: ")
"""A program's name before what it says; people begin a sentence with a capital letter."""

_HEADINGS: dict[Language, dict[Section, str]] = {
    "en": {
        Section.SYMPTOM: "Symptom",
        Section.CAUSE: "Cause",
        Section.FIX: "Fix",
        Section.VERIFY: "Verify",
    },
    "ko": {
        Section.SYMPTOM: "증상",
        Section.CAUSE: "원인",
        Section.FIX: "조치",
        Section.VERIFY: "확인",
    },
}


@dataclass(frozen=True)
class Draft:
    """What an entry begins with; a signature with a `*` in it is a pattern."""

    id: str
    title: str
    signatures: tuple[str, ...]
    example: str
    phrases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.id}.md"

    def markdown(self) -> str:
        """Return the file: the front matter, and every section with what is known or room to write."""
        written = {Section.CAUSE: self.cause, Section.FIX: self.fix}
        headings = _HEADINGS[document.language_of(self.title)]
        sections = [
            f"## {heading}\n{written.get(section, '').strip()}".rstrip() for section, heading in headings.items()
        ]
        return "\n".join(["---", *self._front_matter(), "---", *sections]) + "\n"

    def _front_matter(self) -> Iterator[str]:
        yield f"id: {self.id}"
        yield f"title: {_scalar(self.title)}"
        yield from _listed("tags", [_scalar(tag) for tag in self.tags])
        kinds = (("pattern" if "*" in each else "text", each) for each in self.signatures)
        yield from _listed("signatures", [f"{kind}: {_scalar(text)}" for kind, text in kinds])
        yield from _listed("phrases", [_scalar(phrase) for phrase in self.phrases])
        yield from _listed("examples", [_scalar(self.example)])


def begun(paste: str, taken: Collection[str] = ()) -> Draft:
    """Return the draft of an entry about a paste, with an id that is none of those `taken`.

    Where no line of the paste looks like an error or is a program's, somebody describes one: that is a phrase, and no
    signature.
    """
    pasted = printable(paste)
    said = [line for line in cleaning.clean(pasted) if line.message.strip() and not line.is_frame]
    signatures = tuple(dict.fromkeys(map(_signature, _telling(said))))
    described = "" if signatures else description(pasted)
    told = signatures[0].replace("*", "…") if signatures else described
    return Draft(
        id=_free(_id_of_words(told), taken),
        title=_shortened(told, LONGEST_TITLE),
        signatures=signatures,
        example=pasted,
        phrases=(described,) if described else (),
    )


def description(paste: str) -> str:
    """Return the line of a paste that says most of what is wrong: one that names an error, else the longest."""
    said = [" ".join(line.message.split()) for line in cleaning.clean(paste)]
    named = list(filter(adoption.looks_like_an_error, said))
    return _shortened(max(named or said, key=len, default=""), LONGEST_PHRASE)


def _signature(line: Line) -> str:
    """Return what a program would print again of a line: its message, with `*` for what is never the same."""
    said = _FIELD.sub(r"\1", " ".join(line.message.split()))
    raised = _RAISED.match(said)
    message = _shortened(said[raised.end() :] if raised else said, LONGEST_SIGNATURE)
    # What stands for a wildcard may not be an asterisk of the program's own.
    pattern = _WILDCARD.sub("*", masking.mask(message)) if "*" not in message else message
    return pattern if len(re.findall(r"[^\W\d_]", pattern)) >= LEAST_LITERAL else message


def printable(text: str) -> str:
    """Return the text without what cannot be seen, or not be written in a file of ours."""
    return "\n".join(_UNPRINTABLE.sub("", cleaning.INVISIBLE.sub("", line)) for line in text.splitlines()).strip()


def _id_of_words(words: str) -> str:
    """Return an id made of the first words that an id can hold; `new-entry` if there are none."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z][a-z0-9]+", plain)[:ID_WORDS])[:80] or "new-entry"


def _free(identity: str, taken: Collection[str]) -> str:
    """Return the id, with a number behind it if it is taken."""
    numbered = (f"{identity}-{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([identity], numbered) if each not in taken)


def _telling(said: Sequence[Line]) -> Iterator[Line]:
    """Yield the first lines that look like errors, and the last of them; a state in a table would be met everywhere."""
    messages = [line for line in said if len(_WORD.findall(line.message)) >= LEAST_WORDS]
    errors = [line for line in messages if adoption.looks_like_an_error(line.text)]
    if not errors and len(said) == 1:
        # Of a line alone it is its beginning that tells whether a program said it.
        errors = [line for line in messages if line.surroundings or _PROGRAM.match(line.message)]
    yield from errors[: MOST_SIGNATURES - 1]
    yield from errors[MOST_SIGNATURES - 1 :][-1:]


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]


def _listed(name: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{name}:"
        yield from (f"  - {item}" for item in items)


def _scalar(text: str) -> str:
    """Return a text as YAML that people would write: between quotes, or as it is below a `|`."""
    plain = printable(text)
    if "\n" in plain:
        return "\n".join(["|", *(f"    {line}".rstrip() for line in plain.split("\n"))])
    if '"' in plain or "\\" in plain:
        return "'" + plain.replace("'", "''") + "'"
    return f'"{plain}"'
