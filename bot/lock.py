"""One running bot to a folder of data: two on one journal would answer twice, or break it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DataInUse(Exception):
    """Another bot works on this folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"{folder}: another pastemortem{f' (process {holder})' if holder else ''} uses this folder; "
            "stop it, or set PASTEMORTEM_DATA to a folder of its own"
        )


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the folder, created if need be; raises DataInUse. The system lets go of it however the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise DataInUse(folder, file.read().strip()) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
