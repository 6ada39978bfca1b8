"""Services that lead nowhere: from the selector over the port to the endpoints."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from diagnostics import components, deletion, eventtimes, excerpts, kubectl, needs, podstate, selectors
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    JOBS,
    PODS,
    REPLICA_SETS,
    SERVICES,
    STATEFUL_SETS,
)
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
NOT_BALANCED = Code(
    "service.balancer-fails",
    Severity.WARNING,
    "A LoadBalancer Service has an address, and its latest change was not applied",
    ("k8sgpt Service",),
)
WARNED = Code(
    "service.warned",
    Severity.WARNING,
    "The control plane cannot keep up a Service: its address or port is another's or out of range, its endpoints fail",
    ("k8sgpt Service",),
)
STUCK_TERMINATING = Code(
    "service.stuck-terminating", Severity.WARNING, "A Service was deleted, and its controller does not let it go"
)
LEADS_NOWHERE = Code(
    "service.leads-nowhere",
    Severity.WARNING,
    "A Service has neither selector nor endpoints, or is another name of a Service that does not exist",
    ("k8sgpt Service", "popeye 1105"),
)
HEADLESS_MISSING = Code(
    "service.headless-missing",
    Severity.WARNING,
    "A StatefulSet names a Service that does not exist, so its pods have no names in DNS",
    ("k8sgpt StatefulSet",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_TIME_FOR_AN_ADDRESS = timedelta(minutes=2)
_TIME_TO_BE_LISTED = timedelta(minutes=2)
"""Endpoints follow pods within a second; a controller that is restarted takes its time."""

_RECREATE = "make the Service again without that address or port, so that it is given a free one"
_WARNINGS = {
    "ClusterIPAlreadyAllocated": _RECREATE,
    "ClusterIPOutOfRange": _RECREATE,
    "PortAlreadyAllocated": _RECREATE,
    "PortOutOfRange": _RECREATE,
    "FailedToUpdateEndpointSlices": "see what the message names: a quota of EndpointSlices, a webhook, the rights of "
    "the controller manager",
}
"""Reasons of warnings about a Service that nobody mends by himself, and what to do."""

_OF_OTHERS = (*_WARNINGS, "Topology")
"""How the reasons of warnings about a Service begin that its load balancer has no part in."""

_HEADLESS = "None"
"""The address of a Service that has none; without selector and endpoints some programs elect their leader on it."""

_LATELY = timedelta(minutes=20)
_OF_CLUSTER = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)\.svc(?:\.cluster\.local)?\.?")


@check(
    "service",
    subject=SERVICES,
    needs=(needs.named(SERVICES), PODS, needs.slices_of_service()),
    helps=(needs.WARNINGS, DEPLOYMENTS, STATEFUL_SETS),
    codes=CODES,
)
def service(seen: Snapshot) -> Iterable[Finding]:
    """Services whose selector, ports or endpoints lead to no pod that answers, and those that StatefulSets miss.

    Services with endpoints of their own and names from outside are somebody else's affair and stay unsaid; so do those
    whose workload is scaled to nought, since they select what does not exist on purpose.
    """
    for each in seen.within(SERVICES):
        if each.is_going:
            yield from _going(seen, each)
            continue
        yield from _warned(seen, each)
        if each.text("spec.type") == "LoadBalancer":
            yield from _load_balancer(seen, each)
        if each.text("spec.type") == "ExternalName":
            yield from _renamed(seen, each)
        elif each.mapping("spec.selector"):
            yield from _selecting(seen, each)
        elif each.text("spec.clusterIP") != _HEADLESS and not _is_served(seen, each):
            yield _without_selector(each)
    if not seen.target.name:
        yield from _missing(seen)


def _going(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    held = deletion.held(seen, service_)
    if held:
        yield STUCK_TERMINATING.found(service_, held.words, evidence=held.evidence, next=held.next)


def _warned(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    """Say what the API server's own upkeep of addresses and ports, or the controller of endpoints, cannot mend."""
    for event in seen.events_of(service_, *_WARNINGS)[:1]:
        reason, message = event.text("reason"), event.text("message")
        if seen.since_event(event) < _LATELY:
            yield WARNED.found(
                service_,
                f"is warned of {reason}, last {seen.age(eventtimes.last_seen(event))} ago: {excerpts.first(message)}",
                evidence={
                    f"event {reason}": message,
                    **service_.quote("spec.type", "spec.clusterIP", "spec.ports"),
                },
                next=f"{kubectl.get(service_.reference, as_yaml=True)}; {_WARNINGS[reason]}",
            )


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
                next=f"kubectl get services -n {workload.namespace}; create the Service {workload.namespace}/{name} "
                f"with clusterIP: None and the selector {labels}, "
                "unless nothing asks for its pods by name",
                cause=Reference("Service", workload.namespace, name),
            )


