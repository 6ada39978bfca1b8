"""What is wrong with a pod, from the whole of it to its containers: the first that applies explains the rest."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from diagnostics import (
    containers,
    containertroubles,
    endings,
    excerpts,
    kubectl,
    missing,
    nodes,
    podstate,
    podtrouble,
    remedies,
    resizes,
    unscheduled,
)
from diagnostics.finding import Severity
from diagnostics.objects import Object, Reference
from diagnostics.podtrouble import Trouble
from diagnostics.resources import EVENTS, NODES
from diagnostics.snapshot import Snapshot

_CREATION_EVENTS = (
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedCreatePodContainer",
    "NetworkNotReady",
    "FailedMapVolume",
    "FailedPrepareDynamicResources",
)
_OTHER_EVENTS = ("FailedScheduling", "FailedToRetrieveImagePullSecret", "DNSConfigForming", "NodeNotReady")
"""Warnings that do not tell why a pod is not made."""

_TIME_TO_START = timedelta(minutes=1)
_TIME_TO_BE_MADE = timedelta(minutes=5)


def of(seen: Snapshot, pod: Object, members: Sequence[Object]) -> Iterator[Trouble]:
    """Go from what concerns the whole pod to its containers; the first that applies explains the rest."""
    phase = pod.text("status.phase")
    if pod.is_going:
        yield from _going(seen, pod)
    elif phase == "Failed":
        yield from _failed(pod, members)
    elif phase == "Pending" and not pod.has("spec.nodeName"):
        yield from unscheduled.of(seen, pod)
    elif phase in ("Pending", "Running", "Unknown"):
        of_containers = [trouble for each in containers.of(pod) if (trouble := containertroubles.of(seen, pod, each))]
        yield from of_containers or _without_container(seen, pod)
        yield from resizes.of(seen, pod)


def _going(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    deleted = pod.time("metadata.deletionTimestamp")
    if seen.since(deleted) < _TIME_TO_START:
        return
    node = _node_of(seen, pod)
    lost = node is not None and node.condition("Ready").text("status") != "True"
    unkilled = next((event.text("message") for event in seen.events_of(pod, "FailedKillPod")), "")
    yield Trouble(
        podtrouble.STUCK_TERMINATING,
        pod,
        f"was to be gone {seen.age(deleted)} ago and is still Terminating"
        + (", its node does not answer" if lost else _what_holds(pod, unkilled)),
        f"{kubectl.describe(node.reference)}; mend or remove the node, the pod goes with it"
        if lost and node
        else f"{kubectl.get(pod.reference, as_yaml=True)}; see what its finalizers wait for, "
        "and whether the kubelet of its node is well",
        evidence={
            **pod.quote("metadata.deletionTimestamp", "metadata.finalizers", "spec.nodeName"),
            **podtrouble.event("FailedKillPod", unkilled),
        },
        blames=nodes.of(pod),
    )


def _what_holds(pod: Object, unkilled: str) -> str:
    if unkilled:
        return f", its kubelet cannot end it: {excerpts.first(unkilled)}"
    finalizers = pod.texts("metadata.finalizers")
    return f", held by its finalizers: {', '.join(finalizers)}" if finalizers else ""


def _failed(pod: Object, members: Sequence[Object]) -> Iterator[Trouble]:
    """A pod of a workload that has others in its place is only worth a note."""
    if pod.owner.text("kind") == "Job":
        return
    reason, message = pod.text("status.reason"), pod.text("status.message")
    others = [other for other in members if other.text("status.phase") not in ("Failed", "Succeeded")]
    recovered = bool(others) and all(other.condition("Ready").text("status") == "True" for other in others)
    disruption = pod.condition("DisruptionTarget").text("message")
    ended = next((each for each in containers.of(pod) if each.ended and not each.ended_well), None)
    own = f"{ended.spoken} ended with {endings.words(ended)}" if ended else "no reason is given"
    yield Trouble(
        podtrouble.EVICTED if reason == "Evicted" else podtrouble.FAILED,
        pod,
        f"{reason or 'Failed'}: {excerpts.first(disruption or message or own)}",
        _after_failure(pod, disruption or message),
        evidence={
            **pod.quote("status.phase", "status.reason", "status.message"),
            **podtrouble.event("DisruptionTarget", disruption),
        },
        blames=nodes.of(pod),
        severity=Severity.NOTE if recovered else None,
        container=ended.name if ended and not reason else "",
        log_of=None if reason else ended,
    )


def _after_failure(pod: Object, message: str) -> str:
    described = kubectl.describe(pod.reference)
    if pod.text("status.reason") != "Evicted":
        remedy = remedies.of(message, remedies.OF_REJECTIONS, "")
        return f"{described}; {remedy}" if remedy else described
    if remedy := remedies.of(message, remedies.OF_EVICTIONS, ""):
        return f"{described}; {remedy}"
    node = kubectl.describe(Reference("Node", "", pod.text("spec.nodeName"))) if pod.has("spec.nodeName") else described
    return f"{node}; see what fills the node, set requests and limits for it"


def _without_container(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod whose containers are not to blame: it cannot be made, waits for a gate, or its node is gone."""
    node = _node_of(seen, pod)
    if node is not None and _is_down_with(node, pod):
        yield Trouble(
            podtrouble.NODE_GONE,
            pod,
            f"is on {node.name}, which does not answer, so nobody knows how it is"
            if nodes.is_lost(node)
            else f"is on {node.name}, which is not ready, so that it counts as not ready too",
            f"{kubectl.describe(node.reference)}; mend or remove the node",
            evidence={
                **pod.quote("spec.nodeName", "status.phase"),
                **node.condition("Ready").quote("status", "reason"),
            },
            blames=(node.reference,),
        )
    elif pod.text("status.phase") == "Pending" and all(each.is_underway for each in containers.of(pod)):
        yield from _creating(seen, pod)
    elif pod.condition("Ready").text("reason") == "ReadinessGatesNotReady":
        yield from _kept_out(seen, pod)


