"""`/diag`, the same words after a mention, and the button that ends what is going on."""

import json
from functools import partial
from typing import Any

import structlog
from slack_bolt import Ack, App

from diagnostics.errors import CheckUnknown, DiagnosticsError
from diagnostics.invocation import SWEEP, Invocation
from handlers import notices, whispers
from handlers.desk import Desk
from handlers.diag import investigation, question
from handlers.diag.asked import Asked
from handlers.diag.question import HelpWanted
from handlers.diag.stage import Stage
from handlers.diag.wording import Wording, wording
from handlers.job import Job
from handlers.post import Post
from handlers.views import diag_guide, diagnosis, escaping, guide
from handlers.views.layout import Message

DIAG, CANCEL = "diag", "diag_cancel"

_WORD = 40
"""Characters of a word that nobody knows that are repeated."""

log = structlog.get_logger()


def register(app: App, desk: Desk) -> None:
    """Listen to the command and to its button."""
    app.command(diag_guide.COMMAND)(partial(hear, desk=desk))
    app.action(diagnosis.CANCEL)(partial(hear_cancel, desk=desk))
    desk.inbox.assign(DIAG, notices.duty(answer, desk, slow=True))
    desk.inbox.assign(CANCEL, notices.duty(cancel, desk))


def hear(ack: Ack, command: dict[str, Any], *, desk: Desk) -> None:
    """Keep the command, then acknowledge it."""
    trigger = command["trigger_id"]
    asked = Asked(
        channel=command["channel_id"],
        thread="",
        source=trigger,
        user=command["user_id"],
        text=command.get("text", ""),
        respond_at=command["response_url"],
    )
    desk.inbox.receive(job_for(trigger, f"command:{trigger}", asked))
    ack()


def job_of(said: Post, delivery: str, subject: str) -> Job | None:
    """Return the job of a post that asks the bot about the cluster; None for any other post."""
    text = question.spoken(said.text) if said.addressed else None
    return None if text is None else job_for(delivery, subject, Asked.in_post(said, text))


def job_for(delivery: str, subject: str, asked: Asked) -> Job:
    """Return the job of a request, in a lane of its own: what is said meanwhile in its thread does not wait for it."""
    return Job(delivery, subject, f"diag:{delivery}", DIAG, asked.packed())


def hear_cancel(ack: Ack, body: dict[str, Any], action: dict[str, Any], *, desk: Desk) -> None:
    """Keep which run is to end, then acknowledge."""
    trigger = body["trigger_id"]
    payload = {
        "user": body["user"]["id"],
        "respond_at": body.get("response_url", ""),
        "channel": body["container"]["channel_id"],
        "thread": "",
        "run": json.loads(action["value"])["run"],
    }
    desk.inbox.receive(Job(f"cancel:{trigger}", f"cancel:{trigger}", f"cancel:{trigger}", CANCEL, payload))
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Answer a question about the cluster, or say why it cannot be."""
    asked, style = Asked.unpacked(job.payload), desk.style(job.payload["user"])
    say = wording(style.language)
    if not desk.diag.access.allows(asked.channel, asked.user):
        log.warning("diag refused", user=asked.user, channel=asked.channel)
        _tell(desk, asked, guide.sentence(say.not_allowed), say)
        return
    try:
        wanted = question.parse(asked.text, desk.diag.checks)
    except CheckUnknown as problem:
        _tell(desk, asked, _unknown(problem, asked, desk, say), say)
    except DiagnosticsError as problem:
        _tell(desk, asked, guide.sentence(f"{say.refused} {escaping.escape(str(problem))}"), say)
    else:
        _answer(desk, job, asked, wanted, say)


def cancel(job: Job, *, desk: Desk) -> None:
    """End a run.

    Anybody who may ask may also cancel: whoever needs the answer to come now is not always the one who asked, and all
    that is lost is a reading of the cluster. The answer says who it was.
    """
    user, channel = job.payload["user"], job.payload["channel"]
    say = wording(desk.style(user).language)
    if not desk.diag.access.allows(channel, user):
        whispers.respond(desk, job.payload["respond_at"], guide.sentence(say.not_allowed))
    elif desk.diag.runs.cancel(job.payload["run"], user):
        log.info("diag cancelled", user=user, channel=channel, run=job.payload["run"])
    else:
        whispers.respond(desk, job.payload["respond_at"], guide.sentence(say.over_already))


def _answer(desk: Desk, job: Job, asked: Asked, wanted: Invocation | HelpWanted, say: Wording) -> None:
    clusters = desk.diag.clusters.names()
    if isinstance(wanted, HelpWanted):
        told = (
            diag_guide.about(wanted.check, say)
            if wanted.check
            else diag_guide.guide(desk.diag.checks, clusters, say, note="" if clusters else say.not_configured)
        )
        _tell(desk, asked, told, say)
    elif not clusters:
        _tell(desk, asked, guide.sentence(say.not_configured), say)
    else:
        investigation.answer(desk, job, asked, wanted)


def _unknown(problem: CheckUnknown, asked: Asked, desk: Desk, say: Wording) -> Message:
    told = [say.word_unknown.format(word=escaping.code(escaping.shorten(problem.word, _WORD)))]
    if problem.nearest:
        told.append(say.did_you_mean.format(words=" ".join(map(escaping.code, problem.nearest))))
    elif len(asked.text.split()) == 1:
        sweep = escaping.code(f"{diag_guide.COMMAND} {SWEEP} {asked.text.strip()}")
        told.append(say.perhaps_target.format(words=sweep))
    return diag_guide.guide(desk.diag.checks, desk.diag.clusters.names(), say, note=" ".join(told))


def _tell(desk: Desk, asked: Asked, message: Message, say: Wording) -> None:
    """Tell the person alone where Slack lets us, otherwise where they asked."""
    if asked.respond_at:
        whispers.respond(desk, asked.respond_at, message)
    else:
        Stage(desk, asked, say).finish(message)
