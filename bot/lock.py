"""One running bot to a folder of data: two on one journal would answer twice, or break it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot import data
from bot.data import DataUnusable


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the folder, created if need be; raises DataUnusable. The system lets go of it however the process ends."""
    with _lock_file(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise _in_use(folder, file.read().strip()) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock_file(folder: Path) -> TextIO:
    data.require(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "lock").open("a+", encoding="ascii")
    except OSError as problem:
        raise data.unwritable(folder) from problem


def _in_use(folder: Path, holder: str) -> DataUnusable:
    problem = f"another pastemortem{f' (process {holder})' if holder else ''} uses this folder"
    return DataUnusable(folder, problem, "stop it, or set PASTEMORTEM_DATA to a folder of its own")
