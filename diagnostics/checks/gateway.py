"""The Gateway API: gateways that nobody programs, and routes that no gateway takes or that lead nowhere."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from diagnostics import excerpts, kubectl, needs
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import GATEWAY_CLASSES, GATEWAYS, GRPC_ROUTES, HTTP_ROUTES, SERVICES
from diagnostics.snapshot import Snapshot

CLASS_NOT_ACCEPTED = Code(
    "gateway.class-not-accepted",
    Severity.CRITICAL,
    "No controller accepts a GatewayClass",
    ("k8sgpt GatewayClass",),
)
CLASS_MISSING = Code(
    "gateway.class-missing", Severity.CRITICAL, "A Gateway names a class that does not exist", ("k8sgpt Gateway",)
)
NOT_PROGRAMMED = Code(
    "gateway.not-programmed",
    Severity.CRITICAL,
    "A Gateway was not accepted, or no data plane serves it",
    ("k8sgpt Gateway",),
)
LISTENER = Code(
    "gateway.listener", Severity.CRITICAL, "A listener of a Gateway does not listen: its certificate, port or kinds"
)
NOT_ATTACHED = Code(
    "gateway.route-not-attached",
    Severity.CRITICAL,
    "No Gateway takes a route: it does not exist, does not allow it, or listens for other hosts",
    ("k8sgpt HTTPRoute", "popeye 407"),
)
BACKEND_MISSING = Code(
    "gateway.backend-missing",
    Severity.CRITICAL,
    "A route sends to a Service, or to a port of one, that does not exist or that it may not name",
    ("k8sgpt HTTPRoute", "popeye 407"),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_ROUTES = (HTTP_ROUTES, GRPC_ROUTES)
_GROUP = "gateway.networking.k8s.io"
_TIME_TO_SETTLE = timedelta(minutes=5)
"""How long `Unknown` and `Pending` may stand before nobody seems to be at work."""

_ON_THE_WAY = ("", "Pending")
_WELL_WHEN_FALSE = ("Conflicted", "OverlappingTLSConfig", "PartiallyInvalid")


@check(
    "gateway",
    subject=(GATEWAYS, *_ROUTES, GATEWAY_CLASSES),
    needs=tuple(needs.if_served(each) for each in (GATEWAYS, HTTP_ROUTES, GRPC_ROUTES, GATEWAY_CLASSES)),
    helps=(SERVICES,),
    codes=CODES,
)
def gateway(seen: Snapshot) -> Iterable[Finding]:
    """Gateway API: classes and Gateways that are not accepted or programmed, listeners, routes without way or backend.

    What a controller says in its conditions is quoted; what none has looked at is compared by name. A cluster without
    the API is in order.
    """
    for class_ in seen.within(GATEWAY_CLASSES):
        yield from _class(seen, class_)
    for each in seen.within(GATEWAYS):
        yield from _gateway(seen, each)
    for resource in _ROUTES:
        for route in seen.within(resource):
            yield from _route(seen, route)


def _class(seen: Snapshot, class_: Object) -> Iterator[Finding]:
    problem = _problem(seen, class_, "Accepted")
    if problem:
        yield CLASS_NOT_ACCEPTED.found(
            class_,
            f"is accepted by no controller: {problem}",
            evidence={**class_.quote("spec.controllerName"), **class_.condition("Accepted").quote("reason", "message")},
            next=f"{kubectl.describe(class_.reference)}; does the controller {class_.text('spec.controllerName')} run?",
        )


def _gateway(seen: Snapshot, gateway_: Object) -> Iterator[Finding]:
    name = gateway_.text("spec.gatewayClassName")
    class_ = Reference("GatewayClass", "", name)
    if seen.was_read(GATEWAY_CLASSES) and seen.find(GATEWAY_CLASSES, "", name) is None:
        existing = ", ".join(each.name for each in seen.all(GATEWAY_CLASSES)) or "none"
        yield CLASS_MISSING.found(
            gateway_,
            f"names the class {name}, which does not exist (there is {existing})",
            evidence={**gateway_.quote("spec.gatewayClassName"), "GatewayClasses": existing},
            next="kubectl get gatewayclasses; correct spec.gatewayClassName, or install the controller of that class",
            cause=class_,
        )
        return
    listeners = list(_listeners(gateway_))
    yield from listeners
    for type_ in ("Accepted", "Programmed"):
        problem = _problem(seen, gateway_, type_)
        if problem and not listeners:
            yield NOT_PROGRAMMED.found(
                gateway_,
                f"is not {type_}: {problem}",
                evidence={
                    **gateway_.quote("spec.gatewayClassName", "status.addresses"),
                    **gateway_.condition(type_).quote("status", "reason", "message"),
                },
                next=f"{kubectl.describe(gateway_.reference)}; see the log of the controller of the class {name}",
                blames=[class_],
            )
            return


def _listeners(gateway_: Object) -> Iterator[Finding]:
    for listener in gateway_.each("status.listeners"):
        for condition in listener.each("conditions"):
            if not _is_bad(condition):
                continue
            name, reason = listener.text("name"), condition.text("reason")
            yield LISTENER.found(
                gateway_,
                f"its listener {name} is not {condition.text('type')} ({reason}): "
                f"{excerpts.first(condition.text('message'))}",
                evidence={"listener": name, **condition.quote("type", "status", "reason", "message")},
                next=f"{kubectl.get(gateway_.reference, as_yaml=True)}; "
                + (
                    "let certificateRefs name a TLS Secret that exists, and a ReferenceGrant allow it from elsewhere"
                    if reason in ("InvalidCertificateRef", "RefNotPermitted")
                    else "correct that listener: its port, protocol, hostname and allowed kinds"
                ),
            )
            break


def _is_bad(condition: Fields) -> bool:
    """Say whether a condition of a listener tells of a fault; Programmed only follows the others."""
    type_, status = condition.text("type"), condition.text("status")
    if type_ in _WELL_WHEN_FALSE:
        return status == "True"
    return status == "False" and type_ in ("Accepted", "ResolvedRefs") and condition.text("reason") != "Pending"


def _route(seen: Snapshot, route: Object) -> Iterator[Finding]:
    backends = list(_backends(seen, route))
    yield from backends
    for parent in route.each("spec.parentRefs"):
        if parent.text("kind", "Gateway") == "Gateway" and parent.text("group", _GROUP) == _GROUP:
            yield from _attachment(seen, route, parent, told=bool(backends))


def _attachment(seen: Snapshot, route: Object, parent: Fields, *, told: bool) -> Iterator[Finding]:
    wanted = Reference("Gateway", parent.text("namespace", route.namespace), parent.text("name"))
    if _was_read(seen, wanted) and seen.find(GATEWAYS, wanted.namespace, wanted.name) is None:
        yield NOT_ATTACHED.found(
            route,
            f"belongs to {wanted.spoken}, which does not exist",
            evidence=route.quote("spec.parentRefs"),
            next=f"{kubectl.listing('gateways', wanted.namespace)}; correct spec.parentRefs",
            cause=wanted,
        )
        return
    status = next((each for each in route.each("status.parents") if _is_of(each, route, wanted, parent)), Fields(None))
    accepted, resolved = _condition(status, "Accepted"), _condition(status, "ResolvedRefs")
    if accepted.text("status") == "False" or (not accepted and _is_old(seen, route)):
        yield NOT_ATTACHED.found(
            route,
            f"is not taken by {wanted.spoken}: {_said(accepted) or 'no controller has looked at it'}",
            evidence={
                **route.quote("spec.parentRefs", "spec.hostnames"),
                **accepted.quote("status", "reason", "message"),
            },
            next=f"{kubectl.get(wanted, as_yaml=True)}; its listeners must allow routes of {route.namespace} "
            "(allowedRoutes) and these hostnames",
            blames=[wanted],
        )
    elif resolved.text("status") == "False" and not told:
        yield BACKEND_MISSING.found(
            route,
            f"sends to what cannot be reached: {_said(resolved)}",
            evidence=resolved.quote("status", "reason", "message"),
            next=f"{kubectl.describe(route.reference)}; correct the backendRefs"
            + (", or allow them with a ReferenceGrant" if resolved.text("reason") == "RefNotPermitted" else ""),
        )


def _backends(seen: Snapshot, route: Object) -> Iterator[Finding]:
    """Say each backend that leads nowhere once, however many rules use it."""
    problems = dict.fromkeys(
        problem
        for rule in route.each("spec.rules")
        for backend in rule.each("backendRefs")
        if (problem := _backend_problem(seen, route, backend))
    )
    for problem in problems:
        yield BACKEND_MISSING.found(
            route,
            problem,
            evidence={"spec.rules[].backendRefs": problem.removeprefix("sends to ")},
            next=f"{kubectl.listing('services', route.namespace)}; correct the backendRef, or create the Service",
        )


def _backend_problem(seen: Snapshot, route: Object, backend: Fields) -> str:
    """Return why a backend leads nowhere, empty when it does not, or is not one of the Services that were read."""
    namespace, name = backend.text("namespace", route.namespace), backend.text("name")
    is_known = backend.text("kind", "Service") == "Service" and backend.text("group") == ""
    if not is_known or not seen.was_read(SERVICES) or seen.target.namespace not in ("", namespace):
        return ""
    service = seen.find(SERVICES, namespace, name)
    if service is None:
        return f"sends to the Service {name}, which does not exist in {namespace}"
    offered = [port.text("port") for port in service.each("spec.ports")]
    port = backend.text("port")
    if not offered or port in ("", *offered):
        return ""
    return f"sends to port {port} of the Service {name}, which offers {', '.join(offered)}"


def _was_read(seen: Snapshot, wanted: Reference) -> bool:
    return seen.was_read(GATEWAYS) and seen.target.namespace in ("", wanted.namespace)


def _is_of(status: Fields, route: Object, wanted: Reference, parent: Fields) -> bool:
    """Say whether a status tells of a parent: by its name, and by the listener where one is named."""
    told = status.at("parentRef")
    return (
        told.text("name") == wanted.name
        and told.text("namespace", route.namespace) == wanted.namespace
        and told.text("sectionName") == parent.text("sectionName")
    )


def _problem(seen: Snapshot, thing: Object, type_: str) -> str:
    """Return what keeps a condition from being True, empty when it is, or may still become so."""
    condition = thing.condition(type_)
    if condition.text("status") == "True":
        return ""
    waiting = condition.text("status", "Unknown") == "Unknown" or condition.text("reason") in _ON_THE_WAY
    if waiting and not _is_old(seen, thing):
        return ""
    return _said(condition) or "no controller has looked at it"


def _is_old(seen: Snapshot, thing: Object) -> bool:
    return seen.since(thing.created) > _TIME_TO_SETTLE


def _condition(status: Fields, type_: str) -> Fields:
    return next((each for each in status.each("conditions") if each.text("type") == type_), Fields(None))


def _said(condition: Fields) -> str:
    if not condition:
        return ""
    return f"{condition.text('reason')}: {excerpts.first(condition.text('message'))}"
