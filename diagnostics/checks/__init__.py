"""The checks, one file each: pure judgement over a snapshot.

Importing this package registers them all. A new check is a new file and its name below.
"""

from diagnostics.checks import (
    addon,
    alb,
    certificates,
    cni,
    control_plane,
    disruption_budgets,
    dns,
    hpa,
    ingress,
    irsa,
    jobs,
    jvm,
    kube_proxy,
    metrics_api,
    namespaces,
    network_policies,
    node,
    pods,
    quota,
    rollout,
    service,
    storage,
    webhooks,
)
from diagnostics.registry import CHECKS

__all__ = [
    "CHECKS",
    "addon",
    "alb",
    "certificates",
    "cni",
    "control_plane",
    "disruption_budgets",
    "dns",
    "hpa",
    "ingress",
    "irsa",
    "jobs",
    "jvm",
    "kube_proxy",
    "metrics_api",
    "namespaces",
    "network_policies",
    "node",
    "pods",
    "quota",
    "rollout",
    "service",
    "storage",
    "webhooks",
]
