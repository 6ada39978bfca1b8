"""How long one question may take, and how many requests it may cost."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from diagnostics.errors import BudgetSpent

CHECK_SECONDS, CHECK_REQUESTS = 10.0, 30
"""What one check may take over a namespace or the whole cluster."""

OBJECT_REQUESTS = 6
"""What one check may take over one object, whether it exists or not."""

SWEEP_SECONDS, SWEEP_REQUESTS = 60.0, 60
"""What all checks together may take."""

T = TypeVar("T")


class Budget:
    """Time and requests for one question, shared by everything that works on it; it can be cancelled from anywhere."""

    def __init__(self, seconds: float, requests: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.requests = requests
        self.spent = 0
        self._counted = 0
        self._clock = clock
        self._end = clock() + seconds
        self._lock = threading.Lock()
        self._cancelled = False
        self._waiting: set[threading.Event] = set()

    def cancel(self) -> None:
        """Stop asking the cluster and waiting for it; what was read so far is still judged."""
        with self._lock:
            self._cancelled = True
            for waiting in self._waiting:
                waiting.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled

    @property
    def is_costly(self) -> bool:
        """Whether so much was asked, pages and all, that only what is needed should follow, and no logs."""
        return self.spent >= SWEEP_REQUESTS

    def remaining(self) -> float:
        """Return the seconds that are left, nought when the question was cancelled."""
        return 0.0 if self._cancelled else max(0.0, self._end - self._clock())

    def spend(self, *, next_page: bool = False) -> float:
        """Note one request and return the seconds it may take; raise BudgetSpent when nothing is left.

        A single request gets half of the time at most, so that one that hangs leaves time for what comes after it. The
        further pages of a list cost time alone: how many there are is the cluster's doing and not the question's, and a
        namespace of many pods would otherwise be one that cannot be looked at.
        """
        with self._lock:
            if self._cancelled:
                raise BudgetSpent("it was cancelled before this was read")
            if self._counted >= self.requests and not next_page:
                raise BudgetSpent(f"the {self.requests} requests allowed for one question were used up before this")
            remaining = self.remaining()
            if remaining <= 0:
                raise BudgetSpent(f"the {self.seconds:g} s allowed for one question were over before this was read")
            self.spent += 1
            self._counted += not next_page
            return min(remaining, self.seconds / 2)

    def wait_for(self, call: Future[T], seconds: float) -> T:
        """Return what `call` returns within `seconds`; raise TimeoutError, or BudgetSpent when somebody cancels."""
        stirred = threading.Event()
        call.add_done_callback(lambda _: stirred.set())
        with self._lock:
            self._waiting.add(stirred)
            if self._cancelled:
                stirred.set()
        stirred.wait(seconds)
        with self._lock:
            self._waiting.discard(stirred)
        if self._cancelled and not call.done():
            raise BudgetSpent("it was cancelled while this was read")
        return call.result(timeout=0)
