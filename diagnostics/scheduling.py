"""Why no node takes a pod, from the scheduler's message, the pod and the nodes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.objects import Object, Reference
from diagnostics.resources import NODES
from diagnostics.snapshot import Snapshot

_PREEMPTION = re.compile(r"\s*(?:no new claims to deallocate,\s*)?preemption:.*", re.DOTALL)
_INSUFFICIENT = re.compile(r"Insufficient ([\w/-]+(?:\.[\w/-]+)*)")
_NODE_TROUBLE = re.compile(r"node\.kubernetes\.io/(?:not-ready|unreachable|[a-z]+-pressure|network-unavailable)")
_MOST_NODES = 5


@dataclass(frozen=True)
class Obstacle:
    """One reason of the scheduler in words, the fields that bear it out, what to do, and the objects behind it."""

    words: str
    evidence: Mapping[str, str]
    next: str
    blames: tuple[Reference, ...] = ()


def obstacles(seen: Snapshot, pod: Object, message: str) -> list[Obstacle]:
    """Return what keeps a pod from every node; the scheduler's own words where none of ours fit."""
    reasons = _PREEMPTION.sub("", message)
    return list(_known(seen, pod, reasons)) or [Obstacle(reasons, {}, "read the scheduler's reason above")]


def requested(pod: Object, resource: str) -> str:
    """Return how much of a resource a pod asks for, summed over its containers."""
    total = sum(
        (
            quantities.amount(container.at("resources.requests").raw.get(resource))
            for container in pod.each("spec.containers")
        ),
        start=quantities.amount(0),
    )
    return quantities.in_bytes(total) if resource in ("memory", "ephemeral-storage") else quantities.in_cores(total)


def tolerates(pod: Object, taint: Fields) -> bool:
    """Say whether a pod tolerates a taint of a node."""
    return any(_tolerates(toleration, taint) for toleration in pod.each("spec.tolerations"))


def taint_written(taint: Fields) -> str:
    """Return a taint as kubectl writes it: `dedicated=batch:NoSchedule`."""
    value = taint.text("value")
    return f"{taint.text('key')}{'=' + value if value else ''}:{taint.text('effect')}"


def _known(seen: Snapshot, pod: Object, reasons: str) -> Iterator[Obstacle]:
    nodes = seen.all(NODES)
    for resource in dict.fromkeys(_INSUFFICIENT.findall(reasons)):
        yield _insufficient(pod, nodes, resource)
    if "node affinity" in reasons or "node selector" in reasons:
        yield _affinity(pod, nodes)
    if "taint" in reasons:
        yield _taints(pod, nodes)
    if "PersistentVolumeClaim" in reasons or "persistentvolumeclaim" in reasons:
        yield _claims(pod)
    if "topology spread" in reasons or "anti-affinity" in reasons:
        yield Obstacle(
            "its spread or anti-affinity rules leave no node",
            pod.quote("spec.topologySpreadConstraints", "spec.affinity.podAntiAffinity"),
            "add nodes in the missing zone, or relax the rule (ScheduleAnyway, preferred…)",
        )
    if "unschedulable" in reasons:
        cordoned = [node.name for node in nodes if node.flag("spec.unschedulable")]
        yield Obstacle(
            f"nodes are cordoned: {_few(cordoned)}", {"spec.unschedulable": _few(cordoned)}, "kubectl uncordon <node>"
        )
    if "Too many pods" in reasons:
        yield Obstacle("the nodes hold as many pods as they may", {}, "add nodes, or raise the limit of pods a node")


def _insufficient(pod: Object, nodes: Sequence[Object], resource: str) -> Obstacle:
    asked = requested(pod, resource)
    evidence = {
        f"spec.containers[{container.text('name')}].resources.requests": _requests(container)
        for container in pod.each("spec.containers")
    }
    for node in nodes[:_MOST_NODES]:
        evidence[f"Node {node.name} status.allocatable.{resource}"] = str(
            node.at("status.allocatable").raw.get(resource, "")
        )
    return Obstacle(
        f"no node has {asked} of {resource} left (Insufficient {resource})",
        evidence,
        f"lower the {resource} request, free capacity, or let a larger node join",
    )


def _affinity(pod: Object, nodes: Sequence[Object]) -> Obstacle:
    wanted = pod.quote("spec.nodeSelector", "spec.affinity.nodeAffinity")
    evidence = dict(wanted)
    selector = pod.mapping("spec.nodeSelector")
    for key in selector:
        present = sorted({node.labels[key] for node in nodes if key in node.labels})
        evidence[f"Nodes metadata.labels.{key}"] = ", ".join(present) or "no node has this label"
    return Obstacle(
        f"no node matches its node affinity/selector ({'; '.join(wanted.values())})",
        evidence,
        "let such a node join or label one (kubectl label node …), or change the selector",
    )


def _taints(pod: Object, nodes: Sequence[Object]) -> Obstacle:
    found = {
        node.name: [taint_written(taint) for taint in node.each("spec.taints") if not tolerates(pod, taint)]
        for node in nodes
    }
    tainted = {name: taints for name, taints in found.items() if taints}
    listed = sorted({taint for taints in tainted.values() for taint in taints})
    troubled = [
        node.reference for node in nodes if any(_NODE_TROUBLE.match(taint) for taint in tainted.get(node.name, ()))
    ]
    return Obstacle(
        f"it does not tolerate the taints of nodes (untolerated taint: {', '.join(listed) or 'not named'})",
        {f"Node {name} spec.taints": ", ".join(taints) for name, taints in list(tainted.items())[:_MOST_NODES]},
        "mend the node; the taint goes by itself" if troubled else "add a toleration for the taint, or use other nodes",
        tuple(troubled),
    )


def _claims(pod: Object) -> Obstacle:
    claims = [
        name for name in (volume.text("persistentVolumeClaim.claimName") for volume in pod.each("spec.volumes")) if name
    ]
    return Obstacle(
        f"it has unbound immediate PersistentVolumeClaims ({_few(claims)})",
        {"spec.volumes[].persistentVolumeClaim.claimName": _few(claims)},
        f"kubectl describe pvc -n {pod.namespace} {' '.join(claims)}: class and events tell why it is not bound",
        tuple(Reference("PersistentVolumeClaim", pod.namespace, name) for name in claims),
    )


def _tolerates(toleration: Fields, taint: Fields) -> bool:
    effect = toleration.text("effect")
    if effect and effect != taint.text("effect"):
        return False
    if toleration.text("operator") == "Exists":
        return toleration.text("key") in ("", taint.text("key"))
    return toleration.text("key") == taint.text("key") and toleration.text("value") == taint.text("value")


def _requests(container: Fields) -> str:
    return (
        ", ".join(f"{key}={value}" for key, value in sorted(container.mapping("resources.requests").items())) or "none"
    )


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - _MOST_NODES
    return ", ".join(listed[:_MOST_NODES]) + (f" and {more} more" if more > 0 else "")
