"""The other way to an app: signed HTTP requests to its request URL."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException

from workspace import identifiers
from workspace.delivery import Envelope
from workspace.errors import Undelivered
from workspace.shapes import Json

FORM = "application/x-www-form-urlencoded"

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Goes past any proxy that the environment names: the app runs on this machine."""


@dataclass(frozen=True)
class Reply:
    """What the app answered over HTTP."""

    status: int
    body: bytes

    def as_json(self) -> Json:
        """Return the object in the body; text alone is what to say, and nothing at all is an empty object."""
        if not self.body.strip():
            return {}
        try:
            answered = json.loads(self.body)
        except ValueError:
            return {"text": self.body.decode("utf-8", errors="replace")}
        return answered if isinstance(answered, dict) else {}


class RequestUrl:
    """Posts payloads to one URL, signed with the app's secret."""

    def __init__(self, url: str, signing_secret: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"a request URL begins with http:// or https://, not {url!r}")
        self._url = url
        self._signing_secret = signing_secret

    async def send(self, envelope: Envelope, within: float) -> Json:
        """Post an envelope's payload in the encoding that its kind has at Slack; any 2xx acknowledges it."""
        content_type, body = _encoded(envelope)
        headers = {"Content-Type": content_type}
        if envelope.retry_attempt:
            headers |= {
                "X-Slack-Retry-Num": str(envelope.retry_attempt),
                "X-Slack-Retry-Reason": envelope.retry_reason,
            }
        reply = await asyncio.to_thread(self._post, body, headers, within)
        if not 200 <= reply.status < 300:
            raise Undelivered("http_error")
        return reply.as_json()

    async def verify(self, within: float) -> bool:
        """Ask the URL to prove that it is the app's, by repeating a challenge."""
        challenge = identifiers.secret()
        body = json.dumps({"type": "url_verification", "token": "local", "challenge": challenge}).encode()
        reply = await asyncio.to_thread(self._post, body, {"Content-Type": "application/json"}, within)
        return reply.status == 200 and (
            reply.body.decode() == challenge or reply.as_json().get("challenge") == challenge
        )

    def _post(self, body: bytes, headers: dict[str, str], within: float) -> Reply:
        timestamp = str(int(time.time()))
        signed = hmac.new(self._signing_secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
        proof = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signed.hexdigest()}"}
        request = urllib.request.Request(self._url, body, headers | proof)  # noqa: S310 - the scheme is checked above
        try:
            with DIRECT.open(request, timeout=within) as response:
                return Reply(response.status, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read())
        except (OSError, HTTPException) as error:
            timed_out = isinstance(getattr(error, "reason", error), TimeoutError)
            raise Undelivered("http_timeout" if timed_out else "connection_failed") from error


def _encoded(envelope: Envelope) -> tuple[str, bytes]:
    if envelope.kind == "events_api":
        return "application/json", json.dumps(envelope.payload).encode()
    if envelope.kind == "slash_commands":
        return FORM, urllib.parse.urlencode(envelope.payload).encode()
    return FORM, urllib.parse.urlencode({"payload": json.dumps(envelope.payload)}).encode()
