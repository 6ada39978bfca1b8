"""How a node is, as far as several checks ask."""

import re
from datetime import timedelta

from diagnostics.fields import Fields
from diagnostics.objects import Object
from diagnostics.snapshot import Snapshot

_WITHOUT_NETWORK = re.compile(r"(?i)network ?plugin|networkready=false|\bcni\b")

TAKEN_AWAY = (
    "karpenter.sh/",
    "ToBeDeletedByClusterAutoscaler",
    "DeletionCandidateOfClusterAutoscaler",
    "aws-node-termination-handler/",
)
"""How the taints begin of whoever adds and removes nodes."""

_TAINTS_THAT_PASS = ("node.kubernetes.io/", "node-role.kubernetes.io/", *TAKEN_AWAY)
"""What the state or the role of a node brings, or whoever takes it away soon: no workload is to tolerate these."""

_HINDERS = ("NoSchedule", "NoExecute")

_TIME_TO_JOIN = timedelta(minutes=2)


def is_ready(node: Object) -> bool:
    """Say whether the kubelet of a node says that it takes pods."""
    return node.condition("Ready").text("status") == "True"


def is_lost(node: Object) -> bool:
    """Say whether the kubelet of a node stopped reporting."""
    return node.condition("Ready").text("status") == "Unknown"


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
    return taint.text("effect") in _HINDERS and not taint.text("key").startswith(_TAINTS_THAT_PASS)
