"""Why a claim has no volume, from its class, the volumes that exist, and what its provisioner said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from diagnostics import excerpts, volumes
from diagnostics.objects import Object, Reference
from diagnostics.resources import EVENTS, PERSISTENT_VOLUMES, STORAGE_CLASSES
from diagnostics.snapshot import Snapshot

_TIME_TO_PROVISION = timedelta(minutes=1)
_ADD_ONS = {
    "ebs.csi.aws.com": "aws-ebs-csi-driver",
    "kubernetes.io/aws-ebs": "aws-ebs-csi-driver",
    "efs.csi.aws.com": "aws-efs-csi-driver",
    "fsx.csi.aws.com": "aws-fsx-csi-driver",
}
"""The EKS add-on that answers for a provisioner; the one in the tree was handed to the driver with Kubernetes 1.23."""

_NOT_ALLOWED = (
    "unauthorizedoperation",
    "accessdenied",
    "not authorized",
    "permission",
    "forbidden",
    "get credentials",
    "no ec2 imds role",
)
_TOO_MUCH = ("limitexceeded", "quota", "insufficient", "out of capacity")


@dataclass(frozen=True)
class Hindrance:
    """What keeps a claim from its volume, in words, the fields that bear it out, what to do, and who is at fault."""

    words: str
    next: str
    evidence: Mapping[str, str] = field(default_factory=dict)
    cause: Reference | None = None


def hindrance(seen: Snapshot, claim: Object) -> Hindrance | None:
    """Return what keeps a pending claim from its volume; None when it only waits for a pod, or for a moment."""
    name = volumes.class_name(claim)
    if claim.text("spec.volumeName"):
        return _named_volume(seen, claim)
    if name is None:
        return _without_class(seen, claim)
    if name == "":
        return _no_volume(seen, claim, "asks for a volume without a class (storageClassName is empty)")
    class_ = seen.find(STORAGE_CLASSES, "", name)
    if class_ is None:
        return _no_class(seen, claim, name)
    refused = seen.events_of(claim, "ProvisioningFailed")
    if refused:
        return _refused(class_, refused[0].text("message"))
    if class_.text("provisioner") == volumes.STATIC:
        return _of_static_class(seen, claim, class_)
    return _silent(seen, claim, class_)


def waits_for_pod(seen: Snapshot, claim: Object) -> bool:
    """Say whether a claim is bound no sooner than a pod that uses it has a node."""
    class_ = seen.find(STORAGE_CLASSES, "", volumes.class_name(claim) or "")
    if class_ is None or class_.text("volumeBindingMode") != "WaitForFirstConsumer":
        return False
    return not volumes.chosen_node(claim)


def _named_volume(seen: Snapshot, claim: Object) -> Hindrance:
    volume, name = volumes.of_claim(seen, claim), claim.text("spec.volumeName")
    evidence = claim.quote("spec.volumeName")
    if volume is None:
        return Hindrance(
            f"it asks for the volume {name}, which is not found",
            "make that volume, or make the claim again without spec.volumeName",
            evidence,
            Reference("PersistentVolume", "", name),
        )
    owner = f"{volume.text('spec.claimRef.namespace')}/{volume.text('spec.claimRef.name')}"
    taken = f", bound to {owner}" if volume.has("spec.claimRef") else ""
    return Hindrance(
        f"it asks for the volume {name}, which is {volume.text('status.phase', 'of no phase')}{taken}",
        "the volume's claimRef, class, size and access modes must be those of the claim",
        {**evidence, **_of_volume(volume)},
        volume.reference,
    )


def _without_class(seen: Snapshot, claim: Object) -> Hindrance | None:
    """A claim that names no class gets the default one, also when that comes later."""
    defaults = volumes.default_classes(seen)
    if volumes.fitting(claim, seen.all(PERSISTENT_VOLUMES)):
        return None
    if defaults and seen.since(claim.created) < _TIME_TO_PROVISION:
        return None
    exist = _classes(seen)
    return Hindrance(
        f"it names no storage class and was not given the default one, {defaults[0].name}"
        if defaults
        else f"it names no storage class, and the cluster has no default one ({exist})",
        "make the claim again with a class"
        if defaults
        else "name a class in the claim, or mark one as default: kubectl annotate storageclass <class> "
        "storageclass.kubernetes.io/is-default-class=true",
        {
            "spec.storageClassName": "none",
            "default StorageClass": ", ".join(each.name for each in defaults) or "none",
            "StorageClasses": exist,
        },
    )


def _no_class(seen: Snapshot, claim: Object, name: str) -> Hindrance | None:
    """A class needs no object when its volumes are made by hand: the name alone brings claim and volume together."""
    if any(volumes.class_name(volume) == name for volume in seen.all(PERSISTENT_VOLUMES)):
        return _no_volume(seen, claim, f"wants a volume of the class {name}, which provisions none")
    exist = _classes(seen)
    return Hindrance(
        f"its storage class {name} is not found ({exist})",
        f"create the class {name}, or make the claim again with one that exists (kubectl get storageclass)",
        {**claim.quote("spec.storageClassName"), "StorageClasses": exist},
        Reference("StorageClass", "", name),
    )


def _of_static_class(seen: Snapshot, claim: Object, class_: Object) -> Hindrance | None:
    wanted = class_.text("volumeBindingMode") != "WaitForFirstConsumer" or bool(volumes.users(seen, claim))
    words = f"wants a volume of the class {class_.name}, which provisions none"
    return _no_volume(seen, claim, words, class_) if wanted else None


def _no_volume(seen: Snapshot, claim: Object, words: str, class_: Object | None = None) -> Hindrance | None:
    """Nobody provisions for this claim: say which volumes there are, above all the one of an earlier claim."""
    every = seen.all(PERSISTENT_VOLUMES)
    if volumes.fitting(claim, every):
        return None
    left = next((volume for volume in every if _is_left_from(volume, claim)), None)
    evidence = {
        **claim.quote("spec.storageClassName", "spec.resources.requests.storage", "spec.accessModes"),
        **(class_.quote("provisioner") if class_ else {}),
    }
    if left is not None:
        return Hindrance(
            f"it {words}; the volume {left.name} is Released and still belongs to an earlier claim of this name",
            f"""to use its data again: kubectl patch pv {left.name} -p '{{"spec":{{"claimRef":null}}}}'""",
            {**evidence, **_of_volume(left)},
            left.reference,
        )
    return Hindrance(
        f"it {words}, and none that is free fits",
        "make a volume of that class, size and access mode, or name a class that provisions",
        {**evidence, "PersistentVolumes that are Available": "none that fits"},
    )


def _is_left_from(volume: Object, claim: Object) -> bool:
    owner = volume.at("spec.claimRef")
    return (
        volume.text("status.phase") == "Released"
        and (owner.text("namespace"), owner.text("name")) == (claim.namespace, claim.name)
        and owner.text("uid") != claim.uid
    )


def _refused(class_: Object, message: str) -> Hindrance:
    return Hindrance(
        f"its provisioner {class_.text('provisioner')} fails (ProvisioningFailed): {excerpts.first(message)}",
        _remedy(message),
        {"StorageClass": class_.name, **class_.quote("provisioner", "parameters"), "event ProvisioningFailed": message},
    )


def _remedy(message: str) -> str:
    said = message.lower()
    if any(word in said for word in _NOT_ALLOWED):
        return (
            "let the driver's role make volumes (for EBS: AmazonEBSCSIDriverPolicy on the controller's ServiceAccount)"
        )
    if any(word in said for word in _TOO_MUCH):
        return "ask for less, free volumes, or have the account's limit raised"
    return (
        "the message is the driver's; its controller's log tells more, and the class's parameters are what it was given"
    )


def _silent(seen: Snapshot, claim: Object, class_: Object) -> Hindrance | None:
    if waits_for_pod(seen, claim) or seen.since(claim.created) < _TIME_TO_PROVISION:
        return None
    provisioner, is_silent = class_.text("provisioner"), seen.was_read(EVENTS)
    add_on = _ADD_ONS.get(provisioner)
    return Hindrance(
        f"its provisioner {provisioner} has made no volume"
        + (" and said nothing: it does not seem to run" if is_silent else ", and events could not be read"),
        "see whether its controller runs"
        + (f" (on EKS: aws eks create-addon --cluster-name <cluster> --addon-name {add_on})" if add_on else ""),
        {
            "StorageClass": class_.name,
            **class_.quote("provisioner"),
            **({"events": "none of a provisioner"} if is_silent else {}),
        },
    )


def _of_volume(volume: Object) -> dict[str, str]:
    """Quote what a claim must agree with."""
    fields = volume.quote("status.phase", "spec.claimRef.namespace", "spec.claimRef.name", "spec.storageClassName")
    return {f"PersistentVolume {volume.name} {path}": value for path, value in fields.items()}


def _classes(seen: Snapshot) -> str:
    names = ", ".join(sorted(each.name for each in seen.all(STORAGE_CLASSES)))
    return f"there are: {names}" if names else "there is no class at all"
