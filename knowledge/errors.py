"""What can go wrong with documented knowledge.

KnowledgeError
├── EntryInvalid        an entry cannot be used until somebody edits its file
├── SignatureInvalid    a signature cannot be compiled
├── EntryUnknown        nobody documented an entry under this id
├── IndexUnusable       a saved index is damaged or of another version; build it anew
├── CalibrationInvalid  the numbers that the fit found cannot be read; fit them anew
└── CaseInvalid         a line of a file of cases cannot be read
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class KnowledgeError(Exception):
    """Anything that this package raises on purpose."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong in a file: its line, what is the case, and what to write instead."""

    line: int
    problem: str
    remedy: str


class EntryInvalid(KnowledgeError):
    """An entry cannot be used until somebody edits its file; `mistakes` are all that were found, by line."""

    def __init__(self, path: Path, *mistakes: Mistake) -> None:
        self.path = path
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(f"{path}:{each.line}: {each.problem}; {each.remedy}" for each in self.mistakes))


class SignatureInvalid(KnowledgeError):
    """A signature cannot be compiled."""

    def __init__(self, signature: str, problem: str, remedy: str) -> None:
        super().__init__(f"signature {signature!r}: {problem}; {remedy}")
        self.signature = signature
        self.problem = problem
        self.remedy = remedy


class EntryUnknown(KnowledgeError):
    """Nobody documented an entry under this id."""

    def __init__(self, entry_id: str, nearest: Sequence[str]) -> None:
        hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(f"no entry has the id {entry_id!r}{hint}")
        self.entry_id = entry_id
        self.nearest = tuple(nearest)


class IndexUnusable(KnowledgeError):
    """A saved index is damaged or was written by another version; build it anew from the files."""


class CalibrationInvalid(KnowledgeError):
    """The numbers that the fit found lack one, or hold one that is none; fit them anew."""


class CaseInvalid(KnowledgeError):
    """A line of a file of cases cannot be read."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
