"""Rollouts: what stands still and why, and silence about what moves or is meant to stand."""

import pytest

from diagnostics.finding import Exhibit, Severity
from diagnostics.registry import CHECKS
from diagnostics.resources import DAEMON_SETS, DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS, STATEFUL_SETS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

REVISION = "deployment.kubernetes.io/revision"


def deployment(*, replicas=2, ready=2, conditions=(), status=(), **spec):
    return named(
        "api",
        metadata={"annotations": {REVISION: "2"}},
        spec={"replicas": replicas, "selector": {"matchLabels": {"app": "api"}}, **spec},
        status={
            "replicas": replicas,
            "readyReplicas": ready,
            "updatedReplicas": replicas,
            "conditions": [{"type": kind, "status": state, **more} for kind, state, more in conditions],
            **dict(status),
        },
    )


def owned_by(kind, owner, name, **rest):
    reference = {"kind": kind, "name": owner, "uid": f"uid-of-{owner}", "controller": True}
    return named(name, metadata={"ownerReferences": [reference], **rest.pop("metadata", {})}, **rest)


def replica_set(name, revision, replicas=0):
    return owned_by(
        "Deployment", "api", name, metadata={"annotations": {REVISION: revision}}, spec={"replicas": replicas}
    )


def member(owner, kind, name, *, ready, **status):
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return owned_by(
        kind, owner, name, spec={"nodeName": "node-1"}, status={"phase": "Running", "conditions": conditions, **status}
    )


def only(objects, **options):
    """Return the one finding."""
    (found,) = findings("rollout", objects, **options)
    return found


@pytest.mark.parametrize(
    "quiet",
    [
        pytest.param(deployment(), id="all ready"),
        pytest.param(deployment(replicas=0, ready=0), id="scaled to nought on purpose"),
        pytest.param(deployment(ready=1, conditions=[("Available", "True", {})]), id="on its way and available"),
        pytest.param(
            deployment(strategy={"type": "Recreate"}, conditions=[("Progressing", "True", {})]), id="recreated"
        ),
    ],
)
def test_what_moves_or_is_meant_to_stand_stays_unsaid(quiet):
    assert codes("rollout", {DEPLOYMENTS: [quiet], PODS: []}) == []


def test_a_deadline_that_passed_names_why_the_newest_pods_are_not_ready():
    late = deployment(conditions=[("Progressing", "False", {"reason": "ProgressDeadlineExceeded"})])
    sets = [replica_set("api-old", "1", 2), replica_set("api-new", "2", 1)]
    crashing = [{"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 3}]
    new = member("api-new", "ReplicaSet", "api-new-1", ready=False, containerStatuses=crashing)
    new["spec"]["containers"] = [{"name": "app"}]
    old = member("api-old", "ReplicaSet", "api-old-1", ready=False)

    found = only({DEPLOYMENTS: [late], REPLICA_SETS: sets, PODS: [new, old]})

    assert found.code == "rollout.deadline-exceeded"
    assert "CrashLoopBackOff" in found.title
    assert [key for key in found.evidence if key.startswith("Pod ")] == ["Pod api-new-1"]
    assert "kubectl rollout undo deployment/api -n shop" in found.next


@pytest.mark.parametrize(
    ("updated", "severity"), [pytest.param(0, Severity.WARNING, id="waits"), pytest.param(2, Severity.NOTE, id="done")]
)
def test_a_pause_matters_as_far_as_a_change_waits_for_it(updated, severity):
    found = only({DEPLOYMENTS: [deployment(paused=True, status={"updatedReplicas": updated})], PODS: []})

    assert (found.code, found.severity) == ("rollout.paused", severity)


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('pods "api-1" is forbidden: exceeded quota: small, requested: pods=1', "ResourceQuota/shop/small"),
        (
            'failed calling webhook "x.y": failed to call webhook: Post "https://hook.policy.svc:443/v": refused',
            "Service/policy/hook",
        ),
        ("something else", "None"),
    ],
)
def test_pods_that_are_refused_name_who_refuses(message, cause):
    refused = deployment(
        ready=0, conditions=[("ReplicaFailure", "True", {"reason": "FailedCreate", "message": message})]
    )

    found = only({DEPLOYMENTS: [refused], PODS: []})

    assert found.code == "rollout.pods-not-created"
    assert str(found.cause) == cause


@pytest.mark.parametrize(
    ("replicas", "limits", "stuck"),
    [
        (2, {"maxSurge": 0, "maxUnavailable": "25%"}, True),
        (8, {"maxSurge": 0, "maxUnavailable": "25%"}, False),
        (2, {"maxSurge": "1%", "maxUnavailable": 0}, False),
        (2, {"maxSurge": 0, "maxUnavailable": 1}, False),
    ],
)
def test_a_strategy_that_leaves_no_room_is_said(replicas, limits, stuck):
    tight = deployment(replicas=replicas, ready=replicas, strategy={"type": "RollingUpdate", "rollingUpdate": limits})

    assert codes("rollout", {DEPLOYMENTS: [tight], PODS: []}) == (["rollout.cannot-move"] if stuck else [])


