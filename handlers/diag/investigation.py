"""Answering one question: run it on the cluster in sight of everybody, and put what came of it into words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

import structlog

from diagnostics import background, diagnosis, sweep, unread
from diagnostics.budget import Budget
from diagnostics.collector import Progress
from diagnostics.diagnosis import Report
from diagnostics.errors import DiagnosticsError, Unreachable
from diagnostics.invocation import Invocation
from diagnostics.source import Source
from handlers.desk import Desk
from handlers.diag import documented, watch
from handlers.diag.asked import Asked
from handlers.diag.found import Found
from handlers.diag.kit import Kit
from handlers.diag.runs import Run
from handlers.diag.stage import Stage
from handlers.diag.wording import wording
from handlers.job import Job
from handlers.views import diagnosis as view
from handlers.views.card import Style
from handlers.views.diagnosis import Diagnosis, Heading

T = TypeVar("T")

log = structlog.get_logger()


def answer(desk: Desk, job: Job, asked: Asked, question: Invocation) -> None:
    """Look into a question and answer it where it was asked."""
    cluster = question.cluster or desk.diag.clusters.names()[0]
    heading = Heading.of(question.word, question.target, cluster, asked.user)
    budget = _budget(desk.diag, question)
    conduct(
        desk,
        job,
        asked,
        Undertaking(
            heading,
            budget,
            look=partial(look, desk.diag, question, cluster, budget),
            describe=lambda found, told, _style: documented.described(found, told, desk.knowledge),
        ),
    )


@dataclass(frozen=True)
class Undertaking(Generic[T]):
    """Something to find out about a cluster: what it is called, what it may cost, and how it is done.

    `look` asks the cluster, `describe` puts what it returned under the heading.
    """

    heading: Heading
    budget: Budget
    look: Callable[[Progress], T]
    describe: Callable[[T, Heading, Style], Diagnosis]


def conduct(desk: Desk, job: Job, asked: Asked, undertaking: Undertaking[T]) -> None:
    """Do it in sight of those who wait for it, and show what came of it."""
    style, heading, budget = desk.style(asked.user), undertaking.heading, undertaking.budget
    say = wording(style.language)
    stage = Stage(desk, asked, say)
    with desk.diag.runs.going_on(Run(job.id, budget)) as run:
        found = watch.follow(stage, run, heading, say, undertaking.look)
    diagnosed = undertaking.describe(found, replace(heading, cancelled_by=run.cancelled_by), style)
    log.info(
        "diag",
        user=asked.user,
        channel=asked.channel,
        question=heading.word,
        target=heading.target,
        cluster=heading.cluster,
        outcome=str(diagnosed.outcome),
        findings=len(diagnosed.findings),
        unread=len(diagnosed.unread),
        requests=budget.spent,
        cancelled=bool(run.cancelled_by),
    )
    stage.finish(view.answer(diagnosed, style, say))


def look(kit: Kit, question: Invocation, cluster: str, budget: Budget, progress: Progress) -> Found:
    """Ask a cluster; what keeps it from being asked is part of what is returned."""
    check, target = question.check, question.target
    try:
        source = _connected(kit, cluster, budget)
        if check is None:
            return sweep.run(source, kit.checks, target, budget=budget, exclusions=kit.exclusions, progress=progress)
        run = partial(diagnosis.run, source, check, target, question.arguments)
        return run(budget=budget, exclusions=kit.exclusions, progress=progress)
    except DiagnosticsError as problem:
        return Report(cluster, question.word, target, (), unread=unread.sentences([str(problem)]))


def _connected(kit: Kit, cluster: str, budget: Budget) -> Source:
    """Return a cluster, within the budget: a plugin that fetches credentials may take for ever."""
    call = background.start(partial(kit.clusters.named, cluster))
    try:
        return budget.wait_for(call, budget.remaining())
    except TimeoutError:
        raise Unreachable(f"the credentials for cluster {cluster} were not there in {budget.seconds:g} s") from None


def _budget(kit: Kit, question: Invocation) -> Budget:
    if question.check is None:
        return kit.sweep_budget()
    return kit.check_budget(one_object=bool(question.target.name))
