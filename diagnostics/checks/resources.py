"""Requests and limits that containers do not have, and memory that is nearly used up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from diagnostics import containers, needs, owners, podstate, quantities
from diagnostics.containers import Container, Role
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import POD_METRICS, PODS
from diagnostics.snapshot import Snapshot

NO_REQUESTS = Code(
    "resources.no-requests",
    Severity.NOTE,
    "A container asks for no memory or processor time, so that nothing is set aside for it",
    ("popeye 106", "detek pod_without_requests"),
)
NO_LIMIT = Code(
    "resources.no-memory-limit",
    Severity.NOTE,
    "A container has no memory limit, so that a leak takes the node along",
    ("popeye 106", "popeye 107", "detek pod_without_limits"),
)
NEAR_LIMIT = Code(
    "resources.near-memory-limit",
    Severity.WARNING,
    "A container uses nearly as much memory as it may",
    ("popeye 112",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_NEARLY = Decimal("0.9")


@check(
    "resources",
    subject=PODS,
    needs=(PODS,),
    helps=(needs.if_served(POD_METRICS),),
    codes=CODES,
    swept=False,
)
def resources(seen: Snapshot) -> Iterable[Saying]:
    """Containers without requests or without a memory limit, and those that use nearly all that they may.

    A CPU limit is not asked for: without one a container only gets what is left over. With them it shows what is asked
    for and what the metrics API has measured.
    """
    rows: list[tuple[str, ...]] = []
    for workload, members in owners.by_workload(seen.within(PODS)).items():
        alive = [pod for pod in members if not podstate.is_finished(pod)]
        for container in _containers(alive):
            usage = _highest_usage(seen, alive, container)
            yield from _judged(workload, container, usage)
            rows.append(_row(workload, container, usage))
    columns = ("workload", "container", "cpu request", "cpu limit", "memory request", "memory limit", "memory used")
    if rows:
        yield Exhibit("Requests and limits", columns, tuple(rows))


def _containers(pods: Sequence[Object]) -> list[Container]:
    """Return the containers that stay, by one pod of a workload: init containers end before they matter."""
    return [each for each in containers.of(pods[0]) if each.role is not Role.INIT] if pods else []


def _judged(workload: Reference, container: Container, usage: Decimal) -> Iterator[Finding]:
    evidence = {
        **container.spec.quote("resources.requests", "resources.limits"),
        **({"memory used": quantities.in_bytes(usage)} if usage else {}),
    }
    yield from _without_requests(workload, container, evidence)
    yield from _by_memory_limit(workload, container, usage, evidence)


def _without_requests(workload: Reference, container: Container, evidence: Mapping[str, str]) -> Iterator[Finding]:
    spec = container.spec
    missing = [resource for resource in ("cpu", "memory") if not spec.has(f"resources.requests.{resource}")]
    if missing:
        amounts = ",".join(f"{resource}=<amount>" for resource in missing)
        is_evicted_first = len(missing) > 1 and not _memory_limit(container)
        yield NO_REQUESTS.found(
            workload,
            f"{container.spoken} asks for no {' and no '.join(missing)}: nothing is set aside for it"
            + (", and it is evicted first" if is_evicted_first else ""),
            evidence={**{f"resources.requests.{resource}": "none" for resource in missing}, **evidence},
            next=f"{_set_resources(workload, container)} --requests={amounts}",
        )


def _by_memory_limit(
    workload: Reference, container: Container, usage: Decimal, evidence: Mapping[str, str]
) -> Iterator[Finding]:
    limit = _memory_limit(container)
    if not limit:
        yield NO_LIMIT.found(
            workload,
            f"{container.spoken} has no memory limit: a leak ends in the node's memory",
            evidence={"resources.limits.memory": "none", **evidence},
            next=f"{_set_resources(workload, container)} --limits=memory=<twice the peak of a week>",
        )
    elif usage >= limit * _NEARLY:
        yield NEAR_LIMIT.found(
            workload,
            f"{container.spoken} uses {quantities.in_bytes(usage)} of memory, {usage / limit:.0%} of its limit of "
            f"{quantities.in_bytes(limit)}",
            evidence=evidence,
            next=f"kubectl top pods -n {workload.namespace} --containers; see whether it still grows, a JVM that has "
            "taken its whole heap may stay there",
        )


def _memory_limit(container: Container) -> Decimal:
    """Return the memory that a container may use, nought when it has no limit."""
    return quantities.amount(container.spec.value("resources.limits.memory"))


def _set_resources(workload: Reference, container: Container) -> str:
    return f"kubectl set resources -n {workload.namespace} {workload.kind.lower()}/{workload.name} -c {container.name}"


def _highest_usage(seen: Snapshot, pods: Sequence[Object], container: Container) -> Decimal:
    """Return the memory that the container uses in the pod where it uses most, nought when nobody measures it."""
    found = (seen.find(POD_METRICS, pod.namespace, pod.name) for pod in pods)
    return max(
        (
            quantities.amount(measured.value("usage.memory"))
            for metrics in found
            if metrics
            for measured in metrics.each("containers")
            if measured.text("name") == container.name
        ),
        default=Decimal(0),
    )


def _row(workload: Reference, container: Container, usage: Decimal) -> tuple[str, ...]:
    fields = ("requests.cpu", "limits.cpu", "requests.memory", "limits.memory")
    return (
        f"{workload.kind} {workload.namespace}/{workload.name}",
        container.name,
        *(container.spec.text(f"resources.{field}", "none") for field in fields),
        quantities.in_bytes(usage) if usage else "unknown",
    )
