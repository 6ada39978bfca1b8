"""When the runs of a CronJob are due, as its controller reckons: five fields of cron, `@daily` and such, `@every`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_ZONED = re.compile(r"(?:CRON_)?TZ=(?P<zone>\S+)\s+(?P<rest>.+)")
"""How a schedule named its time zone before there was `spec.timeZone`; those that were stored then still run."""

_EVERY = re.compile(r"@every (?=\d)(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,7})m)?(?:(?P<seconds>\d{1,9})s)?")
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_FIELDS, _DAY, _MONTH, _WEEKDAY = 5, 2, 3, 4
_STEP = re.compile(r"\*/(?!1$)")
_TICK = timedelta(seconds=1)
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Schedule(Protocol):
    """The moments at which runs are due."""

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Go through the moments after one, without end."""
        ...

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last moment after one and not after another, None when there is none between them."""
        ...


@dataclass(frozen=True)
class Interval:
    """`@every 90m`: so long after the run before."""

    length: timedelta

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Go through the moments after a run."""
        while True:
            moment += self.length
            yield moment

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last moment between a run and another time."""
        moment = after + (until - after) // self.length * self.length
        return moment if moment > after else None


@dataclass(frozen=True)
class Calendar:
    """Five fields of cron in a time zone.

    What is due while clocks are put forward does not run, as the controller has it. Of an hour that comes twice only
    the first is taken as due: of the second nobody is sure.
    """

    fields: str
    zone: ZoneInfo

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Go through the moments after one."""
        return self._moments(moment, backwards=False)

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last moment between two."""
        moment = next(self._moments(until + _TICK, backwards=True), None)
        return moment if moment and moment > after else None

    def _moments(self, start: datetime, *, backwards: bool) -> Iterator[datetime]:
        """Go through the moments from one on; the sixth field keeps cronsim from moving runs out of a missing hour."""
        moments = CronSim(f"0 {self.fields}", start.astimezone(self.zone), reverse=backwards)
        return (moment for moment in moments if not moment.fold)


def parse(text: str, time_zone: str = "") -> Schedule | None:
    """Return the schedule that `spec.schedule` and `spec.timeZone` give, None when it cannot be reckoned here."""
    text, zone_name = _divided(text, time_zone)
    every = _EVERY.fullmatch(text)
    if every:
        length = timedelta(**{unit: int(count) for unit, count in every.groupdict("0").items()})
        return Interval(length) if length else None
    fields, zone = _fields(text), _zone(zone_name)
    return Calendar(fields, zone) if zone and _can_be(fields) else None


def never_comes(text: str) -> bool:
    """Say whether a schedule is due on no day at all, such as 31 February; the API server does not mind."""
    fields = _fields(_divided(text, "")[0])
    parts = fields.split()
    if _can_be(fields) or len(parts) != _FIELDS:
        return False
    return _can_be(" ".join([*parts[:_MONTH], "*", *parts[_WEEKDAY:]]))


def _divided(text: str, time_zone: str) -> tuple[str, str]:
    """Return a schedule without its time zone, and that, `time_zone` when it names none."""
    zoned = _ZONED.fullmatch(text)
    return (zoned["rest"], zoned["zone"]) if zoned else (text, time_zone)


def _fields(text: str) -> str:
    """Return five fields as cronsim reads them like the controller.

    To the controller a day with a step is no longer any day, so that it and the weekday are joined by or.
    """
    fields = _DESCRIPTORS.get(text, text).replace("?", "*").split()
    if len(fields) == _FIELDS:
        fields[_DAY] = _STEP.sub("1-31/", fields[_DAY])
        fields[_WEEKDAY] = _STEP.sub("0-6/", fields[_WEEKDAY])
    return " ".join(fields)


def _can_be(fields: str) -> bool:
    """Say whether cron's five fields can be read, and are due on any day."""
    try:
        CronSim(fields, _ANY_TIME)
    except CronSimError:
        return False
    return len(fields.split()) == _FIELDS


def _zone(name: str) -> ZoneInfo | None:
    """Return a time zone, UTC without a name, None for one that is not known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
