"""Waiting for what another process does."""

import array
import fcntl
import termios
import time
from collections.abc import Callable


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, which on a loaded machine takes its time."""
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def unread(pipe: int) -> int:
    """Return how many bytes wait in a pipe."""
    waiting = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, waiting)
    return waiting[0]
