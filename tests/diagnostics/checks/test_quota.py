"""Quotas: what refuses pods now is said with whose, what soon will as a warning or a note."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import EVENTS, LIMIT_RANGES, REPLICA_SETS, RESOURCE_QUOTAS
from tests.diagnostics.snapshots import codes, findings, named, snapshot

EXCEEDED = (
    'pods "web-7d9f-x" is forbidden: exceeded quota: compute, requested: limits.memory=1Gi, '
    "used: limits.memory=4Gi, limited: limits.memory=4Gi"
)
UNSPECIFIED = (
    'pods "web-7d9f-x" is forbidden: failed quota: compute: must specify limits.cpu for: app; limits.memory for: app'
)
TOO_LARGE = (
    'pods "web-7d9f-x" is forbidden: [maximum memory usage per Container is 1.5Gi, but limit is 2Gi, '
    "cpu max limit to request ratio per Pod is 4, but provided ratio is 8.000000]"
)


def quota(used, hard, name="compute"):
    return named(name, spec={"hard": hard}, status={"hard": hard, "used": used})


def replica_set(message):
    owner = {"kind": "Deployment", "name": "web", "controller": True}
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    return named("web-7d9f", metadata={"ownerReferences": [owner]}, status={"conditions": [failure]})


def event(kind, name, message, at="2026-11-21T09:58:00Z"):
    about = {"kind": kind, "namespace": "shop", "name": name, "uid": f"uid-of-{name}"}
    return named("e", type="Warning", reason="FailedCreate", message=message, lastTimestamp=at, involvedObject=about)


SPACIOUS = quota({"pods": "3", "limits.memory": "1Gi"}, {"pods": "10", "limits.memory": "4Gi"})


def test_a_quota_with_room_is_in_order():
    assert codes("quota", {RESOURCE_QUOTAS: [SPACIOUS]}) == []


def test_a_quota_of_nought_forbids_on_purpose():
    none = quota({"services.loadbalancers": "0"}, {"services.loadbalancers": "0"})

    assert codes("quota", {RESOURCE_QUOTAS: [none]}) == []


def test_a_quota_that_refuses_pods_is_said_with_whose_and_how_much():
    full = quota({"limits.memory": "4Gi"}, {"limits.memory": "4Gi"})

    (found,) = findings("quota", {RESOURCE_QUOTAS: [full], REPLICA_SETS: [replica_set(EXCEEDED)]})

    assert (found.code, str(found.object)) == ("quota.refuses-pods", "ResourceQuota/shop/compute")
    assert "Deployment shop/web" in found.title
    assert "limits.memory=4Gi of limits.memory=4Gi is used" in found.title


def test_requests_that_a_quota_wants_to_be_made_are_named():
    (found,) = findings("quota", {RESOURCE_QUOTAS: [SPACIOUS], REPLICA_SETS: [replica_set(UNSPECIFIED)]})

    assert "must say limits.cpu for: app; limits.memory for: app" in found.title
    assert "LimitRange" in found.next


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "Job"])
def test_pods_of_other_workloads_are_known_to_be_refused_by_their_events(kind):
    refused = event(kind, "db", f"create Pod db-0 in {kind} db failed error: {EXCEEDED}")

    (found,) = findings("quota", {RESOURCE_QUOTAS: [SPACIOUS], EVENTS: [refused]})

    assert f"{kind} shop/db" in found.title


def test_a_refusal_that_was_not_repeated_for_long_has_passed():
    passed = event("StatefulSet", "db", EXCEEDED, at="2026-11-21T09:10:00Z")

    assert codes("quota", {RESOURCE_QUOTAS: [SPACIOUS], EVENTS: [passed]}) == []


def test_the_events_of_a_replica_set_that_recovered_are_not_counted():
    recovered = named("web-7d9f", status={"conditions": []})
    objects = {
        RESOURCE_QUOTAS: [SPACIOUS],
        REPLICA_SETS: [recovered],
        EVENTS: [event("ReplicaSet", "web-7d9f", EXCEEDED)],
    }

    assert codes("quota", objects) == []


@pytest.mark.parametrize(
    ("used", "code"),
    [("4Gi", "quota.used-up"), ("5000Mi", "quota.used-up"), ("3900Mi", "quota.nearly-used-up")],
    ids=["all of it", "more than allowed by now", "nearly all"],
)
def test_a_quota_with_little_left_is_said_before_it_refuses(used, code):
    (found,) = findings("quota", {RESOURCE_QUOTAS: [quota({"limits.memory": used}, {"limits.memory": "4Gi"})]})

    assert found.code == code
    assert f"limits.memory {used} of 4Gi" in found.title


def test_the_bounds_of_a_limit_range_that_refuses_pods_are_quoted():
    limits = named("bounds", spec={"limits": [{"type": "Container", "max": {"memory": "1536Mi"}}]})

    objects = {RESOURCE_QUOTAS: [], LIMIT_RANGES: [limits], REPLICA_SETS: [replica_set(TOO_LARGE)]}
    (found,) = findings("quota", objects)

    assert (found.code, str(found.object)) == ("quota.out-of-limits", "LimitRange/shop/bounds")
    assert "maximum memory usage per Container is 1.5Gi" in found.title
    assert "cpu max limit to request ratio per Pod is 4" in found.title
    assert [str(blame) for blame in found.blames] == ["Deployment/shop/web"]


def test_what_is_used_of_each_quota_is_shown():
    seen = snapshot({RESOURCE_QUOTAS: [SPACIOUS]})

    (shown,) = diagnosis.judge(CHECKS.get("quota"), seen).exhibits

    assert shown.rows == (
        ("shop/compute", "pods", "3", "10", "30%"),
        ("shop/compute", "limits.memory", "1Gi", "4Gi", "25%"),
    )


def test_pods_that_ask_for_too_much_and_pods_that_do_not_say_are_two_faults():
    full = quota({"limits.memory": "4Gi"}, {"limits.memory": "4Gi"})
    objects = {
        RESOURCE_QUOTAS: [full],
        REPLICA_SETS: [replica_set(EXCEEDED)],
        EVENTS: [event("Job", "load", UNSPECIFIED)],
    }

    exceeded, unspecified = findings("quota", objects)

    assert "Deployment shop/web" in exceeded.title
    assert "raise it" in exceeded.next
    assert "Job shop/load: every container must say" in unspecified.title
    assert "give defaults" in unspecified.next


@pytest.mark.parametrize(
    ("resource", "refused"), [("pods", "pod"), ("limits.cpu", "pod"), ("count/secrets", "object that counts there")]
)
def test_what_a_used_up_quota_refuses_next_is_what_it_counts(resource, refused):
    (found,) = findings("quota", {RESOURCE_QUOTAS: [quota({resource: "5"}, {resource: "5"})]})

    assert f"the next {refused} is refused" in found.title
