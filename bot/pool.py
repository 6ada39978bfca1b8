"""A bounded pool of workers that keeps the order within a lane and says when it is full."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

Work = Callable[[], None]

log = structlog.get_logger()


@dataclass(frozen=True)
class _Piece:
    lane: str
    work: Work
    slow: bool


@dataclass(frozen=True)
class Load:
    """How much a pool has to do."""

    running: int
    queued: int


class Pool:
    """Runs work on `workers` threads; at most `queue_length` pieces wait.

    At most `slow_at_once` workers are given to slow work, so that quick work never waits for all of it.
    """

    def __init__(self, workers: int, queue_length: int, *, slow_at_once: int = 1) -> None:
        self._queue: deque[_Piece] = deque()
        self._queue_length = queue_length
        self._running: set[str] = set()
        self._slow_at_once = slow_at_once
        self._slow_running = 0
        self._changed = threading.Condition()
        self._closing = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"worker-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, lane: str, work: Work, *, slow: bool = False) -> bool:
        """Queue a piece of work behind the others of its lane; False if the queue is full or the pool closing."""
        with self._changed:
            if self._closing or len(self._queue) >= self._queue_length:
                return False
            self._queue.append(_Piece(lane, work, slow))
            self._changed.notify()
            return True

    def crowded(self) -> bool:
        """Say whether slow work waits for other slow work."""
        with self._changed:
            return self._slow_running + sum(piece.slow for piece in self._queue) > self._slow_at_once

    def load(self) -> Load:
        """Return how many pieces run and how many wait."""
        with self._changed:
            return Load(len(self._running), len(self._queue))

    def drain(self, timeout: float) -> bool:
        """Take nothing more and finish what is queued; False if `timeout` seconds were not enough for that.

        What was still queued then is dropped; what was running is left to itself.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            finished = self._changed.wait_for(lambda: not self._queue and not self._running, timeout)
            self._queue.clear()
            return finished

    def _serve(self) -> None:
        while (piece := self._take()) is not None:
            try:
                piece.work()
            except Exception:  # a worker outlives whatever its work raises
                log.exception("work failed", lane=piece.lane)
            finally:
                self._release(piece)

    def _take(self) -> _Piece | None:
        with self._changed:
            while True:
                for position, piece in enumerate(self._queue):
                    if self._may_begin(piece):
                        del self._queue[position]
                        self._running.add(piece.lane)
                        self._slow_running += piece.slow
                        return piece
                if self._closing and not self._queue:
                    return None
                self._changed.wait()

    def _may_begin(self, piece: _Piece) -> bool:
        return piece.lane not in self._running and not (piece.slow and self._slow_running >= self._slow_at_once)

    def _release(self, piece: _Piece) -> None:
        with self._changed:
            self._running.discard(piece.lane)
            self._slow_running -= piece.slow
            # Whoever waits may be a worker for the next piece of this lane, or somebody who drains.
            self._changed.notify_all()
