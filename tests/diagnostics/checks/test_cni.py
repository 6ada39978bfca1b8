"""The network plugin: nodes without it, its own pods, and addresses that ran out."""

import pytest

from diagnostics.resources import DAEMON_SETS, EVENTS, NODES, PODS
from tests.diagnostics.snapshots import codes, findings, named

NO_PLUGIN = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
DOCKER_ERA = (
    "runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:docker: network plugin is not ready: cni config uninitialized"
)
EXHAUSTED = (
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a1": '
    'plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container'
)
CALICO = (
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a1": '
    'plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized'
)


def node(status="True", message="kubelet is posting ready status", name="n1"):
    ready = {"type": "Ready", "status": status, "reason": "KubeletReady", "message": message}
    return named(name, namespace="", status={"conditions": [ready]})


def plugin(name="aws-node", wanted=1, ready=1, namespace="kube-system"):
    return named(name, namespace, status={"desiredNumberScheduled": wanted, "numberReady": ready})


def waiting(name="web-1", on="n1", phase="Pending", **status):
    return named(name, spec={"nodeName": on, "containers": [{"name": "app"}]}, status={"phase": phase, **status})


def refused(message, pod="web-1"):
    return named(
        f"{pod}.1",
        involvedObject={"uid": f"uid-of-{pod}"},
        reason="FailedCreatePodSandBox",
        message=message,
        lastTimestamp="2026-11-21T09:59:00Z",
    )


def test_a_plugin_that_runs_on_every_node_is_in_order():
    assert codes("cni", {NODES: [node()], DAEMON_SETS: [plugin()], PODS: []}) == []


@pytest.mark.parametrize("message", [NO_PLUGIN, DOCKER_ERA], ids=["containerd", "dockershim"])
def test_a_node_that_no_plugin_has_set_up_is_said_with_the_absence_of_a_plugin(message):
    found = findings("cni", {NODES: [node("False", message)], DAEMON_SETS: []})

    assert [each.code for each in found] == ["cni.node-not-set-up"]
    assert "no DaemonSet of a known network plugin" in found[0].title


@pytest.mark.parametrize(
    ("name", "namespace"),
    [("calico-node", "calico-system"), ("cilium", "kube-system"), ("kube-flannel-ds", "kube-flannel")],
)
def test_the_plugin_that_should_have_set_up_a_node_is_blamed_wherever_it_lives(name, namespace):
    found = findings("cni", {NODES: [node("False", NO_PLUGIN)], DAEMON_SETS: [plugin(name, namespace=namespace)]})

    assert [str(blame) for each in found for blame in each.blames] == [f"DaemonSet/{namespace}/{name}"]


def test_a_node_that_has_just_joined_waits_for_its_plugin_unless_there_is_none():
    joining = node("False", NO_PLUGIN)
    joining["metadata"]["creationTimestamp"] = "2026-11-21T09:59:00Z"

    with_plugin, without = (findings("cni", {NODES: [joining], DAEMON_SETS: each}) for each in ([plugin()], []))

    assert [each.severity for each in (*with_plugin, *without)] == ["note", "critical"]


def test_a_node_that_is_not_ready_for_another_reason_is_no_business_of_the_network():
    assert codes("cni", {NODES: [node("False", "PLEG is not healthy")], DAEMON_SETS: [plugin()]}) == []


def test_a_crashing_plugin_is_said_with_the_line_that_tells():
    crashing = named(
        "aws-node-1",
        "kube-system",
        metadata={"ownerReferences": [{"kind": "DaemonSet", "uid": "uid-of-aws-node", "controller": True}]},
        spec={"nodeName": "n1", "containers": [{"name": "aws-node"}]},
        status={
            "phase": "Running",
            "containerStatuses": [
                {
                    "name": "aws-node",
                    "restartCount": 4,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {"exitCode": 1}},
                }
            ],
        },
    )

    found = findings(
        "cni",
        {NODES: [node()], DAEMON_SETS: [plugin(ready=0)], PODS: [crashing]},
        logs={
            "aws-node-1/aws-node": "checking\nlevel=error msg=denied: ec2:DescribeNetworkInterfaces\nexiting, failed"
        },
    )

    assert [each.code for each in found] == ["cni.plugin-unavailable"]
    assert "0/1" in found[0].title
    assert "DescribeNetworkInterfaces" in found[0].title


@pytest.mark.parametrize(
    ("message", "code"), [(EXHAUSTED, "cni.no-addresses"), (CALICO, "cni.sandbox-fails")], ids=["aws", "calico"]
)
def test_what_the_plugin_answers_for_a_pod_that_waits_is_said_of_its_node(message, code):
    found = findings("cni", {NODES: [node()], DAEMON_SETS: [plugin()], PODS: [waiting()], EVENTS: [refused(message)]})

    assert [(each.code, str(each.object)) for each in found] == [(code, "Node//n1")]


def test_a_node_without_addresses_is_said_once_for_all_its_pods():
    objects = {
        NODES: [node()],
        DAEMON_SETS: [plugin()],
        PODS: [waiting("web-1"), waiting("web-2")],
        EVENTS: [refused(EXHAUSTED, "web-1"), refused(EXHAUSTED, "web-2")],
    }

    found = findings("cni", objects)

    assert [(each.code, "2 pods" in each.title) for each in found] == [("cni.no-addresses", True)]


def test_a_refusal_that_was_overcome_stays_unsaid():
    runs = waiting(phase="Running", podIP="10.0.0.7")

    assert codes("cni", {NODES: [node()], DAEMON_SETS: [plugin()], PODS: [runs], EVENTS: [refused(EXHAUSTED)]}) == []


def test_a_sandbox_that_fails_for_another_reason_is_left_to_the_pods():
    other = refused('Failed to create pod sandbox: failed to pull image "pause:3.9"')

    assert codes("cni", {NODES: [node()], DAEMON_SETS: [plugin()], PODS: [waiting()], EVENTS: [other]}) == []
