"""How a node is, as far as several checks ask."""

import re
from datetime import timedelta

from diagnostics.objects import Object
from diagnostics.snapshot import Snapshot

_WITHOUT_NETWORK = re.compile(r"(?i)network ?plugin|networkready=false|\bcni\b")

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
