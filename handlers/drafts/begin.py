"""The button and the shortcut with which an entry begins: both open the form, filled in from a paste."""

import json
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from diagnostics import redaction
from handlers import actions, files, notices, threads, whispers
from handlers.desk import Desk
from handlers.drafts import form
from handlers.drafts.wording import wording
from handlers.job import Job
from handlers.post import Post, post, unpacked
from handlers.views import blocks, guide, listing
from handlers.views.card import Style
from knowledge import draft

NAME = "Document this"
CALLBACK = "document_this"

KIND = "begin_entry"

MOST_CARRIED = 900
"""Characters of a long text that a button carries, were each of them to take two in JSON."""


def register(app: App, desk: Desk) -> None:
    """Listen to the button and to the shortcut."""
    app.action(listing.BEGIN)(partial(hear_button, desk=desk))
    app.message_shortcut(CALLBACK)(partial(hear_shortcut, desk=desk))
    desk.inbox.assign(KIND, notices.duty(answer, desk))


def carried(text: str, said: Post | None = None) -> dict[str, str]:
    """Return what the button carries of a paste: its text if it fits, else where it stands, else its beginning.

    The file is said in the thread of what somebody `said`; without it, to who presses the button alone.
    """
    thread = said.thread if said else ""
    whole = {"text": text, "thread": thread}
    if blocks.fits_button(whole):
        return whole
    return {"ts": said.ts, "thread": thread} if said else {"text": draft.printable(text)[:MOST_CARRIED], "thread": ""}


def hear_button(ack: Ack, body: dict[str, Any], action: dict[str, Any], *, desk: Desk) -> None:
    """Keep which paste is meant, then acknowledge."""
    _receive(desk, body, channel=actions.origin_of(body).channel, about=json.loads(action["value"]))
    ack()


def hear_shortcut(ack: Ack, shortcut: dict[str, Any], *, desk: Desk) -> None:
    """Keep the message, then acknowledge."""
    said = post(shortcut["message"], shortcut["channel"]["id"], desk.me)
    _receive(desk, shortcut, channel=said.channel, about={"post": said.packed(), "thread": said.thread})
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Open the form, or say why it cannot be."""
    style = desk.style(job.payload["user"])
    say = wording(style.language)
    text = _paste(desk, job, style)
    if text is None:
        _tell(desk, job, say.paste_gone)
        return
    begun = draft.begun(redaction.text(text), {entry.id for entry in desk.knowledge.entries()})
    view = form.view(begun, say, channel=job.payload["channel"], thread=job.payload["thread"])
    if not actions.opened(desk, job, view):
        _tell(desk, job, say.too_late)


def _receive(desk: Desk, body: dict[str, Any], *, channel: str, about: dict[str, Any]) -> None:
    trigger = body["trigger_id"]
    payload = {
        "user": body["user"]["id"],
        "respond_at": body.get("response_url", ""),
        "trigger": trigger,
        "channel": channel,
        **about,
    }
    desk.inbox.receive(Job(f"{KIND}:{trigger}", f"{KIND}:{trigger}", f"{KIND}:{trigger}", KIND, payload))


def _paste(desk: Desk, job: Job, style: Style) -> str | None:
    """Return the text that the entry is about; None if it was deleted."""
    payload = job.payload
    if "text" in payload:
        return str(payload["text"])
    if "post" in payload:
        said: Post | None = unpacked(payload["post"])
    else:
        said = threads.posted(desk, payload["channel"], payload["thread"], payload["ts"])
    return files.with_text(desk.client, said, style.say, desk.snippet_bytes) if said else None


def _tell(desk: Desk, job: Job, sentence: str) -> None:
    payload = job.payload
    whispers.tell(desk, payload["channel"], payload["user"], guide.sentence(sentence), thread=payload["thread"] or None)
