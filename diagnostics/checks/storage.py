"""Claims without a volume, volumes that cannot be attached or mounted, and volumes that failed."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from diagnostics import attachment, excerpts, kubectl, needs, podstate, provisioning, quantities, volumes
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.needs import Need
from diagnostics.objects import Object
from diagnostics.registry import Saying, check
from diagnostics.resources import (
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    STORAGE_CLASSES,
    VOLUME_ATTACHMENTS,
)
from diagnostics.selection import Selection
from diagnostics.snapshot import Snapshot

CLAIM_PENDING = Code(
    "storage.claim-pending",
    Severity.CRITICAL,
    "A PersistentVolumeClaim gets no volume",
    ("k8sgpt PVC", "k8sgpt Storage", "k8sgpt StatefulSet", "popeye 1003"),
)
CLAIM_WAITS = Code("storage.claim-waits", Severity.NOTE, "A PersistentVolumeClaim gets its volume with its first pod")
CLAIM_GOING = Code(
    "storage.claim-terminating",
    Severity.WARNING,
    "A PersistentVolumeClaim was deleted while pods use it, and goes with the last of them",
)
CLAIM_LOST = Code(
    "storage.claim-lost",
    Severity.CRITICAL,
    "The volume of a PersistentVolumeClaim is gone",
    ("k8sgpt Storage", "popeye 1004"),
)
NOT_ATTACHED = Code(
    "storage.not-attached",
    Severity.CRITICAL,
    "A volume cannot be attached to the node of its pod, or mounted there",
    ("k8sgpt Pod",),
)
RESIZE_FAILED = Code("storage.resize-failed", Severity.WARNING, "A volume cannot be made as large as its claim wants")
RESIZE_PENDING = Code("storage.resize-pending", Severity.NOTE, "A volume grows when a pod mounts it the next time")
MODIFY_FAILED = Code(
    "storage.modify-failed", Severity.WARNING, "A volume does not take the VolumeAttributesClass that its claim names"
)
VOLUME_FAILED = Code(
    "storage.volume-failed",
    Severity.WARNING,
    "A PersistentVolume could not be made, reclaimed or deleted",
    ("k8sgpt Storage", "popeye 1001", "popeye 1002"),
)
SEVERAL_DEFAULTS = Code(
    "storage.several-defaults",
    Severity.NOTE,
    "More than one StorageClass is the default; the newest counts",
    ("k8sgpt Storage",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_TIME_TO_SETTLE = timedelta(minutes=5)
_TIME_TO_GO = timedelta(minutes=2)
_LOSSES = ("ClaimLost", "ClaimMisbound")
_UNHEEDED = "ExternalExpanding"
"""What the controller manager says when it leaves a volume to its driver; a driver that runs takes it up at once."""

_FAILED_RESIZES = ("VolumeResizeFailed", "FileSystemResizeFailed")
_FAILED_CONDITIONS = ("ControllerResizeError", "NodeResizeError")


def _volume_of_claim(seen: Snapshot) -> Selection | None:
    """A claim that has its volume concerns no other; one that has none may be meant for any of them."""
    names = [claim.text("spec.volumeName") for claim in seen.within(PERSISTENT_VOLUME_CLAIMS)]
    return Selection(fields=f"metadata.name={names[0]}") if len(names) == 1 and names[0] else None


@check(
    "storage",
    subject=PERSISTENT_VOLUME_CLAIMS,
    needs=(
        needs.named(PERSISTENT_VOLUME_CLAIMS),
        STORAGE_CLASSES,
        Need(PERSISTENT_VOLUMES, narrowing=_volume_of_claim, after=PERSISTENT_VOLUME_CLAIMS),
    ),
    helps=(PODS, VOLUME_ATTACHMENTS, needs.WARNINGS),
    codes=CODES,
)
def storage(seen: Snapshot) -> Iterable[Saying]:
    """Claims that wait for a volume, lost ones, volumes that cannot be attached or grown, volumes that failed.

    A claim that waits for its first pod, as its class wants it, is in order; when the claim is asked for by name, that
    is said. Asked for by itself, the check shows the claims with their size, class and pods.
    """
    for claim in seen.within(PERSISTENT_VOLUME_CLAIMS):
        yield from _claim(seen, claim)
    if not seen.target.name:
        yield from _volumes(seen)
        yield from _defaults(seen)
    yield from _overview(seen)


def _claim(seen: Snapshot, claim: Object) -> Iterator[Finding]:
    phase = claim.text("status.phase")
    if claim.is_going:
        yield from _going(seen, claim)
    elif phase == "Pending":
        yield from _pending(seen, claim)
    elif phase == "Lost":
        yield _lost(seen, claim)
    elif phase == "Bound":
        yield from _attachment(seen, claim)
        yield from _resize(seen, claim)
        yield from _modification(claim)


def _pending(seen: Snapshot, claim: Object) -> Iterator[Finding]:
    hindrance = provisioning.hindrance(seen, claim)
    if hindrance:
        yield CLAIM_PENDING.found(
            claim,
            f"has been Pending for {seen.age(claim.created)}: {hindrance.words}",
            evidence={**claim.quote("status.phase", "spec.resources.requests.storage"), **hindrance.evidence},
            next=f"{kubectl.describe(claim.reference)}; {hindrance.next}",
            cause=hindrance.cause,
        )
    elif seen.target.name and provisioning.waits_for_pod(seen, claim):
        waiting = [pod for pod in volumes.users(seen, claim) if not podstate.is_finished(pod)]
        yield CLAIM_WAITS.found(
            claim,
            "is Pending until a pod that uses it has a node (WaitForFirstConsumer): "
            + (podstate.why_not_ready(seen, waiting[0]) if waiting else "no pod uses it yet"),
            evidence=claim.quote("status.phase", "spec.storageClassName"),
            next=kubectl.describe(waiting[0].reference) if waiting else "nothing, until a pod uses it",
            blames=podstate.explained_by(*waiting),
        )


def _going(seen: Snapshot, claim: Object) -> Iterator[Finding]:
    """A claim outlives its deletion as long as a pod uses it; what else holds it, its finalizers tell."""
    deleted = claim.time("metadata.deletionTimestamp")
    if seen.since(deleted) < _TIME_TO_GO:
        return
    using = [pod for pod in volumes.users(seen, claim) if not podstate.is_finished(pod)]
    held = f"pods use it: {', '.join(pod.name for pod in using[:3])}" if using else "no pod uses it any more"
    yield CLAIM_GOING.found(
        claim,
        f"was deleted {seen.age(deleted)} ago and is still Terminating: {held}",
        evidence=claim.quote(
            "metadata.deletionTimestamp", "metadata.finalizers", "spec.volumeName", "spec.storageClassName"
        ),
        next=f"kubectl describe pvc {claim.name} -n {claim.namespace}; "
        + (
            "save its data before the last of these pods ends: the volume may be deleted with the claim"
            if using
            else "see who should take off its finalizers: the driver's controller, a snapshot"
        ),
    )


def _lost(seen: Snapshot, claim: Object) -> Finding:
    volume = volumes.of_claim(seen, claim)
    owner = volume.at("spec.claimRef") if volume else Fields(None)
    return CLAIM_LOST.found(
        claim,
        f"is Lost: its volume {claim.text('spec.volumeName')} "
        + (
            f"is bound to another claim, {owner.text('namespace')}/{owner.text('name')}"
            if owner
            else "does not exist any more, and its data with it"
        ),
        evidence={
            **claim.quote("status.phase", "spec.volumeName", "spec.storageClassName"),
            **{f"event {event.text('reason')}": event.text("message") for event in seen.events_of(claim, *_LOSSES)[:1]},
            **{f"Pod {pod.name}": "uses it" for pod in volumes.users(seen, claim)[:3]},
        },
        next=f"{kubectl.describe(claim.reference)}; restore it from a snapshot or a backup into a new claim; this one "
        "cannot be bound again",
    )


def _attachment(seen: Snapshot, claim: Object) -> Iterator[Finding]:
    trouble = attachment.trouble(seen, claim)
    if trouble:
        yield NOT_ATTACHED.found(
            claim,
            f"its volume {claim.text('spec.volumeName')} {trouble.words}",
            evidence=trouble.evidence,
            next=f"{kubectl.describe(claim.reference)}; {trouble.next}",
            blames=trouble.blames,
        )


def _resize(seen: Snapshot, claim: Object) -> Iterator[Finding]:
    wanted = quantities.amount(claim.value("spec.resources.requests.storage"))
    has = quantities.amount(claim.value("status.capacity.storage"))
    if not has or wanted <= has:
        return
    evidence = claim.quote(
        "spec.resources.requests.storage", "status.capacity.storage", "status.allocatedResourceStatuses"
    )
    sizes = f"from {quantities.in_bytes(has)} to {quantities.in_bytes(wanted)}"
    if refusal := _refusal_to_grow(seen, claim):
        yield RESIZE_FAILED.found(
            claim,
            f"cannot grow {sizes}: {excerpts.first(refusal)}",
            evidence={**evidence, "message": refusal},
            next=f"{kubectl.describe(claim.reference)}; the message is the driver's, a volume that was changed lately "
            "has to wait (EBS: six hours)",
        )
    elif unheeded := seen.events_of(claim, _UNHEEDED):
        yield RESIZE_FAILED.found(
            claim,
            f"is to grow {sizes}, and nobody does it ({_UNHEEDED}): {excerpts.first(unheeded[0].text('message'))}",
            evidence={**evidence, f"event {_UNHEEDED}": unheeded[0].text("message")},
            next=f"{kubectl.describe(claim.reference)}; only a CSI driver's resizer makes a volume larger: see whether "
            "that of its class runs; a volume that was made by hand stays as it is, make a larger one",
        )
    elif claim.condition("FileSystemResizePending").text("status") == "True":
        yield RESIZE_PENDING.found(
            claim,
            f"is to grow {sizes}: the disk has grown, its file system does when a pod mounts it the next time",
            evidence={**evidence, **claim.condition("FileSystemResizePending").quote("status", "message")},
            next=f"{kubectl.describe(claim.reference)} shows which pod uses it; restart that one",
        )


def _refusal_to_grow(seen: Snapshot, claim: Object) -> str:
    """Return why a volume cannot grow, in the words of a condition, an event or a stage; empty when nobody says so."""
    conditions = (claim.condition(type_) for type_ in _FAILED_CONDITIONS)
    messages = [
        each.text("message", "no reason is given")
        for each in (*conditions, *seen.events_of(claim, *_FAILED_RESIZES))
        if each
    ]
    stage = claim.text("status.allocatedResourceStatuses.storage")
    return next(iter(messages), stage if stage.endswith("Infeasible") else "")


def _modification(claim: Object) -> Iterator[Finding]:
    failed = claim.condition("ModifyVolumeError")
    if failed.text("status") == "True" or claim.text("status.modifyVolumeStatus.status") == "Infeasible":
        wanted = claim.text("spec.volumeAttributesClassName")
        said = failed.text("message") or "its driver cannot do that (Infeasible)"
        yield MODIFY_FAILED.found(
            claim,
            f"does not get the attributes of the class {wanted}: {excerpts.first(said)}",
            evidence={
                **claim.quote("spec.volumeAttributesClassName", "status.currentVolumeAttributesClassName"),
                **claim.quote("status.modifyVolumeStatus"),
                **failed.quote("reason", "message"),
            },
            next=f"kubectl describe volumeattributesclass {wanted}; its parameters must be such as the driver knows "
            "and the volume bears, or name the class of before in the claim",
        )


def _volumes(seen: Snapshot) -> Iterator[Finding]:
    for volume in seen.within(PERSISTENT_VOLUMES):
        if seen.target.namespace in ("", volume.text("spec.claimRef.namespace")) and _is_stuck(seen, volume):
            yield _volume_failed(seen, volume)


def _is_stuck(seen: Snapshot, volume: Object) -> bool:
    """Say whether a volume failed, or should long have been made or deleted; one that is retained is meant to stay."""
    phase = volume.text("status.phase")
    since = seen.since(volume.time("status.lastPhaseTransitionTime") or volume.created)
    deleting = phase == "Released" and volume.text("spec.persistentVolumeReclaimPolicy") == "Delete"
    return phase == "Failed" or ((deleting or phase == "Pending") and since > _TIME_TO_SETTLE)


def _volume_failed(seen: Snapshot, volume: Object) -> Finding:
    events = seen.events_of(volume, "VolumeFailedDelete", "VolumeFailedRecycle", "RecyclerPod")
    message = volume.text("status.message") or (events[0].text("message") if events else "no reason is given")
    phase = volume.text("status.phase")
    return VOLUME_FAILED.found(
        volume,
        f"is {phase}{' and not deleted' if phase == 'Released' else ''}: {excerpts.first(message)}",
        evidence={
            **volume.quote(
                "status.phase",
                "status.reason",
                "status.message",
                "spec.persistentVolumeReclaimPolicy",
                "spec.claimRef.namespace",
                "spec.claimRef.name",
            ),
            **{f"event {event.text('reason')}": event.text("message") for event in events[:1]},
        },
        next=f"{kubectl.describe(volume.reference)}; see what the driver says of its disk, "
        "and keep the volume until nobody needs its data",
    )


def _defaults(seen: Snapshot) -> Iterator[Finding]:
    defaults = volumes.default_classes(seen)
    if len(defaults) > 1:
        names = ", ".join(each.name for each in defaults)
        yield SEVERAL_DEFAULTS.found(
            defaults[0],
            f"is one of {len(defaults)} default classes ({names}); claims without a class get this one, the newest",
            evidence={f"StorageClass {each.name}": each.text("metadata.creationTimestamp") for each in defaults},
            next="kubectl annotate --overwrite storageclass <other> storageclass.kubernetes.io/is-default-class=false",
        )


def _overview(seen: Snapshot) -> Iterator[Exhibit]:
    rows = tuple(
        (
            f"{claim.namespace}/{claim.name}",
            claim.text("status.phase"),
            claim.text("status.capacity.storage") or claim.text("spec.resources.requests.storage"),
            volumes.class_name(claim) or "none",
            claim.text("spec.volumeName"),
            ", ".join(pod.name for pod in volumes.users(seen, claim)) or "no pod",
        )
        for claim in seen.within(PERSISTENT_VOLUME_CLAIMS)
    )
    if rows:
        yield Exhibit("Claims", ("claim", "phase", "size", "class", "volume", "used by"), rows)
