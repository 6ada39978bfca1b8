"""Workloads, as their controllers report them: what stands still is said, what only takes its time is not."""

import pytest

from diagnostics.resources import DAEMON_SETS, DEPLOYMENTS, REPLICA_SETS
from tests.diagnostics.states import State, container


@pytest.fixture
def state():
    return State()


def codes(state):
    return [each.code for each in state.findings()]


@pytest.mark.parametrize(
    "message",
    [
        'pods "api-" is forbidden: error looking up service account shop/api: serviceaccount "api" not found',
        'pods "api-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
        'pods "api-x" is forbidden: no PriorityClass with name high-priority was found',
        'pods "api-x" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
        'admission webhook "validation.gatekeeper.sh" denied the request: [owner] you must provide labels: {"owner"}',
        "pods \"api-x\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest' denied request",
    ],
)
def test_what_refuses_the_pods_of_a_deployment_is_quoted(state, message):
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    state.deployment("api", pods=0, replicas=2, conditions_=[{"type": "Available", "status": "False"}, failure])
    [replica_set] = [each for each in state.all(REPLICA_SETS) if each["metadata"]["name"].startswith("api-7")]
    replica_set["status"] = {"replicas": 0, "conditions": [failure]}

    [said] = state.findings()

    assert (said.code, str(said.object)) == ("rollout.pods-not-created", "Deployment/shop/api")
    assert message in said.evidence.values() or message in said.title


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
