"""The button that asks the cluster about a state which a paste names, whether or not somebody documented the paste."""

import json
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers import actions
from handlers.desk import Desk
from handlers.diag import command, states
from handlers.diag.asked import Asked
from handlers.views import card


def register(app: App, desk: Desk) -> None:
    """Listen to the button."""
    app.action(card.ASK)(partial(hear, desk=desk))


def offered(desk: Desk, paste: str, channel: str) -> str:
    """Return what the cluster can be asked about a paste in a channel; '' if nothing."""
    kit = desk.diag
    return states.question(paste) if kit.access.allows_in(channel) and kit.clusters.names() else ""


def hear(ack: Ack, body: dict[str, Any], action: dict[str, Any], *, desk: Desk) -> None:
    """Keep what is to be asked, as if it had been typed behind `/diag`, then acknowledge."""
    trigger, origin = body["trigger_id"], actions.origin_of(body)
    # A message that one person sees is no thread; the answer then stands in the channel, as that of the command.
    threaded = not origin.ephemeral or origin.thread != origin.reply_ts
    asked = Asked(
        channel=origin.channel,
        thread=origin.thread if threaded else "",
        source=f"{card.ASK}:{trigger}",
        user=body["user"]["id"],
        text=json.loads(action["value"])["ask"],
        respond_at=body.get("response_url", ""),
    )
    desk.inbox.receive(command.job_for(asked.source, asked.source, asked))
    ack()
