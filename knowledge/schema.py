"""What the front matter of an entry may hold, and the sentence for each way of getting it wrong."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from knowledge.entry import CheckReference, Kind, Link, Signature, SignatureKind
from knowledge.errors import EntryInvalid, Mistake
from knowledge.frontmatter import FrontMatter

MAX_ID = 120

ID = rf"^[a-z0-9][a-z0-9-]{{0,{MAX_ID - 1}}}$"
"""Ids are file names, parts of URLs and words of commands: letters, digits and hyphens, and so never a path."""

MAX_SIGNATURE_CHARACTERS = 2_000

MAX_LINE = 300
"""Characters of a title or a phrase."""

MAX_TAG = 60


def is_id(text: str) -> bool:
    """Tell whether an entry can be called so."""
    return re.fullmatch(ID, text) is not None


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LINE)]
Paste = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


def _signature(raw: Any) -> Signature:
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in set(SignatureKind):
        raise ValueError("write a text, or one of `text:`, `pattern:`, `regex:`")
    [(kind, text)] = raw.items()
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"`{kind}:` has no text")
    if len(text) > MAX_SIGNATURE_CHARACTERS:
        raise ValueError(f"is longer than {MAX_SIGNATURE_CHARACTERS:,} characters")
    if kind == SignatureKind.REGEX:
        _compile(text)
    return Signature(text.strip(), SignatureKind(kind))


def _compile(pattern: str) -> None:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise ValueError(f"is not a regular expression that RE2 can run: {reason}") from error


def _check(raw: Any) -> CheckReference:
    if isinstance(raw, str):
        return CheckReference(raw)
    if isinstance(raw, dict) and len(raw) == 1:
        [(name, parameters)] = raw.items()
        if parameters is None:
            return CheckReference(name)
        if isinstance(parameters, dict) and all(isinstance(value, str) for value in parameters.values()):
            return CheckReference(name, parameters)
    raise ValueError("write the name of a check, or `name: {parameter: value}`")


def _link(raw: Any) -> Link:
    if isinstance(raw, str):
        raw = {"title": raw, "url": raw}
    if not isinstance(raw, dict) or set(raw) != {"title", "url"} or not all(isinstance(v, str) for v in raw.values()):
        raise ValueError("write an address, or `title:` and `url:`")
    if not raw["url"].startswith(("https://", "http://")):
        raise ValueError(f"{raw['url']!r} is not an http address")
    return Link(raw["title"], raw["url"])


class TranslationFields(BaseModel):
    """Front matter of `<id>.<language>.md`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Line | None = None
    phrases: tuple[Line, ...] = ()
    tells: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""


Fields = TypeVar("Fields", bound="TranslationFields")


class EntryFields(TranslationFields):
    """Front matter of `<id>.md`; see docs/entries.md for what each field means."""

    id: Annotated[str, StringConstraints(pattern=ID)] | None = None
    kind: Kind = Kind.ISSUE
    tags: tuple[
        Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=MAX_TAG)], ...
    ] = ()
    signatures: tuple[Annotated[Signature, BeforeValidator(_signature)], ...] = ()
    general: bool = False
    checks: tuple[Annotated[CheckReference, BeforeValidator(_check)], ...] = ()
    links: tuple[Annotated[Link, BeforeValidator(_link)], ...] = ()
    examples: tuple[Paste, ...] = ()
    counterexamples: tuple[Paste, ...] = ()


OWN_KEYS = frozenset({"id", "kind", "signatures", "examples", "counterexamples"})
"""A front matter with one of these was written for us; another one belongs to a blog or a notebook."""


def written_for_us(matter: FrontMatter) -> bool:
    """Tell an entry from markdown that people already had."""
    return not OWN_KEYS.isdisjoint(matter.values)


def entry_fields(matter: FrontMatter, path: Path, *, identity: str, heading: str | None) -> EntryFields:
    """Read the fields of an entry in the file that `identity` names; raises EntryInvalid with all that is wrong.

    A file without `title` needs a first `heading` to take its place.
    """
    mistakes = _of_keys(matter, EntryFields, heading)
    given = matter.values.get("id")
    if isinstance(given, str) and re.match(ID, given) and given != identity:
        problem = f"`id` is {given!r} in a file named {path.name!r}"
        mistakes.append(Mistake(matter.line(("id",)), problem, f"write {identity!r}, or rename the file"))
    return _validated(EntryFields, matter.values, matter, path, mistakes)


