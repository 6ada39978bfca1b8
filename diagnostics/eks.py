"""What Amazon EKS does its own way: marks on its nodes, owners of its add-ons, the DNS address its nodes guess."""

import re
from collections.abc import Iterable

from diagnostics.objects import Object

NODE_GROUP = "eks.amazonaws.com/nodegroup"
NODE_GROUP_IMAGE = "eks.amazonaws.com/nodegroup-image"
"""On nodes of a managed group whose image EKS chose: those are told everything by EKS."""

KARPENTER_POOL = "karpenter.sh/nodepool"
COMPUTE_TYPE = "eks.amazonaws.com/compute-type"
COMPONENT = "eks.amazonaws.com/component"
_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")

MANAGER = "eks"
"""The field manager under which EKS applies its managed add-ons."""

GUESS_IN_TEN = "172.20.0.10"
GUESS_ELSEWHERE = "10.100.0.10"
GUESSES = (GUESS_IN_TEN, GUESS_ELSEWHERE)


def is_node(node: Object) -> bool:
    """Say whether EKS made a node: by its labels, or by the version of its kubelet."""
    return any(key.startswith("eks.amazonaws.com/") for key in node.labels) or "-eks-" in node.text(
        "status.nodeInfo.kubeletVersion"
    )


def is_automatic(node: Object) -> bool:
    """Say whether a node belongs to EKS Auto Mode, which runs DNS, proxy and network in the node and not in pods."""
    return node.labels.get(COMPUTE_TYPE) == "auto"


def is_named_as_automatic(node: str) -> bool:
    """Say whether a node's name is that of EKS Auto Mode: the bare id of its instance."""
    return _INSTANCE.fullmatch(node) is not None


def guesses_dns(node: Object) -> bool:
    """Say whether a node may have guessed its DNS address: its bootstrap is its owner's, not EKS's or Karpenter's."""
    return (
        is_node(node)
        and not is_automatic(node)
        and NODE_GROUP_IMAGE not in node.labels
        and KARPENTER_POOL not in node.labels
    )


def guessed_dns(nodes: Iterable[Object]) -> str:
    """Return the DNS address that the bootstrap of these nodes assumes when nobody tells it.

    It looks at the ranges of the VPC: 10.x gives one, anything else the other. Node addresses stand for the ranges.
    """
    addresses = [
        address.text("address")
        for node in nodes
        for address in node.each("status.addresses")
        if address.text("type") == "InternalIP"
    ]
    return GUESS_IN_TEN if any(address.startswith("10.") for address in addresses) else GUESS_ELSEWHERE
