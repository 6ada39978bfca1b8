"""Saying something that only one person sees."""

from slack_sdk.webhook import WebhookClient

from handlers.desk import Desk
from handlers.views import layout
from handlers.views.layout import Message

USES = 5
"""Messages that Slack takes at one response address, within 30 minutes."""

EXPIRED = frozenset({404, 410})


class NotTaken(OSError):
    """Slack did not take what was sent to a response address, and may take it later."""


def respond(desk: Desk, url: str, message: Message) -> None:
    """Answer a command, a button or a shortcut at its response address, in as many messages as the answer needs."""
    webhook = WebhookClient(url, timeout=desk.client.timeout, proxy=desk.client.proxy, ssl=desk.client.ssl)
    for blocks in layout.split(message.blocks)[:USES]:
        response = webhook.send(text=message.text, blocks=blocks, response_type="ephemeral", replace_original=False)
        if response.status_code in EXPIRED:
            return
        if response.status_code != 200:
            raise NotTaken(f"HTTP {response.status_code} from the response address")


def tell(desk: Desk, channel: str, user: str, message: Message, *, thread: str | None = None) -> None:
    """Tell a person something in a channel, or in the thread that begins at `thread`."""
    for blocks in layout.split(message.blocks):
        desk.client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, text=message.text, blocks=blocks)