def _selecting(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    wanted = service_.mapping("spec.selector")
    chosen = [pod for pod in seen.pods_labelled(service_.namespace, wanted) if not podstate.is_finished(pod)]
    if not chosen:
        yield from _without_pods(seen, service_)
        return
    misled = list(_ports(service_, chosen))
    yield from misled
    unready = _missed(seen, chosen)
    if unready and not service_.flag("spec.publishNotReadyAddresses"):
        yield _unready(seen, service_, chosen, unready)
    elif not misled and all(podstate.is_ready(pod) for pod in chosen) and _are_unlisted(seen, service_, chosen):
        yield _unlisted(service_, chosen)


def _missed(seen: Snapshot, chosen: Sequence[Object]) -> list[Object]:
    """Return the pods that ought to serve and do not; in any rollout some are on their way in or out.

    Pods that were deleted and do not go have others in their place: they are missed where nothing else is there.
    """
    unready = [pod for pod in podstate.unready(chosen) if not podstate.is_starting(seen, pod)]
    staying = [pod for pod in unready if not pod.is_going]
    is_any_left = any(not pod.is_going for pod in chosen)
    return staying if is_any_left else [pod for pod in unready if not podstate.is_leaving(seen, pod)]


def _are_unlisted(seen: Snapshot, service_: Object, chosen: Sequence[Object]) -> bool:
    """Say whether pods that are long ready stand in no EndpointSlice: a name of a port tells, or nobody keeps them."""
    ready_since = [pod.condition("Ready").time("lastTransitionTime") for pod in chosen]
    return not _endpoints(seen, service_) and all(seen.since(since) > _TIME_TO_BE_LISTED for since in ready_since)


def _unlisted(service_: Object, chosen: Sequence[Object]) -> Finding:
    return NO_READY_ENDPOINT.found(
        service_,
        f"has no endpoints, though {len(chosen)} pods of its selector are ready: nobody keeps its EndpointSlices",
        evidence={
            "spec.selector": selectors.written(service_.mapping("spec.selector")),
            "pods that are ready": ", ".join(pod.name for pod in chosen[:3]),
            "EndpointSlice endpoints": "0",
        },
        next=f"kubectl get endpointslices -n {service_.namespace} -l kubernetes.io/service-name={service_.name}; "
        "kubectl get lease kube-controller-manager -n kube-system -o yaml tells whether their controller runs",
        blames=[components.LEASE_OF_CONTROLLERS],
    )


def _without_selector(service_: Object) -> Finding:
    return LEADS_NOWHERE.found(
        service_,
        "has no selector, and no EndpointSlice of its name has an endpoint that is ready: it leads nowhere",
        evidence={"spec.selector": "none", "EndpointSlice endpoints": "0"},
        next=f"{kubectl.describe(service_.reference)}; give it a selector, or make its EndpointSlice (label "
        f"kubernetes.io/service-name: {service_.name}), or delete it",
    )


def _renamed(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    """A name from outside may be anything; one of this cluster is that of a Service, which was read or was not."""
    found = _OF_CLUSTER.fullmatch(service_.text("spec.externalName"))
    if found is None or seen.target.namespace not in ("", found["namespace"]) or seen.target.name:
        return
    if seen.find(SERVICES, found["namespace"], found["name"]) is None:
        yield LEADS_NOWHERE.found(
            service_,
            f"is another name of the Service {found['namespace']}/{found['name']}, which does not exist",
            evidence=service_.quote("spec.type", "spec.externalName"),
            next=f"kubectl get services -n {found['namespace']}; correct spec.externalName",
            cause=Reference("Service", found["namespace"], found["name"]),
        )


def _without_pods(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    """Tell a selector that is wrong from a workload that has no pods, and that from one that is meant to have none.

    What selects pods that have ended, as those of a Job, was right while they ran.
    """
    wanted = service_.mapping("spec.selector")
    meant = [
        workload
        for resource in _MAKERS_OF_PODS
        for workload in seen.all(resource, service_.namespace)
        if selectors.is_part_of(wanted, workload.mapping("spec.template.metadata.labels"))
        and workload.owner.text("kind") != "Deployment"
    ]
    if not meant and not _is_of_runs(seen, service_) and not seen.pods_labelled(service_.namespace, wanted):
        yield _selects_nothing(seen, service_)
    for workload in meant:
        if _is_to_have_pods(workload):
            yield NO_READY_ENDPOINT.found(
                service_,
                f"has no endpoints: {workload.reference.spoken} has no pods",
                evidence={
                    "spec.selector": selectors.written(wanted),
                    **workload.quote("spec.replicas", "status.replicas"),
                },
                next=f"{kubectl.describe(workload.reference)}; its conditions and events tell why no pod is made",
                blames=[workload.reference],
            )


_MAKERS_OF_PODS = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS)
"""DaemonSets and ReplicaSets (those of Argo Rollouts, which may be scaled to nought) are only known in a sweep, which
reads them anyway: one Service is worth six requests and no more.
"""


def _is_of_runs(seen: Snapshot, service_: Object) -> bool:
    """Say whether a selector means the pods of a Job or of the runs of a CronJob, which come and go."""
    wanted = service_.mapping("spec.selector")
    templates = ((JOBS, "spec.template"), (CRON_JOBS, "spec.jobTemplate.spec.template"))
    return any(
        selectors.is_part_of(wanted, each.mapping(f"{template}.metadata.labels"))
        for resource, template in templates
        for each in seen.all(resource, service_.namespace)
    )


def _is_to_have_pods(workload: Object) -> bool:
    if workload.resource is DAEMON_SETS:
        return workload.number("status.desiredNumberScheduled") > 0
    return workload.number("spec.replicas", 1) > 0


def _selects_nothing(seen: Snapshot, service_: Object) -> Finding:
    wanted = service_.mapping("spec.selector")
    unread = [each.kind for each in (DEPLOYMENTS, STATEFUL_SETS) if not seen.was_read(each)]
    alive = (pod for pod in seen.all(PODS, service_.namespace) if not podstate.is_finished(pod))
    near = selectors.nearest(wanted, (pod.labels for pod in alive), service_.name)
    written = selectors.written(wanted)
    found = {key: near[key] for key in wanted if key in near} if near else {}
    hint = f"; the nearest pods are labelled {selectors.written(found)}" if found else ""
    slices = _slices(seen, service_)
    return SELECTS_NOTHING.found(
        service_,
        f"has no endpoints: its selector {written} matches no pod in {service_.namespace}{hint}"
        + (
            f"; whether that is on purpose is not known, since no {' or '.join(unread)} could be read" if unread else ""
        ),
        evidence={
            "spec.selector": written,
            **({"nearest pod metadata.labels": selectors.written(near)} if near else {}),
            "EndpointSlice endpoints": str(sum(len(each.each("endpoints")) for each in slices)),
        },
        next=f"kubectl get pods -n {service_.namespace} --show-labels; make the selector and the labels of the pod "
        "template the same, or delete the Service if nothing is meant",
        severity=Severity.WARNING if unread else None,
    )


def _ports(service_: Object, chosen: Sequence[Object]) -> Iterator[Finding]:
    """A name that no container has never works; a number that none declares is suspect where all declare theirs.

    Beside a port that leads somewhere it is but a note: a container may listen on more than it declares. The protocol
    counts, too: port 53 over TCP does not lead to what listens on 53 over UDP, unless it is offered over both.
    """
    serving = [container for pod in chosen for container in _that_serve(pod)]
    declared = [port for container in serving for port in container.each("ports")]
    ports = service_.each("spec.ports")
    for port in ports:
        target = _target(port)
        if any(_is_declared(each, declared) for each in ports if _target(each) == target):
            continue
        if target.isdigit() and not all(container.each("ports") for container in serving):
            continue
        listed = ", ".join(dict.fromkeys(_written(each) for each in declared)) or "none"
        protocol = "" if _protocol(port) in map(_protocol, declared) else f" over {_protocol(port)}"
        yield WRONG_TARGET_PORT.found(
            service_,
            f"sends port {port.text('port')}{protocol} to targetPort {target}, and its pods declare {listed}",
            evidence={
                **port.quote("port", "protocol", "targetPort", "name"),
                "containers[].ports": listed,
                "pod": chosen[0].name,
            },
            next=f"kubectl edit service {service_.name} -n {service_.namespace}: set targetPort to the port "
            "(or the port's name) that the container listens on",
            severity=Severity.NOTE
            if target.isdigit() and any(_is_declared(other, declared) for other in ports)
            else None,
        )


def _that_serve(pod: Object) -> list[Fields]:
    """Return the containers whose ports a Service finds: sidecars among them, other init containers not."""
    sidecars = [each for each in pod.each("spec.initContainers") if each.text("restartPolicy") == "Always"]
    return [*pod.each("spec.containers"), *(each for each in sidecars if each.each("ports"))]


def _unready(seen: Snapshot, service_: Object, chosen: Sequence[Object], unready: Sequence[Object]) -> Finding:
    none = len(unready) == len(chosen)
    reasons = {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in unready[:3]}
    endpoints = _endpoints(seen, service_)
    ready = sum(endpoint.flag("conditions.ready", True) for endpoint in endpoints)
    return (NO_READY_ENDPOINT if none else SOME_NOT_READY).found(
        service_,
        f"has no ready endpoints: {next(iter(reasons.values()))}"
        if none
        else f"{len(unready)} of the {len(chosen)} pods behind it {'is' if len(unready) == 1 else 'are'} not ready: "
        + next(iter(reasons.values())),
        evidence={
            "spec.selector": selectors.written(service_.mapping("spec.selector")),
            "EndpointSlice endpoints": f"{ready} ready of {len(endpoints)}",
            **reasons,
        },
        next=f"{kubectl.listing('pods', service_.namespace, selectors.written(service_.mapping('spec.selector')))}; "
        "mend those that are not ready, the Service follows",
        blames=podstate.explained_by(*unready),
    )


def _load_balancer(seen: Snapshot, service_: Object) -> Iterator[Finding]:
    events = [event for event in seen.events_of(service_) if not event.text("reason").startswith(_OF_OTHERS)]
    said = {f"event {event.text('reason')}": event.text("message") for event in events[:1]}
    if service_.each("status.loadBalancer.ingress"):
        if any(seen.is_still_failing(event) for event in events):
            yield _not_balanced(service_, said)
        return
    if not said and seen.since(service_.created) < _TIME_FOR_AN_ADDRESS:
        return
    yield NO_ADDRESS.found(
        service_,
        "is of type LoadBalancer and has no address" + (f": {next(iter(said.values()))}" if said else ""),
        evidence={
            **service_.quote("spec.type", "spec.loadBalancerClass"),
            "status.loadBalancer.ingress": "empty",
            **said,
        },
        next=f"{kubectl.describe(service_.reference)}, then the log of the controller that makes load balancers; "
        "it may lack subnets or permissions",
    )


def _not_balanced(service_: Object, said: Mapping[str, str]) -> Finding:
    return NOT_BALANCED.found(
        service_,
        f"has an address, and its latest change cannot be applied: {excerpts.first(next(iter(said.values())))}",
        evidence={**service_.quote("spec.type", "spec.loadBalancerClass"), **said},
        next=f"{kubectl.describe(service_.reference)}; mend what the controller's message names, it tries again by "
        "itself",
    )


def _is_served(seen: Snapshot, service_: Object) -> bool:
    """Say whether any endpoint is ready; one that does not say is."""
    return any(endpoint.flag("conditions.ready", True) for endpoint in _endpoints(seen, service_))


def _endpoints(seen: Snapshot, service_: Object) -> list[Fields]:
    return [endpoint for each in _slices(seen, service_) for endpoint in each.each("endpoints")]


def _slices(seen: Snapshot, service_: Object) -> list[Object]:
    return [
        each
        for each in seen.all(ENDPOINT_SLICES, service_.namespace)
        if each.labels.get("kubernetes.io/service-name") == service_.name
    ]


def _is_declared(port: Fields, declared: Sequence[Fields]) -> bool:
    """Say whether a container declares what a Service's port leads to, by number or name, for the same protocol."""
    return any(
        _target(port) in (each.text("containerPort"), each.text("name")) and _protocol(port) == _protocol(each)
        for each in declared
    )


def _target(port: Fields) -> str:
    return port.text("targetPort") or port.text("port")


def _protocol(port: Fields) -> str:
    return port.text("protocol", "TCP")


def _written(port: Fields) -> str:
    """Return a container's port as its number, with what tells it from others: `8080 (http)`, `53/UDP (dns)`."""
    number = port.text("containerPort") + ("" if _protocol(port) == "TCP" else f"/{_protocol(port)}")
    return f"{number} ({port.text('name')})" if port.has("name") else number
