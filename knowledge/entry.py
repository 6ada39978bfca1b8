"""An entry: one documented issue or procedure, as its file tells it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Language = str
"""An ISO 639-1 code: `en`, `ko`."""


class Kind(enum.StrEnum):
    """What brings somebody to an entry."""

    ISSUE = "issue"
    HOWTO = "howto"


class SignatureKind(enum.StrEnum):
    """How a signature's text is to be read; see docs/entries.md."""

    TEXT = "text"
    PATTERN = "pattern"
    REGEX = "regex"


class Section(enum.StrEnum):
    """The parts of an entry's prose, in the order in which they are read."""

    SYMPTOM = "symptom"
    CAUSE = "cause"
    FIX = "fix"
    VERIFY = "verify"
    BACKGROUND = "background"


@dataclass(frozen=True)
class Signature:
    """What the program prints when the documented thing happens."""

    text: str
    kind: SignatureKind = SignatureKind.TEXT


@dataclass(frozen=True)
class CheckReference:
    """A read-only diagnosis, by the name it has in `diagnostics`, that can tell whether an entry holds on a cluster."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A page of the vendor's."""

    title: str
    url: str


@dataclass(frozen=True)
class Variant:
    """The words of an entry in one language. Sections are CommonMark and may be absent."""

    title: str
    sections: Mapping[Section, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    tells: str = ""
    path: Path | None = None


@dataclass(frozen=True)
class Entry:
    """One documented issue or procedure; `variants` always holds at least one language, the first being its own."""

    id: str
    kind: Kind
    variants: Mapping[Language, Variant]
    signatures: tuple[Signature, ...] = ()
    tags: tuple[str, ...] = ()
    general: bool = False
    checks: tuple[CheckReference, ...] = ()
    links: tuple[Link, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()

    def words(self, language: Language) -> Variant:
        """Return the words of this entry in `language`, or in its own language where nobody translated it."""
        return self.variants.get(language) or next(iter(self.variants.values()))

    @property
    def title(self) -> str:
        """Title in the entry's own language."""
        return next(iter(self.variants.values())).title

    @property
    def path(self) -> Path | None:
        """The file of the entry's own language; None for an entry that was made in memory."""
        return next(iter(self.variants.values())).path
