"""The slash command `/kb`."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers import notices, requests, whispers, words
from handlers.desk import Desk
from handlers.job import Job
from handlers.views import guide

KIND = "command"


def register(app: App, desk: Desk) -> None:
    """Listen to the command."""
    app.command(guide.COMMAND)(partial(hear, desk=desk))
    desk.inbox.assign(KIND, notices.duty(answer, desk))


def hear(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Keep the command, then acknowledge it."""
    trigger, user = command["trigger_id"], command["user_id"]
    payload = {
        "text": command.get("text", ""),
        "user": user,
        "channel": command["channel_id"],
        "thread": "",
        "respond_at": command["response_url"],
    }
    desk.inbox.receive(Job(trigger, f"command:{trigger}", f"user:{user}", KIND, payload))
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Answer the person who gave the command, and nobody else."""
    asked = words.request(job.payload["text"])
    # What waits in a journal of an earlier version does not name its channel.
    message = requests.answer(desk, asked, desk.style(job.payload["user"]), job.payload.get("channel", ""))
    whispers.respond(desk, job.payload["respond_at"], message)
