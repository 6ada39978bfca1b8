"""Services that lead nowhere: from the selector over the port to the endpoints."""

from collections.abc import Iterable, Iterator, Sequence

from diagnostics import needs, podstate, selectors
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import DEPLOYMENTS, ENDPOINT_SLICES, PODS, SERVICES, STATEFUL_SETS
from diagnostics.snapshot import Snapshot

SELECTS_NOTHING = Code(
    "service.selects-nothing",
    Severity.CRITICAL,
    "No pod has the labels that a Service selects",
    ("k8sgpt Service", "popeye 1100", "popeye 1105", "detek service_no_available_target"),
)
NO_READY_ENDPOINT = Code(
    "service.no-ready-endpoint",
    Severity.CRITICAL,
    "All pods behind a Service are not ready",
    ("k8sgpt Service", "popeye 1105", "popeye 1110", "detek service_no_available_target"),
)
SOME_NOT_READY = Code(
    "service.some-not-ready",
    Severity.WARNING,
    "Some pods behind a Service are not ready",
    ("k8sgpt Service", "detek service_partially_available"),
)
WRONG_TARGET_PORT = Code(
    "service.wrong-target-port",
    Severity.CRITICAL,
    "A Service sends to a port that no container behind it declares",
    ("popeye 1106",),
)
NO_ADDRESS = Code("service.no-address", Severity.WARNING, "A LoadBalancer Service has no address", ("k8sgpt Service",))
HEADLESS_MISSING = Code(
    "service.headless-missing",
    Severity.WARNING,
    "A StatefulSet names a Service that does not exist, so its pods have no names in DNS",
    ("k8sgpt StatefulSet",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))


@check(
    "service",
    subject=SERVICES,
    needs=(needs.named(SERVICES), PODS, needs.slices_of_service()),
    helps=(needs.WARNINGS, DEPLOYMENTS, STATEFUL_SETS),
    codes=CODES,
)
def service(seen: Snapshot) -> Iterable[Finding]:
    """Services whose selector, ports or endpoints lead to no pod that answers, and those that StatefulSets miss.

    Services without a selector and ExternalName ones are somebody else's affair and stay unsaid; so do those whose
    workload is scaled to nought, since they select what does not exist on purpose.
    """
    for each in seen.within(SERVICES):
        if each.text("spec.type") == "LoadBalancer":
            yield from _load_balancer(seen, each)
        if each.text("spec.type") != "ExternalName" and each.mapping("spec.selector"):
            yield from _selecting(seen, each)
    if not seen.target.name:
        yield from _missing(seen)


def _missing(seen: Snapshot) -> Iterator[Finding]:
    """Look for the Services that StatefulSets rely on; the API server takes a name without asking whether it exists."""
    for workload in seen.within(STATEFUL_SETS):
        name = workload.text("spec.serviceName")
        if name and workload.number("spec.replicas", 1) and not seen.find(SERVICES, workload.namespace, name):
            labels = selectors.written(workload.mapping("spec.selector.matchLabels"))
            yield HEADLESS_MISSING.found(
                workload,
                f"names the Service {name}, which does not exist: {workload.name}-0.{name} does not resolve",
                evidence=workload.quote("spec.serviceName"),
                next=f"create the Service {workload.namespace}/{name} with clusterIP: None and the selector {labels}, "
                "unless nothing asks for its pods by name",
                cause=Reference("Service", workload.namespace, name),
            )


