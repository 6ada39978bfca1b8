"""Socket Mode: WebSocket connections that the app opens, of which each envelope goes to one."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from workspace import identifiers
from workspace.delivery import Envelope
from workspace.errors import Undelivered
from workspace.shapes import Json

CONNECTIONS = 10
"""As many connections as one app may hold, as at Slack."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket, and the envelopes on it that wait for their acknowledgement."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    opened_at: float = field(default_factory=time.time)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, message: Json) -> None:
        """Send one message; raise Undelivered where the connection is gone."""
        async with self.sending:
            if self.socket.client_state is not WebSocketState.CONNECTED:
                raise Undelivered("connection_closed")
            try:
                await self.socket.send_text(json.dumps(message, ensure_ascii=False))
            except (WebSocketDisconnect, RuntimeError) as error:
                raise Undelivered("connection_closed") from error

    def acknowledged(self, message: Json) -> None:
        """Note the acknowledgement of an envelope; one that nobody waits for any more is ignored."""
        waiting = self.waiting.pop(str(message.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload") or {})

    def lost(self) -> None:
        """Tell those who wait that no acknowledgement will come."""
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(Undelivered("connection_closed"))
        self.waiting.clear()


class SocketMode:
    """The open connections of the app, in the order in which they take turns."""

    def __init__(self, app_id: str, changed: Callable[[], None]) -> None:
        self._app_id = app_id
        self._changed = changed
        self._tickets: set[str] = set()
        self._connections: deque[Connection] = deque()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """Return the secret that opens one connection."""
        ticket = identifiers.secret(length=32)
        self._tickets.add(ticket)
        return ticket

    async def send(self, envelope: Envelope, within: float) -> Json:
        """Send an envelope over the connection whose turn it is and wait for the acknowledgement."""
        if not self._connections:
            raise Undelivered("no_connection")
        self._connections.rotate(-1)
        connection = self._connections[-1]
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope.id] = waiting
        try:
            await connection.send(_as_json(envelope))
            # Before Python 3.12 `wait_for` forgets that it was cancelled where the connection is lost in that moment.
            async with asyncio.timeout(within):
                return await waiting
        except TimeoutError as error:
            raise Undelivered("timeout") from error
        finally:
            connection.waiting.pop(envelope.id, None)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection until either side ends it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=1008, reason="invalid ticket")
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        if len(self._connections) >= CONNECTIONS:
            await connection.send(_goodbye("too_many_websockets"))
            await socket.close()
            return
        self._connections.append(connection)
        try:
            await connection.send(self._hello())
            self._changed()
            while True:
                connection.acknowledged(_parsed(await socket.receive_text()))
        except (WebSocketDisconnect, Undelivered):
            pass
        finally:
            if connection in self._connections:
                self._connections.remove(connection)
            connection.lost()
            self._changed()

    async def disconnect(self, reason: str = "refresh_requested", *, warned: bool = True) -> None:
        """Close every connection, by default with the message by which Slack announces it."""
        for connection in tuple(self._connections):
            self._connections.remove(connection)
            if warned:
                await connection.send(_goodbye(reason))
            connection.lost()
            await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "workspace", "build_number": 1, "approximate_connection_time": 18060},
        }


def _as_json(envelope: Envelope) -> Json:
    retries = {"retry_attempt": envelope.retry_attempt, "retry_reason": envelope.retry_reason}
    return {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.takes_payload,
        "payload": envelope.payload,
        **({} if envelope.takes_payload else retries),
    }


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "workspace"}}


def _parsed(message: str) -> Json:
    try:
        parsed = json.loads(message)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
