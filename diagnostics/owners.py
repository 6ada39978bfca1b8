"""Who made a pod: the workload that a person knows it by."""

from collections import defaultdict
from collections.abc import Iterable

from diagnostics.objects import Object, Reference

_POD_HASH = "pod-template-hash"


def workload_of(pod: Object) -> Reference:
    """Return the workload that a pod belongs to, without reading the objects between; a pod of nobody is its own.

    A ReplicaSet of a Deployment is named after it and the hash that its pods carry as a label.
    """
    owner = pod.owner
    kind, name = owner.text("kind"), owner.text("name")
    if not kind or kind == "Node":
        return pod.reference
    if kind == "ReplicaSet":
        return _deployment(pod, name)
    return Reference(kind, pod.namespace, name)


def by_workload(pods: Iterable[Object]) -> dict[Reference, list[Object]]:
    """Return pods by the workload that each belongs to, the workloads in the order of their names."""
    members: dict[Reference, list[Object]] = defaultdict(list)
    for pod in pods:
        members[workload_of(pod)].append(pod)
    return dict(sorted(members.items()))


def _deployment(pod: Object, replica_set: str) -> Reference:
    suffix = f"-{pod.labels.get(_POD_HASH, '')}"
    if len(suffix) > 1 and replica_set.endswith(suffix):
        return Reference("Deployment", pod.namespace, replica_set.removesuffix(suffix))
    return Reference("ReplicaSet", pod.namespace, replica_set)
