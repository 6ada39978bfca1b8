"""When a CronJob is due: as the controller of Kubernetes reckons, in any time zone."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics import schedules

SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def due(text, after=SATURDAY, time_zone="", count=3):
    """Return the next moments of a schedule, as people write them."""
    moments = schedules.parse(text, time_zone).after(after)
    return [f"{moment:%a %m-%d %H:%M}" for moment in islice(moments, count)]


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("*/15 * * * *", ["Sat 11-21 10:15", "Sat 11-21 10:30", "Sat 11-21 10:45"]),
        ("0 2 * * *", ["Sun 11-22 02:00", "Mon 11-23 02:00", "Tue 11-24 02:00"]),
        ("0 9 * * MON-fri", ["Mon 11-23 09:00", "Tue 11-24 09:00", "Wed 11-25 09:00"]),
        ("0 9 ? * 1,3", ["Mon 11-23 09:00", "Wed 11-25 09:00", "Mon 11-30 09:00"]),
        ("5/20 10 * * *", ["Sat 11-21 10:05", "Sat 11-21 10:25", "Sat 11-21 10:45"]),
        ("0 0 1 * 1", ["Mon 11-23 00:00", "Mon 11-30 00:00", "Tue 12-01 00:00"]),
        ("0 0 */20 * 1", ["Mon 11-23 00:00", "Mon 11-30 00:00", "Tue 12-01 00:00"]),
        ("0 0 */1 * 1", ["Mon 11-23 00:00", "Mon 11-30 00:00", "Mon 12-07 00:00"]),
        ("0 0 29 2 *", ["Tue 02-29 00:00", "Sun 02-29 00:00", "Fri 02-29 00:00"]),
        ("@hourly", ["Sat 11-21 11:00", "Sat 11-21 12:00", "Sat 11-21 13:00"]),
        ("@weekly", ["Sun 11-22 00:00", "Sun 11-29 00:00", "Sun 12-06 00:00"]),
        ("@every 1h30m", ["Sat 11-21 11:30", "Sat 11-21 13:00", "Sat 11-21 14:30"]),
        ("TZ=Asia/Seoul 0 9 * * *", ["Sun 11-22 09:00", "Mon 11-23 09:00", "Tue 11-24 09:00"]),
    ],
)
def test_the_next_runs(text, moments):
    assert due(text) == moments


def test_runs_are_due_in_the_time_zone_of_the_cron_job():
    (first,) = islice(schedules.parse("0 2 * * *", "Asia/Seoul").after(SATURDAY), 1)

    assert first.astimezone(UTC) == datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def test_a_run_in_the_hour_that_clocks_leave_out_is_not_due():
    assert due("30 2 * * *", datetime(2026, 3, 7, 5, tzinfo=UTC), "America/New_York") == [
        "Sat 03-07 02:30",
        "Mon 03-09 02:30",
        "Tue 03-10 02:30",
    ]


def test_of_an_hour_that_comes_twice_the_first_is_due():
    assert due("30 1 * * *", datetime(2026, 10, 31, 12, tzinfo=UTC), "America/New_York") == [
        "Sun 11-01 01:30",
        "Mon 11-02 01:30",
        "Tue 11-03 01:30",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "rubbish", "* * * *", "0 0 * * * *", "61 * * * *", "@every", "@every 0s", "@noon", "@every 99999999999999h"],
)
def test_what_is_no_schedule_is_none(text):
    assert schedules.parse(text) is None
    assert not schedules.never_comes(text)


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "../etc/passwd", "America", "x" * 300])
def test_a_time_zone_that_is_not_known_here_is_not_reckoned_with(zone):
    assert schedules.parse("0 2 * * *", zone) is None


@pytest.mark.parametrize(
    ("text", "never"), [("0 0 31 2 *", True), ("0 0 31 4,6 *", True), ("0 0 31 * *", False), ("0 0 31 2 1", False)]
)
def test_a_day_that_its_months_do_not_have_never_comes(text, never):
    assert schedules.never_comes(text) is never
    assert (schedules.parse(text) is None) is never


@given(
    text=st.sampled_from(["*/7 * * * *", "0 2 * * *", "30 1 1 * *", "@every 95m", "15 3 * * 0"]),
    minutes=st.integers(0, 60 * 24 * 365),
    hours=st.integers(0, 24 * 40),
)
def test_the_last_run_is_the_last_of_those_that_follow(text, minutes, hours):
    schedule, since = schedules.parse(text, "Europe/Berlin"), SATURDAY + timedelta(minutes=minutes)
    until = since + timedelta(hours=hours)

    last = schedule.last(since, until)

    if last is None:
        assert next(schedule.after(since)) > until
    else:
        assert since < last <= until < next(schedule.after(last))
