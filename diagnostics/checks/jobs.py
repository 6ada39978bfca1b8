"""Jobs that failed or keep failing, and CronJobs whose runs do, or are not started."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from diagnostics import (
    clues,
    companions,
    containers,
    cronjobs,
    excerpts,
    jobstate,
    kubectl,
    needs,
    nodes,
    podstate,
    refusals,
)
from diagnostics.containers import Container
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import CRON_JOBS, JOBS, PODS
from diagnostics.snapshot import Log, Snapshot

FAILED = Code(
    "jobs.failed",
    Severity.CRITICAL,
    "A Job has failed and is not tried again",
    ("k8sgpt Job", "popeye 1502", "detek failed_pod"),
)
RETRYING = Code("jobs.retrying", Severity.WARNING, "Pods of a Job failed, and it tries again", ("popeye 1503",))
NOT_STARTED = Code(
    "jobs.not-started", Severity.CRITICAL, "The pods of a Job are refused when they are created", ("popeye 1503",)
)
SUSPENDED = Code("jobs.suspended", Severity.NOTE, "A Job is suspended", ("k8sgpt Job", "popeye 1500"))
CRON_FAILING = Code(
    "jobs.cron-failing",
    Severity.CRITICAL,
    "The last runs of a CronJob failed",
    ("k8sgpt Job", "popeye 1502"),
)
CODES = (*(value for value in list(globals().values()) if isinstance(value, Code)), companions.HELD, *cronjobs.CODES)

_LONG_AGO = timedelta(days=7)
_MOST_LOGS = 5
"""Logs to read for one question, those of the newest failures; the budget of a sweep is shared by all checks."""

_QUEUE = "kueue.x-k8s.io/queue-name"


@dataclass(frozen=True)
class Ending:
    """How the pods of a Job ended, in words, and the fields and log lines that say so."""

    words: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    blames: tuple[Reference, ...] = ()


@check(
    "jobs",
    subject=(JOBS, CRON_JOBS),
    needs=(JOBS, needs.named(CRON_JOBS)),
    helps=(PODS, needs.WARNINGS),
    codes=CODES,
)
def jobs(seen: Snapshot) -> Iterable[Finding]:
    """Jobs that failed, with the exit code and the last telling log lines, and CronJobs whose runs fail or are missed.

    A failure that a later run made good is not said, a suspended CronJob is a note. A run that its schedule, time zone
    and deadline make due is missed when it is two minutes late.
    """
    failures = sorted(_failures(seen), key=lambda failure: failure.ended_at, reverse=True)
    for position, failure in enumerate(failures):
        ending = _ending(seen, failure.job, with_log=position < _MOST_LOGS)
        if failure.cron_job:
            yield _cron_failing(seen, failure.cron_job, failure.runs, ending)
        else:
            yield _failed(seen, failure.job, ending)
    yield from (_suspended(job) for job in seen.within(JOBS) if _is_suspended(job) and not _is_queued(seen, job))
    yield from (_retrying(seen, *runs) for runs in _retries(seen))
    for cron_job in seen.within(CRON_JOBS):
        yield from cronjobs.troubles(seen, cron_job)
    yield from _not_started(seen)
    for job in seen.within(JOBS):
        yield from companions.holding(seen, job)


@dataclass(frozen=True)
class Failure:
    """A Job that failed; for one that is the last run of a CronJob, that and all runs since it last succeeded."""

    job: Object
    cron_job: Object | None = None
    runs: Sequence[Object] = ()

    @property
    def ended_at(self) -> str:
        """When it failed, as it stands in the Job, so that failures can be sorted."""
        return jobstate.failure(self.job).text("lastTransitionTime")


def _failures(seen: Snapshot) -> Iterator[Failure]:
    """Go through what failed: the runs of a CronJob are told with it, unless one of them was asked for by name."""
    for job in seen.within(JOBS):
        if jobstate.has_failed(job) and not _is_told_with_others(seen, job):
            yield Failure(job)
    for cron_job in seen.within(CRON_JOBS):
        runs = _failed_runs(seen, cron_job)
        if runs:
            yield Failure(runs[0], cron_job, runs)


def _retries(seen: Snapshot) -> Iterator[Sequence[Object]]:
    """Go through what is tried again: a Job, or the newest such run of a CronJob with the others.

    Where runs of a CronJob have failed, that it fails is said already.
    """
    for job in seen.within(JOBS):
        if _is_retrying(job) and not _is_told_with_others(seen, job):
            yield [job]
    for cron_job in seen.within(CRON_JOBS):
        runs = list(filter(_is_retrying, reversed(seen.owned_by(JOBS, cron_job))))
        if runs and not _failed_runs(seen, cron_job):
            yield runs


def _is_told_with_others(seen: Snapshot, job: Object) -> bool:
    """Say whether a Job is the run of a CronJob, which is told with its other runs unless it was asked for by name."""
    return job.owner.text("kind") == "CronJob" and job.name != seen.target.name


def _is_retrying(job: Object) -> bool:
    return not jobstate.has_ended(job) and not job.flag("spec.suspend") and job.number("status.failed") > 0


def _is_suspended(job: Object) -> bool:
    return not jobstate.has_ended(job) and job.flag("spec.suspend")


def _is_queued(seen: Snapshot, job: Object) -> bool:
    """Say whether a Job waits for its turn in a queue of Kueue, which is told only to who asks for the Job."""
    return _QUEUE in job.labels and not seen.target.name


def _failed_runs(seen: Snapshot, cron_job: Object) -> list[Object]:
    """Return the runs that failed since the last success, newest first.

    The history limit may have removed the run that succeeded; the CronJob still knows when that was.
    """
    ended = filter(jobstate.has_ended, reversed(seen.owned_by(JOBS, cron_job)))
    succeeded = cron_job.time("status.lastSuccessfulTime")
    return [
        job
        for job in takewhile(jobstate.has_failed, ended)
        if succeeded is None or (ended_at := _failed_at(job)) is None or ended_at > succeeded
    ]


def _failed(seen: Snapshot, job: Object, ending: Ending) -> Finding:
    failure = jobstate.failure(job)
    since = failure.time("lastTransitionTime")
    return FAILED.found(
        job,
        f"failed {seen.age(since)} ago ({failure.text('reason')}, {_tries(job)}): {ending.words}",
        evidence={
            **failure.quote("reason", "message", "lastTransitionTime"),
            **job.quote("status.failed", "status.failedIndexes", "spec.backoffLimit", "spec.activeDeadlineSeconds"),
            **ending.evidence,
        },
        next=_remedy(failure.text("reason"), job),
        blames=ending.blames,
        severity=Severity.NOTE if seen.since(since) > _LONG_AGO else None,
    )


def _cron_failing(seen: Snapshot, cron_job: Object, runs: Sequence[Object], ending: Ending) -> Finding:
    several = f"its last {len(runs)} runs failed" if len(runs) > 1 else "its last run failed"
    failure, succeeded = jobstate.failure(runs[0]), cron_job.time("status.lastSuccessfulTime")
    latest = f"the latest {seen.age(_failed_at(runs[0]))} ago"
    success = f", the last success was {seen.age(succeeded)} ago" if succeeded else ""
    return CRON_FAILING.found(
        cron_job,
        f"{several}, {latest}{success} ({failure.text('reason')}): {ending.words}",
        evidence={
            "failed Jobs": ", ".join(run.name for run in runs),
            **failure.quote("reason", "message"),
            **cron_job.quote("spec.schedule", "status.lastScheduleTime", "status.lastSuccessfulTime"),
            **ending.evidence,
        },
        next=f"{jobstate.log(runs[0])}; mend it, then try it at once: kubectl create job -n {cron_job.namespace} "
        f"--from=cronjob/{cron_job.name} {cron_job.name}-by-hand",
        blames=[*(run.reference for run in runs), *ending.blames],
    )


def _remedy(reason: str, job: Object) -> str:
    if reason == "DeadlineExceeded":
        return f"{kubectl.describe(job.reference)}; see what it waited for, or raise spec.activeDeadlineSeconds"
    return (
        f"{jobstate.log(job)}; mend what it says, then make the Job again: its template cannot be changed "
        f"({kubectl.get(job.reference, as_yaml=True)})"
    )


def _tries(job: Object) -> str:
    count = job.number("status.failed")
    indexes = f", failed indexes {job.text('status.failedIndexes')}" if job.has("status.failedIndexes") else ""
    limit = (
        f"backoffLimitPerIndex {job.number('spec.backoffLimitPerIndex')}"
        if job.has("spec.backoffLimitPerIndex")
        else f"backoffLimit {job.number('spec.backoffLimit', 6)}"
    )
    return f"{count} failed {'pod' if count == 1 else 'pods'}{indexes}, {limit}"


def _ending(seen: Snapshot, job: Object, *, with_log: bool) -> Ending:
    """Return how the newest pod of a Job ended; with OnFailure a Job that gives up takes its pods along."""
    pods = [pod for pod in reversed(seen.owned_by(PODS, job)) if not podstate.is_ready(pod)]
    for pod in pods:
        ended = [each for each in containers.of(pod) if each.ended and not each.ended_well]
        if ended:
            return _of_container(seen, pod, ended[0], with_log=with_log)
        if pod.text("status.reason"):
            return Ending(
                podstate.why_not_ready(seen, pod),
                {"pod": pod.name, **pod.quote("status.reason", "status.message")},
                nodes.of(pod),
            )
    if pods:
        return Ending(podstate.why_not_ready(seen, pods[0]), {"pod": pods[0].name}, nodes.of(pods[0]))
    message = jobstate.failure(job).text("message")
    return Ending(f"{excerpts.first(message or 'no reason is given')}; its pods are gone")


def _of_container(seen: Snapshot, pod: Object, container: Container, *, with_log: bool) -> Ending:
    ended = container.ended
    code = ended.number("exitCode")
    reason = ended.text("reason")
    named = f", {reason}" if reason not in ("", "Error") else ""
    log = seen.logs(pod, container.name, previous=container.log_is_previous) if with_log else Log()
    said = excerpts.telling(log.lines)[-1:] or [ended.text("message")]
    return Ending(
        f"{container.spoken} ended with exit code {code}{named}"
        + (f": {excerpts.saying(said[0], 200)}" if said[0] else ""),
        {
            "pod": pod.name,
            **ended.quote("exitCode", "reason", "message", "finishedAt"),
            **excerpts.of_log(log),
        },
        clues.blamed(seen, pod, log.lines),
    )


def _suspended(job: Object) -> Finding:
    queue = job.labels.get(_QUEUE)
    return SUSPENDED.found(
        job,
        "is suspended: it makes no pods" + (f" before the queue {queue} lets it" if queue else ""),
        evidence=job.quote("spec.suspend", "status.startTime"),
        next=f"kubectl describe localqueue {queue} -n {job.namespace}; it tells what is before it"
        if queue
        else f"to let it run: kubectl patch job {job.name} -n {job.namespace} -p {jobstate.RESUME}",
    )


def _retrying(seen: Snapshot, job: Object, *others: Object) -> Finding:
    ending = _ending(seen, job, with_log=bool(seen.target.name))
    also = f"; so do {', '.join(other.name for other in others)}" if others else ""
    return RETRYING.found(
        job,
        f"tries again after {_tries(job)}: {ending.words}{also}",
        evidence={**job.quote("status.failed", "status.active", "spec.backoffLimit"), **ending.evidence},
        next=f"{jobstate.log(job)}; it tells why the last try failed",
        blames=ending.blames,
    )


def _not_started(seen: Snapshot) -> Iterator[Finding]:
    asked = {job.reference: job for job in seen.within(JOBS)}
    for refusal in refusals.current(seen):
        job = asked.get(refusal.workload)
        if job is None or job.number("status.active") or jobstate.has_ended(job):
            continue
        yield NOT_STARTED.found(
            job,
            f"its pods are refused (FailedCreate): {excerpts.first(refusal.message)}",
            evidence={"event FailedCreate": refusal.message, **job.quote("status.active", "status.startTime")},
            next=refusal.remedy(seen),
            cause=refusal.by_whom(seen),
        )


def _failed_at(job: Object) -> datetime | None:
    return jobstate.failure(job).time("lastTransitionTime")
