"""Ctrl-C that ends work between two of its steps, so that what was done until then can be told truly."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""What a shell reports of a process that Ctrl-C ended."""


class Interruption:
    """While it is entered, Ctrl-C waits for the end of a step, and a second one does not.

    Python runs handlers of signals in its main thread, and this must be entered there.
    """

    def __init__(self) -> None:
        self._is_wanted = False
        self._is_welcome = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold Ctrl-C back, but where it is welcome."""
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """Raise KeyboardInterrupt here: for one that came before, at once, and while this waits for something."""
        self._is_welcome = True
        try:
            if self._is_wanted:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_welcome = False

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_welcome or self._is_wanted:
            raise KeyboardInterrupt
        self._is_wanted = True
