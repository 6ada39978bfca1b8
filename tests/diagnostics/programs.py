"""Programs that run beside the tests, from their start until nothing is left of them."""

import contextlib
import http.client
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

_PATIENCE = 60.0
"""Seconds that a program may take to come up."""

_GRACE = 10.0
"""Seconds that it may take to end by itself."""

_TRIES = 3
_TAKEN = "address already in use"


class Program(Protocol):
    """What can be run: a command, and a way to tell when it has come up."""

    command: list[str]

    def is_up(self) -> bool:
        """Say whether it answers; an OSError or HTTPException says that it does not."""
        ...


P = TypeVar("P", bound=Program)


def free_port() -> int:
    """Return a port that nobody listens on; somebody may before the caller does, so `running` tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(make: Callable[[], P], log: Path) -> Iterator[P]:
    """Run the program that `make` describes, with free ports of its own, until the context ends."""
    program, process = _started(make, log)
    try:
        yield program
    finally:
        _stop(process)


def _started(make: Callable[[], P], log: Path) -> tuple[P, subprocess.Popen[bytes]]:
    for _ in range(_TRIES):
        program = make()
        with log.open("w") as output:
            process = subprocess.Popen(program.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if _comes_up(program, process):
            return program, process
        _stop(process)
        if _TAKEN not in log.read_text():
            break
    raise RuntimeError(f"{program.command[0]} did not come up:\n{log.read_text()[-3000:]}")


def _comes_up(program: Program, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if program.is_up():
                return True
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
