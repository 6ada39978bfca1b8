"""The client that speaks to Slack, and who it speaks for."""

import http.client

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.settings import Settings
from handlers.post import Identity

RATE_LIMIT_RETRIES = 2
"""How often one call is repeated, each time after the wait that Slack asks for."""

UNREACHABLE = (OSError, http.client.HTTPException)
"""What a call raises when no answer came, or half of one; the SDK raises its own SlackApiError for all others."""


def web_client(settings: Settings) -> WebClient:
    """Return the client for every call of the Web API, `apps.connections.open` included.

    Only refusals for being too fast are retried here: these did nothing. After a broken connection nobody knows what
    Slack has done, so the job is tried again as a whole, and that looks before it posts.
    """
    return WebClient(
        token=settings.bot_token(),
        base_url=settings.slack_api_url,
        timeout=settings.slack_timeout_seconds,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_RETRIES)],
    )


def identity(client: WebClient) -> Identity:
    """Ask Slack who the token belongs to; raises what the SDK raises."""
    found = client.auth_test()
    return Identity(user=str(found["user_id"]), bot_id=str(found.get("bot_id") or ""))
