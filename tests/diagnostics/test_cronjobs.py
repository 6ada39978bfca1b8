"""CronJobs: a run that was due and did not start is said with when and since when; what is only just due is not."""

import pytest

from diagnostics.resources import CRON_JOBS, EVENTS, JOBS, LEASES, NODES
from tests.diagnostics.snapshots import codes, findings, named
from tests.diagnostics.states import State

MADE = "2026-11-01T00:00:00Z"


def cron_job(schedule="0 2 * * *", last=None, *, succeeded=None, made=MADE, changed=None, **spec):
    """Return a CronJob at ten o'clock on 21 November, which is a Saturday."""
    written = [{"manager": "kubectl", "operation": "Apply", "time": changed}] if changed else []
    status = {"manager": "kube-controller-manager", "subresource": "status", "time": "2026-11-21T09:59:59Z"}
    return named(
        "nightly",
        metadata={"creationTimestamp": made, "managedFields": [*written, status] if changed else []},
        spec={"schedule": schedule, **spec},
        status={
            **({"lastScheduleTime": last} if last else {}),
            **({"lastSuccessfulTime": succeeded} if succeeded else {}),
        },
    )


def run(name, started, **rest):
    owner = {"kind": "CronJob", "name": "nightly", "uid": "uid-of-nightly", "controller": True}
    metadata = {"ownerReferences": [owner], "creationTimestamp": started}
    return named(name, metadata=metadata, spec={}, status={"startTime": started, "active": 1}, **rest)


def event(reason, message, at="2026-11-21T09:55:30Z"):
    about = {"kind": "CronJob", "namespace": "shop", "name": "nightly", "uid": "uid-of-nightly"}
    return named("e", type="Warning", reason=reason, message=message, lastTimestamp=at, involvedObject=about)


def said_of(thing, *runs, events=()):
    return codes("jobs", {CRON_JOBS: [thing], JOBS: runs, EVENTS: events})


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        pytest.param(
            cron_job(last="2026-11-20T02:00:00Z"),
            "has not run since 2026-11-20 02:00 UTC (1d8h ago): by its schedule 0 2 * * * it was due at "
            "2026-11-21 02:00 UTC, and 1 run is missed",
            id="one run",
        ),
        pytest.param(
            cron_job("*/5 * * * *", last="2026-11-21T08:00:00Z"),
            "was due at 2026-11-21 08:05 UTC, and 23 runs are missed, the last at 2026-11-21 09:55 UTC",
            id="several runs",
        ),
        pytest.param(
            cron_job("* * * * *", last="2026-11-14T00:00:00Z"),
            "was due at 2026-11-14 00:01 UTC, and more than 100 runs are missed, the last at 2026-11-21 09:58 UTC",
            id="too many runs",
        ),
        pytest.param(
            cron_job(made="2026-11-18T12:00:00Z"),
            "has never run since it was made 2d22h ago: by its schedule 0 2 * * * it was due at 2026-11-19 02:00 UTC",
            id="never ran",
        ),
        pytest.param(
            cron_job("0 9 * * *", last="2026-11-20T00:00:00Z", timeZone="Asia/Seoul"),
            "has not run since 2026-11-20 09:00 KST (1d10h ago): by its schedule 0 9 * * * it was due at "
            "2026-11-21 09:00 KST",
            id="in its time zone",
        ),
        pytest.param(
            cron_job("0 2 * * *", made="2026-11-20T20:00:00Z", timeZone="Etc/UTC"),
            "has never run since it was made 14h ago: by its schedule 0 2 * * * it was due at 2026-11-21 02:00 UTC",
            id="never ran, in its time zone",
        ),
        pytest.param(
            cron_job("@every 2h", last="2026-11-21T01:00:00Z"), "was due at 2026-11-21 03:00 UTC", id="an interval"
        ),
        pytest.param(
            cron_job("0 0 31 2 *"), "never runs: its schedule 0 0 31 2 * names a day that its months", id="no such day"
        ),
    ],
)
def test_a_run_that_was_due_and_did_not_start_is_said(thing, words):
    (found,) = findings("jobs", {CRON_JOBS: [thing], JOBS: []})

    assert found.code == "jobs.cron-missed"
    assert words in found.title


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(cron_job(last="2026-11-21T02:00:00Z"), id="ran when it was due"),
        pytest.param(cron_job("*/2 * * * *", last="2026-11-21T09:58:00Z"), id="is due this moment"),
        pytest.param(cron_job("59 9 * * *", last="2026-11-20T09:59:00Z"), id="is due for a minute"),
        pytest.param(cron_job("0 2 1 * *", made="2026-11-02T00:00:00Z"), id="is not due before next month"),
        pytest.param(cron_job("0 9 * * MON-FRI", last="2026-11-20T09:00:00Z"), id="rests on Saturdays"),
        pytest.param(cron_job("* * * * *", made="2026-11-21T09:58:30Z"), id="was just made"),
        pytest.param(
            cron_job("* * * * *", last="2026-11-20T00:00:00Z", changed="2026-11-21T09:59:00Z"), id="was just resumed"
        ),
        pytest.param(
            cron_job(last="2026-11-19T02:00:00Z", changed="2026-11-21T08:00:00Z", startingDeadlineSeconds=600),
            id="was resumed when the deadline had passed",
        ),
        pytest.param(cron_job(last="2026-11-20T17:00:00Z"), id="runs by a clock that is not UTC"),
        pytest.param(
            cron_job("0 9 * * *", last="2026-11-20T22:30:00Z", timeZone="Asia/Seoul"), id="ran by another schedule"
        ),
        pytest.param(cron_job(made="2026-11-20T20:00:00Z"), id="has not been for a day, by an unknown clock"),
        pytest.param(cron_job(timeZone="Mars/Olympus_Mons", last="2026-11-01T00:00:00Z"), id="an unknown time zone"),
        pytest.param(cron_job("every noon", last="2026-11-01T00:00:00Z"), id="a schedule that cannot be read"),
    ],
)
def test_a_run_that_is_not_due_or_only_just_is_not_missed(thing):
    assert said_of(thing) == []


