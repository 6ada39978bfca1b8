"""The log of what the app asked of the Web API."""

from dataclasses import dataclass, field

from workspace.shapes import Json

KEPT = 20_000
"""As many calls are remembered; the oldest go first."""


@dataclass(frozen=True)
class Call:
    """One call of the Web API: the method, its arguments without the token, the answer, and when it came (seconds,
    from a clock that only runs forward)."""

    method: str
    arguments: Json
    response: Json
    at: float

    @property
    def ok(self) -> bool:
        """Whether the call did what it was asked."""
        return bool(self.response.get("ok"))


@dataclass
class CallLog:
    """Calls in the order in which they were answered."""

    calls: list[Call] = field(default_factory=list)

    def add(self, call: Call) -> None:
        """Remember a call."""
        self.calls.append(call)
        if len(self.calls) > KEPT:
            del self.calls[: KEPT // 10]