def _selecting(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    wanted = service_.mapping("spec.selector")
    alive = [pod for pod in seen.all(PODS, service_.namespace) if not podstate.is_finished(pod)]
    chosen = [pod for pod in alive if selectors.is_part_of(wanted, pod.labels)]
    if not chosen:
        yield from _without_pods(seen, service_, alive)
        return
    yield from _ports(service_, chosen)
    unready = [pod for pod in chosen if not podstate.is_ready(pod)]
    if unready and not service_.flag("spec.publishNotReadyAddresses"):
        yield _unready(seen, service_, chosen, unready)


def _without_pods(seen: Snapshot, service_: Object, alive: Sequence[Object]) -> Iterator[Finding]:
    """Tell a selector that is wrong from a workload that has no pods, and that from one that is meant to have none."""
    wanted = service_.mapping("spec.selector")
    meant = [
        workload
        for resource in (DEPLOYMENTS, STATEFUL_SETS)
        for workload in seen.all(resource, service_.namespace)
        if selectors.is_part_of(wanted, workload.mapping("spec.template.metadata.labels"))
    ]
    if not meant:
        yield _selects_nothing(seen, service_, alive)
    for workload in meant:
        if workload.number("spec.replicas", 1):
            yield NO_READY_ENDPOINT.found(
                service_,
                f"has no endpoints: {workload.reference.spoken} has no pods",
                evidence={
                    "spec.selector": selectors.written(wanted),
                    **workload.quote("spec.replicas", "status.replicas"),
                },
                next=f"see why the pods are not made (check rollout {workload.namespace}/{workload.name})",
                blames=[workload.reference],
            )


def _selects_nothing(seen: Snapshot, service_: Object, alive: Sequence[Object]) -> Finding:
    wanted = service_.mapping("spec.selector")
    near = selectors.nearest(wanted, (pod.labels for pod in alive), service_.name)
    written = selectors.written(wanted)
    found = {key: near[key] for key in wanted if key in near} if near else {}
    hint = f"; the nearest pods are labelled {selectors.written(found)}" if found else ""
    slices = _slices(seen, service_)
    return SELECTS_NOTHING.found(
        service_,
        f"has no endpoints: its selector {written} matches no pod in {service_.namespace}{hint}",
        evidence={
            "spec.selector": written,
            **({"nearest pod metadata.labels": selectors.written(near)} if near else {}),
            "EndpointSlice endpoints": str(sum(len(each.each("endpoints")) for each in slices)),
        },
        next="make the selector and the labels of the pod template the same, or delete the Service if nothing is meant",
    )


def _ports(service_: Object, chosen: Sequence[Object]) -> Iterator[Finding]:
    """A name that no container has never works; a number that none declares is suspect when others are declared."""
    declared = [port for pod in chosen for container in pod.each("spec.containers") for port in container.each("ports")]
    for port in service_.each("spec.ports"):
        target = port.text("targetPort") or port.text("port")
        if _is_declared(target, declared):
            continue
        if target.isdigit() and not declared:
            continue
        listed = ", ".join(dict.fromkeys(_written(each) for each in declared)) or "none"
        yield WRONG_TARGET_PORT.found(
            service_,
            f"sends port {port.text('port')} to targetPort {target}, and its pods declare {listed}",
            evidence={**port.quote("port", "targetPort", "name"), "containers[].ports": listed, "pod": chosen[0].name},
            next="set targetPort to the port (or the port's name) that the container listens on",
        )


def _unready(seen: Snapshot, service_: Object, chosen: Sequence[Object], unready: Sequence[Object]) -> Finding:
    none = len(unready) == len(chosen)
    reasons = {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in unready[:3]}
    endpoints = [endpoint for each in _slices(seen, service_) for endpoint in each.each("endpoints")]
    ready = sum(endpoint.flag("conditions.ready", True) for endpoint in endpoints)
    return (NO_READY_ENDPOINT if none else SOME_NOT_READY).found(
        service_,
        f"has no ready endpoints: {next(iter(reasons.values()))}"
        if none
        else f"{len(unready)} of the {len(chosen)} pods behind it are not ready: {next(iter(reasons.values()))}",
        evidence={
            "spec.selector": selectors.written(service_.mapping("spec.selector")),
            "EndpointSlice endpoints": f"{ready} ready of {len(endpoints)}",
            **reasons,
        },
        next=f"mend the pods (check pods {service_.namespace}); the Service follows",
        blames=[cause for pod in unready for cause in podstate.explained_by(pod)],
    )


def _load_balancer(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    if service_.each("status.loadBalancer.ingress"):
        return
    events = seen.events_of(service_)
    said = {f"event {event.text('reason')}": event.text("message") for event in events[:1]}
    yield NO_ADDRESS.found(
        service_,
        "is of type LoadBalancer and has no address" + (f": {next(iter(said.values()))}" if said else ""),
        evidence={
            **service_.quote("spec.type", "spec.loadBalancerClass"),
            "status.loadBalancer.ingress": "empty",
            **said,
        },
        next="see the controller that makes load balancers (check ingress), its subnets and its permissions",
    )


def _slices(seen: Snapshot, service_: Object) -> list[Object]:
    return [
        each
        for each in seen.all(ENDPOINT_SLICES, service_.namespace)
        if each.labels.get("kubernetes.io/service-name") == service_.name
    ]


def _is_declared(target: str, declared: Sequence[Fields]) -> bool:
    return any(target in (port.text("containerPort"), port.text("name")) for port in declared)


def _written(port: Fields) -> str:
    name = port.text("name")
    return f"{port.text('containerPort')} ({name})" if name else port.text("containerPort")
