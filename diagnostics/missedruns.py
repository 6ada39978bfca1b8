"""Runs of a CronJob that were due and were not started."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from diagnostics import schedules
from diagnostics.objects import Object
from diagnostics.schedules import Interval, Schedule
from diagnostics.snapshot import Snapshot

MANY = 100
"""Missed runs after which the controller warns of too many missed start times."""

_GRACE = timedelta(minutes=2)
"""How late a run may be: a controller that changes its leader is silent for half a minute."""

_A_YEAR = 31_536_000
"""Seconds; a deadline beyond that is as good as none."""


@dataclass(frozen=True)
class MissedRuns:
    """The first and the last of the runs that a CronJob has missed, and how many they are, `MANY` + 1 for any more."""

    first: datetime
    last: datetime
    count: int

    @property
    def spoken(self) -> str:
        """How many they are, as a sentence says it."""
        if self.count > MANY:
            return f"more than {MANY} runs are missed"
        return f"{self.count} runs are missed" if self.count > 1 else "1 run is missed"


def of(seen: Snapshot, cron_job: Object) -> MissedRuns | None:
    """Return the runs that should have been started by now, None when there are none or it cannot be told.

    Somebody who has just made, changed or resumed the CronJob is given time, and what was due longer before that than
    its deadline allows is not held against it.
    """
    last_run = cron_job.time("status.lastScheduleTime") or cron_job.created
    schedule = schedule_of(cron_job)
    changed = _changed(cron_job) or last_run
    until = seen.taken_at - _GRACE
    if schedule is None or last_run is None or changed is None or changed > until:
        return None
    missed = between(schedule, _since(cron_job, last_run, changed), until)
    return missed if missed and missed.count >= _telling(cron_job, schedule) else None


def between(schedule: Schedule, since: datetime, until: datetime) -> MissedRuns | None:
    """Return the runs that are due after one moment and not after another."""
    last = schedule.last(since, until)
    if last is None:
        return None
    due = list(islice(_until(schedule, since, until), MANY + 1))
    return MissedRuns(due[0], last, len(due)) if due else None


def schedule_of(cron_job: Object) -> Schedule | None:
    """Return when the runs of a CronJob are due."""
    return schedules.parse(cron_job.text("spec.schedule"), cron_job.text("spec.timeZone"))


def _since(cron_job: Object, last_run: datetime, changed: datetime) -> datetime:
    """Return the moment after which runs count: the last run, or what the deadline allowed when it was changed."""
    if not cron_job.has("spec.startingDeadlineSeconds"):
        return last_run
    deadline = min(cron_job.number("spec.startingDeadlineSeconds"), _A_YEAR)
    return max(last_run, changed - timedelta(seconds=deadline))


def _until(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    return takewhile(lambda moment: moment <= until, schedule.after(since))


def _changed(cron_job: Object) -> datetime | None:
    """Return when somebody last wrote the CronJob itself and not its status, None when nobody noted it."""
    written = (entry.time("time") for entry in cron_job.each("metadata.managedFields") if not entry.has("subresource"))
    return max(filter(None, written), default=None)


def _telling(cron_job: Object, schedule: Schedule) -> int:
    """Return how many runs must be missed until it is sure that any is.

    A last run that was due by the schedule shows that this is the one in force, in the controller's own time zone too,
    which nobody tells. Otherwise the next may be due somewhat later than it is reckoned here.
    """
    last_run = cron_job.time("status.lastScheduleTime")
    if last_run is None:
        return 1 if cron_job.has("spec.timeZone") else 2
    was_due = isinstance(schedule, Interval) or schedule.last(last_run - timedelta(seconds=1), last_run) == last_run
    return 1 if was_due else 2
