"""Where handlers leave their jobs, so that acknowledging Slack never waits for the work."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from handlers.job import Job


class Receipt(enum.Enum):
    """What became of a job that was left in the inbox."""

    NEW = "it is kept, and a worker has it next"
    SEEN = "it was delivered before; nothing is to be done"
    LATE = "it is kept, but every worker is busy and the queue is full"


@dataclass(frozen=True)
class Duty:
    """What a kind of job asks for.

    `answer` does the work; it may be called again after a crash or an outage, with the job's `attempt` raised.
    `put_off` tells the person that the answer will take a while, `give_up` that none will come. A `slow` duty waits for
    something other than Slack; only some of the workers are given to those at the same time.
    """

    answer: Callable[[Job], None]
    put_off: Callable[[Job], None]
    give_up: Callable[[Job], None]
    slow: bool = False


class Inbox(Protocol):
    """Keeps jobs until they are answered, across restarts."""

    def assign(self, kind: str, duty: Duty) -> None:
        """Say what jobs of this kind ask for."""

    def receive(self, job: Job) -> Receipt:
        """Keep the job and hand it to a worker; it is safe to acknowledge once this has returned."""
