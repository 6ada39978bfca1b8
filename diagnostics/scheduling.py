"""Why no node takes a pod, from the scheduler's message, the pod and the nodes."""

import re
from collections.abc import Iterator, Sequence

from diagnostics import claimobstacles, kubectl, obstacle, podrequests, quantities
from diagnostics.fields import Fields
from diagnostics.objects import Object
from diagnostics.obstacle import Explanation, Obstacle
from diagnostics.resources import NODES
from diagnostics.snapshot import Snapshot

_PREEMPTION = re.compile(r"\s*(?:still not schedulable,\s*|no new claims to deallocate,\s*)*preemption:.*", re.DOTALL)
_INSUFFICIENT = re.compile(r"(?:(?P<count>\d+) )?Insufficient (?P<resource>[\w/-]+(?:\.[\w/-]+)*)")
_NODES = re.compile(r"\b0/(?P<count>\d+) nodes are available")
_TAINT = re.compile(r"untolerated taint(?:\(s\))? \{(?P<key>[^:}]+): (?P<value>[^}]*)\}")
"""How schedulers before 1.34 named the taint."""

_NODE_TROUBLE = re.compile(r"node\.kubernetes\.io/(?:not-ready|unreachable|[a-z]+-pressure|network-unavailable)")
_MOST_NODES = 5


def obstacles(seen: Snapshot, pod: Object, message: str) -> list[Obstacle]:
    """Return what keeps a pod from every node; the scheduler's own words where none of ours fit."""
    reasons = without_preemption(message)
    return list(_known(seen, pod, reasons)) or [
        Obstacle(reasons, {}, f"{kubectl.describe(pod.reference)}; mend what the scheduler names")
    ]


def without_preemption(message: str) -> str:
    """Return the scheduler's reasons without what it says of evicting others, which repeats them."""
    return _PREEMPTION.sub("", message)


def requested(pod: Object, resource: str) -> str:
    """Return how much of a resource a pod asks for, as the scheduler counts it."""
    asked = podrequests.effective(pod, resource)
    return quantities.in_bytes(asked) if resource in ("memory", "ephemeral-storage") else quantities.in_cores(asked)


def tolerates(pod: Fields, taint: Fields) -> bool:
    """Say whether a pod, or what pods are made of, tolerates a taint of a node."""
    return any(_tolerates(toleration, taint) for toleration in pod.each("spec.tolerations"))


def taint_written(taint: Fields) -> str:
    """Return a taint as kubectl writes it: `dedicated=batch:NoSchedule`."""
    value = taint.text("value")
    return f"{taint.text('key')}{'=' + value if value else ''}:{taint.text('effect')}"


def _known(seen: Snapshot, pod: Object, reasons: str) -> Iterator[Obstacle]:
    for found in _INSUFFICIENT.finditer(reasons):
        yield _insufficient(seen, pod, found, reasons)
    for phrase, explain in _EXPLANATIONS:
        if re.search(phrase, reasons):
            yield explain(seen, pod, reasons)


def _insufficient(seen: Snapshot, pod: Object, found: re.Match[str], reasons: str) -> Obstacle:
    resource, every = found["resource"], _NODES.search(reasons)
    asked = requested(pod, resource)
    evidence = {
        f"spec.containers[{container.text('name')}].resources.requests": _requests(container)
        for container in pod.each("spec.containers")
    }
    for node in seen.all(NODES)[:_MOST_NODES]:
        evidence[f"Node {node.name} status.allocatable.{resource}"] = str(
            node.at("status.allocatable").raw.get(resource, "")
        )
    some = every is not None and found["count"] not in (None, every["count"])
    return Obstacle(
        (f"{found['count']} of {every['count']} nodes: less than {asked}" if some and every else f"no node has {asked}")
        + f" of {resource} left (Insufficient {resource})",
        evidence,
        f"kubectl describe nodes; lower the {resource} request below what they have left, free capacity, "
        "or let a larger node join",
    )


