"""Workloads, as their controllers report them: what stands still is said, what only takes its time is not."""

import pytest

from diagnostics.resources import DAEMON_SETS, DEPLOYMENTS, JOBS, NAMESPACES, REPLICA_SETS, STATEFUL_SETS
from tests.diagnostics.states import State, container, of_pod, waits


@pytest.fixture
def state():
    return State()


def codes(state):
    return [each.code for each in state.findings()]


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (
            'pods "api-" is forbidden: error looking up service account shop/api: serviceaccount "api" not found',
            "create api, or correct serviceAccountName",
        ),
        (
            'pods "api-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
            "enforce a lower level",
        ),
        (
            'pods "api-x" is forbidden: no PriorityClass with name high-priority was found',
            "create the PriorityClass high-priority, or correct priorityClassName",
        ),
        (
            'pods "api-x" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
            "create the RuntimeClass gvisor, or correct runtimeClassName",
        ),
        (
            'pods "api-x" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi',
            "kubectl describe limits -n shop",
        ),
        (
            'admission webhook "validation.gatekeeper.sh" denied the request: you must provide labels: {"owner"}',
            "validation.gatekeeper.sh",
        ),
        (
            "pods \"api-x\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request",
            "kubectl get validatingadmissionpolicy no-latest",
        ),
    ],
)
def test_what_refuses_the_pods_of_a_deployment_is_quoted(state, message, remedy):
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    state.deployment("api", pods=0, replicas=2, conditions_=[{"type": "Available", "status": "False"}, failure])
    [replica_set] = [each for each in state.all(REPLICA_SETS) if each["metadata"]["name"].startswith("api-7")]
    replica_set["status"] = {"replicas": 0, "conditions": [failure]}

    said = next(each for each in state.findings() if each.code == "rollout.pods-not-created")

    assert str(said.object) == "Deployment/shop/api"
    assert message in said.evidence.values() or message in said.title
    assert remedy in said.next


def daemon_set(state, **status):
    return state.add(
        DAEMON_SETS,
        {
            "metadata": {"name": "agent", "generation": 1},
            "spec": {
                "selector": {"matchLabels": {"app": "agent"}},
                "template": {"spec": {"containers": [container()]}},
            },
            "status": {"observedGeneration": 1, "desiredNumberScheduled": 2, "numberReady": 0, **status},
        },
    )


def test_what_refuses_the_pods_of_a_daemon_set_is_quoted(state):
    message = 'Error creating: pods "agent-" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes'
    state.event(daemon_set(state), "DaemonSet", "FailedCreate", message)

    [said] = state.findings()

    assert said.code == "rollout.pods-not-created"
    assert "violates PodSecurity" in said.title


def replicas(state, broken):
    """Add a StatefulSet of two whose second pod crashes and is of the revision `broken`."""
    labels = {"app": "db"}
    owner = state.add(
        STATEFUL_SETS,
        {
            "metadata": {"name": "db", "generation": 1},
            "spec": {"replicas": 2, "template": {"metadata": {"labels": labels}}},
            "status": {
                "observedGeneration": 1,
                "readyReplicas": 1,
                "currentRevision": "db-a",
                "updateRevision": "db-c",
            },
        },
    )
    crash = of_pod(waits("CrashLoopBackOff", "back-off", restarts=5, last=state.ended(1)), phase="Running")
    for name, revision, status in (("db-0", "db-a", None), ("db-1", broken, crash)):
        labelled = {**labels, "controller-revision-hash": revision}
        state.pod(name, owner=("StatefulSet", owner), labels=labelled, status=status)
    return next(each for each in state.findings() if each.code == "rollout.stuck")


def test_a_pod_of_a_revision_that_was_given_up_is_to_be_deleted_by_hand(state):
    said = replicas(state, "db-b")

    assert "1/2 ready, waits for db-1; that pod is of a revision that was given up" in said.title
    assert said.next.startswith("kubectl delete pod db-1 -n shop")


@pytest.mark.parametrize("revision", ["db-a", "db-c"], ids=["the one before", "the one that is wanted"])
def test_a_pod_of_a_revision_that_is_known_is_to_be_mended(state, revision):
    assert replicas(state, revision).next.startswith("kubectl describe pod db-1")


