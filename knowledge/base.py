"""The knowledge base as the rest of the product uses it: entries, the matcher over them, and search by words."""

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge import library, spelling
from knowledge.entry import Entry
from knowledge.errors import IndexUnusable
from knowledge.library import Library, Problem
from knowledge.match import Answer
from knowledge.matcher import Matcher
from knowledge.store import Store


@dataclass(frozen=True)
class Found:
    """Entries that a search found, best first.

    Where none holds the words that were asked for, `instead` are the nearest words, and the entries hold those.
    """

    entries: tuple[Entry, ...]
    instead: tuple[str, ...] = ()


class KnowledgeBase:
    """Entries of some folders, matched and searched. Any thread may ask while another one reloads."""

    def __init__(self, folders: Sequence[Path] = (library.SHIPPED,), *, database: Path | None = None) -> None:
        """Read the folders; tables and index go to `database` and beside it, or stay in memory.

        Broken files are `problems`, not errors. Raises OSError and sqlite3.Error where `database` cannot be written.
        """
        self._folders = tuple(folders)
        self._library = library.load(self._folders)
        self._store = Store(database)
        self._store.update(self._library.entries)
        self._index_file = database.with_suffix(".index") if database else None
        self._matcher = _indexed(self._library.entries.values(), self._index_file)
        self._reloading = threading.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Files that could not be used at the last reading, and how to mend each."""
        return self._library.problems

    @property
    def matcher(self) -> Matcher:
        """The engine, for those who want more than `match` tells."""
        return self._matcher

    def match(self, text: str, *, limit: int = 5) -> Answer:
        """Return the documented issues that the pasted `text` shows."""
        return self._matcher.match(text, limit=limit)

    def search(self, text: str, *, limit: int = 10) -> Found:
        """Return the entries that hold words of `text`, or else those that hold the words nearest to them."""
        if exact := self._holding(text, limit):
            return Found(exact)
        meant = spelling.meant(text, spelling.words(self._library.entries.values()))
        near = self._holding(" ".join(meant), limit)
        return Found(near, meant if near else ())

    def _holding(self, text: str, limit: int) -> tuple[Entry, ...]:
        entries = self._library.entries
        return tuple(entries[entry_id] for entry_id in self._store.search(text, limit=limit) if entry_id in entries)

    def entry(self, entry_id: str) -> Entry:
        """Return one entry; raises EntryUnknown, which names the nearest ids."""
        return self._library.entry(entry_id)

    def entries(self, tag: str | None = None) -> list[Entry]:
        """Return all entries, or those with `tag`, by id."""
        wanted = tag.lower() if tag else None
        return [entry for entry in self._library.entries.values() if wanted is None or wanted in entry.tags]

    def tags(self) -> dict[str, int]:
        """Return every tag with the number of entries that have it, the most used first."""
        counted = Counter(tag for entry in self._library.entries.values() for tag in entry.tags)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def reload(self) -> bool:
        """Read what has changed in the folders and tell whether anything did.

        Raises OSError and sqlite3.Error where it cannot be kept; what changed is answered all the same.
        """
        with self._reloading:
            before, after = self._library, library.load(self._folders, self._library)
            changed, removed = _difference(before, after)
            if changed or removed:
                self._matcher.update(changed, removed)
                self._store.update(after.entries)
            self._library = after
            if self._index_file and (changed or removed):
                self._matcher.save(self._index_file)
            return bool(changed or removed or before.problems != after.problems)

    def close(self) -> None:
        """Let go of the database file."""
        self._store.close()


def _indexed(entries: Collection[Entry], file: Path | None) -> Matcher:
    """Return the index that was saved for these entries, or a new one, saved for the next start."""
    if file is None:
        return Matcher(entries)
    try:
        return Matcher.load(file, entries)
    except IndexUnusable:
        matcher = Matcher(entries)
        matcher.save(file)
        return matcher


def _difference(before: Library, after: Library) -> tuple[list[Entry], list[str]]:
    changed = [entry for entry in after.entries.values() if before.entries.get(entry.id) != entry]
    removed = [entry_id for entry_id in before.entries if entry_id not in after.entries]
    return changed, removed
