"""The Socket Mode door: a WebSocket that the bot opens towards Slack."""

import socket
import time
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.client import BaseSocketModeClient

PING_SECONDS = 10.0
"""How often the SDK pings Slack."""

STALE_SECONDS = 4 * PING_SECONDS
"""A connection that has been silent for longer is dead; the SDK then opens another."""

log = structlog.get_logger()


class SocketDoor:
    """Connects, stays connected, and knows whether it is."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, ping_interval=PING_SECONDS)
        self._handler.client.message_listeners.append(self._heard)
        self._hello_at = 0.0

    def open(self) -> None:
        """Connect; raises what the SDK raises if Slack does not give out an address."""
        self._handler.connect()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Disconnect: Slack sends what comes now over another connection, or again later."""
        client = self._handler.client
        client.auto_reconnect_enabled = False
        # The SDK would wait for the time-outs of its reads, four seconds of a grace period that answers need.
        client.closed = True
        client.message_queue.put(None)
        if client.current_session and client.current_session.sock:
            with suppress(OSError):
                client.current_session.sock.shutdown(socket.SHUT_RDWR)
        self._handler.close()  # type: ignore[no-untyped-call]

    def check(self) -> str:
        """Return what is wrong with the connection, or ''."""
        session = self._handler.client.current_session
        if session is None or not session.is_active():
            return "not connected"
        heard_at = max(self._hello_at, session.last_ping_pong_time or 0.0)
        if not heard_at:
            return "no hello yet"
        silent = time.time() - heard_at
        return f"silent for {silent:.0f} s" if silent > STALE_SECONDS else ""

    def _heard(self, _client: BaseSocketModeClient, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._hello_at = time.time()
            log.info("connected", connections=message.get("num_connections"))