def _affinity(seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    wanted = pod.quote("spec.nodeSelector", "spec.affinity.nodeAffinity")
    evidence = dict(wanted)
    selector = pod.mapping("spec.nodeSelector")
    for key in selector if seen.was_read(NODES) else ():
        present = sorted({node.labels[key] for node in seen.all(NODES) if key in node.labels})
        evidence[f"Nodes metadata.labels.{key}"] = ", ".join(present) or "no node has this label"
    return Obstacle(
        f"no node matches its node affinity/selector ({'; '.join(wanted.values())})",
        evidence,
        f"kubectl get nodes{''.join(f' -L {key}' for key in selector) or ' --show-labels'}; "
        "let such a node join, label one, or change the selector",
    )


def _taints(seen: Snapshot, pod: Object, reasons: str) -> Obstacle:
    nodes = seen.all(NODES)
    found = {
        node.name: [taint_written(taint) for taint in node.each("spec.taints") if not tolerates(pod, taint)]
        for node in nodes
    }
    tainted = {name: taints for name, taints in found.items() if taints}
    named = [f"{taint['key']}={taint['value']}".rstrip("=") for taint in _TAINT.finditer(reasons)]
    listed = sorted({taint for taints in tainted.values() for taint in taints}) or named
    troubled = [
        node.reference for node in nodes if any(_NODE_TROUBLE.match(taint) for taint in tainted.get(node.name, ()))
    ]
    return Obstacle(
        f"it does not tolerate the taints of nodes (untolerated taint: {', '.join(listed) or 'not named'})",
        {f"Node {name} spec.taints": ", ".join(taints) for name, taints in list(tainted.items())[:_MOST_NODES]},
        f"{kubectl.describe(troubled[0])}; mend the node, the taint goes by itself"
        if troubled
        else "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints; "
        "add a toleration for the taint, or use other nodes",
        tuple(troubled),
    )


def _spread(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    keys = ", ".join(dict.fromkeys(rule.text("topologyKey") for rule in pod.each("spec.topologySpreadConstraints")))
    return Obstacle(
        f"its topology spread constraints{f' (over {keys})' if keys else ''} leave no node",
        pod.quote("spec.topologySpreadConstraints"),
        "let nodes join where pods are missing, label the nodes, or set whenUnsatisfiable: ScheduleAnyway",
    )


def _anti_affinity(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        "anti-affinity keeps it from every node: of pods that are there, or its own",
        pod.quote("spec.affinity.podAntiAffinity"),
        "add a node, run fewer replicas, or make the rule a preferred one",
    )


def _pod_affinity(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        "its pod affinity wants a node beside pods that are on none",
        pod.quote("spec.affinity.podAffinity"),
        "see whether pods with those labels run, in the namespaces that the rule names; or make it a preferred one",
    )


def _host_ports(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    ports = [
        f"{port.text('hostPort')}/{port.text('protocol', 'TCP')}"
        for container in pod.each("spec.containers")
        for port in container.each("ports")
        if port.has("hostPort")
    ]
    return Obstacle(
        f"the host port that it wants ({obstacle.few(ports)}) is taken on every node",
        {"spec.containers[].ports[].hostPort": obstacle.few(ports)},
        "use a Service instead of hostPort, another port, or at most one such pod a node",
    )


def _cordoned(seen: Snapshot, _pod: Object, _reasons: str) -> Obstacle:
    cordoned = [node for node in seen.all(NODES) if node.flag("spec.unschedulable")]
    names = obstacle.few(node.name for node in cordoned)
    return Obstacle(
        f"nodes are cordoned{f': {names}' if names else ''} (unschedulable)",
        {"spec.unschedulable": names} if names else {},
        "kubectl uncordon <node>, when its maintenance is over",
        tuple(node.reference for node in cordoned),
    )


def _full_nodes(seen: Snapshot, _pod: Object, _reasons: str) -> Obstacle:
    limits = {node.name: node.text("status.allocatable.pods") for node in seen.all(NODES)}
    each = "/".join(sorted({limit for limit in limits.values() if limit}))
    return Obstacle(
        f"the nodes hold as many pods as they may (Too many pods{f': {each} each' if each else ''})",
        {f"Node {name} status.allocatable.pods": limit for name, limit in list(limits.items())[:_MOST_NODES]},
        "add nodes, or raise the limit of pods a node (maxPods of the kubelet; on EKS by prefix delegation)",
    )


def _named_node(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        "the node that it names does not exist or does not fit",
        pod.quote("spec.affinity.nodeAffinity", "spec.nodeSelector"),
        "take the node's name out of the pod template, or let that node join again",
    )


def _no_nodes(_seen: Snapshot, _pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        "the cluster has no nodes (no nodes available to schedule pods)",
        {},
        "let nodes join: see the node group's desired size, its instances, and what keeps them from registering",
    )


def _devices(_seen: Snapshot, pod: Object, reasons: str) -> Obstacle:
    return Obstacle(
        f"the devices that it claims are not to be had: {reasons.partition(': ')[2] or reasons}".rstrip(". ,"),
        pod.quote("spec.resourceClaims"),
        f"kubectl describe resourceclaims -n {pod.namespace}; kubectl get resourceslices shows what there is",
    )


_EXPLANATIONS: Sequence[tuple[str, Explanation]] = (
    (r"Pod's node affinity|node selector|affinity/selector", _affinity),
    (r"untolerated taint|taints? that the pod didn't tolerate", _taints),
    *claimobstacles.EXPLANATIONS,
    (r"topology spread", _spread),
    (r"anti-affinity", _anti_affinity),
    (r"pod affinity rules", _pod_affinity),
    (r"free ports", _host_ports),
    (r"\bunschedulable\b", _cordoned),
    (r"Too many pods", _full_nodes),
    (r"requested node name", _named_node),
    (r"no nodes available to schedule", _no_nodes),
    (r"(?i)resourceclaim|allocate all claims|deviceclass", _devices),
)
"""What a reason of the scheduler holds, and what it means; in the order in which they are told."""


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
