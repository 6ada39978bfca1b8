"""Sending things to the app, and sending events again when nobody acknowledged them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from workspace import identifiers
from workspace.errors import Undelivered
from workspace.shapes import Json

ACKNOWLEDGE_WITHIN = 3.0
"""Seconds that an app has for an acknowledgement, as at Slack."""

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds before each of the three retries of an event, as at Slack: at once, after a minute, after five."""

KEPT = 5_000
"""As many deliveries are remembered, for `redeliver` and for tests that ask."""


@dataclass(frozen=True)
class Envelope:
    """What goes to the app once: the payload, and which attempt this is."""

    kind: str
    payload: Json
    retry_attempt: int = 0
    retry_reason: str = ""
    id: str = field(default_factory=lambda: identifiers.new("E"))

    @property
    def takes_payload(self) -> bool:
        """Whether the acknowledgement may carry an answer; those of events may not."""
        return self.kind != "events_api"


class Transport(Protocol):
    """A way to the app: Socket Mode, or its request URL."""

    async def send(self, envelope: Envelope, within: float) -> Json:
        """Return what the acknowledgement carried; raise Undelivered after `within` seconds without one."""


@dataclass
class Delivery:
    """The life of one payload: when it was sent and acknowledged, on a clock that only runs forward."""

    kind: str
    payload: Json
    attempts: list[float] = field(default_factory=list)
    acknowledged_at: float | None = None
    answer: Json = field(default_factory=dict)
    reason: str = ""

    @property
    def event_id(self) -> str:
        """The id of the event, the same in all attempts; empty for what is not an event."""
        return str(self.payload.get("event_id", ""))

    @property
    def acknowledged(self) -> bool:
        """Whether the app took it."""
        return self.acknowledged_at is not None

    @property
    def took(self) -> float:
        """Seconds from the first attempt to the acknowledgement."""
        return (self.acknowledged_at or time.monotonic()) - self.attempts[0]


class Dispatcher:
    """Hands payloads to the app by whichever way it is joined."""

    def __init__(
        self,
        transport: Callable[[], Transport],
        *,
        acknowledge_within: float = ACKNOWLEDGE_WITHIN,
        retry_after: Sequence[float] = RETRY_AFTER,
    ) -> None:
        self._transport = transport
        self._acknowledge_within = acknowledge_within
        self._retry_after = tuple(retry_after)
        self._tasks: set[asyncio.Task[None]] = set()
        self._copies_of_next = 1
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)

    def event(self, payload: Json) -> None:
        """Send an event in the background, and again until it is acknowledged or the retries are used up."""
        copies, self._copies_of_next = self._copies_of_next, 1
        for _ in range(copies):
            self._in_background(self._insist(self._remembered("events_api", payload)))

    async def request(self, kind: str, payload: Json) -> Delivery:
        """Send something that a person waits for, once; the delivery says what came of it."""
        delivery = self._remembered(kind, payload)
        await self._attempt(delivery)
        return delivery

    def duplicate_next(self) -> None:
        """Send the next event twice."""
        self._copies_of_next = 2

    def redeliver(self, event_id: str) -> None:
        """Send an event once more, as Slack does when an acknowledgement was lost; raise KeyError for an unknown id."""
        for delivery in self.deliveries:
            if delivery.event_id == event_id:
                again = self._remembered("events_api", delivery.payload)
                self._in_background(self._attempt(again, retry=1, reason="timeout"))
                return
        raise KeyError(event_id)

    async def close(self) -> None:
        """Give up what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _remembered(self, kind: str, payload: Json) -> Delivery:
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        return delivery

    async def _insist(self, delivery: Delivery) -> None:
        await self._attempt(delivery)
        for number, pause in enumerate(self._retry_after, start=1):
            if delivery.acknowledged:
                return
            await asyncio.sleep(pause)
            await self._attempt(delivery, retry=number, reason=delivery.reason)

    async def _attempt(self, delivery: Delivery, *, retry: int = 0, reason: str = "") -> None:
        envelope = Envelope(delivery.kind, delivery.payload, retry, reason)
        delivery.attempts.append(time.monotonic())
        try:
            delivery.answer = await self._transport().send(envelope, self._acknowledge_within)
        except Undelivered as undelivered:
            delivery.reason = undelivered.reason
        else:
            delivery.acknowledged_at = time.monotonic()

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
