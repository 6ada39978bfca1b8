"""The button *Check on the cluster* of an answer: does what is documented hold here, right now?"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from diagnostics.diagnosis import Outcome
from handlers import actions, notices, whispers
from handlers.desk import Desk
from handlers.diag import checkup, investigation
from handlers.diag.asked import Asked
from handlers.diag.checkup import Plan, Verdict
from handlers.diag.documented import Librarian
from handlers.diag.found import Found
from handlers.diag.investigation import Undertaking
from handlers.diag.wording import Wording, wording
from handlers.job import Job
from handlers.views import card, escaping, guide
from handlers.views.card import Style
from handlers.views.diagnosis import Diagnosis, Heading
from handlers.views.layout import Message
from knowledge.base import KnowledgeBase
from knowledge.entry import Entry
from knowledge.errors import EntryUnknown
from knowledge.match import Match

KIND = "entry_check"


def register(app: App, desk: Desk) -> None:
    """Listen to the button."""
    app.action(card.CHECK)(partial(hear, desk=desk))
    desk.inbox.assign(KIND, notices.duty(answer, desk, slow=True))


def offered(desk: Desk, match: Match, paste: str, channel: str) -> str | None:
    """Return in which namespace an answer can be checked, '' for the whole cluster; None if it cannot be."""
    kit = desk.diag
    if not match.entry.checks or not kit.access.allows_in(channel) or not kit.clusters.names():
        return None
    namespace = checkup.namespace_in(match, paste)
    return namespace if checkup.plan(match.entry, namespace, kit.checks).questions else None


def hear(ack: Ack, body: dict[str, Any], action: dict[str, Any], *, desk: Desk) -> None:
    """Keep which entry is to be checked and where, then acknowledge."""
    trigger, origin, value = body["trigger_id"], actions.origin_of(body), json.loads(action["value"])
    asked = Asked(
        channel=origin.channel,
        thread=origin.thread,
        source=f"{KIND}:{trigger}",
        user=body["user"]["id"],
        respond_at=body.get("response_url", ""),
    )
    payload = {**asked.packed(), "entry": value["entry"], "namespace": value["namespace"]}
    desk.inbox.receive(Job(asked.source, asked.source, asked.source, KIND, payload))
    ack()


def answer(job: Job, *, desk: Desk) -> None:
    """Run the checks of the entry and say in the thread what they mean for it."""
    asked = Asked.unpacked(job.payload)
    style = desk.style(asked.user)
    say = wording(style.language)
    try:
        entry = desk.knowledge.entry(job.payload["entry"])
    except EntryUnknown as problem:
        _tell(desk, asked, guide.gone(problem.entry_id, style.say))
        return
    planned = checkup.plan(entry, job.payload["namespace"], desk.diag.checks)
    if refusal := _refusal(desk, asked, planned, say):
        _tell(desk, asked, guide.sentence(refusal))
        return
    _check(desk, job, asked, entry, planned)


def _refusal(desk: Desk, asked: Asked, planned: Plan, say: Wording) -> str:
    """Return why nothing can be checked; '' if something can."""
    if not desk.diag.access.allows(asked.channel, asked.user):
        return say.not_allowed
    if not planned.questions:
        return say.checks_gone
    return "" if desk.diag.clusters.names() else say.not_configured


def _check(desk: Desk, job: Job, asked: Asked, entry: Entry, planned: Plan) -> None:
    kit = desk.diag
    cluster = kit.clusters.names()[0]
    words = ", ".join(question.word for question in planned.questions)
    heading = Heading(words, job.payload["namespace"], cluster, asked.user)
    budget = kit.check_budget(one_object=False, checks=len(planned.questions))
    undertaking = Undertaking(
        heading,
        budget,
        look=lambda progress: [
            investigation.look(kit, question, cluster, budget, progress) for question in planned.questions
        ],
        describe=lambda reports, told, style: described(entry, planned, reports, told, style, desk.knowledge),
    )
    investigation.conduct(desk, job, asked, undertaking)


def described(
    entry: Entry, planned: Plan, reports: Sequence[Found], heading: Heading, style: Style, knowledge: KnowledgeBase
) -> Diagnosis:
    """Return the reports of an entry's checks as one answer, what speaks for the entry first."""
    say = wording(style.language)
    judged = checkup.verdict(entry, planned, reports, knowledge)
    findings = [finding for report in reports for finding in report.findings]
    findings.sort(key=lambda finding: not checkup.speaks_for(entry, planned, finding, knowledge))
    unread = tuple(dict.fromkeys([*(each for report in reports for each in report.unread), *planned.problems]))
    nothing = Outcome.COULD_NOT_LOOK if unread else Outcome.NOTHING_WRONG
    sentence = {
        Verdict.CONFIRMED: say.confirmed,
        Verdict.RULED_OUT: say.ruled_out,
        Verdict.CANNOT_TELL: say.cannot_tell,
    }[judged]
    title = f"“{escaping.prose(entry.words(style.language).title)}”"
    groups = Librarian(knowledge, named={entry.id}).each(findings)
    outcome = Outcome.FINDINGS if findings else nothing
    return Diagnosis(heading, outcome, groups, unread=unread, lead=sentence.format(title=title))


def _tell(desk: Desk, asked: Asked, message: Message) -> None:
    whispers.tell(desk, asked.channel, asked.user, message, thread=asked.thread)
