"""Claims, the volumes behind them, and the pods that use them."""

from collections.abc import Iterable

from diagnostics import quantities
from diagnostics.objects import Object
from diagnostics.resources import PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES
from diagnostics.snapshot import Snapshot

STATIC = "kubernetes.io/no-provisioner"
"""The provisioner of a class whose volumes somebody makes by hand."""

_SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""Set by the scheduler once a pod is to use the claim: from then on its provisioner is to act."""

_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def class_name(claim: Object) -> str | None:
    """Return the class that a claim or a volume names: None when it names none, empty when it wants none."""
    if claim.has("spec.storageClassName"):
        return claim.text("spec.storageClassName")
    return claim.annotations.get(_CLASS)


def default_classes(seen: Snapshot) -> list[Object]:
    """Return the classes that claims get which name none; of several the newest counts."""
    marked = [
        each for each in seen.all(STORAGE_CLASSES) if any(each.annotations.get(key) == "true" for key in _DEFAULT)
    ]
    return sorted(marked, key=lambda each: each.text("metadata.creationTimestamp"), reverse=True)


def of_claim(seen: Snapshot, claim: Object) -> Object | None:
    """Return the volume that a claim is bound to or asks for by name, None when there is none."""
    return seen.find(PERSISTENT_VOLUMES, "", claim.text("spec.volumeName"))


def chosen_node(claim: Object) -> str:
    """Return the node that the scheduler wants a claim's volume for, empty while no pod that uses it has one."""
    return claim.annotations.get(_SELECTED_NODE, "")


def claim_names(pod: Object) -> dict[str, str]:
    """Return the claims of a pod by the name of the volume in it; an ephemeral volume's claim is named after both."""
    named = {}
    for volume in pod.each("spec.volumes"):
        if volume.has("ephemeral"):
            named[volume.text("name")] = f"{pod.name}-{volume.text('name')}"
        elif volume.has("persistentVolumeClaim"):
            named[volume.text("name")] = volume.text("persistentVolumeClaim.claimName")
    return named


def users(seen: Snapshot, claim: Object) -> list[Object]:
    """Return the pods that use a claim."""
    return [pod for pod in seen.all(PODS, claim.namespace) if claim.name in claim_names(pod).values()]


def fitting(claim: Object, candidates: Iterable[Object]) -> list[Object]:
    """Return the volumes of a claim's class that are free and large enough for it."""
    asked = quantities.amount(claim.value("spec.resources.requests.storage"))
    return [
        volume
        for volume in candidates
        if volume.text("status.phase") == "Available"
        and (class_name(volume) or "") == (class_name(claim) or "")
        and quantities.amount(volume.value("spec.capacity.storage")) >= asked
        and set(claim.texts("spec.accessModes")) <= set(volume.texts("spec.accessModes"))
    ]
