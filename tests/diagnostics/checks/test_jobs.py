"""Jobs and CronJobs: what failed and was not made good is said, with how it ended."""

import pytest

from diagnostics.resources import CRON_JOBS, EVENTS, JOBS, PODS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named

AN_HOUR_AGO, MINUTES_AGO = "2026-11-21T09:00:00Z", "2026-11-21T09:56:00Z"


def owned_by(kind, name):
    return {"ownerReferences": [{"kind": kind, "name": name, "uid": f"uid-of-{name}", "controller": True}]}


def job(name="settle", *, ended="", reason="BackoffLimitExceeded", at=MINUTES_AGO, owner=None, spec=None, **status):
    conditions = [{"type": ended, "status": "True", "reason": reason, "lastTransitionTime": at}] if ended else []
    return named(
        name,
        metadata={"creationTimestamp": at, **(owned_by("CronJob", owner) if owner else {})},
        spec={"backoffLimit": 2, **(spec or {})},
        status={"conditions": conditions, **status},
    )


def cron_job(name="nightly", last=AN_HOUR_AGO, succeeded=None, **spec):
    return named(
        name,
        spec={"schedule": "0 2 * * *", **spec},
        status={"lastScheduleTime": last, **({"lastSuccessfulTime": succeeded} if succeeded else {})},
    )


def pod(name, of, exit_code=1, reason="Error", container="main", **status):
    ended = {"terminated": {"exitCode": exit_code, "reason": reason}}
    return named(
        name,
        metadata={**owned_by("Job", of), "creationTimestamp": MINUTES_AGO},
        spec={"nodeName": "ip-10-0-0-1", "containers": [{"name": container}]},
        status={"phase": "Failed", "containerStatuses": [{"name": container, "state": ended}], **status},
    )


def event(kind, name, reason, message, at=MINUTES_AGO):
    about = {"kind": kind, "namespace": "shop", "name": name, "uid": f"uid-of-{name}"}
    return named("e", type="Warning", reason=reason, message=message, lastTimestamp=at, involvedObject=about)


FAILED = job(ended="Failed", failed=3)


@pytest.mark.parametrize(
    "thing",
    [
        job(ended="Complete", succeeded=1),
        job(active=1),
        job(ended="Complete", failed=2, succeeded=1),
    ],
    ids=["complete", "at work", "complete at the third try"],
)
def test_a_job_that_succeeded_or_is_at_work_is_in_order(thing):
    assert codes("jobs", {JOBS: [thing]}) == []


def test_a_failed_job_is_said_with_exit_code_and_last_telling_line():
    log = "starting\nERROR cannot reach ledger:5432\n"

    (found,) = findings("jobs", {JOBS: [FAILED], PODS: [pod("settle-1", "settle")]}, logs={"settle-1/main": log})

    assert found.code == "jobs.failed"
    assert "BackoffLimitExceeded, 3 failed pods, backoffLimit 2" in found.title
    assert "container main ended with exit code 1: ERROR cannot reach ledger:5432" in found.title


def test_the_newest_pod_tells():
    old, new = pod("settle-1", "settle"), pod("settle-2", "settle", exit_code=137, reason="OOMKilled")
    old["metadata"]["creationTimestamp"] = AN_HOUR_AGO

    (found,) = findings("jobs", {JOBS: [FAILED], PODS: [new, old]})

    assert "exit code 137, OOMKilled" in found.title


def test_an_init_container_that_failed_is_named_as_such():
    waited = pod("settle-1", "settle", container="main", containerStatuses=[{"name": "main", "state": {"waiting": {}}}])
    waited["spec"]["initContainers"] = [{"name": "fetch"}]
    waited["status"]["initContainerStatuses"] = [{"name": "fetch", "state": {"terminated": {"exitCode": 4}}}]

    (found,) = findings("jobs", {JOBS: [FAILED], PODS: [waited]})

    assert "init container fetch ended with exit code 4" in found.title


def test_a_job_whose_pods_are_gone_says_so():
    (found,) = findings("jobs", {JOBS: [FAILED], PODS: []})

    assert "its pods are gone" in found.title


def test_an_evicted_pod_blames_its_node():
    evicted = pod("settle-1", "settle", containerStatuses=None, reason=None)
    evicted["status"] = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory"}

    (found,) = findings("jobs", {JOBS: [FAILED], PODS: [evicted]})

    assert "Evicted: The node was low on memory" in found.title
    assert [str(blame) for blame in found.blames] == ["Node//ip-10-0-0-1"]


def test_a_job_that_ran_out_of_time_wants_more_of_it():
    late = job(ended="Failed", reason="DeadlineExceeded", failed=1, spec={"activeDeadlineSeconds": 60})

    (found,) = findings("jobs", {JOBS: [late]})

    assert "DeadlineExceeded" in found.title
    assert "activeDeadlineSeconds" in found.next


def test_a_failure_of_weeks_ago_is_a_note():
    (found,) = findings("jobs", {JOBS: [job(ended="Failed", at="2026-11-01T00:00:00Z", failed=3)]})

    assert found.severity == "note"


