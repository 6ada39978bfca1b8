"""The prose of an entry with the words of the paste in it."""

import re
from collections.abc import Mapping

from knowledge.entry import Entry, Language, Section

_SLOT = re.compile(r"\{\{ *(?P<name>[A-Za-z_][A-Za-z0-9_]*) *(?:\|(?P<otherwise>[^{}]*))?\}\}")


def declared(entry: Entry) -> frozenset[str]:
    """Return the names of the wildcards that the entry's signatures capture."""
    names = {match["name"] for signature in entry.signatures for match in _SLOT.finditer(signature.text)}
    names |= {name for signature in entry.signatures for name in re.findall(r"\(\?P<(\w+)>", signature.text)}
    return frozenset(names)


def slots(text: str) -> dict[str, str]:
    """Return the names that `text` would like to show, each as it is written there first."""
    written: dict[str, str] = {}
    for match in _SLOT.finditer(text):
        written.setdefault(match["name"], match[0])
    return written


def filled(entry: Entry, section: Section, language: Language, captured: Mapping[str, str] | None = None) -> str:
    """Return a section's CommonMark with what the match captured; '' where the entry does not have the section.

    A name that nothing captured shows its words after `|`, or else itself as `<name>`. Names that no signature declares
    are not ours (a Go template, a Jinja snippet) and stay as they are. Captured text comes from a paste: it is put in
    as one line that can neither leave the code that it stands in nor become a link.
    """
    text = entry.words(language).sections.get(section, "")
    ours = declared(entry)
    taken = captured or {}

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in ours:
            return match[0]
        if name in taken:
            return _literal(taken[name])
        return match["otherwise"] if match["otherwise"] is not None else f"<{name}>"

    return _SLOT.sub(fill, text)


def _literal(captured: str) -> str:
    return " ".join(captured.replace("`", "'").replace("](", "] (").split())
