"""Everything behind the doors of the workspace, put together: the team, the app, and what passes between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from workspace import delivery, triggers
from workspace.calls import CallLog
from workspace.delivery import Dispatcher, Transport
from workspace.events import EventPublisher
from workspace.faults import Faults
from workspace.installation import Installation
from workspace.request_url import RequestUrl
from workspace.responses import Responses
from workspace.shapes import Json
from workspace.socket_mode import SocketMode
from workspace.team import Change, Team
from workspace.triggers import Triggers
from workspace.uploads import Uploads
from workspace.views import Views


@dataclass(frozen=True)
class Timing:
    """How patient this Slack is, in seconds; the defaults are Slack's own."""

    acknowledge_within: float = delivery.ACKNOWLEDGE_WITHIN
    retry_after: Sequence[float] = delivery.RETRY_AFTER
    trigger_lifetime: float = triggers.TRIGGER_LIFETIME


class Slack:
    """One workspace with one app in it."""

    def __init__(self, team: Team, app: Installation, timing: Timing) -> None:
        self.team = team
        self.app = app
        self.timing = timing
        self.calls = CallLog()
        self.faults = Faults()
        self.socket_mode = SocketMode(app.app_id, self._app_changed)
        self.request_url: RequestUrl | None = None
        self.triggers = Triggers(timing.trigger_lifetime)
        self.views = Views(team.id, app.app_id, app.user.bot_id or "", self._view_changed)
        self.uploads = Uploads(team)
        self.responses = Responses(team, app, self.triggers)
        self.dispatcher = Dispatcher(
            self.transport, acknowledge_within=timing.acknowledge_within, retry_after=timing.retry_after
        )
        self.events = EventPublisher(team, app, self.dispatcher)
        team.observers.append(self.events)

    def transport(self) -> Transport:
        """Return the way to the app: its request URL where it has one, its open connections otherwise."""
        return self.request_url or self.socket_mode

    async def send_to(self, url: str) -> bool:
        """Use a request URL from now on, once it has answered the challenge; return whether it did."""
        candidate = RequestUrl(url, self.app.signing_secret)
        verified = await candidate.verify(self.timing.acknowledge_within)
        if verified:
            self.request_url = candidate
            self._app_changed()
        return verified

    def _app_changed(self) -> None:
        self.team.tell(Change("app", {"connections": self.socket_mode.connected}))

    def _view_changed(self, kind: str, user: str, view: Json) -> None:
        self.team.tell(Change(kind, view, audience=user))
