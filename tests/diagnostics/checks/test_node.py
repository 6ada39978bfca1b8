"""Nodes: what keeps one from its work is said, and what is only unusual is not."""

import json

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import LEASES, NODES, PODS
from tests.diagnostics.snapshots import codes, findings, named, snapshot

READY = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
WELL = [{"type": kind, "status": "False"} for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")]


def node(
    *conditions, kubelet="v1.33.4-eks-a737599", taints=(), name="ip-10-0-0-1", created="2026-11-01T00:00:00Z", **spec
):
    return named(
        name,
        namespace="",
        metadata={"creationTimestamp": created},
        spec={"taints": list(taints), **spec},
        status={
            "conditions": [*WELL, *(conditions or [READY])],
            "nodeInfo": {"kubeletVersion": kubelet},
            "allocatable": {"cpu": "2", "memory": "8Gi", "pods": "29"},
        },
    )


def pod(name, cpu="100m", on="ip-10-0-0-1", owner="ReplicaSet", init=(), **spec):
    return named(
        name,
        metadata={"ownerReferences": [{"kind": owner, "name": "web", "controller": True}]},
        spec={
            "nodeName": on,
            "containers": [{"name": "app", "resources": {"requests": {"cpu": cpu}}}],
            "initContainers": list(init),
            **spec,
        },
        status={"phase": "Running"},
    )


def lease(renewed):
    return named("ip-10-0-0-1", namespace="kube-node-lease", spec={"renewTime": renewed})


def served(version):
    return {"/version": json.dumps({"gitVersion": version})}


def test_a_ready_node_is_in_order():
    assert codes("node", {NODES: [node()], PODS: [pod("web-1")]}, documents=served("v1.33.4")) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "KernelReady", "status": "True"},
        {"type": "AcceleratedHardwareReady", "status": "True"},
        {"type": "EtcdIsVoter", "status": "True"},
        {"type": "SomethingOfOurOwn", "status": "Unknown"},
        {"type": "ReadonlyFilesystem", "status": "False"},
    ],
    ids=lambda condition: condition["type"],
)
def test_conditions_that_are_well_or_that_nobody_knows_stay_unsaid(condition):
    assert codes("node", {NODES: [node(READY, condition)]}) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"type": "KernelReady", "status": "False", "reason": "ForkFailedOutOfPIDs"}, "node.unhealthy"),
        ({"type": "ReadonlyFilesystem", "status": "True"}, "node.unhealthy"),
        ({"type": "PIDPressure", "status": "True"}, "node.pressure"),
        ({"type": "MemoryPressure", "status": "True"}, "node.pressure"),
        ({"type": "NetworkUnavailable", "status": "True", "reason": "NoRouteCreated"}, "node.no-network"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else value,
)
def test_conditions_that_hurt_are_said(condition, code):
    found = findings("node", {NODES: [node(READY, condition)]})

    assert [(each.code, condition["type"] in each.title) for each in found] == [(code, True)]


def test_a_lost_node_is_said_once_with_its_last_sign_of_life():
    lost = {
        "type": "Ready",
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": "2026-11-21T09:50:00Z",
    }
    unknown = {"type": "NetworkUnavailable", "status": "Unknown"}

    found = findings("node", {NODES: [node(lost, unknown)], LEASES: [lease("2026-11-21T09:49:10.000000Z")], PODS: []})

    assert [each.code for each in found] == ["node.lost"]
    assert "for 10m" in found[0].title
    assert found[0].evidence["Lease spec.renewTime"] == "2026-11-21T09:49:10.000000Z"


def test_a_node_whose_kubelet_never_reported_is_not_ready():
    silent = named("new", namespace="", status={})

    assert codes("node", {NODES: [silent]}) == ["node.not-ready"]


@pytest.mark.parametrize(
    ("created", "severity", "said"),
    [
        ("2026-11-21T09:58:30Z", "note", "is NotReady and joined 1m30s ago: "),
        ("2026-11-21T09:55:00Z", "critical", "has been NotReady for "),
    ],
)
def test_a_node_that_has_just_joined_need_not_be_ready_yet(created, severity, said):
    not_yet = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "container runtime is down"}

    (found,) = findings("node", {NODES: [node(not_yet, created=created)]})

    assert (found.code, found.severity) == ("node.not-ready", severity)
    assert found.title.startswith(said)


def test_a_ready_node_with_an_old_lease_is_suspect():
    assert codes("node", {NODES: [node()], LEASES: [lease("2026-11-21T09:55:00.000000Z")]}) == ["node.heartbeat-late"]


def test_a_lease_of_a_moment_ago_is_not():
    assert codes("node", {NODES: [node()], LEASES: [lease("2026-11-21T09:59:30.000000Z")]}) == []


