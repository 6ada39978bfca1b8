"""Why a pod has no node: no node takes it, a gate holds it, its volume is awaited, or nobody looks at it."""

import re
from collections.abc import Iterator
from datetime import timedelta

from diagnostics import claimobstacles, components, excerpts, kubectl, podtrouble, scheduling
from diagnostics.claimobstacles import Awaited
from diagnostics.fields import Fields
from diagnostics.finding import Severity
from diagnostics.objects import Object
from diagnostics.podtrouble import Trouble
from diagnostics.resources import PODS
from diagnostics.snapshot import Snapshot

_DEFAULT_SCHEDULER = "default-scheduler"
_UNHELPED = re.compile(r"incompatible with nodepool|no instance type|no nodepools? found|all available instance types")
_TIME_TO_START = timedelta(minutes=1)
_TIME_TO_PREPARE = timedelta(minutes=5)


def of(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """Say what keeps a pod from a node, as far as anybody says it."""
    scheduled = pod.condition("PodScheduled")
    if not scheduled:
        awaited = claimobstacles.awaited(seen, pod)
        yield from _binding(seen, pod, awaited) if awaited else _unseen(seen, pod)
        return
    if scheduled.text("reason") == "SchedulingGated":
        yield from _gated(seen, pod)
        return
    yield _refused(seen, pod, scheduled)


def _refused(seen: Snapshot, pod: Object, scheduled: Fields) -> Trouble:
    """A pod for which the scheduler found no node, or only one that it has yet to make room on."""
    found = scheduling.obstacles(seen, pod, scheduled.text("message"))
    evidence = {**pod.quote("status.phase", "status.nominatedNodeName"), **scheduled.quote("reason", "message")}
    for obstacle in found:
        evidence.update(obstacle.evidence)
    unhelped = next(_of_provisioners(seen, pod), "")
    room = pod.text("status.nominatedNodeName")
    is_awaited = bool(room) and seen.since(pod.created) < _TIME_TO_PREPARE
    return Trouble(
        podtrouble.UNSCHEDULABLE,
        pod,
        f"is Pending, no node takes it: {'; '.join(obstacle.words for obstacle in found)}"
        + (f"; pods of lower priority are to leave {room} for it" if room else "")
        + (f"; no node is added for it: {excerpts.first(unhelped)}" if unhelped else ""),
        "; ".join(dict.fromkeys(obstacle.next for obstacle in sorted(found, key=lambda each: not each.blames))),
        evidence={**evidence, **podtrouble.event("FailedScheduling", unhelped)},
        blames=tuple(blame for obstacle in found for blame in obstacle.blames),
        severity=Severity.NOTE if is_awaited else None,
    )


def _of_provisioners(seen: Snapshot, pod: Object) -> Iterator[str]:
    """Go through what Karpenter and its like say of a pod that they make no node for: under the scheduler's reason."""
    for event in seen.events_of(pod, "FailedScheduling"):
        if _UNHELPED.search(event.text("message")):
            yield event.text("message")


def _binding(seen: Snapshot, pod: Object, awaited: Awaited) -> Iterator[Trouble]:
    """A pod whose node is chosen gets no condition before its volumes are there, for ten minutes at least."""
    if seen.since(pod.created) < _TIME_TO_START:
        return
    names = ", ".join(claim.name for claim in awaited.claims)
    yield Trouble(
        podtrouble.UNSCHEDULABLE,
        pod,
        f"is Pending for {seen.age(pod.created)}: the scheduler chose the node {awaited.node} and waits for the "
        f"volumes of its claims ({names})",
        f"kubectl describe pvc -n {pod.namespace} {names.replace(',', '')}: class, provisioner and events tell why "
        "they are not bound",
        evidence={
            **pod.quote("status.phase", "status.nominatedNodeName"),
            "status.conditions[PodScheduled]": "absent",
            "spec.volumes[].persistentVolumeClaim.claimName": names,
        },
        blames=tuple(awaited.claims),
    )


def _gated(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """Jobs are queued by gates; elsewhere somebody should take them off soon."""
    if pod.owner.text("kind") == "Job" or seen.since(pod.created) < _TIME_TO_PREPARE:
        return
    gates = ", ".join(gate.text("name") for gate in pod.each("spec.schedulingGates"))
    yield Trouble(
        podtrouble.GATED,
        pod,
        f"is Pending for {seen.age(pod.created)}, kept from the scheduler by its scheduling gates: {gates}",
        f"{kubectl.get(pod.reference, as_yaml=True)}; see the controller that is to take each gate off",
        evidence={**pod.quote("status.phase", "spec.schedulingGates"), **pod.condition("PodScheduled").quote("reason")},
    )


def _unseen(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    if seen.since(pod.created) < _TIME_TO_START:
        return
    name = pod.text("spec.schedulerName", _DEFAULT_SCHEDULER)
    schedulers = [
        thing.reference for thing in seen.all(PODS, components.NAMESPACE) if thing.name.startswith("kube-scheduler")
    ]
    yield Trouble(
        podtrouble.UNSEEN,
        pod,
        f"is Pending for {seen.age(pod.created)} and the scheduler {name} has not looked at it",
        f"{kubectl.listing('pods', components.NAMESPACE, 'component=kube-scheduler')}; it should run and be ready"
        if name == _DEFAULT_SCHEDULER
        else f"see whether a scheduler of the name {name} runs (spec.schedulerName): kubectl get pods -A -o wide",
        evidence={**pod.quote("status.phase", "spec.schedulerName"), "status.conditions[PodScheduled]": "absent"},
        blames=tuple(schedulers),
    )
