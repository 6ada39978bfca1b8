"""Trigger ids and response URLs: what lets an app answer somebody who did something, for a short while."""

import time
from dataclasses import dataclass, field

from workspace import identifiers
from workspace.errors import Refused

TRIGGER_LIFETIME = 3.0
"""Seconds for which a trigger id opens a modal, as at Slack."""

RESPONSE_LIFETIME = 1800.0
RESPONSE_USES = 5
"""How long (seconds) and how often a response URL works, as at Slack."""


@dataclass
class Trigger:
    """Somebody did something just now; `view` is the modal in which they did it."""

    user: str
    view: str | None = None
    made_at: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app answers to one message, or to nobody's message in the case of a command."""

    conversation: str
    user: str
    message_ts: str | None = None
    thread_ts: str | None = None
    is_ephemeral: bool = False
    made_at: float = field(default_factory=time.monotonic)
    uses: int = 0


@dataclass
class Triggers:
    """All that were handed out, by the secret that names them."""

    lifetime: float = TRIGGER_LIFETIME
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def trigger(self, user: str, view: str | None = None) -> str:
        """Return a trigger id for what this user just did."""
        name = f"{int(time.time() * 1000)}.{identifiers.secret()}"
        self.triggers[name] = Trigger(user, view)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use up a trigger id; raise Refused where it was never made, is used already or is too old."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - trigger.made_at > self.lifetime:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, response: ResponseUrl) -> str:
        """Return the secret end of a new response URL."""
        name = identifiers.secret(length=32)
        self.response_urls[name] = response
        return name

    def response(self, name: str) -> ResponseUrl:
        """Use a response URL once; raise Refused where it was never made, is used up or is too old."""
        response = self.response_urls.get(name)
        if response is None:
            raise Refused("invalid_url")
        if time.monotonic() - response.made_at > RESPONSE_LIFETIME:
            raise Refused("expired_url")
        if response.uses >= RESPONSE_USES:
            raise Refused("used_url")
        response.uses += 1
        return response
