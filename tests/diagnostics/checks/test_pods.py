"""Pods: each trouble once for its workload, with what caused it, and silence about what only looks like one."""

import pytest

from diagnostics.finding import Severity
from diagnostics.resources import EVENTS, NODES, PODS
from tests.diagnostics.snapshots import codes, findings, named

OWNER = {"kind": "ReplicaSet", "name": "api-7d9f", "uid": "uid-of-api-7d9f", "controller": True}
READY = [{"type": "Ready", "status": "True"}]
UNREADY = [{"type": "Ready", "status": "False"}]
LONG_AGO, LATELY, JUST_NOW = "2026-11-01T10:00:00Z", "2026-11-21T09:30:00Z", "2026-11-21T09:59:50Z"


def pod(name="api-7d9f-x1", *, phase="Running", statuses=(), conditions=UNREADY, spec=(), **metadata):
    return named(
        name,
        labels={"pod-template-hash": "7d9f"},
        metadata={"ownerReferences": [OWNER], "creationTimestamp": LATELY, **metadata},
        spec={"nodeName": "node-1", "containers": [{"name": "app", "image": "api:1"}], **dict(spec)},
        status={"phase": phase, "conditions": list(conditions), "containerStatuses": list(statuses)},
    )


def app(state, *, last=None, restarts=0, ready=False, name="app"):
    return {"name": name, "state": state, "lastState": last or {}, "restartCount": restarts, "ready": ready}


def waiting(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def ended(code, reason="Error", at=LATELY):
    return {"terminated": {"exitCode": code, "reason": reason, "finishedAt": at}}


def crashing(code=1, reason="Error"):
    return app(waiting("CrashLoopBackOff"), last=ended(code, reason), restarts=7)


def event(thing, reason, message):
    return named(
        f"{thing['metadata']['name']}.{reason}",
        involvedObject={"uid": thing["metadata"]["uid"]},
        reason=reason,
        message=message,
        type="Warning",
        lastTimestamp=LATELY,
    )


def only(*args, **options):
    """Return the one finding."""
    (found,) = findings("pods", *args, **options)
    return found


@pytest.mark.parametrize(
    "quiet",
    [
        pytest.param(pod(conditions=READY, statuses=[app({"running": {}}, ready=True)]), id="ready"),
        pytest.param(pod(phase="Succeeded"), id="completed"),
        pytest.param(
            pod(phase="Pending", statuses=[app(waiting("ContainerCreating"))], creationTimestamp=JUST_NOW),
            id="just being created",
        ),
        pytest.param(pod(statuses=[app({"running": {"startedAt": JUST_NOW}})]), id="started ten seconds ago"),
        pytest.param(pod(deletionTimestamp=JUST_NOW), id="going as it should"),
        pytest.param(
            pod(conditions=READY, statuses=[app({"running": {}}, last=ended(1, at=LONG_AGO), restarts=9, ready=True)]),
            id="restarted long ago",
        ),
        pytest.param(
            pod(
                phase="Pending",
                spec={"nodeName": None},
                conditions=[{"type": "PodScheduled", "reason": "SchedulingGated"}],
                creationTimestamp=JUST_NOW,
            ),
            id="held back by a scheduling gate",
        ),
    ],
)
def test_what_is_well_or_on_its_way_stays_unsaid(quiet):
    assert codes("pods", {PODS: [quiet]}) == []


def test_a_crash_is_said_once_for_all_pods_of_a_workload_with_the_log_of_one():
    alike = [pod(name, statuses=[crashing()]) for name in ("api-7d9f-x1", "api-7d9f-x2")]

    found = only({PODS: alike}, logs={"api-7d9f-x1/app": "starting\nERROR connection to db refused\n"})

    assert (found.code, str(found.object)) == ("pods.crash-loop", "Deployment/shop/api")
    assert "exit code 1" in found.title
    assert "(2 of 2 pods)" in found.title
    assert found.evidence["log"] == "starting\nERROR connection to db refused"


def test_different_troubles_of_a_workload_are_told_apart():
    troubled = [
        pod("api-7d9f-x1", statuses=[crashing()]),
        pod("api-7d9f-x2", statuses=[app(waiting("ImagePullBackOff", "not found"))]),
    ]

    assert sorted(codes("pods", {PODS: troubled})) == ["pods.crash-loop", "pods.image-pull"]


def test_between_two_tries_a_crashing_container_has_no_reason_to_wait_for():
    assert codes("pods", {PODS: [pod(statuses=[app(ended(1), restarts=3)])]}) == ["pods.crash-loop"]


def test_a_kill_for_memory_names_the_limit():
    limited = {"containers": [{"name": "app", "resources": {"limits": {"memory": "64Mi"}}}]}

    found = only({PODS: [pod(statuses=[crashing(137, "OOMKilled")], spec=limited)]})

    assert found.code == "pods.oom-killed"
    assert "64Mi" in found.title


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("failed to pull: not found", "push that tag"),
        ("401 unauthorized", "imagePullSecrets"),
        ("dial tcp 10.0.0.1:443: i/o timeout", "reach the registry"),
        ("something else", "pull the image from a node"),
    ],
)
def test_what_the_registry_answered_decides_the_advice(message, advice):
    found = only({PODS: [pod(phase="Pending", statuses=[app(waiting("ErrImagePull", message))])]})

    assert found.code == "pods.image-pull"
    assert advice in found.next


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('configmap "settings" not found', "ConfigMap/shop/settings"),
        ('secret "db" not found', "Secret/shop/db"),
        ("couldn't find key password in Secret shop/db", "Secret/shop/db"),
    ],
)
def test_the_object_that_is_missing_is_the_cause(message, cause):
    found = only({PODS: [pod(phase="Pending", statuses=[app(waiting("CreateContainerConfigError", message))])]})

    assert found.code == "pods.config-missing"
    assert str(found.cause) == cause


