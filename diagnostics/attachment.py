"""Why a volume is not where its pod is: from the events of the pods, the attachments, and the nodes that hold it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics import excerpts, podstate, remedies, volumes
from diagnostics.objects import Object, Reference
from diagnostics.resources import VOLUME_ATTACHMENTS
from diagnostics.snapshot import Snapshot

_EVENTS = ("FailedAttachVolume", "FailedMount", "FailedMapVolume")
_UNMOUNTED = re.compile(r"unmounted volumes=\[(?P<names>[^\]]*)\]")


@dataclass(frozen=True)
class Trouble:
    """What keeps a volume from its pod, in words, the fields that bear it out, what to do, and who may explain it."""

    words: str
    next: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    blames: tuple[Reference, ...] = ()


def trouble(seen: Snapshot, claim: Object) -> Trouble | None:
    """Return what keeps a bound claim's volume from a pod that waits for it, None when no pod waits."""
    waiting = [
        pod
        for pod in volumes.users(seen, claim)
        if pod.text("status.phase") == "Pending" and pod.has("spec.nodeName") and not pod.is_going
    ]
    return next(_troubles(seen, claim, waiting), None)


def _troubles(seen: Snapshot, claim: Object, waiting: Sequence[Object]) -> Iterator[Trouble]:
    for pod in waiting:
        for event in seen.events_of(pod, *_EVENTS):
            if _is_about(event.text("message"), pod, claim):
                yield _told(seen, claim, pod, event.text("reason"), event.text("message"))
        error = _attach_error(seen, claim, pod)
        if error:
            yield _told(seen, claim, pod, "attachError", error)


def _told(seen: Snapshot, claim: Object, pod: Object, reason: str, message: str) -> Trouble:
    holders = _holders(seen, claim, pod)
    held = f"; it is attached to {', '.join(holders)}" if holders else ""
    return Trouble(
        f"cannot be used by {pod.reference.spoken} on {pod.text('spec.nodeName')} ({reason}): "
        f"{excerpts.first(message)}{held}",
        _remedy(message, holders),
        {
            **claim.quote("spec.volumeName", "spec.accessModes", "spec.storageClassName"),
            f"Pod {pod.name} spec.nodeName": pod.text("spec.nodeName"),
            f"event {reason}": message,
            **({"VolumeAttachment spec.nodeName": ", ".join(holders)} if holders else {}),
        },
        tuple(dict.fromkeys([*(Reference("Node", "", name) for name in holders), *podstate.explained_by(pod)])),
    )


def _is_about(message: str, pod: Object, claim: Object) -> bool:
    """Say whether a message is about this claim's volume: it names the volume, or the pod's own name for it."""
    own_names = [name for name, claimed in volumes.claim_names(pod).items() if claimed == claim.name]
    unmounted = _UNMOUNTED.search(message)
    if unmounted:
        return any(name in re.split(r"[\s,]+", unmounted["names"]) for name in own_names)
    return any(f'"{name}"' in message for name in (claim.text("spec.volumeName"), *own_names))


def _attach_error(seen: Snapshot, claim: Object, pod: Object) -> str:
    return next(
        (
            attached.text("status.attachError.message")
            for attached in _attachments(seen, claim)
            if attached.text("spec.nodeName") == pod.text("spec.nodeName") and not attached.flag("status.attached")
        ),
        "",
    )


def _holders(seen: Snapshot, claim: Object, pod: Object) -> list[str]:
    """Return the other nodes that a volume is attached to."""
    return sorted(
        attached.text("spec.nodeName")
        for attached in _attachments(seen, claim)
        if attached.flag("status.attached") and attached.text("spec.nodeName") != pod.text("spec.nodeName")
    )


def _attachments(seen: Snapshot, claim: Object) -> list[Object]:
    volume = claim.text("spec.volumeName")
    return [each for each in seen.all(VOLUME_ATTACHMENTS) if each.text("spec.source.persistentVolumeName") == volume]


def _remedy(message: str, holders: Sequence[str]) -> str:
    said = message.lower()
    if "multi-attach" in said or (holders and "attach" in said):
        where = holders[0] if holders else "<node>"
        return (
            "a ReadWriteOnce volume is on one node at a time: let the other pod end first (strategy Recreate), or use "
            f"ReadWriteMany; only if {where} is shut down for good: "
            f"kubectl taint node {where} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
        )
    return remedies.of(message, remedies.OF_VOLUMES, "see the driver's node pod on that node, and its controller's log")