def test_pods_that_are_ready_and_have_yet_to_stay_so_are_waited_for(state):
    state.deployment("api")
    deployment = state.get(DEPLOYMENTS, "api")
    deployment["spec"]["minReadySeconds"] = 3600
    deployment["status"] |= {"availableReplicas": 0, "unavailableReplicas": 2}
    deployment["status"]["conditions"][0] |= {"status": "False", "reason": "MinimumReplicasUnavailable"}

    assert codes(state) == []


def test_a_change_that_no_controller_looks_at_is_said(state):
    state.deployment("api")
    state.get(DEPLOYMENTS, "api")["metadata"]["generation"] = 3

    assert codes(state) == ["rollout.not-observed"]


def test_a_workload_that_no_controller_ever_looked_at_is_said(state):
    state.deployment("api", pods=0, replicas=2)
    state.get(DEPLOYMENTS, "api")["status"] = {}
    state.remove(REPLICA_SETS, "api-7d9c5bd6f4")

    assert codes(state) == ["rollout.not-observed"]


def test_a_workload_that_was_made_a_moment_ago_is_waited_for(state):
    state.deployment("api", pods=0, replicas=2)
    deployment = state.get(DEPLOYMENTS, "api")
    deployment["status"] = {}
    deployment["metadata"]["creationTimestamp"] = state.ago(seconds=5)

    assert codes(state) == []


def test_pods_that_a_namespace_which_goes_refuses_stand_under_it(state):
    namespace = state.get(NAMESPACES, "shop")
    namespace["metadata"]["deletionTimestamp"] = state.ago(minutes=20)
    namespace["status"] = {"phase": "Terminating"}
    message = 'pods "api-x" is forbidden: unable to create new content in namespace shop because it is being terminated'
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    state.deployment("api", pods=0, replicas=2, conditions_=[{"type": "Available", "status": "False"}, failure])

    [group] = state.sweep().groups

    assert str(group.cause) == "Namespace//shop"
    assert [each.code for each in group.findings] == ["namespaces.stuck-terminating", "rollout.pods-not-created"]


@pytest.mark.parametrize(
    ("companion", "minutes", "codes"),
    [("istio-proxy", 90, ["jobs.held-by-companion"]), ("istio-proxy", 2, []), ("second-half", 90, [])],
)
def test_a_job_that_a_proxy_beside_its_work_keeps_from_ending_is_said(state, companion, minutes, codes):
    job = state.add(JOBS, {"metadata": {"name": "load"}, "spec": {}, "status": {"active": 1}})
    done = {"name": "app", "ready": False, "state": {"terminated": state.ended(0, "Completed", minutes=minutes)}}
    status = of_pod(done, state.runs(companion, minutes=120), phase="Running")
    spec = {"restartPolicy": "Never", "containers": [container(), container(companion)]}
    state.pod("load-x1", owner=("Job", job), spec=spec, status=status)

    assert [each.code for each in state.findings()] == codes


def test_a_job_whose_success_is_certain_is_not_tried_again(state):
    certain = {"type": "SuccessCriteriaMet", "status": "True", "reason": "SuccessPolicy"}
    status = {"succeeded": 1, "failed": 1, "terminating": 1, "conditions": [certain]}
    state.add(JOBS, {"metadata": {"name": "mpi"}, "spec": {}, "status": status})

    assert codes(state) == []


def test_a_job_whose_failure_is_certain_has_failed(state):
    message = "Container app for pod shop/load-x failed with exit code 42 matching FailJob rule at index 0"
    certain = {"type": "FailureTarget", "status": "True", "reason": "PodFailurePolicy", "message": message}
    status = {"failed": 1, "terminating": 1, "conditions": [{**certain, "lastTransitionTime": state.ago(minutes=3)}]}
    state.add(JOBS, {"metadata": {"name": "load"}, "spec": {}, "status": status})

    [found] = state.findings()

    assert found.code == "jobs.failed"
    assert "failed 3m ago (PodFailurePolicy" in found.title
    assert message in found.title


@pytest.mark.parametrize(
    ("labels", "said"),
    [({}, ["jobs.suspended"]), ({"kueue.x-k8s.io/queue-name": "team"}, [])],
    ids=["by hand", "queued"],
)
def test_a_job_that_waits_in_a_queue_is_left_alone_and_one_that_somebody_suspended_is_not(state, labels, said):
    state.add(JOBS, {"metadata": {"name": "train", "labels": labels}, "spec": {"suspend": True}, "status": {}})

    assert codes(state) == said
