"""What the scheduler says of a pod that no node takes is told in words, with what stands behind it."""

import pytest

from diagnostics.finding import Severity
from diagnostics.resources import NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES
from tests.diagnostics.states import NODE, State, container, pending

NOT_HELPFUL = " preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
CLAIMED = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}}]}


@pytest.fixture
def state():
    return State()


def refused(state, message, spec=None, reason="Unschedulable"):
    """Sweep a cluster in which the scheduler says `message` of a Deployment's pod; return what is said of it."""
    [pod] = state.deployment("api", pods=1, node=None, spec=spec, status=pending(message, reason))
    state.event(pod, "Pod", "FailedScheduling", message)
    return next(each for each in state.findings() if each.code == "pods.unschedulable")


@pytest.mark.parametrize(
    ("message", "spec", "words"),
    [
        (
            "2 node(s) didn't have free ports for the requested pod ports.",
            {"containers": [container(ports=[{"containerPort": 80, "hostPort": 80}])]},
            "host port that it wants (80/TCP)",
        ),
        ("2 node(s) didn't match pod anti-affinity rules.", {}, "anti-affinity"),
        ("2 node(s) didn't satisfy existing pods anti-affinity rules.", {}, "anti-affinity"),
        ("2 node(s) didn't match pod affinity rules.", {}, "pod affinity wants a node beside pods"),
        (
            "2 node(s) didn't match pod topology spread constraints (missing required label).",
            {"topologySpreadConstraints": [{"topologyKey": "example.com/rack"}]},
            "topology spread constraints (over example.com/rack)",
        ),
        ("2 node(s) exceed max volume count.", CLAIMED, "max volume count"),
        (
            "2 node(s) didn't find available persistent volumes to bind.",
            CLAIMED,
            "no volume is there or made in time for its claims (api-data)",
        ),
        ("2 node(s) didn't match PersistentVolume's node affinity.", CLAIMED, "PersistentVolume's node affinity"),
        (
            "2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.",
            CLAIMED,
            "its claim (api-data) is ReadWriteOncePod and another pod has it",
        ),
        (
            'persistentvolumeclaim "api-data" not found. not found.',
            CLAIMED,
            'persistentvolumeclaim "api-data" not found',
        ),
        ('persistentvolumeclaim "api-data" is being deleted.', CLAIMED, "is being deleted (api-data)"),
        (
            'persistentvolumeclaim "api-data" bound to non-existent persistentvolume "pv-1".',
            CLAIMED,
            "volume of its claim is gone",
        ),
        ("2 node(s) had untolerated taint {dedicated: batch}.", {}, "(untolerated taint: dedicated=batch)"),
        ("2 Too many pods.", {}, "Too many pods: 110 each"),
        ("2 node(s) were unschedulable.", {}, "cordoned"),
        ("2 node(s) didn't match the requested node name.", {}, "node that it names"),
        (
            "2 Insufficient nvidia.com/gpu.",
            {"containers": [container(resources={"requests": {"nvidia.com/gpu": "1"}})]},
            "no node has 1 of nvidia.com/gpu left",
        ),
        (
            "2 Insufficient ephemeral-storage.",
            {"containers": [container(resources={"requests": {"ephemeral-storage": "500Gi"}})]},
            "500Gi of ephemeral-storage",
        ),
        (
            "1 Insufficient cpu, 1 node(s) had untolerated taint(s).",
            {},
            "1 of 2 nodes: less than 50m of cpu left (Insufficient cpu); it does not",
        ),
        (
            "2 cannot allocate all claims. still not schedulable,",
            {},
            "devices that it claims are not to be had: 2 cannot allocate all claims",
        ),
    ],
)
def test_a_reason_of_the_scheduler_is_told_in_words(state, message, spec, words):
    assert words in refused(state, f"0/2 nodes are available: {message}{NOT_HELPFUL}", spec).title


def test_a_cluster_without_nodes_is_told_as_such(state):
    assert "has no nodes" in refused(state, "no nodes available to schedule pods").title


def test_a_volume_in_another_zone_is_not_taken_for_a_node_selector(state):
    state.add(
        PERSISTENT_VOLUME_CLAIMS,
        {"metadata": {"name": "api-data"}, "spec": {"volumeName": "pv-1"}, "status": {"phase": "Bound"}},
    )
    zone = {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["ap-northeast-2d"]}
    terms = [{"matchExpressions": [zone]}]
    state.add(
        PERSISTENT_VOLUMES,
        {
            "metadata": {"name": "pv-1"},
            "spec": {
                "claimRef": {"namespace": "shop", "name": "api-data"},
                "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
            },
            "status": {"phase": "Bound"},
        },
    )

    said = refused(
        state,
        f"0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.{NOT_HELPFUL}",
        CLAIMED,
    )

    assert "the volume wants ap-northeast-2d" in said.title
    assert "affinity/selector" not in said.title