def translation_fields(matter: FrontMatter, path: Path, *, heading: str | None) -> TranslationFields:
    """Read the fields of a translation; raises EntryInvalid like `entry_fields`."""
    return _validated(TranslationFields, matter.values, matter, path, _of_keys(matter, TranslationFields, heading))


def borrowed_fields(matter: FrontMatter, path: Path) -> EntryFields:
    """Read title, tags and other names of a front matter that was not written for us, whatever else stands in it."""
    tags = matter.values.get("tags") or matter.values.get("categories") or []
    words = tags.replace(",", " ").split() if isinstance(tags, str) else _texts(tags)
    title = matter.values.get("title")
    known = {
        "title": title[:MAX_LINE] if isinstance(title, str) and title.strip() else None,
        "tags": [tag for word in words if 0 < len(tag := word.lstrip("#").strip()) <= MAX_TAG],
        "phrases": [name for name in _texts(matter.values.get("aliases")) if 0 < len(name.strip()) <= MAX_LINE],
    }
    return _validated(EntryFields, known, matter, path)


def _texts(value: Any) -> list[str]:
    """Return the texts in what may be one text, a list of whatever, or nothing."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _of_keys(matter: FrontMatter, model: type[BaseModel], heading: str | None) -> list[Mistake]:
    """Return what is wrong with the keys themselves: those that are misspelt, and a missing title."""
    misspelt = _misspelt(matter, model)
    mistakes = [
        Mistake(matter.line((key,)), f"the key {key!r} is unknown", f"did you mean {meant!r}?")
        for key, meant in misspelt.items()
    ]
    if heading or matter.values.get("title") is not None or "title" in misspelt.values():
        return mistakes
    return [*mistakes, Mistake(matter.line(("title",)), "`title` is missing", "say in one line what is wrong")]


def _misspelt(matter: FrontMatter, model: type[BaseModel]) -> dict[str, str]:
    """Return the keys that are nearly one of the model's, each with the one that was meant."""
    unknown = (key for key in matter.values if key not in EntryFields.model_fields)
    near = {key: process.extractOne(key.lower(), model.model_fields.keys(), score_cutoff=80) for key in unknown}
    return {key: found[0] for key, found in near.items() if found}


def _validated(
    model: type[Fields], values: Mapping[str, Any], matter: FrontMatter, path: Path, mistakes: Iterable[Mistake] = ()
) -> Fields:
    """Return the fields; raises EntryInvalid with `mistakes`, those of the front matter and those of its values."""
    known = [*matter.mistakes, *mistakes]
    try:
        fields = model.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        raise EntryInvalid(path, *known, *_mistakes(error, matter)) from error
    if known:
        raise EntryInvalid(path, *known)
    return fields


def _mistakes(error: ValidationError, matter: FrontMatter) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in detail["loc"])
        problem, remedy = _explained(detail)
        yield Mistake(matter.line(detail["loc"]), f"`{where}` {problem}", remedy)


def _explained(error: ErrorDetails) -> tuple[str, str]:
    context = error.get("ctx", {})
    given = repr(error["input"])
    shown = given if len(given) <= 80 else f"{given[:77]}..."
    match error["type"]:
        case "value_error":
            return f"cannot be read: {context['error']}", "see docs/entries.md"
        case "string_pattern_mismatch":
            return f"is {shown}", f"use lower-case letters, digits and hyphens, {MAX_ID} at most"
        case "enum":
            return f"is {shown}", f"expected {context['expected']}"
        case "tuple_type":
            return f"is {shown}", "expected a list: lines that begin with a hyphen"
        case "string_type":
            return f"is {shown}", "expected a text"
        case "bool_parsing" | "bool_type":
            return f"is {shown}", "expected true or false"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters", "shorten it"
        case "string_too_short":
            return "is empty", "write something or remove it"
        case _:
            return error["msg"], "see docs/entries.md"
