"""What uses most memory and processor time."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from diagnostics import quantities
from diagnostics.fields import Fields
from diagnostics.finding import Exhibit
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import NODE_METRICS, NODES, POD_METRICS, PODS
from diagnostics.snapshot import Snapshot

By = Literal["memory", "cpu"]
_WRITTEN = {"memory": quantities.in_bytes, "cpu": quantities.in_cores}


@check("top", subject=PODS, needs=(POD_METRICS, PODS), helps=(NODE_METRICS, NODES), swept=False)
def top(
    seen: Snapshot,
    *,
    by: Annotated[By, "what to sort by"] = "memory",
    limit: Annotated[int, "how many containers"] = 20,
) -> Iterable[Exhibit]:
    """The containers that use most, against their requests and limits, and the nodes against what they have.

    Figures are those of the metrics API, of the last minute or so.
    """
    if not seen.target.namespace:
        yield Exhibit("Nodes", ("node", "cpu", "of", "memory", "of"), tuple(_nodes(seen, by)))
    rows = sorted(_containers(seen), key=lambda row: row[0][by], reverse=True)
    yield Exhibit(
        f"Containers by {by}" + (f", {limit} of {len(rows)}" if len(rows) > limit else ""),
        ("pod", "container", "cpu", "request", "memory", "request", "limit"),
        tuple(cells for _, cells in rows[:limit]),
    )


def _nodes(seen: Snapshot, by: By) -> Iterator[tuple[str, ...]]:
    measured = sorted(seen.all(NODE_METRICS), key=lambda metrics: _used(metrics, by), reverse=True)
    for metrics in measured:
        node = seen.find(NODES, "", metrics.name)
        yield (metrics.name, *_shares(metrics, node, "cpu"), *_shares(metrics, node, "memory"))


def _shares(metrics: Object, node: Object | None, resource: str) -> tuple[str, str]:
    used = _used(metrics, resource)
    has = quantities.amount(node.at("status.allocatable").raw.get(resource)) if node else Decimal(0)
    return _WRITTEN[resource](used), f"{used / has:.0%}" if has else "unknown"


def _containers(seen: Snapshot) -> Iterator[tuple[dict[str, Decimal], tuple[str, ...]]]:
    """Go through the containers of the pods in question with what they use, as numbers and as a row."""
    for pod in seen.within(PODS):
        metrics = seen.find(POD_METRICS, pod.namespace, pod.name)
        specs = {spec.text("name"): spec for spec in (*pod.each("spec.containers"), *pod.each("spec.initContainers"))}
        for measured in metrics.each("containers") if metrics else ():
            spec = specs.get(measured.text("name"), Fields(None))
            used = {resource: _used(measured, resource) for resource in _WRITTEN}
            yield used, _row(pod, measured.text("name"), used, spec)


def _row(pod: Object, name: str, used: dict[str, Decimal], spec: Fields) -> tuple[str, ...]:
    return (
        f"{pod.namespace}/{pod.name}",
        name,
        quantities.in_cores(used["cpu"]),
        spec.text("resources.requests.cpu", "none"),
        quantities.in_bytes(used["memory"]),
        spec.text("resources.requests.memory", "none"),
        spec.text("resources.limits.memory", "none"),
    )


def _used(measured: Fields, resource: str) -> Decimal:
    return quantities.amount(measured.at("usage").raw.get(resource))
