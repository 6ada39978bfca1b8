"""CronJobs whose runs do not start, or never succeed without a failure to be seen; which failed, `jobs` tells."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from diagnostics import components, eventtimes, excerpts, jobstate, missedruns, refusals, schedules
from diagnostics.finding import Code, Finding, Severity
from diagnostics.missedruns import MissedRuns
from diagnostics.objects import Object, Reference
from diagnostics.resources import JOBS, NODES
from diagnostics.snapshot import Snapshot

CRON_HELD = Code(
    "jobs.cron-held", Severity.WARNING, "A run of a CronJob goes on for long, and no other may start beside it"
)
CRON_MISSED = Code(
    "jobs.cron-missed",
    Severity.WARNING,
    "A CronJob does not start its runs",
    ("k8sgpt CronJob", "popeye 1502", "popeye 1503"),
)
CRON_UNSUCCESSFUL = Code(
    "jobs.cron-unsuccessful",
    Severity.WARNING,
    "Run after run of a CronJob is started, none succeeds, and no Job is left that tells why",
    ("popeye 1502",),
)
CRON_SUSPENDED = Code("jobs.cron-suspended", Severity.NOTE, "A CronJob is suspended", ("k8sgpt CronJob", "popeye 1500"))

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_RUNS_WORTH_SAYING = 3
"""How many runs must have been held by one that hangs, or have come to nothing."""

_SHORT_DEADLINE = 10
"""Seconds; the controller may look that late, and with a shorter deadline it never starts anything."""

_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_TOO_MANY = ("TooManyMissedTimes", "FailedNeedsStart")
_MISSED = (
    "MissSchedule",
    *_TOO_MANY,
    "InvalidSchedule",
    "UnparseableSchedule",
    "UnknownTimeZone",
    "FailedCreate",
)


def troubles(seen: Snapshot, cron_job: Object) -> Iterator[Finding]:
    """Return what keeps a CronJob from starting its runs, and that it is suspended."""
    if cron_job.flag("spec.suspend"):
        yield _suspended(seen, cron_job)
    elif schedules.never_comes(cron_job.text("spec.schedule")):
        yield _never_due(cron_job)
    elif hanging := _hanging(seen, cron_job):
        yield from _held(seen, cron_job, hanging)
    elif not cron_job.is_going:
        yield from _not_run(seen, cron_job)
        yield from _unsuccessful(seen, cron_job)


def _not_run(seen: Snapshot, cron_job: Object) -> Iterator[Finding]:
    """Runs that were not started: the controller's own event tells why, for an hour; the schedule, that it is so."""
    missed = missedruns.of(seen, cron_job)
    has_caught_up = missed is None and missedruns.schedule_of(cron_job) is not None
    events = [
        event
        for event in seen.events_of(cron_job, *_MISSED)
        if not _has_passed(cron_job, event) and not (has_caught_up and event.text("reason") in _TOO_MANY)
    ]
    if events:
        yield _missed(seen, cron_job, events)
    elif missed:
        yield _overdue(seen, cron_job, missed)


def _suspended(seen: Snapshot, cron_job: Object) -> Finding:
    last = cron_job.time("status.lastScheduleTime")
    return CRON_SUSPENDED.found(
        cron_job,
        f"is suspended: it starts no runs (schedule {cron_job.text('spec.schedule')}, "
        f"{f'last run {seen.age(last)} ago' if last else 'it never ran'})",
        evidence=cron_job.quote("spec.suspend", "spec.schedule", "status.lastScheduleTime"),
        next=f"to start it again: kubectl patch cronjob {cron_job.name} -n {cron_job.namespace} -p {jobstate.RESUME}",
    )


def _has_passed(cron_job: Object, event: Object) -> bool:
    """Say whether a run was started after an event that tells of one that was not."""
    started, told = cron_job.time("status.lastScheduleTime"), eventtimes.last_seen(event)
    return started is not None and told is not None and started > told


def _missed(seen: Snapshot, cron_job: Object, events: Sequence[Object]) -> Finding:
    reason, message = events[0].text("reason"), events[0].text("message")
    refusal = refusals.Refusal(cron_job.reference, message)
    return CRON_MISSED.found(
        cron_job,
        f"does not start its runs ({reason}): {excerpts.first(message)}",
        evidence={
            **cron_job.quote("spec.schedule", "spec.timeZone", "spec.startingDeadlineSeconds"),
            **cron_job.quote("status.lastScheduleTime"),
            f"event {reason}": message,
        },
        next=f"kubectl edit cronjob {cron_job.name} -n {cron_job.namespace}: set spec.startingDeadlineSeconds; "
        f"with more than {missedruns.MANY} missed runs it warns, and older controllers start none before that"
        if reason in _TOO_MANY
        else refusal.remedy(seen),
        cause=refusal.by_whom(seen),
    )


def _never_due(cron_job: Object) -> Finding:
    return CRON_MISSED.found(
        cron_job,
        f"never runs: its schedule {cron_job.text('spec.schedule')} names a day that its months do not have",
        evidence=cron_job.quote("spec.schedule", "status.lastScheduleTime"),
        next=f"kubectl edit cronjob {cron_job.name} -n {cron_job.namespace}: correct the day or the month",
    )


