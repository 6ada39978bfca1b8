"""Events: grouped by what is alike, the newest first, and about what was asked."""

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import EVENTS
from diagnostics.target import Target
from tests.diagnostics.snapshots import named, snapshot

SHOP = Target("shop")


def event(about, reason="BackOff", message="", at="2026-11-21T09:59:00Z", kind="Pod", type_="Warning", **rest):
    involved = {"kind": kind, "namespace": "shop", "name": about}
    return named("e", type=type_, reason=reason, message=message, lastTimestamp=at, involvedObject=involved, **rest)


def shown(*events, target=SHOP, **arguments):
    seen = snapshot({EVENTS: list(events)}, target=target)
    (exhibit,) = diagnosis.judge(CHECKS.get("events"), seen, arguments).exhibits
    return exhibit


def test_the_newest_stand_first():
    old = event("db", at="2026-11-21T09:00:00Z")

    assert [row[4] for row in shown(old, event("web")).rows] == ["Pod shop/web", "Pod shop/db"]


def test_what_is_alike_of_one_workload_stands_together():
    pods = ("api-7d9f8c5b6-x2x4z", "api-7d9f8c5b6-b7kd2", "api-c46bd8f4d-qqwrt")
    events = [event(name, message=f"Back-off {n}0s restarting pod {name}", count=n) for n, name in enumerate(pods, 1)]

    (row,) = shown(*events).rows

    assert row[1] == "6"
    assert row[4].endswith("and 2 more")


def test_what_differs_in_more_than_numbers_and_ids_stands_apart():
    events = [event("api", message="Liveness probe failed"), event("api", message="Readiness probe failed")]

    assert len(shown(*events).rows) == 2


def test_normal_events_are_shown_when_asked_for():
    normal = event("api", "Pulled", type_="Normal")

    assert shown(normal).rows == ()
    assert [row[3] for row in shown(normal, normal=True).rows] == ["Pulled"]


def test_a_name_means_the_object_and_what_it_made_and_no_other():
    names = ["api", "api-7d9f8c5b6-x2x4z", "api-gateway", "api-gateway-7d9f8c5b6-x2x4z", "api-29920888-b7kd2", "api-1"]

    exhibit = shown(*(event(name, reason=name) for name in names), target=Target("shop", "api"))

    assert {row[3] for row in exhibit.rows} == {"api", "api-7d9f8c5b6-x2x4z", "api-29920888-b7kd2", "api-1"}


def test_events_of_the_new_kind_are_counted_and_dated_too():
    series = {"count": 7, "lastObservedTime": "2026-11-21T09:58:00.000000Z"}

    (row,) = shown(event("api", at=None, series=series)).rows

    assert row[:2] == ("2m ago", "7")


def test_no_more_groups_are_shown_than_asked_for():
    exhibit = shown(*(event("api", reason=reason) for reason in "ABC"), limit=2)

    assert len(exhibit.rows) == 2
    assert "2 of 3 groups" in exhibit.title


def test_where_none_are_left_that_is_said():
    assert "No warnings about shop are left" in shown().title
