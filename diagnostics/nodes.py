"""How a node is, as far as several checks ask."""

import re
from datetime import timedelta

from diagnostics.fields import Fields
from diagnostics.objects import Object, Reference
from diagnostics.snapshot import Snapshot

_WITHOUT_NETWORK = re.compile(r"(?i)network ?plugin|networkready=false|\bcni\b")

TAKEN_AWAY = (
    "karpenter.sh/",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "aws-node-termination-handler/",
)
"""How the taints begin of whoever adds and removes nodes."""

_VIRTUAL_KUBELET = "virtual-kubelet.io/"
_TAINTS_OF_OTHERS = (
    "node.kubernetes.io/",
    "node-role.kubernetes.io/",
    "eks.amazonaws.com/compute-type",
    _VIRTUAL_KUBELET,
    *TAKEN_AWAY,
)
"""How the taints begin that the state, the role or the kind of a node brings, or whoever takes it away soon: no
workload needs to tolerate these, and no agent could run on Fargate or behind a virtual kubelet.
"""

_HINDERS = ("NoSchedule", "NoExecute")

_TIME_TO_JOIN = timedelta(minutes=2)


def of(pod: Object) -> tuple[Reference, ...]:
    """Return the node of a pod, none for a pod that has none."""
    name = pod.text("spec.nodeName")
    return (Reference("Node", "", name),) if name else ()


def is_ready(node: Object) -> bool:
    """Say whether the kubelet of a node says that it takes pods."""
    return node.condition("Ready").text("status") == "True"


def is_lost(node: Object) -> bool:
    """Say whether the kubelet of a node stopped reporting."""
    return node.condition("Ready").text("status") == "Unknown"


def is_virtual(node: Object) -> bool:
    """Say whether a node has no kubelet: a virtual one hands its pods to a service of the cloud."""
    keys = (taint.text("key") for taint in node.each("spec.taints"))
    return node.labels.get("type") == "virtual-kubelet" or any(key.startswith(_VIRTUAL_KUBELET) for key in keys)


def is_joining(seen: Snapshot, node: Object) -> bool:
    """Say whether a node is so new that it need not be ready yet."""
    return node.created is not None and seen.since(node.created) < _TIME_TO_JOIN


def lacks_network(node: Object) -> bool:
    """Say whether a node is not ready because its network plugin has not set it up."""
    ready = node.condition("Ready")
    return ready.text("status") == "False" and bool(
        _WITHOUT_NETWORK.search(f"{ready.text('reason')} {ready.text('message')}")
    )


def is_set_by_hand(taint: Fields) -> bool:
    """Say whether a taint keeps pods away and was put on a node to set it apart from others."""
    return taint.text("effect") in _HINDERS and not taint.text("key").startswith(_TAINTS_OF_OTHERS)
