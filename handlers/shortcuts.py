"""The message shortcut *Find the post-mortem*, which works where slash commands do not: in threads."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from handlers import answers, notices, threads, whispers
from handlers.desk import Desk
from handlers.job import Job
from handlers.post import post, unpacked

NAME = "Find the post-mortem"
CALLBACK = "find_post_mortem"

KIND = "shortcut"


def register(app: App, desk: Desk) -> None:
    """Listen to the shortcut."""
    app.message_shortcut(CALLBACK)(partial(hear, desk=desk))
    desk.inbox.assign(KIND, notices.duty(answer, desk))


def hear(ack: Ack, shortcut: dict[str, Any], *, desk: Desk) -> None:
    """Keep which message is meant, then acknowledge."""
    said = post(shortcut["message"], shortcut["channel"]["id"], desk.me)
    payload = {"user": shortcut["user"]["id"], "respond_at": shortcut["response_url"], "post": said.packed()}
    trigger = shortcut["trigger_id"]
    desk.inbox.receive(Job(f"shortcut:{trigger}", f"shortcut:{trigger}", said.lane, KIND, payload))
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Answer in the thread if the message is documented; otherwise, or where the bot may not speak, only the person."""
    said, style = unpacked(job.payload["post"]), desk.style(job.payload["user"])
    try:
        told = answers.answer_for(desk, job, said, style)
    except SlackApiError as problem:
        if problem.response.get("error") not in threads.OUTSIDE:
            raise
        told = answers.answer_privately(desk, said, style)
    whispers.respond(desk, job.payload["respond_at"], told)