@pytest.mark.parametrize(
    "thing",
    [
        cron_job("* * * * *", last="0001-01-01T00:00:00Z", made="2026-11-21T09:59:00Z"),
        cron_job("* * * * *", last="9999-12-31T23:59:59Z", succeeded="2026-11-21T09:58:00Z"),
        cron_job(None, last="2026-11-01T00:00:00Z"),
        cron_job("* * * * *", last="yesterday", made=None),
        cron_job(startingDeadlineSeconds=10**20, changed="2026-11-21T09:59:00Z"),
    ],
    ids=["Go's zero", "the end of time", "no schedule", "no times", "a deadline without end"],
)
def test_odd_values_are_no_missed_runs(thing):
    assert said_of(thing) == []


def test_a_suspended_one_misses_nothing():
    assert said_of(cron_job("* * * * *", suspend=True)) == ["jobs.cron-suspended"]


def test_one_that_is_being_deleted_misses_nothing():
    going = cron_job("* * * * *")
    going["metadata"]["deletionTimestamp"] = "2026-11-21T09:50:00Z"

    assert said_of(going) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, "does the controller run?; to run it now: kubectl create job -n shop --from=cronjob/nightly"),
        ({"startingDeadlineSeconds": 5}, "a startingDeadlineSeconds of 5 the controller comes too late for every run"),
        ({"startingDeadlineSeconds": 600}, "later than startingDeadlineSeconds (600) is left out; raise it"),
    ],
    ids=["without a deadline", "a deadline under ten seconds", "a deadline"],
)
def test_what_to_do_about_a_missed_run_depends_on_the_deadline(spec, words):
    (found,) = findings("jobs", {CRON_JOBS: [cron_job(last="2026-11-20T02:00:00Z", **spec)]})

    assert words in found.next


def test_after_a_hundred_missed_runs_a_deadline_helps():
    (found,) = findings("jobs", {CRON_JOBS: [cron_job("* * * * *", last="2026-11-20T02:00:00Z")]})

    assert (
        "too many missed start times; kubectl edit cronjob nightly -n shop: set startingDeadlineSeconds" in found.next
    )