def test_a_deployment_without_enough_ready_pods_says_how_many():
    found = only({DEPLOYMENTS: [deployment(ready=0, conditions=[("Available", "False", {})])], PODS: []})

    assert found.code == "rollout.unavailable"
    assert found.title.startswith("0/2 ready")


def test_a_stateful_set_waits_for_its_first_pod_that_is_not_ready():
    database = named("db", spec={"replicas": 3}, status={"readyReplicas": 1})
    members = [
        member("db", "StatefulSet", "db-1", ready=False),
        member("db", "StatefulSet", "db-0", ready=True),
    ]

    found = only({STATEFUL_SETS: [database], PODS: members})

    assert found.code == "rollout.stuck"
    assert "1/3 ready, waits for db-1; it makes no further pod" in found.title
    assert "Pod/shop/db-1" in [str(blame) for blame in found.blames]


def test_a_stateful_set_whose_pods_are_refused_says_so():
    database = named("db", spec={"replicas": 1}, status={})
    refusal = named(
        "db.1", involvedObject={"uid": "uid-of-db"}, reason="FailedCreate", message="exceeded quota: small, used: 3"
    )

    found = only({STATEFUL_SETS: [database], PODS: [], EVENTS: [refusal]})

    assert (found.code, str(found.cause)) == ("rollout.pods-not-created", "ResourceQuota/shop/small")


def test_pods_that_wait_for_a_hand_are_a_note():
    database = named(
        "db",
        spec={"replicas": 1, "updateStrategy": {"type": "OnDelete"}},
        status={"readyReplicas": 1, "currentRevision": "db-1", "updateRevision": "db-2"},
    )

    found = only({STATEFUL_SETS: [database], PODS: []})

    assert (found.code, found.severity) == ("rollout.waits-for-hand", Severity.NOTE)


def test_a_daemon_set_with_some_pods_ready_is_a_warning_and_with_none_critical():
    def agent(ready):
        return named("agent", status={"desiredNumberScheduled": 3, "numberReady": ready, "updatedNumberScheduled": 3})

    assert only({DAEMON_SETS: [agent(2)], PODS: []}).severity is Severity.WARNING
    assert only({DAEMON_SETS: [agent(0)], PODS: []}).severity is Severity.CRITICAL
    assert codes("rollout", {DAEMON_SETS: [agent(3)], PODS: []}) == []


def bare(*, ready=0, refused="", **metadata):
    condition = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": refused}
    status = {"readyReplicas": ready, "conditions": [condition] if refused else []}
    return named("api-5c9", spec={"replicas": 2}, status=status, metadata=metadata)


@pytest.mark.parametrize(
    ("replica_set_", "said"),
    [
        (bare(ready=2), []),
        (bare(ready=1), [("rollout.unavailable", Severity.WARNING)]),
        (bare(), [("rollout.unavailable", Severity.CRITICAL)]),
        (bare(refused="exceeded quota: small, used: 3"), [("rollout.pods-not-created", Severity.CRITICAL)]),
    ],
    ids=["ready", "one of two", "none", "refused"],
)
def test_a_replica_set_that_nobody_rolls_out_is_judged_itself(replica_set_, said):
    found = findings("rollout", {REPLICA_SETS: [replica_set_], PODS: []})

    assert [(each.code, each.severity) for each in found] == said


def test_a_replica_set_of_a_deployment_is_judged_only_by_its_name():
    owned = bare(ownerReferences=[{"kind": "Deployment", "name": "api", "controller": True}])
    objects = {REPLICA_SETS: [owned], PODS: []}

    assert codes("rollout", objects) == []
    assert codes("rollout", objects, target=Target("shop", "api-5c9")) == ["rollout.unavailable"]


def test_one_deployment_by_name_shows_its_revisions_newest_first():
    objects = {DEPLOYMENTS: [deployment()], REPLICA_SETS: [replica_set("api-1", "1"), replica_set("api-10", "10", 2)]}

    (shown,) = CHECKS.get("rollout").say(snapshot(objects, target=Target("shop", "api")), {})

    assert isinstance(shown, Exhibit)
    assert [row[:2] for row in shown.rows] == [("10", "api-10"), ("1", "api-1")]


def test_a_revision_that_is_no_number_hides_nothing():
    objects = {DEPLOYMENTS: [deployment()], REPLICA_SETS: [replica_set("api-1", "first"), replica_set("api-2", "2")]}

    (shown,) = CHECKS.get("rollout").say(snapshot(objects, target=Target("shop", "api")), {})

    assert len(shown.rows) == 2
