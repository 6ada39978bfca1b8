"""What could not be read, in sentences that people are shown: each reason once."""

import re
from collections import defaultdict
from collections.abc import Iterable

from diagnostics import redaction
from diagnostics.needs import LOGS, Document, Need
from diagnostics.registry import Check
from diagnostics.resources import READABLE
from diagnostics.snapshot import Snapshot

_SILENT = re.compile(r"(\S+ gave no answer for |not read: )(.+?)([:;] .+)", re.DOTALL)
"""How it is said that the API server was silent, or that time or requests ran out: before, of what, and why."""

_REFUSED = re.compile(r"(RBAC does not grant \S+ on )(\S+) \(API group (\S+)\)( in [^;]+); add .+")
"""How it is said that a role does not suffice: before, the resource, its group, and where."""

_ASKED = re.compile(
    r"(.*? (?:for|read|where|serve|list of) )("
    + "|".join(sorted(map(re.escape, map(str, READABLE)), key=len, reverse=True))
    + r")((?:[ ;].*)?)",
    re.DOTALL,
)
"""How any other refusal to read a resource is told: before, of what, and the rest."""

_ROLE = "; bind the ClusterRole in deploy/, which grants all that is read"

_NAMED = 5
"""Things that are named of those that were not read for the same reason."""


def of(check: Check, seen: Snapshot) -> list[str]:
    """Return why what a check wants could not be read."""
    wanted: tuple[Need | Document, ...] = (*check.wants, LOGS)
    return [seen.unread[wish] for wish in wanted if wish in seen.unread]


def sentences(unread: Iterable[str]) -> tuple[str, ...]:
    """Return each sentence once, without secrets; things that were not read for one reason share a sentence."""
    alike: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for sentence in map(redaction.text, unread):
        head, asked, why = _parts(sentence)
        alike[head, why][asked] = sentence
    return tuple(_shared(head, told, why) for (head, why), told in alike.items())


def _parts(sentence: str) -> tuple[str, str, str]:
    """Return what stands before the thing that was not read, that thing, and why; of another sentence all of it."""
    if silent := _SILENT.fullmatch(sentence):
        return silent[1], silent[2], silent[3]
    if refused := _REFUSED.fullmatch(sentence):
        resource = refused[2] if refused[3] == "core" else f"{refused[2]}.{refused[3]}"
        return refused[1], resource, refused[4] + _ROLE
    if asked := _ASKED.fullmatch(sentence):
        return asked[1], asked[2], asked[3]
    return sentence, "", ""


def _shared(head: str, told: dict[str, str], why: str) -> str:
    """Return the sentence that was told of one thing, or one for all the things that it was told of."""
    if len(told) == 1:
        return next(iter(told.values()))
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{head}{', '.join(list(told)[:_NAMED])}{more}{why}"
