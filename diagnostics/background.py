"""Work that is given up when it takes too long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def start(work: Callable[[], T]) -> Future[T]:
    """Run `work` on a thread of its own and return its future.

    The thread is a daemon: a call that hangs in name resolution or in a credential plugin cannot be interrupted, and
    must not keep the process from ending.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  a future carries whatever happened to whoever waits for it
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name="diagnostics-call").start()
    return future
