"""Work that is done again and again in the background."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Periodic:
    """Calls `work` every `seconds` until it is stopped; what the work raises is logged and does not stop it."""

    def __init__(self, name: str, seconds: float, work: Callable[[], None]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first call comes after the first interval."""
        self._thread.start()

    def stop(self) -> None:
        """End after the call that is going on, if one is."""
        self._stopped.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self._work()
            except Exception:  # next time may be better
                log.exception("background work failed", work=self._name)
