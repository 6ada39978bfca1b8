"""Holding off Python's search for reference cycles while something is built that has none."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Pause:
    """A pause of the search, for any number of threads at once: it lasts until the last of them is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._was_on = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the search off; where somebody else has switched it off, it stays so."""
        with self._lock:
            if not self._holders:
                self._was_on = gc.isenabled()
                gc.disable()
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders and self._was_on:
                    gc.enable()


COLLECTION = Pause()
"""The search is of the whole process, and so is its pause."""
