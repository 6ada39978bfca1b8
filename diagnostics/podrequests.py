"""What a pod takes of a node by its requests, as the scheduler counts it."""

from collections.abc import Iterable
from decimal import Decimal

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.objects import Object

_NOTHING = Decimal(0)


def effective(pod: Object, resource: str) -> Decimal:
    """Return how much of a resource the scheduler sets aside for a pod.

    Containers and sidecars run side by side; an init container runs alone beside the sidecars started before it. A
    request of the pod itself stands for those of its containers; the overhead of its runtime comes on top.
    """
    overhead = quantities.amount(pod.at("spec.overhead").raw.get(resource))
    own = quantities.parse(pod.at("spec.resources.requests").raw.get(resource))
    return overhead + (_of_containers(pod, resource) if own is None else own)


def of_all(pods: Iterable[Object], resource: str) -> Decimal:
    """Return how much of a resource the scheduler sets aside for several pods."""
    return sum((effective(pod, resource) for pod in pods), start=_NOTHING)


def _of_containers(pod: Object, resource: str) -> Decimal:
    sidecars, peak = _NOTHING, _NOTHING
    for container in pod.each("spec.initContainers"):
        asked = _asked(container, resource)
        if container.text("restartPolicy") == "Always":
            sidecars += asked
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + asked)
    return max(peak, sidecars + _sum(pod.each("spec.containers"), resource))


def _sum(containers: Iterable[Fields], resource: str) -> Decimal:
    return sum((_asked(container, resource) for container in containers), start=_NOTHING)


def _asked(container: Fields, resource: str) -> Decimal:
    return quantities.amount(container.at("resources.requests").raw.get(resource))
