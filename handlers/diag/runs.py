"""What is being looked into at this moment, so that it can be cancelled."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from diagnostics.budget import Budget


@dataclass
class Run:
    """A question that is being looked into; `cancelled_by` is the id of whoever stopped it."""

    id: str
    budget: Budget
    cancelled_by: str = ""


class Runs:
    """The runs of this process by id. May be used from any thread."""

    def __init__(self) -> None:
        self._going_on: dict[str, Run] = {}
        self._lock = threading.Lock()

    @contextmanager
    def going_on(self, run: Run) -> Iterator[Run]:
        """Let a run be cancelled as long as the block lasts; a block that fails cancels it."""
        with self._lock:
            self._going_on[run.id] = run
        try:
            yield run
        except BaseException:
            run.budget.cancel()
            raise
        finally:
            with self._lock:
                del self._going_on[run.id]

    def cancel(self, run_id: str, user: str) -> bool:
        """Stop a run on somebody's behalf; False if it is over, or is another process's."""
        with self._lock:
            run = self._going_on.get(run_id)
            if run is None:
                return False
            run.cancelled_by = run.cancelled_by or user
        run.budget.cancel()
        return True