def test_what_nobody_has_seen_before_is_not_put_on_an_object():
    waits = waiting("CreateContainerConfigError", "something that nobody has seen before")

    found = only({PODS: [pod(phase="Pending", statuses=[app(waits)])]})

    assert (found.code, found.cause) == ("pods.cannot-start", None)


def test_a_volume_that_cannot_be_mounted_is_told_by_its_event():
    stuck = pod(phase="Pending", statuses=[app(waiting("ContainerCreating"))])
    mount = event(stuck, "FailedMount", 'MountVolume.SetUp failed for volume "v": configmap "settings" not found')

    found = only({PODS: [stuck], EVENTS: [mount]})

    assert (found.code, str(found.cause)) == ("pods.config-missing", "ConfigMap/shop/settings")


def test_a_sandbox_that_cannot_be_made_is_told_by_its_event_and_its_node_blamed():
    stuck = pod(phase="Pending", statuses=[app(waiting("ContainerCreating"))])

    found = only({PODS: [stuck], EVENTS: [event(stuck, "FailedCreatePodSandBox", "no address left")]})

    assert found.code == "pods.stuck-creating"
    assert "no address left" in found.title
    assert [str(blame) for blame in found.blames] == ["Node//node-1"]


def test_events_about_an_earlier_pod_of_the_same_name_do_not_count():
    stuck = pod(phase="Pending", statuses=[app(waiting("ContainerCreating"))], creationTimestamp=JUST_NOW)
    earlier = event(pod(uid="uid-of-an-earlier-one"), "FailedMount", "no")

    assert codes("pods", {PODS: [stuck], EVENTS: [earlier]}) == []


def test_an_init_container_that_fails_is_told_instead_of_those_that_wait_for_it():
    held = pod(phase="Pending", spec={"initContainers": [{"name": "wait"}]}, statuses=[app(waiting("PodInitializing"))])
    held["status"]["initContainerStatuses"] = [crashing() | {"name": "wait"}]

    found = only({PODS: [held]})

    assert found.code == "pods.init-failing"
    assert "Init:CrashLoopBackOff" in found.title


def test_a_probe_that_restarts_a_container_is_told_from_a_crash():
    killed = pod(statuses=[crashing(137)])

    found = only({PODS: [killed], EVENTS: [event(killed, "Unhealthy", "Liveness probe failed: timeout")]})

    assert found.code == "pods.liveness-killed"
    assert "Liveness probe failed: timeout" in found.title


def test_a_container_that_runs_and_is_not_ready_says_what_its_probe_got():
    slow = pod(statuses=[app({"running": {"startedAt": LATELY}})])

    found = only({PODS: [slow], EVENTS: [event(slow, "Unhealthy", "Readiness probe failed: 503")]})

    assert found.code == "pods.not-ready"
    assert "503" in found.title