def _overdue(seen: Snapshot, cron_job: Object, missed: MissedRuns) -> Finding:
    last_run = cron_job.time("status.lastScheduleTime")
    before = (
        f"has not run since {_minute(last_run.astimezone(missed.first.tzinfo))} ({seen.age(last_run)} ago)"
        if last_run
        else f"has never run since it was made {seen.age(cron_job.created)} ago"
    )
    later = f", the last at {_minute(missed.last)}" if missed.last != missed.first else ""
    return CRON_MISSED.found(
        cron_job,
        f"{before}: by its schedule {cron_job.text('spec.schedule')} it was due at {_minute(missed.first)}, "
        f"and {missed.spoken}{later}",
        evidence={
            **cron_job.quote("spec.schedule", "spec.timeZone", "spec.startingDeadlineSeconds"),
            **cron_job.quote("metadata.creationTimestamp", "status.lastScheduleTime", "status.lastSuccessfulTime"),
        },
        next=f"{_why_overdue(cron_job, missed)}; to run it now: kubectl create job -n {cron_job.namespace} "
        f"--from=cronjob/{cron_job.name} {cron_job.name}-by-hand",
        blames=_controller_managers(seen),
    )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"


def _why_overdue(cron_job: Object, missed: MissedRuns) -> str:
    edit = f"kubectl edit cronjob {cron_job.name} -n {cron_job.namespace}"
    if cron_job.has("spec.startingDeadlineSeconds"):
        deadline = cron_job.number("spec.startingDeadlineSeconds")
        if deadline < _SHORT_DEADLINE:
            return f"{edit}: with a startingDeadlineSeconds of {deadline} the controller comes too late for every run"
        return f"{edit}: a run that starts later than startingDeadlineSeconds ({deadline}) is left out; raise it"
    controller = "kubectl get lease kube-controller-manager -n kube-system -o yaml: does the controller run?"
    if missed.count > missedruns.MANY:
        return f"{controller} It warns of too many missed start times; {edit}: set startingDeadlineSeconds"
    return controller


def _controller_managers(seen: Snapshot) -> list[Reference]:
    """Return what would explain that nobody starts runs: the lease of the controller, and its static pods."""
    hosts = [node.name for node in seen.all(NODES) if _CONTROL_PLANE in node.labels]
    pods = [Reference("Pod", components.NAMESPACE, f"{components.CONTROLLER_MANAGER}-{host}") for host in hosts]
    return [*pods, components.LEASE_OF_CONTROLLERS]


def _hanging(seen: Snapshot, cron_job: Object) -> Object | None:
    """Return the run that keeps others from starting, None where it need not end first."""
    if cron_job.text("spec.concurrencyPolicy") != "Forbid":
        return None
    return next((job for job in seen.owned_by(JOBS, cron_job) if not jobstate.has_ended(job)), None)


def _held(seen: Snapshot, cron_job: Object, run: Object) -> Iterator[Finding]:
    """With Forbid a run that hangs keeps all others from starting, and nothing fails."""
    schedule, started = missedruns.schedule_of(cron_job), run.time("status.startTime") or run.created
    skipped = missedruns.between(schedule, started, seen.taken_at) if schedule and started else None
    if skipped is None or skipped.count < _RUNS_WORTH_SAYING:
        return
    yield CRON_HELD.found(
        cron_job,
        f"its run {run.name} has gone on for {seen.age(started)}, and no other starts meanwhile (Forbid): "
        f"{skipped.spoken}",
        evidence={
            **cron_job.quote("spec.schedule", "spec.concurrencyPolicy", "status.lastScheduleTime"),
            **run.quote("status.startTime", "status.active", "spec.activeDeadlineSeconds"),
        },
        next=f"{jobstate.log(run)}; see what it waits for; activeDeadlineSeconds in the template ends a run that hangs",
        blames=[run.reference],
    )


def _unsuccessful(seen: Snapshot, cron_job: Object) -> Iterator[Finding]:
    """Runs that each give way to the next before they end, or that failed and of which no Job is kept."""
    schedule, last_run = missedruns.schedule_of(cron_job), cron_job.time("status.lastScheduleTime")
    since = cron_job.time("status.lastSuccessfulTime") or cron_job.created
    until = min(last_run, seen.taken_at) if last_run else None
    in_vain = missedruns.between(schedule, since, until) if schedule and since and until else None
    why = _why_unsuccessful(cron_job, seen.owned_by(JOBS, cron_job))
    if in_vain is None or in_vain.count < _RUNS_WORTH_SAYING or not why:
        return
    yield CRON_UNSUCCESSFUL.found(
        cron_job,
        f"starts its runs, and none has succeeded for {seen.age(since)}: {why[0]}",
        evidence={
            **cron_job.quote("spec.schedule", "spec.concurrencyPolicy", "spec.failedJobsHistoryLimit"),
            **cron_job.quote("status.lastScheduleTime", "status.lastSuccessfulTime"),
        },
        next=f"kubectl edit cronjob {cron_job.name} -n {cron_job.namespace}: {why[1]}",
    )


def _why_unsuccessful(cron_job: Object, runs: Sequence[Object]) -> tuple[str, str] | None:
    """Return why no run succeeds and what to change, None where the Jobs that are left tell it themselves."""
    if cron_job.text("spec.concurrencyPolicy") == "Replace" and runs and not any(map(jobstate.has_ended, runs)):
        return (
            "each is replaced by the next before it ends (concurrencyPolicy Replace)",
            "run it less often, or give it Forbid; activeDeadlineSeconds bounds a run that hangs",
        )
    keeps_failed = cron_job.number("spec.failedJobsHistoryLimit", 1) > 0
    if runs or keeps_failed or cron_job.has("spec.jobTemplate.spec.ttlSecondsAfterFinished"):
        return None
    return (
        "their Jobs are gone with what they said (failedJobsHistoryLimit 0)",
        "set failedJobsHistoryLimit to 1, so that the next failure can be read",
    )