@pytest.mark.parametrize(
    ("server", "kubelet", "expected"),
    [
        ("v1.36.2", "v1.33.4", []),
        ("v1.36.2", "v1.32.9-eks-1", ["node.version-skew"]),
        ("v1.33.0-eks-2", "v1.34.0", ["node.version-skew"]),
        ("v1.33.9", "v1.33.0", []),
        ("v1.33.9", "", []),
    ],
    ids=["three behind", "four behind", "newer", "other patch", "unknown"],
)
def test_a_kubelet_may_be_three_minors_behind_and_never_ahead(server, kubelet, expected):
    assert codes("node", {NODES: [node(kubelet=kubelet)]}, documents=served(server)) == expected


def test_a_cordoned_node_is_a_note_with_its_age():
    cordon = {
        "key": "node.kubernetes.io/unschedulable",
        "effect": "NoSchedule",
        "timeAdded": "2026-11-20T10:00:00Z",
    }

    found = findings("node", {NODES: [node(taints=[cordon], unschedulable=True)]})

    assert [(each.code, each.severity) for each in found] == [("node.cordoned", "note")]
    assert "for 1d" in found[0].title


def test_a_taint_that_only_daemon_sets_tolerate_is_a_note():
    gpu = {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}
    anything = [{"operator": "Exists"}]
    agent = pod("agent", owner="DaemonSet", tolerations=anything)

    assert codes("node", {NODES: [node(taints=[gpu])], PODS: [agent]}) == ["node.nobody-tolerates"]
    assert codes("node", {NODES: [node(taints=[gpu])], PODS: [agent, pod("train", tolerations=anything)]}) == []


@pytest.mark.parametrize(
    "taint",
    [
        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"},
        {"key": "spot", "effect": "PreferNoSchedule"},
    ],
    ids=lambda taint: taint["key"],
)
def test_taints_of_roles_and_conditions_and_mere_preferences_stay_unsaid(taint):
    assert codes("node", {NODES: [node(taints=[taint])], PODS: []}) == []


def test_a_start_up_taint_that_stays_is_said_once_the_node_is_old_enough():
    waits = {"key": "node.cloudprovider.kubernetes.io/uninitialized", "value": "true", "effect": "NoSchedule"}

    assert codes("node", {NODES: [node(taints=[waits])]}) == ["node.uninitialized"]
    assert codes("node", {NODES: [node(taints=[waits], created="2026-11-21T09:58:00Z")]}) == []


def test_requests_beyond_what_a_node_has_are_said():
    found = findings("node", {NODES: [node()], PODS: [pod("a", cpu="1500m"), pod("b", cpu="1")]})

    assert [each.code for each in found] == ["node.overcommitted"]
    assert "2.5" in found[0].title


def test_init_containers_count_beside_sidecars_and_not_beside_the_containers_that_follow():
    sidecar = {"name": "proxy", "restartPolicy": "Always", "resources": {"requests": {"cpu": "500m"}}}
    migration = {"name": "migrate", "resources": {"requests": {"cpu": "1400m"}}}

    fits = pod("fits", cpu="1500m", init=[sidecar, migration])
    too_large = pod("too-large", cpu="1500m", init=[sidecar, migration], overhead={"cpu": "100m"})

    assert codes("node", {NODES: [node()], PODS: [fits]}) == []
    assert codes("node", {NODES: [node()], PODS: [too_large]}) == ["node.overcommitted"]


def test_a_pod_may_ask_as_a_whole():
    whole = pod("whole", cpu="9", resources={"requests": {"cpu": "1"}})

    assert codes("node", {NODES: [node()], PODS: [whole]}) == []


def test_what_the_pods_ask_for_is_shown_for_each_node():
    finished = {**pod("done", cpu="1"), "status": {"phase": "Succeeded"}}
    seen = snapshot({NODES: [node()], PODS: [pod("web-1", cpu="500m"), finished]})

    shown = diagnosis.judge(CHECKS.get("node"), seen).exhibits

    assert [row for exhibit in shown for row in exhibit.rows] == [
        ("ip-10-0-0-1", "True", "v1.33.4-eks-a737599", "25%", "0%", "1/29")
    ]


def test_what_the_nodes_of_a_group_have_alike_is_told_once():
    gpu = {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}
    group = [node(name=f"ip-10-0-0-{number}", kubelet="v1.31.0", taints=[gpu]) for number in range(1, 8)]

    skewed, unused = findings("node", {NODES: [*group, node(name="other")]}, documents=served("v1.36.2"))

    assert (skewed.code, unused.code) == ("node.version-skew", "node.nobody-tolerates")
    assert "5 minors behind the API server's v1.36.2; so do 6 more" in skewed.title
    assert "nothing but DaemonSets tolerates it; so have 6 more" in unused.title
    assert skewed.evidence["Nodes"] == ", ".join(f"ip-10-0-0-{number}" for number in range(1, 6)) + " and 2 more"
