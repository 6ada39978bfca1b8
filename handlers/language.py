"""Which language a person reads."""

import threading
import time
from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.wording import LANGUAGES
from knowledge.entry import Language

KEPT_SECONDS = 3600.0
UNTOLD_SECONDS = 60.0
"""How long a language is remembered, and how long Slack is not asked again where it did not tell one."""

PEOPLE = 10_000
"""People whose language is remembered; beyond that the memory starts anew."""

FALLBACK: Language = next(iter(LANGUAGES))

log = structlog.get_logger()


class Languages:
    """People's languages by their Slack locale, or one for all where `fixed` names it."""

    def __init__(
        self, client: WebClient, fixed: Language | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._fixed = fixed
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Language, float]] = {}

    def of(self, user: str) -> Language:
        """Return the language to speak to a person; a bot ('') is spoken to in the fallback."""
        if self._fixed:
            return self._fixed
        if not user:
            return FALLBACK
        with self._lock:
            language, until = self._known.get(user, (FALLBACK, 0.0))
        return language if self._clock() < until else self._ask(user)

    def _ask(self, user: str) -> Language:
        try:
            found = self._client.users_info(user=user, include_locale=True)
        except SlackApiError as problem:
            log.warning("locale not known", user=user, problem=problem.response.get("error"))
            return self._remembered(user, FALLBACK, UNTOLD_SECONDS)
        person = found.get("user") or {}
        spoken = str(person.get("locale", "")).split("-")[0]
        return self._remembered(user, spoken if spoken in LANGUAGES else FALLBACK, KEPT_SECONDS)

    def _remembered(self, user: str, language: Language, seconds: float) -> Language:
        with self._lock:
            if len(self._known) >= PEOPLE:
                self._known.clear()
            self._known[user] = (language, self._clock() + seconds)
        return language
