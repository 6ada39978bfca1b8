"""The words that people have for checks: as kubectl calls what they look at, and the areas that help lists them under.

A check is always known by its id. What is written here is beside that, and a check that nobody has put into an area yet
is listed among the others.
"""

import enum
from collections.abc import Mapping

from diagnostics.errors import CheckUnknown
from diagnostics.likeness import nearest
from diagnostics.registry import Check, Registry


class Area(enum.StrEnum):
    """A part of a cluster, in the order in which help goes through them."""

    WORKLOADS = "workloads"
    NETWORK = "network"
    NODES = "nodes"
    POLICIES = "policies"
    SHOWN = "shown"
    """What judges nothing: logs, events, usage."""
    OTHERS = "others"


_AREAS: Mapping[Area, tuple[str, ...]] = {
    Area.WORKLOADS: ("pods", "rollout", "jobs", "hpa", "resources", "jvm", "logging"),
    Area.NETWORK: ("service", "ingress", "gateway", "alb", "dns", "network-policies", "kube-proxy", "cni"),
    Area.NODES: ("node", "control-plane", "flow-control", "addon", "metrics-api", "webhooks", "namespaces"),
    Area.POLICIES: ("storage", "quota", "disruption-budgets", "irsa", "certificates"),
    Area.SHOWN: ("logs", "events", "top"),
}

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "addon": ("add-on",),
    "certificates": ("cert", "issuer", "clusterissuer"),
    "control-plane": ("apiserver", "componentstatus", "cs"),
    "disruption-budgets": ("pdb", "poddisruptionbudget"),
    "dns": ("coredns", "kube-dns"),
    "events": ("ev",),
    "flow-control": ("flowschema",),
    "gateway": ("gtw", "gatewayclass", "gc", "httproute", "grpcroute"),
    "hpa": ("horizontalpodautoscaler", "autoscaler"),
    "ingress": ("ing", "ingressclass"),
    "irsa": ("sa", "serviceaccount"),
    "jobs": ("cj", "cronjob"),
    "logging": ("fluentd", "fluent-bit"),
    "metrics-api": ("apiservice",),
    "namespaces": ("ns",),
    "network-policies": ("netpol",),
    "node": ("no",),
    "pods": ("po",),
    "quota": ("resourcequota", "limit", "limitrange"),
    "rollout": ("deploy", "deployment", "ds", "daemonset", "rs", "replicaset", "sts", "statefulset"),
    "service": ("svc", "ep", "endpoint", "endpointslice"),
    "storage": ("pv", "persistentvolume", "pvc", "persistentvolumeclaim", "sc", "storageclass", "volume"),
    "webhooks": ("mutatingwebhookconfiguration", "validatingwebhookconfiguration"),
}
"""Check id to kubectl's names and short names, in the singular: `find` takes the plural of each for granted."""

_SHORTEST_PLURAL = 2
"""Letters of a word that is no plural whatever it ends in: `ns`, `ds`."""


def find(word: str, checks: Registry) -> Check:
    """Return the check that somebody means by a word: its id, one of kubectl's names, in singular or plural.

    `deployments.apps` is a name too. Raises CheckUnknown with the checks that may have been meant.
    """
    known = {each: check for check in checks for each in (check.id, *aliases(check))}
    found = {_stem(each): check for each, check in known.items()}.get(_stem(word.lower()))
    if found:
        return found
    meant = (known[each].id for each in nearest(word.lower(), known))
    raise CheckUnknown(word, tuple(dict.fromkeys(meant)))


def aliases(check: Check) -> tuple[str, ...]:
    """Return the other words for a check, in the singular."""
    return _ALIASES.get(check.id, ())


def by_area(checks: Registry) -> dict[Area, list[Check]]:
    """Return all checks by their areas, in the order in which help lists them; no area is empty."""
    placed = {check_id: area for area, ids in _AREAS.items() for check_id in ids}
    order = list(placed)
    listed = sorted(checks, key=lambda check: order.index(check.id) if check.id in placed else len(order))
    areas = ((area, [check for check in listed if placed.get(check.id, Area.OTHERS) is area]) for area in Area)
    return {area: found for area, found in areas if found}


def _stem(word: str) -> str:
    """Return a word without its API group, hyphens and plural: what `networkpolicies` and `network-policy` share."""
    stem = word.partition(".")[0].replace("-", "").replace("_", "")
    if stem.endswith("ies"):
        return f"{stem[:-3]}y"
    if stem.endswith("ss") or len(stem) <= _SHORTEST_PLURAL:
        return stem
    return stem.removesuffix("es") if stem.endswith("sses") else stem.removesuffix("s")
