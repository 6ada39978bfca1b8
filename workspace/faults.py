"""What goes wrong on purpose: answers that the Web API gives instead of doing what it was asked."""

from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One bad answer: an error word, or a bare HTTP status; `retry_after` in seconds makes it a rate limit."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None


@dataclass
class Faults:
    """Bad answers that wait for their method to be called, in the order in which they were asked for."""

    waiting: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def add(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of a method go wrong."""
        self.waiting[method].extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        """Return what is to go wrong with this call, if anything."""
        return self.waiting[method].popleft() if self.waiting.get(method) else None