def awaiting_its_volume(state, *, minutes, **status):
    """Add a Deployment whose pod has a node in the scheduler's mind, and a claim whose driver does not run."""
    binding = {"provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer"}
    state.add(STORAGE_CLASSES, {"metadata": {"name": "gp3"}, **binding})
    chosen = {} if status else {"volume.kubernetes.io/selected-node": NODE}
    claim = state.add(
        PERSISTENT_VOLUME_CLAIMS,
        {
            "metadata": {"name": "api-data", "annotations": chosen, "creationTimestamp": state.ago(minutes=minutes)},
            "spec": {"storageClassName": "gp3"},
            "status": {"phase": "Pending"},
        },
    )
    [pod] = state.deployment("api", pods=1, node=None, spec=CLAIMED, status={"phase": "Pending", **status})
    pod["metadata"]["creationTimestamp"] = state.ago(minutes=minutes)
    return claim


def test_a_pod_whose_node_is_chosen_waits_for_its_volume_and_not_for_the_scheduler(state):
    awaiting_its_volume(state, minutes=9)

    [group] = state.sweep().groups

    assert str(group.cause) == "PersistentVolumeClaim/shop/api-data"
    waits = next(each for each in group.findings if each.code == "pods.unschedulable")
    assert f"the scheduler chose the node {NODE} and waits for the volumes of its claims (api-data)" in waits.title


def test_the_node_that_a_pod_is_nominated_for_tells_as_much(state):
    awaiting_its_volume(state, minutes=9, nominatedNodeName=NODE)

    assert "pods.unschedulable" in [each.code for each in state.findings()]


def test_a_class_that_makes_volumes_in_another_zone_is_named(state):
    terms = [{"matchLabelExpressions": [{"key": "topology.kubernetes.io/zone", "values": ["ap-northeast-2d"]}]}]
    awaiting_its_volume(state, minutes=9)
    state.get(STORAGE_CLASSES, "gp3")["allowedTopologies"] = terms
    state.remove(PODS, "api-7d9c5bd6f4-x2k7p")
    message = f"0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.{NOT_HELPFUL}"

    assert "the class gp3 makes them only in ap-northeast-2d" in refused(state, message, CLAIMED).title


def test_a_volume_that_is_made_right_now_is_waited_for(state):
    awaiting_its_volume(state, minutes=0)

    assert state.findings() == []


def test_a_pod_that_names_a_node_which_is_not_there_is_told_so(state):
    gone = "ip-10-95-9-9.ap-northeast-2.compute.internal"
    state.deployment("api", pods=1, node=gone, status={"phase": "Pending"})

    [said] = state.findings()

    assert (said.code, str(said.cause)) == ("pods.stuck-creating", f"Node//{gone}")
    assert f"{gone}, which does not exist" in said.title


def test_cordoned_nodes_are_named(state):
    state.get(NODES, NODE)["spec"]["unschedulable"] = True

    assert NODE in refused(state, f"0/2 nodes are available: 1 node(s) were unschedulable.{NOT_HELPFUL}").title


def test_a_claim_that_nobody_provisions_explains_the_pod(state):
    state.add(
        PERSISTENT_VOLUME_CLAIMS,
        {"metadata": {"name": "api-data"}, "spec": {"storageClassName": "gp9"}, "status": {"phase": "Pending"}},
    )
    said = refused(
        state,
        'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
        CLAIMED,
        "SchedulerError",
    )

    assert [str(each) for each in said.blames] == ["PersistentVolumeClaim/shop/api-data"]


def test_a_pod_that_others_are_about_to_leave_a_node_for_is_a_note(state):
    status = {**pending("0/2 nodes are available: 2 Insufficient cpu."), "nominatedNodeName": NODE}
    state.pod("urgent", status=status, node=None, creationTimestamp=state.ago(seconds=50))

    [found] = state.findings()

    assert (found.code, found.severity) == ("pods.unschedulable", Severity.NOTE)
    assert f"pods of lower priority are to leave {NODE} for it" in found.title


def test_what_keeps_karpenter_from_making_a_node_is_quoted(state):
    [pod] = state.deployment("api", pods=1, node=None, status=pending("0/2 nodes are available: 2 Insufficient cpu."))
    unhelped = 'Failed to schedule pod, incompatible with nodepool "default", no instance type satisfied resources'
    state.event(pod, "Pod", "FailedScheduling", unhelped)
    state.event(pod, "Pod", "FailedScheduling", "0/2 nodes are available: 2 Insufficient cpu.")

    [found] = state.findings()

    assert f"no node is added for it: {unhelped}" in found.title
