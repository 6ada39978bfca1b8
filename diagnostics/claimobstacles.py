"""Claims and volumes that keep a pod from every node, each told by the reason of the scheduler that names it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostics import obstacle, volumes
from diagnostics.objects import Object, Reference
from diagnostics.obstacle import Explanation, Obstacle
from diagnostics.resources import NODES, PERSISTENT_VOLUME_CLAIMS, STORAGE_CLASSES
from diagnostics.snapshot import Snapshot

_MISSING = r'persistentvolumeclaim "(?P<name>[^"]+)" not found'
_ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True)
class Awaited:
    """The claims whose volumes a pod waits for, and the node that the scheduler has chosen for it."""

    node: str
    claims: Sequence[Reference]


def awaited(seen: Snapshot, pod: Object) -> Awaited | None:
    """Return what the scheduler waits for before it binds a pod to the node that it chose; None when it chose none.

    Since 1.35 the pod names that node; before, only its claims do. Claims that were not read may all be the ones.
    """
    names, nominated = list(volumes.claim_names(pod).values()), pod.text("status.nominatedNodeName")
    claims = [claim for name in names if (claim := seen.find(PERSISTENT_VOLUME_CLAIMS, pod.namespace, name))]
    waiting = [
        claim
        for claim in claims
        if claim.text("status.phase") == "Pending" and (nominated or volumes.chosen_node(claim))
    ]
    node = nominated or next(map(volumes.chosen_node, waiting), "")
    if not node or not names or (claims and not waiting):
        return None
    return Awaited(node, [claim.reference for claim in waiting] or list(_claim_references(pod)))


def _volume_limit(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        "the nodes hold as many volumes as they can attach (max volume count)",
        _claim_names(pod),
        "add nodes, or use instances that attach more volumes: kubectl get csinodes -o yaml shows the limit",
        _claim_references(pod),
    )


def _elsewhere(seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    """A volume that is bound to a zone, or to one node, holds its pods there."""
    claims = [seen.find(PERSISTENT_VOLUME_CLAIMS, pod.namespace, name) for name in volumes.claim_names(pod).values()]
    bound = [volume for claim in claims if claim and (volume := volumes.of_claim(seen, claim))]
    wanted = {f"PersistentVolume {volume.name} {key}": value for volume in bound for key, value in _place(volume)}
    zones = sorted({node.labels[_ZONE] for node in seen.all(NODES) if _ZONE in node.labels})
    return Obstacle(
        "no node that could take it is where its volume is (PersistentVolume's node affinity)"
        + (f": the volume wants {obstacle.few(wanted.values())}" if wanted else ""),
        {**_claim_names(pod), **wanted, **({f"Nodes metadata.labels.{_ZONE}": ", ".join(zones)} if zones else {})},
        "let a node join in the volume's zone, or restore the volume's snapshot into a zone that has nodes; "
        "a class with WaitForFirstConsumer avoids it",
        _claim_references(pod),
    )


def _held_by_one_pod(seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    """With ReadWriteOncePod a claim is for one pod at a time, wherever the next would run."""
    names = list(volumes.claim_names(pod).values())
    claims = (seen.find(PERSISTENT_VOLUME_CLAIMS, pod.namespace, name) for name in names)
    holders = [
        user.name for claim in claims if claim for user in volumes.users(seen, claim) if user.has("spec.nodeName")
    ]
    return Obstacle(
        f"its claim ({obstacle.few(names)}) is ReadWriteOncePod and another pod has it"
        + (f": {obstacle.few(holders)}" if holders else ""),
        _claim_names(pod),
        "let the pod that has it end first (strategy Recreate), or use ReadWriteOnce, which pods of one node may share",
        _claim_references(pod),
    )


def _place(volume: Object) -> Iterator[tuple[str, str]]:
    """Go through what a volume demands of its node: `topology.kubernetes.io/zone`, `ap-northeast-2a`."""
    for term in volume.each("spec.nodeAffinity.required.nodeSelectorTerms"):
        for rule in term.each("matchExpressions"):
            yield rule.text("key"), ", ".join(rule.texts("values"))


def _missing_claim(_seen: Snapshot, pod: Object, reasons: str) -> Obstacle:
    found = re.search(_MISSING, reasons)
    name = found["name"] if found else ""
    return Obstacle(
        f'its PersistentVolumeClaim {name} does not exist (persistentvolumeclaim "{name}" not found)',
        _claim_names(pod),
        f"create the claim {pod.namespace}/{name}, or correct its name in the pod template",
        (Reference("PersistentVolumeClaim", pod.namespace, name),),
    )


def _going_claim(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        f"a PersistentVolumeClaim of it is being deleted ({obstacle.few(volumes.claim_names(pod).values())})",
        _claim_names(pod),
        "let the claim go (its finalizer waits for the pods that use it), then make it again; its data goes with it",
        _claim_references(pod),
    )


def _lost_claim(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    return Obstacle(
        f"the volume of its claim is gone ({obstacle.few(volumes.claim_names(pod).values())})",
        _claim_names(pod),
        "restore the volume from a snapshot or a backup into a new claim",
        _claim_references(pod),
    )


def _unbound_claims(_seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    names = list(volumes.claim_names(pod).values())
    return Obstacle(
        f"it has unbound immediate PersistentVolumeClaims ({obstacle.few(names)})",
        _claim_names(pod),
        f"kubectl describe pvc -n {pod.namespace} {' '.join(names)}: class and events tell why it is not bound",
        _claim_references(pod),
    )


def _no_volume(seen: Snapshot, pod: Object, _reasons: str) -> Obstacle:
    names = list(volumes.claim_names(pod).values())
    places = dict(_places_of_classes(seen, pod))
    return Obstacle(
        f"no volume is there or made in time for its claims ({obstacle.few(names)})"
        + "".join(f"; the class {name} makes them only in {place}" for name, place in places.items()),
        {**_claim_names(pod), **{f"StorageClass {name} allowedTopologies": place for name, place in places.items()}},
        f"kubectl describe pvc -n {pod.namespace} {' '.join(names)}: class, provisioner and events tell why",
        _claim_references(pod),
    )


def _places_of_classes(seen: Snapshot, pod: Object) -> Iterator[tuple[str, str]]:
    """Go through the classes of a pod's claims that make volumes in some places only, each with those places."""
    for name in volumes.claim_names(pod).values():
        claim = seen.find(PERSISTENT_VOLUME_CLAIMS, pod.namespace, name)
        class_ = seen.find(STORAGE_CLASSES, "", volumes.class_name(claim) or "") if claim else None
        terms = class_.each("allowedTopologies") if class_ else []
        values = [
            value for term in terms for rule in term.each("matchLabelExpressions") for value in rule.texts("values")
        ]
        if class_ and values:
            yield class_.name, ", ".join(values)


EXPLANATIONS: Sequence[tuple[str, Explanation]] = (
    (_MISSING, _missing_claim),
    (r'persistentvolumeclaim "[^"]+" is being deleted', _going_claim),
    (r"non-existent (?:persistentvolume|pv)", _lost_claim),
    (r"unbound immediate PersistentVolumeClaims", _unbound_claims),
    (r"didn't find available persistent volumes|not have enough free storage|binding volumes", _no_volume),
    (r"PersistentVolume's node affinity|volume node affinity conflict|no available volume zone", _elsewhere),
    (r"ReadWriteOncePod access mode", _held_by_one_pod),
    (r"max volume count", _volume_limit),
)
"""What a reason of the scheduler holds, and what it means; in the order in which they are told.

Schedulers before 1.31 spoke of a volume node affinity conflict.
"""


def _claim_names(pod: Object) -> dict[str, str]:
    names = obstacle.few(volumes.claim_names(pod).values())
    return {"spec.volumes[].persistentVolumeClaim.claimName": names} if names else {}


def _claim_references(pod: Object) -> tuple[Reference, ...]:
    return tuple(Reference("PersistentVolumeClaim", pod.namespace, name) for name in volumes.claim_names(pod).values())