def _is_down_with(node: Object, pod: Object) -> bool:
    """Say whether a pod is not ready because its node is not: its containers may well be."""
    follows = pod.text("status.phase") == "Running" and pod.condition("Ready").text("status") == "False"
    return nodes.is_lost(node) or (follows and not nodes.is_ready(node))


def _kept_out(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A readiness gate is a condition that somebody else sets: a load balancer's controller, above all."""
    ready = pod.condition("Ready")
    if seen.since(ready.time("lastTransitionTime") or pod.created) < _TIME_TO_BE_MADE:
        return
    gates = [gate.text("conditionType") for gate in pod.each("spec.readinessGates")]
    closed = [gate for gate in gates if pod.condition(gate).text("status") != "True"]
    said = next((text for gate in closed if (text := pod.condition(gate).text("message"))), "")
    yield Trouble(
        podtrouble.NOT_READY,
        pod,
        f"its containers are ready, and its readiness gate {', '.join(closed)} is not set"
        + (f": {excerpts.first(said)}" if said else ""),
        f"{kubectl.describe(pod.reference)}; see the controller that sets this condition"
        + (", and the health checks of its target group" if any("elbv2" in gate for gate in closed) else ""),
        evidence={**ready.quote("reason", "message"), **pod.quote("spec.readinessGates")},
    )


def _creating(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    events = [event for event in seen.events_of(pod, *_CREATION_EVENTS) if not podstate.is_of_a_moment(event)]
    if events:
        yield _not_made(seen, pod, events[0])
    else:
        yield from _unmade(seen, pod)


def _not_made(seen: Snapshot, pod: Object, event: Object) -> Trouble:
    """Return what the kubelet says of a pod that it cannot make."""
    reason, message = event.text("reason"), event.text("message")
    lacking = missing.named(pod, message)
    return Trouble(
        podtrouble.CONFIG_MISSING if lacking else podtrouble.STUCK_CREATING,
        pod,
        f"has not been made for {seen.age(pod.created)} (ContainerCreating, {reason}): {excerpts.first(message)}",
        missing.remedy(pod, lacking, message)
        if lacking
        else f"{kubectl.describe(pod.reference)}; "
        + remedies.of(
            message,
            remedies.OF_CREATION,
            "look at the volume's claim and its driver"
            if "Volume" in reason or "Mount" in reason
            else "the kubelet of its node tells more (journalctl -u kubelet)",
        ),
        evidence={**pod.quote("spec.nodeName"), f"event {reason}": message},
        cause=lacking,
        blames=nodes.of(pod),
    )


def _unmade(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod that has its node, none of whose containers was ever made, and of which nobody says plainly why."""
    begun = any(each.ended or each.status.has("state.running") for each in containers.of(pod))
    if not begun and seen.was_read(NODES) and _node_of(seen, pod) is None:
        yield from _of_no_node(seen, pod)
        return
    if begun or seen.since(pod.created) < _TIME_TO_BE_MADE:
        return
    told = [event for event in seen.events_of(pod) if event.text("reason") not in _OTHER_EVENTS]
    if told:
        yield _not_made(seen, pod, told[0])
        return
    yield Trouble(
        podtrouble.STUCK_CREATING,
        pod,
        f"has not been made for {seen.age(pod.created)} (ContainerCreating), and "
        + ("the kubelet of its node does not say why" if seen.was_read(EVENTS) else "its events could not be read"),
        f"{kubectl.describe(Reference('Node', '', pod.text('spec.nodeName')))}; do its kubelet and its runtime work "
        "(journalctl -u kubelet -u containerd)?",
        evidence={
            **pod.quote("spec.nodeName", "status.phase"),
            **({"warnings of the kubelet": "none"} if seen.was_read(EVENTS) else {}),
        },
        blames=nodes.of(pod),
    )


def _of_no_node(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod that names its node itself passes the scheduler by, and without such a node nobody makes it."""
    if seen.since(pod.created) < _TIME_TO_START:
        return
    name = pod.text("spec.nodeName")
    yield Trouble(
        podtrouble.STUCK_CREATING,
        pod,
        f"is Pending for {seen.age(pod.created)} on the node {name}, which does not exist (not found)",
        "kubectl get nodes; take nodeName out of the pod template and let the scheduler choose, or let that node join "
        "again",
        evidence={**pod.quote("spec.nodeName", "status.phase"), "Nodes": "none of this name"},
        cause=Reference("Node", "", name),
    )


def _node_of(seen: Snapshot, pod: Object) -> Object | None:
    return seen.find(NODES, "", pod.text("spec.nodeName"))
