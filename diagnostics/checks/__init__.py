"""The checks, one file each: pure judgement over a snapshot.

Importing this package registers them all. A new check is a new file and its name below.
"""

from diagnostics.checks import (
    addon,
    cni,
    control_plane,
    disruption_budgets,
    dns,
    hpa,
    kube_proxy,
    metrics_api,
    node,
    pods,
    rollout,
    service,
)
from diagnostics.registry import CHECKS

__all__ = [
    "CHECKS",
    "addon",
    "cni",
    "control_plane",
    "disruption_budgets",
    "dns",
    "hpa",
    "kube_proxy",
    "metrics_api",
    "node",
    "pods",
    "rollout",
    "service",
]