def test_a_job_that_tries_again_is_a_warning():
    again = job(failed=1, active=1)

    assert codes("jobs", {JOBS: [again], PODS: [pod("settle-1", "settle")]}) == ["jobs.retrying"]


def test_runs_of_a_cron_job_that_are_tried_again_are_said_once():
    runs = [job(f"nightly-{n}", owner="nightly", failed=1, active=1, at=f"2026-11-21T09:5{n}:00Z") for n in range(3)]

    (found,) = findings("jobs", {JOBS: runs, CRON_JOBS: [cron_job()], PODS: [pod("p", "nightly-2")]})

    assert (found.code, found.object.name) == ("jobs.retrying", "nightly-2")
    assert found.title.endswith("; so do nightly-1, nightly-0")


def test_a_run_that_is_tried_again_adds_nothing_to_those_that_failed():
    failed = job("nightly-1", ended="Failed", owner="nightly", failed=3, at=AN_HOUR_AGO)
    again = job("nightly-2", owner="nightly", failed=1, active=1)
    objects = {JOBS: [failed, again], CRON_JOBS: [cron_job()]}

    assert codes("jobs", objects) == ["jobs.cron-failing"]
    assert codes("jobs", objects, target=Target("shop", "nightly-2")) == ["jobs.retrying"]


def test_a_job_whose_pods_a_quota_refuses_is_under_that_quota():
    refused = event("Job", "settle", "FailedCreate", "exceeded quota: compute, requested: pods=1")

    (found,) = findings("jobs", {JOBS: [job()], EVENTS: [refused]})

    assert (found.code, str(found.cause)) == ("jobs.not-started", "ResourceQuota/shop/compute")


def test_the_last_runs_of_a_cron_job_that_failed_are_told_together():
    runs = [
        job(f"nightly-{n}", ended="Failed", owner="nightly", at=f"2026-11-{n}T02:00:00Z", failed=1) for n in (19, 20)
    ]

    (found,) = findings("jobs", {JOBS: runs, CRON_JOBS: [cron_job()], PODS: [pod("p", "nightly-20", exit_code=9)]})

    assert (found.code, str(found.object)) == ("jobs.cron-failing", "CronJob/shop/nightly")
    assert "its last 2 runs failed" in found.title
    assert "exit code 9" in found.title


def test_when_a_cron_job_that_fails_last_succeeded_is_said_since_few_failures_are_kept():
    failed = job("nightly-20", ended="Failed", owner="nightly", failed=1)

    (found,) = findings("jobs", {JOBS: [failed], CRON_JOBS: [cron_job(succeeded="2026-11-14T10:00:00Z")]})

    assert "its last run failed, the latest 4m ago, the last success was 7d ago (BackoffLimitExceeded)" in found.title


@pytest.mark.parametrize(
    ("runs", "succeeded"),
    [
        ([("Failed", "2026-11-20T02:00:00Z"), ("Complete", "2026-11-21T02:00:00Z")], None),
        ([("Failed", "2026-11-20T02:00:00Z")], "2026-11-21T02:00:00Z"),
        ([("Complete", "2026-11-20T02:00:00Z"), ("", "2026-11-21T02:00:00Z")], None),
    ],
    ids=["a later run succeeded", "a later run that is gone succeeded", "one is at work"],
)
def test_a_cron_job_whose_last_run_succeeded_is_in_order(runs, succeeded):
    jobs = [job(f"nightly-{n}", ended=ended, at=at, owner="nightly") for n, (ended, at) in enumerate(runs)]

    assert codes("jobs", {JOBS: jobs, CRON_JOBS: [cron_job(succeeded=succeeded)]}) == []


def test_a_run_that_is_asked_for_by_name_is_told_by_itself():
    run = job("nightly-20", ended="Failed", owner="nightly", failed=1)

    assert codes("jobs", {JOBS: [run]}, target=Target("shop", "nightly-20")) == ["jobs.failed"]


def test_suspended_ones_are_notes():
    objects = {JOBS: [job(spec={"suspend": True})], CRON_JOBS: [cron_job(suspend=True)]}

    found = findings("jobs", objects)

    assert [(each.code, each.severity) for each in found] == [
        ("jobs.suspended", "note"),
        ("jobs.cron-suspended", "note"),
    ]


def test_only_the_logs_of_the_newest_failures_are_read():
    failed = [job(f"j{n}", ended="Failed", at=f"2026-11-21T09:{n:02}:00Z") for n in range(10, 20)]
    pods = [pod(f"p{n}", f"j{n}") for n in range(10, 20)]
    logs = {f"p{n}/main": f"ERROR number {n}" for n in range(10, 20)}

    told = [
        found.object.name for found in findings("jobs", {JOBS: failed, PODS: pods}, logs=logs) if "ERROR" in found.title
    ]

    assert told == ["j19", "j18", "j17", "j16", "j15"]
