"""Whether the bot is alive, which is its own affair, and whether it is ready, which takes Slack."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import clients

PULSE_SECONDS = 60.0
"""How often Slack is asked whether the token still holds."""

log = structlog.get_logger()

Check = Callable[[], str]
"""A condition of readiness: '' if it is met, otherwise what is wrong in a few words."""


@dataclass(frozen=True)
class Readiness:
    """What stands in the way of answering; nothing if the bot is ready."""

    wrong: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Whether an event would be heard and could be answered."""
        return not self.wrong


class Health:
    """Collects the conditions of readiness, by name."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {"start": lambda: "still starting"}

    def started(self, checks: Mapping[str, Check]) -> None:
        """From now on these conditions decide."""
        self._checks = dict(checks)

    def draining(self) -> None:
        """From now on nothing new is taken."""
        self._checks = {"stop": lambda: "draining"}

    def readiness(self) -> Readiness:
        """Return what is wrong at this moment."""
        said = {name: check() for name, check in self._checks.items()}
        return Readiness({name: problem for name, problem in said.items() if problem})


class Pulse:
    """Remembers what Slack last said about the token."""

    def __init__(self, client: WebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._problem = ""
        self._asked = clock()

    def take(self) -> None:
        """Ask."""
        try:
            self._client.auth_test()
            problem = ""
        except SlackApiError as error:
            problem = str(error.response.get("error"))
        except clients.UNREACHABLE as error:
            problem = type(error).__name__
        if problem:
            log.warning("auth.test failed", problem=problem)
        with self._lock:
            self._problem, self._asked = problem, self._clock()

    def check(self) -> str:
        """Return what is wrong with the token, or that nobody has been able to ask for a while."""
        with self._lock:
            overdue = self._clock() - self._asked > 3 * PULSE_SECONDS
            return self._problem or ("auth.test is overdue" if overdue else "")
