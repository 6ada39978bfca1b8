"""All entries of some folders, and what is wrong with the files that could not be used.

One broken file never takes the others down: its previous good version stays in use and the problem is reported.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import process

from knowledge import document
from knowledge.document import Document
from knowledge.entry import Entry
from knowledge.errors import EntryInvalid, EntryUnknown, Mistake

SHIPPED = Path(__file__).parent / "entries"
"""The entries that come with the product."""

SHIPPED_NAME = "shipped"
"""How people name them, where folders are named; a folder of theirs that is called so is `./shipped`."""

NEAR = 75
"""Likeness, in percent, from which an id may have been meant by another; most pairs of ids reach 60 by chance."""

NOT_ENTRIES = frozenset({"readme.md", "contributing.md", "changelog.md", "license.md"})

Stamp = tuple[int, int]
"""Modification time in nanoseconds and size in bytes: a file with the same stamp is not read again."""

_NEVER: Stamp = (-1, -1)
"""The stamp of a kept version: its file is read again next time."""

Stamped = tuple[Stamp, Document]
"""What was read of a file, and the stamp that the file had then."""


@dataclass(frozen=True)
class Problem:
    """Why a file, or a folder, which has no `line`, cannot be used as it is.

    `kept` tells whether an earlier good version of the file stays in use.
    """

    path: Path
    line: int | None
    problem: str
    remedy: str
    kept: bool = False

    def __str__(self) -> str:
        """Return the line that an editor can jump to."""
        return f"{self.place}: {self.problem}; {self.remedy}"

    @property
    def place(self) -> str:
        """What an editor can open: the file and its line."""
        return str(self.path) if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Library:
    """Entries by id, in the order of their ids, with the problems that were met."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    documents: Mapping[Path, Stamped] = field(default_factory=dict, repr=False)

    def entry(self, identity: str) -> Entry:
        """Return the entry with this id; raises EntryUnknown, which names the nearest ids."""
        try:
            return self.entries[identity]
        except KeyError:
            near = process.extract(identity[:200], self.entries.keys(), limit=3, score_cutoff=NEAR)
            raise EntryUnknown(identity, [found for found, _, _ in near]) from None


def folder(name: str) -> Path:
    """Return the folder of entries that somebody named."""
    return SHIPPED if name == SHIPPED_NAME else Path(name)


def load(folders: Sequence[Path], previous: Library | None = None) -> Library:
    """Read every markdown file under `folders`; an entry in a later folder replaces one of the same id in an earlier.

    Files that have not changed since `previous` are not read again, and files that have become invalid keep the version
    that they had there.
    """
    known = previous.documents if previous else {}
    read: dict[Path, Stamped] = {}
    problems: list[Problem] = []
    shelves: list[dict[Path, Stamped]] = []
    for each in folders:
        shelves.append(_shelf(each, known, problems))
        read |= shelves[-1]
    entries: dict[str, Entry] = {}
    for shelf in shelves:
        entries.update(_assembled((page for _, page in shelf.values()), problems))
    return Library(dict(sorted(entries.items())), tuple(problems), read)


def _shelf(top: Path, known: Mapping[Path, Stamped], problems: list[Problem]) -> dict[Path, Stamped]:
    """Read the files of one folder; what is wrong with them is added to `problems`."""
    if not top.is_dir():
        problem = "this folder of entries does not exist"
        problems.append(Problem(top, None, problem, "create it or mend the setting"))
        return {}
    read: dict[Path, Stamped] = {}
    for path in _files(top):
        try:
            read[path] = _read(path, known.get(path))
        except EntryInvalid as error:
            problems += (
                Problem(path, mistake.line, mistake.problem, mistake.remedy, kept=path in known)
                for mistake in error.mistakes
            )
            if path in known:
                read[path] = (_NEVER, known[path][1])
    return read


def _files(top: Path) -> list[Path]:
    """Return the markdown files below `top`, without hidden ones and without descending into linked folders."""
    found = []
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        found += [
            Path(parent, name)
            for name in names
            if name.endswith(".md") and not name.startswith((".", "_")) and name.lower() not in NOT_ENTRIES
        ]
    return sorted(found)


def _read(path: Path, known: Stamped | None) -> Stamped:
    try:
        status = path.stat()
    except OSError as error:
        unreadable = Mistake(1, f"the file cannot be read ({error.strerror})", "check its permissions")
        raise EntryInvalid(path, unreadable) from error
    stamp = (status.st_mtime_ns, status.st_size)
    return known if known and known[0] == stamp else (stamp, document.read(path))


def _assembled(shelf: Iterable[Document], problems: list[Problem]) -> dict[str, Entry]:
    """Join entries and their translations; a second file with the same id is a problem that names both."""
    entries: dict[str, Entry] = {}
    translations: dict[str, list[Document]] = defaultdict(list)
    for page in shelf:
        if page.entry is None:
            translations[page.id].append(page)
        elif page.id in entries:
            problem = f"the id {page.id!r} is taken by {entries[page.id].path}"
            problems.append(Problem(page.path, 1, problem, "rename one of the files"))
        else:
            entries[page.id] = page.entry
    for identity, pages in translations.items():
        if identity not in entries:
            problems.extend(
                Problem(page.path, 1, f"translates {identity!r}, which does not exist", f"add {identity}.md beside it")
                for page in pages
            )
            continue
        variants = dict(entries[identity].variants) | {page.language: page.variant for page in pages}
        entries[identity] = replace(entries[identity], variants=variants)
    return entries