def test_a_controller_that_does_not_run_would_explain_it():
    host = named("cp-1", "", labels={"node-role.kubernetes.io/control-plane": ""})
    objects = {CRON_JOBS: [cron_job(last="2026-11-20T02:00:00Z")], NODES: [host, named("worker", "")], LEASES: []}

    (found,) = findings("jobs", objects)

    assert [str(blame) for blame in found.blames] == [
        "Pod/kube-system/kube-controller-manager-cp-1",
        "Lease/kube-system/kube-controller-manager",
    ]


def test_a_controller_that_nobody_leads_stands_before_the_runs_that_it_does_not_start():
    state = State()
    idle = {"holderIdentity": "cp-1", "renewTime": state.ago(hours=3)}
    state.add(LEASES, {"metadata": {"name": "kube-controller-manager", "namespace": "kube-system"}, "spec": idle})
    state.add(CRON_JOBS, cron_job("*/30 * * * *", last="2026-11-21T06:30:00Z"))

    (group,) = state.sweep().groups

    assert [found.code for found in group.findings] == ["control-plane.no-leader", "jobs.cron-missed"]


def test_the_controllers_own_reason_is_said_in_place_of_the_schedule():
    refused = event("FailedCreate", 'Error creating job: jobs.batch "nightly-1" is forbidden: exceeded quota: jobs')

    (found,) = findings("jobs", {CRON_JOBS: [cron_job("*/5 * * * *", last="2026-11-21T09:00:00Z")], EVENTS: [refused]})

    assert found.title.startswith("does not start its runs (FailedCreate): ")


def test_a_warning_of_many_missed_runs_is_old_when_the_last_of_them_was_started():
    warned = event("TooManyMissedTimes", "too many missed start times")

    assert said_of(cron_job("*/5 * * * *", last="2026-11-21T09:55:00Z"), events=[warned]) == []
    assert said_of(cron_job("*/5 * * * *", last="2026-11-21T00:00:00Z"), events=[warned]) == ["jobs.cron-missed"]


@pytest.mark.parametrize(
    ("policy", "started", "expected"),
    [
        ("Forbid", "2026-11-21T09:30:00Z", ["jobs.cron-held"]),
        ("Forbid", "2026-11-21T09:52:00Z", []),
        ("Allow", "2026-11-21T09:30:00Z", ["jobs.cron-missed"]),
    ],
    ids=["for six runs", "for one run", "it would not keep them"],
)
def test_runs_that_wait_for_one_that_hangs_are_laid_to_it(policy, started, expected):
    thing = cron_job("*/5 * * * *", last=started, concurrencyPolicy=policy)

    assert said_of(thing, run("nightly-1", started)) == expected


@pytest.mark.parametrize(
    ("spec", "runs", "expected"),
    [
        pytest.param({"failedJobsHistoryLimit": 0}, [], ["jobs.cron-unsuccessful"], id="failed Jobs are not kept"),
        pytest.param({}, [], [], id="failed Jobs would be kept"),
        pytest.param(
            {"failedJobsHistoryLimit": 0, "jobTemplate": {"spec": {"ttlSecondsAfterFinished": 0}}},
            [],
            [],
            id="nobody keeps any Job",
        ),
        pytest.param(
            {"concurrencyPolicy": "Replace"},
            [run("nightly-1", "2026-11-21T09:55:00Z")],
            ["jobs.cron-unsuccessful"],
            id="each is replaced",
        ),
        pytest.param({}, [run("nightly-1", "2026-11-21T09:55:00Z")], [], id="the first take their time"),
    ],
)
def test_runs_that_never_succeed_are_said_where_no_job_tells_it(spec, runs, expected):
    thing = cron_job("*/5 * * * *", last="2026-11-21T09:55:00Z", succeeded="2026-11-21T09:30:00Z", **spec)

    assert said_of(thing, *runs) == expected


def test_runs_that_succeed_now_and_then_are_in_order():
    thing = cron_job(
        "*/5 * * * *", last="2026-11-21T09:55:00Z", succeeded="2026-11-21T09:46:00Z", failedJobsHistoryLimit=0
    )

    assert said_of(thing) == []
