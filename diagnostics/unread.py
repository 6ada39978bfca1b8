"""What could not be read, in sentences that people are shown: each reason once."""

import re
from collections import defaultdict
from collections.abc import Iterable

from diagnostics import redaction
from diagnostics.needs import LOGS, Document, Need
from diagnostics.registry import Check
from diagnostics.snapshot import Snapshot

_SILENT = re.compile(r"(\S+ gave no answer for |not read: )(.+?)([:;] .+)", re.DOTALL)
"""How it is said that the API server was silent, or that time or requests ran out: before, of what, and why."""

_NAMED = 5
"""Things that are named of those that were not read for the same reason."""


def of(check: Check, seen: Snapshot) -> list[str]:
    """Return why what a check wants could not be read."""
    wanted: tuple[Need | Document, ...] = (*check.wants, LOGS)
    return [seen.unread[wish] for wish in wanted if wish in seen.unread]


def sentences(unread: Iterable[str]) -> tuple[str, ...]:
    """Return each sentence once, without secrets; things that were not read for one reason share a sentence."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sentence in dict.fromkeys(map(redaction.text, unread)):
        head, asked, why = _parts(sentence)
        alike[head, why].append(asked)
    return tuple(f"{head}{_listed(asked)}{why}" for (head, why), asked in alike.items())


def _parts(sentence: str) -> tuple[str, str, str]:
    """Return what stands before the thing that was not read, that thing, and why; of another sentence all of it."""
    silent = _SILENT.fullmatch(sentence)
    return (silent[1], silent[2], silent[3]) if silent else (sentence, "", "")


def _listed(asked: list[str]) -> str:
    """Return the first few of what was asked for, and how many more there are."""
    more = f" and {len(asked) - _NAMED} more" if len(asked) > _NAMED else ""
    return ", ".join(asked[:_NAMED]) + more
