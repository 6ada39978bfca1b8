"""Containers whose resources were changed while they run, and whose node does not follow."""

from collections.abc import Iterator
from datetime import timedelta

from diagnostics import excerpts, kubectl, podtrouble
from diagnostics.fields import Fields
from diagnostics.finding import Severity
from diagnostics.objects import Object
from diagnostics.podtrouble import Trouble
from diagnostics.snapshot import Snapshot

_TIME_TO_FIND_ROOM = timedelta(hours=1)
"""How long a node may wait for other pods to leave before that is worth a note."""


def of(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """Say why the requests and limits of a running pod are not yet what its specification says."""
    pending, failing = pod.condition("PodResizePending"), pod.condition("PodResizeInProgress")
    if pending.text("reason") == "Infeasible":
        remedy = "ask for less than the node has, or make the pod anew so that another node takes it"
        yield _refused(pod, pending, "never can be on its node", remedy)
    elif failing.text("reason") == "Error":
        remedy = "a memory limit can only be lowered to more than what is used; the old values hold until it succeeds"
        yield _refused(pod, failing, "fails", remedy)
    elif pending.text("status") == "True" and seen.since(pending.time("lastTransitionTime")) > _TIME_TO_FIND_ROOM:
        waiting = f"has waited {seen.age(pending.time('lastTransitionTime'))} for room on its node"
        yield _refused(pod, pending, waiting, "it follows when others leave the node", Severity.NOTE)


def _refused(pod: Object, condition: Fields, how: str, remedy: str, severity: Severity | None = None) -> Trouble:
    return Trouble(
        podtrouble.RESIZE_REFUSED,
        pod,
        f"was resized, and that {how} ({condition.text('reason')}): {excerpts.first(condition.text('message'))}",
        f"{kubectl.describe(pod.reference)}; {remedy}",
        evidence={
            **condition.quote("status", "reason", "message"),
            **{
                f"spec.containers[{each.text('name')}].resources": str(each.value("resources"))
                for each in pod.each("spec.containers")
                if each.has("resources")
            },
        },
        severity=severity,
    )
