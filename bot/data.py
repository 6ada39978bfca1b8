"""The folder of data: what it takes to keep a journal in it."""

import os
from pathlib import Path


class DataUnusable(Exception):
    """The folder of data, or a file in it, cannot be worked with until somebody mends it."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}; {remedy}")
        self.path = path
        self.problem = problem
        self.remedy = remedy


def require(folder: Path) -> None:
    """Raise DataUnusable unless this user can write in `folder`, or could make it; nothing is written."""
    standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not standing.is_dir():
        raise DataUnusable(folder, f"{standing} is no folder", "set PASTEMORTEM_DATA to a folder")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise unwritable(folder)


def unwritable(folder: Path) -> DataUnusable:
    """Return the error of a folder in which this user cannot write."""
    remedy = f"set PASTEMORTEM_DATA to a folder in which the user {os.getuid()} may write, or give that user this one"
    return DataUnusable(folder, "cannot be written", remedy)
