"""A form that was sent: the file that came of it, said where the paste stands."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from slack_bolt import Ack, App

from handlers import notices
from handlers.desk import Desk
from handlers.diag.asked import Asked
from handlers.diag.stage import Stage
from handlers.diag.wording import wording as diag_wording
from handlers.drafts import form
from handlers.drafts.wording import Wording, wording
from handlers.job import Job
from handlers.views import blocks, escaping
from handlers.views.card import Style
from handlers.views.layout import File, Message
from knowledge import document, lint
from knowledge.draft import Draft
from knowledge.errors import EntryInvalid

KIND = "entry_begun"

log = structlog.get_logger()


def register(app: App, desk: Desk) -> None:
    """Listen to the form."""
    app.view(form.CALLBACK)(partial(hear, desk=desk))
    desk.inbox.assign(KIND, notices.duty(answer, desk))


def hear(ack: Ack, body: dict[str, Any], view: dict[str, Any], *, desk: Desk) -> None:
    """Keep what was written, then close the form; or leave it open and say in it what is to be mended."""
    user, draft = body["user"]["id"], form.read(view)
    say = wording(desk.style(user).language)
    taken = {entry.id for entry in desk.knowledge.entries()}
    if wrong := form.mistakes(draft, taken, say) or _unreadable(draft):
        ack(response_action="errors", errors=wrong)
        return
    channel, thread = form.place(view)
    job_id = f"{KIND}:{view['id']}"
    payload = {"user": user, "respond_at": "", "channel": channel, "thread": thread, "draft": asdict(draft)}
    desk.inbox.receive(Job(job_id, job_id, job_id, KIND, payload))
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Say that an entry was begun, with its file."""
    user, thread = job.payload["user"], job.payload["thread"]
    style = desk.style(user)
    # Who asked alone is told alone.
    channel = job.payload["channel"] if thread else user
    asked = Asked(channel=channel, thread=thread, source=job.id, user=user)
    draft = Draft(**{name: _frozen(value) for name, value in job.payload["draft"].items()})
    Stage(desk, asked, diag_wording(style.language)).finish(_message(draft, user, style))
    log.info("entry begun", user=user, channel=channel, entry=draft.id)


def _message(draft: Draft, user: str, style: Style) -> Message:
    say = wording(style.language)
    title = escaping.prose(draft.title)
    content = draft.markdown()
    told = [
        say.begun.format(user=f"<@{user}>", title=title),
        _where_to(draft, content, say, style),
        *_lacking(draft, say),
    ]
    text = f"{escaping.escape(draft.title)}: {draft.file}"
    return Message(text, (blocks.section("\n".join(told)),), File(draft.file, draft.title, content))


def _where_to(draft: Draft, content: str, say: Wording, style: Style) -> str:
    link = style.sources.new_file(draft.file, content)
    return say.commit_link.format(link=link, file=draft.file) if link else say.commit.format(file=draft.file)


def _lacking(draft: Draft, say: Wording) -> list[str]:
    entry = document.parsed(draft.markdown(), Path(draft.file)).entry
    lacking = [hint.text for hint in lint.lacking(entry)] if entry else []
    return [say.lacks, escaping.fence("\n".join(lacking))] if lacking else []


def _unreadable(draft: Draft) -> dict[str, str]:
    try:
        document.parsed(draft.markdown(), Path(draft.file))
    except EntryInvalid as invalid:
        first = invalid.mistakes[0]
        return {form.SIGNATURES: f"{first.problem}; {first.remedy}"}
    return {}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