def test_a_container_that_is_not_ready_quotes_the_failures_of_its_log_and_nothing_that_is_well():
    unready = pod(statuses=[app({"running": {"startedAt": LATELY}})])
    failing = only({PODS: [unready]}, logs={f"{unready['metadata']['name']}/app": "started\nERROR no session store"})
    content = only({PODS: [unready]}, logs={f"{unready['metadata']['name']}/app": "started\nlistening"})

    assert failing.title.endswith("; its log: ERROR no session store")
    assert failing.evidence["log"] == "ERROR no session store"
    assert "log" not in content.title
    assert "log" not in content.evidence


def test_a_sweep_reads_the_logs_of_a_few_containers_that_are_not_ready():
    many = [pod(f"api-{number}", statuses=[app({"running": {"startedAt": LATELY}})]) for number in range(9)]
    for each in many:
        each["metadata"]["ownerReferences"] = []
    said = {f"{each['metadata']['name']}/app": "ERROR no session store" for each in many}

    in_sweep = findings("pods", {PODS: many}, logs=said, is_sweep=True)
    asked_for = findings("pods", {PODS: many}, logs=said)

    assert sum("log" in each.evidence for each in in_sweep) < len(in_sweep) == len(many)
    assert all("log" in each.evidence for each in asked_for)


def test_restarts_of_the_last_hour_are_a_note_when_all_is_well_again():
    well = pod(conditions=READY, statuses=[app({"running": {}}, last=ended(1), restarts=4, ready=True)])

    found = only({PODS: [well]})

    assert (found.code, found.severity) == ("pods.restarted", Severity.NOTE)


def test_an_eviction_is_a_note_once_another_pod_stands_in_its_place():
    evicted = pod("api-7d9f-x1", phase="Failed") | {
        "status": {"phase": "Failed", "reason": "Evicted", "message": "low"}
    }
    other = pod("api-7d9f-x2", conditions=READY, statuses=[app({"running": {}}, ready=True)])

    assert only({PODS: [evicted]}).severity is Severity.WARNING
    assert only({PODS: [evicted, other]}).severity is Severity.NOTE


def test_failed_pods_of_jobs_are_left_to_the_jobs():
    failed = pod(phase="Failed", ownerReferences=[{**OWNER, "kind": "Job", "name": "settle"}])

    assert codes("pods", {PODS: [failed]}) == []


def test_a_pod_that_does_not_go_blames_its_node_when_that_does_not_answer():
    gone = named("node-1", namespace=None, status={"conditions": [{"type": "Ready", "status": "Unknown"}]})

    found = only({PODS: [pod(deletionTimestamp=LATELY)], NODES: [gone]})

    assert found.code == "pods.stuck-terminating"
    assert "its node does not answer" in found.title


def test_a_pod_that_no_scheduler_has_looked_at_is_said_after_a_minute():
    waits = {"phase": "Pending", "spec": {"nodeName": None}, "conditions": ()}

    assert codes("pods", {PODS: [pod(**waits)]}) == ["pods.unseen-by-scheduler"]
    assert codes("pods", {PODS: [pod(**waits, creationTimestamp=JUST_NOW)]}) == []


def test_a_pod_that_no_node_takes_says_why_in_words():
    refused = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/2 nodes are available: 2 Insufficient memory.",
    }
    greedy = pod(
        phase="Pending",
        conditions=[refused],
        spec={"nodeName": None, "containers": [{"name": "app", "resources": {"requests": {"memory": "64Gi"}}}]},
    )

    found = only({PODS: [greedy]})

    assert found.code == "pods.unschedulable"
    assert "memory" in found.title
    assert found.evidence["status.conditions[PodScheduled].message"].startswith("0/2 nodes")


def test_pods_of_a_stateful_set_are_told_by_their_own_names():
    owner = {**OWNER, "kind": "StatefulSet", "name": "db"}
    members = [pod("db-0", statuses=[crashing()], ownerReferences=[owner])]
    members.append(pod("db-1", conditions=READY, statuses=[app({"running": {}}, ready=True)], ownerReferences=[owner]))

    assert str(only({PODS: members}).object) == "Pod/shop/db-0"
