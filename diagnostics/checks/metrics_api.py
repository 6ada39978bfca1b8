"""The APIs that extension servers answer, those of metrics above all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from diagnostics import autoscaling, excerpts, kubectl, needs, nodes
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import API_SERVICES, HORIZONTAL_POD_AUTOSCALERS, NODE_METRICS, NODES
from diagnostics.snapshot import Snapshot

MISSING = Code(
    "metrics-api.missing",
    Severity.WARNING,
    "Autoscalers want metrics of an API that nothing serves",
    ("popeye 402",),
)
UNAVAILABLE = Code(
    "metrics-api.unavailable",
    Severity.WARNING,
    "An extension server is registered for an API and does not answer",
)
NODE_UNMEASURED = Code(
    "metrics-api.node-unmeasured",
    Severity.WARNING,
    "The metrics server has no figures of a node",
    ("popeye 708",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_TIME_TO_MEASURE = timedelta(minutes=5)
_FEW = 3


@check(
    "metrics-api",
    subject=API_SERVICES,
    needs=(API_SERVICES,),
    helps=(
        needs.everywhere(HORIZONTAL_POD_AUTOSCALERS),
        NODES,
        needs.if_served(NODE_METRICS),
    ),
    codes=CODES,
)
def metrics_api(seen: Snapshot) -> Iterable[Saying]:
    """Extension APIs that are registered and do not answer, metrics APIs that autoscalers want and nothing serves.

    A cluster without metrics API is in order as long as nothing needs it. Asked for by itself, it shows which of the
    three metrics APIs are served, by whom, and for whom.
    """
    for service in seen.within(API_SERVICES):
        if service.has("spec.service") and service.condition("Available").text("status") == "False":
            yield _unavailable(seen, service)
    if not seen.target.name:
        yield from _missing(seen)
    yield from _unmeasured(seen)
    yield Exhibit(
        "Metrics APIs",
        ("API", "served by", "available", "autoscalers that want it"),
        tuple(_row(seen, group) for group in autoscaling.METRICS_APIS),
    )


def _unavailable(seen: Snapshot, service: Object) -> Finding:
    available, group = service.condition("Available"), service.text("spec.group")
    wanting = _wanting(seen.all(HORIZONTAL_POD_AUTOSCALERS), group)
    behind = Reference("Service", service.text("spec.service.namespace"), service.text("spec.service.name"))
    return UNAVAILABLE.found(
        service,
        f"is registered for {group} and has not been available for {seen.age(available.time('lastTransitionTime'))} "
        f"({available.text('reason')}): {excerpts.first(available.text('message'))}{_harm(wanting)}",
        evidence={
            **available.quote("status", "reason", "message", "lastTransitionTime"),
            **service.quote("spec.service"),
            **_wanted_by(wanting),
        },
        next=f"{kubectl.describe(behind)}; bring back what serves it; only where nobody wants it any more: "
        f"kubectl delete apiservice {service.name}",
        blames=[behind],
    )


def _missing(seen: Snapshot) -> Iterator[Finding]:
    served = {service.text("spec.group") for service in seen.all(API_SERVICES)}
    for group, reference in autoscaling.METRICS_APIS.items():
        wanting = _wanting(seen.within(HORIZONTAL_POD_AUTOSCALERS), group)
        if wanting and group not in served:
            yield MISSING.found(
                reference,
                f"does not exist: nothing serves {group}{_harm(wanting)}",
                evidence={"APIService": f"none of the group {group}", **_wanted_by(wanting)},
                next=autoscaling.how_to_serve(group),
            )


def _unmeasured(seen: Snapshot) -> Iterator[Finding]:
    """A node that is ready and old enough to have been asked; an API that is empty altogether says so by itself."""
    measured = {metrics.name for metrics in seen.all(NODE_METRICS)}
    for node in seen.all(NODES):
        due = nodes.is_ready(node) and not nodes.is_virtual(node) and seen.since(node.created) > _TIME_TO_MEASURE
        if measured and due and node.name not in measured:
            yield NODE_UNMEASURED.found(
                node,
                "is Ready, and the metrics server has no figures of it: it cannot ask the kubelet",
                evidence={"NodeMetrics": "none of this name", **node.quote("status.addresses")},
                next="kubectl logs deploy/metrics-server -n kube-system --tail=50; let the metrics server reach "
                f"port 10250 of {node.name} (security group, firewall)",
            )


def _wanting(autoscalers: Iterable[Object], group: str) -> list[Object]:
    return [
        autoscaler
        for autoscaler in autoscalers
        if any(autoscaling.api_of(metric) == group for metric in autoscaler.each("spec.metrics"))
    ]


def _harm(wanting: Sequence[Object]) -> str:
    if not wanting:
        return ""
    names = ", ".join(f"{each.namespace}/{each.name}" for each in wanting[:_FEW])
    more = f" and {len(wanting) - _FEW} more" if len(wanting) > _FEW else ""
    return f"; autoscalers want it: {names}{more}"


def _wanted_by(wanting: Sequence[Object]) -> dict[str, str]:
    return {"HorizontalPodAutoscalers that want it": str(len(wanting))} if wanting else {}


def _row(seen: Snapshot, group: str) -> tuple[str, ...]:
    service = next((each for each in seen.all(API_SERVICES) if each.text("spec.group") == group), None)
    autoscalers = _wanting(seen.all(HORIZONTAL_POD_AUTOSCALERS), group)
    wanting = ", ".join(f"{each.namespace}/{each.name}" for each in autoscalers) or "none"
    if service is None:
        return group, "nothing", "no", wanting
    behind = f"{service.text('spec.service.namespace')}/{service.text('spec.service.name')}"
    return group, behind, service.condition("Available").text("status", "unknown"), wanting
