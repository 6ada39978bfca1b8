"""Ingresses that nobody serves: their class, their address, and the Service and port behind them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from diagnostics import components, deletion, excerpts, ingresses, kubectl, needs
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import INGRESS_CLASSES, INGRESSES, SERVICES
from diagnostics.snapshot import Snapshot

CLASS_UNKNOWN = Code(
    "ingress.class-unknown",
    Severity.CRITICAL,
    "An Ingress names a class that does not exist, so no controller takes it",
    ("k8sgpt Ingress",),
)
NO_CLASS = Code(
    "ingress.no-class",
    Severity.CRITICAL,
    "An Ingress names no class and no class is the default",
    ("k8sgpt Ingress",),
)
NO_ADDRESS = Code(
    "ingress.no-address", Severity.CRITICAL, "The controller has given an Ingress no address", ("popeye 1400",)
)
RECONCILE_FAILS = Code(
    "ingress.reconcile-fails", Severity.WARNING, "An Ingress has an address, and its latest change was not applied"
)
BACKEND_MISSING = Code(
    "ingress.backend-missing",
    Severity.CRITICAL,
    "An Ingress sends to a Service, or to a port of one, that does not exist",
    ("k8sgpt Ingress", "popeye 1401", "popeye 1402", "popeye 1404"),
)
STUCK_TERMINATING = Code(
    "ingress.stuck-terminating", Severity.WARNING, "An Ingress was deleted, and its controller does not let it go"
)
SEVERAL_DEFAULTS = Code(
    "ingress.several-defaults",
    Severity.NOTE,
    "More than one IngressClass is the default, so that no Ingress can be made without naming one",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_WITHOUT_OBJECT = frozenset({"gce", "gce-internal"})
"""Classes that need no IngressClass: the provider's own controller knows them."""

_ALB_ACTIONS = "alb.ingress.kubernetes.io/actions."
_BY_ANNOTATION = "use-annotation"
"""A backend port of the load balancer controller that stands for an action and no port."""

_TIME_FOR_AN_ADDRESS = timedelta(minutes=2)
_ALB = components.LOAD_BALANCER_CONTROLLER
_LOG_OF_ALB = f"kubectl logs deploy/{_ALB.name} -n {_ALB.namespace} --tail=50"


@check(
    "ingress",
    subject=INGRESSES,
    needs=(needs.named(INGRESSES), INGRESS_CLASSES, SERVICES),
    helps=(needs.about(INGRESSES),),
    codes=CODES,
)
def ingress(seen: Snapshot) -> Iterable[Finding]:
    """Ingresses whose class nobody serves, that have no address and why, or that lead to a Service or port not there.

    TLS Secrets are not looked at: Secrets are never read.
    """
    for each in seen.within(INGRESSES):
        if each.is_going:
            yield from _going(seen, each)
            continue
        unserved = _class(seen, each)
        if unserved:
            yield unserved
        else:
            yield from _address(seen, each)
        yield from _backends(seen, each)
    if not seen.target.name:
        yield from _defaults(seen)


def _going(seen: Snapshot, ingress_: Object) -> Iterator[Finding]:
    held = deletion.held(seen, ingress_)
    if held:
        alb = ingresses.is_alb(seen, ingress_)
        yield STUCK_TERMINATING.found(
            ingress_, held.words, evidence=held.evidence, next=held.next, blames=[_ALB] if alb else []
        )


def _defaults(seen: Snapshot) -> Iterator[Finding]:
    defaults = [each for each in seen.all(INGRESS_CLASSES) if each.annotations.get(_DEFAULT) == "true"]
    if len(defaults) > 1:
        names = ", ".join(sorted(each.name for each in defaults))
        yield SEVERAL_DEFAULTS.found(
            defaults[0],
            f"is one of {len(defaults)} default classes ({names}): an Ingress that names no class is refused",
            evidence={f"IngressClass {each.name}": each.text("spec.controller") for each in defaults},
            next=f"kubectl annotate --overwrite ingressclass <other> {_DEFAULT}=false",
        )


def _class(seen: Snapshot, ingress_: Object) -> Finding | None:
    """Return what is wrong with the class; an Ingress that has an address is served, whatever its class is."""
    wanted = ingresses.class_of(ingress_)
    if ingresses.has_address(ingress_) or wanted in _WITHOUT_OBJECT or seen.find(INGRESS_CLASSES, "", wanted):
        return None
    classes = seen.all(INGRESS_CLASSES)
    if not wanted and any(each.annotations.get(_DEFAULT) == "true" for each in classes):
        return None
    existing = ", ".join(f"{each.name} ({each.text('spec.controller')})" for each in classes) or "none"
    evidence = {
        **ingress_.quote("spec.ingressClassName"),
        **{
            f"metadata.annotations[{ingresses.CLASS_ANNOTATION}]": text
            for key, text in ingress_.annotations.items()
            if key == ingresses.CLASS_ANNOTATION
        },
        "IngressClasses": existing,
        "status.loadBalancer.ingress": "empty",
    }
    if not wanted:
        return NO_CLASS.found(
            ingress_,
            f"has no address: it names no class, and none is the default (there is {existing})",
            evidence=evidence,
            next=_set_class(ingress_),
        )
    by = "" if ingress_.has("spec.ingressClassName") else f" in the annotation {ingresses.CLASS_ANNOTATION}"
    return CLASS_UNKNOWN.found(
        ingress_,
        f"has no address: it asks for the class {wanted}{by}, which does not exist (there is {existing})",
        evidence=evidence,
        next=f"{_set_class(ingress_)}; or install the controller that brings the class {wanted}",
    )


def _set_class(ingress_: Object) -> str:
    patch = json.dumps(
        {"metadata": {"annotations": {ingresses.CLASS_ANNOTATION: None}}, "spec": {"ingressClassName": "<class>"}}
    )
    return f"kubectl -n {ingress_.namespace} patch ingress {ingress_.name} --type=merge -p '{patch}'"


def _address(seen: Snapshot, ingress_: Object) -> Iterator[Finding]:
    events = seen.events_of(ingress_)
    said = {f"event {event.text('reason')}": excerpts.first(event.text("message"), 800) for event in events[:2]}
    reason = f": {next(iter(said)).removeprefix('event ')}: {excerpts.first(next(iter(said.values())))}" if said else ""
    if ingresses.has_address(ingress_):
        if any(seen.is_still_failing(event) for event in events):
            yield RECONCILE_FAILS.found(
                ingress_,
                f"has an address, and its controller says{reason}",
                evidence=said,
                next=_remedy(ingress_, " ".join(said.values())),
            )
        return
    if not said and seen.since(ingress_.created) < _TIME_FOR_AN_ADDRESS:
        return
    yield _without_address(seen, ingress_, said, reason)


def _without_address(seen: Snapshot, ingress_: Object, said: Mapping[str, str], reason: str) -> Finding:
    alb = ingresses.is_alb(seen, ingress_)
    return NO_ADDRESS.found(
        ingress_,
        f"has had no address for {seen.age(ingress_.created)}{reason or ', and its controller says nothing about it'}",
        evidence={
            **ingress_.quote("spec.ingressClassName"),
            **{
                f"metadata.annotations[{key}]": text
                for key, text in sorted(ingress_.annotations.items())
                if key.startswith("alb.ingress.kubernetes.io/") and not key.startswith(_ALB_ACTIONS)
            },
            "status.loadBalancer.ingress": "empty",
            **said,
        },
        next=_remedy(ingress_, " ".join(said.values())),
        severity=None if said or alb else Severity.WARNING,
        blames=[_ALB] if alb else [],
    )


def _remedy(ingress_: Object, said: str) -> str:
    """Return what to do about the controller's own words; without any, where to look for them."""
    if "subnet" in said:
        internal = ingress_.annotations.get("alb.ingress.kubernetes.io/scheme", "internal") == "internal"
        tag = "kubernetes.io/role/internal-elb" if internal else "kubernetes.io/role/elb"
        return (
            f"aws ec2 describe-subnets --filters Name=tag-key,Values={tag}; tag at least two of different zones "
            f"(aws ec2 create-tags --resources <subnet-ids> --tags Key={tag},Value=1), "
            "or name them in alb.ingress.kubernetes.io/subnets"
        )
    if "AccessDenied" in said or "AssumeRole" in said or "not authorized" in said:
        return f"{_LOG_OF_ALB}; let the controller's IAM role do what the message names"
    if "timeout" in said or "timed out" in said:
        return f"{_LOG_OF_ALB}; the controller does not reach an AWS endpoint, which its log names"
    if "certificate" in said:
        return (
            "aws acm list-certificates; request one for the host, "
            "or name its ARN in alb.ingress.kubernetes.io/certificate-arn"
        )
    if said:
        return f"{kubectl.describe(ingress_.reference)}; mend what its message names, the controller tries again"
    return (
        f"{kubectl.describe(ingress_.reference)}, then the log of the controller of its class; "
        "one that publishes no address (host network) is in order"
    )


def _backends(seen: Snapshot, ingress_: Object) -> Iterator[Finding]:
    """Say each backend that leads nowhere once, however many paths use it."""
    problems: dict[str, Fields] = {}
    for backend in _services(ingress_):
        problem = _problem(seen, ingress_, backend)
        if problem:
            problems.setdefault(problem, backend)
    for problem, backend in problems.items():
        yield BACKEND_MISSING.found(
            ingress_,
            problem,
            evidence=backend.quote("name", "port"),
            next=f"kubectl -n {ingress_.namespace} get service; correct the backend, or create the Service",
        )


def _services(ingress_: Object) -> Iterator[Fields]:
    default = ingress_.at("spec.defaultBackend.service")
    if default:
        yield default
    for rule in ingress_.each("spec.rules"):
        for path in rule.each("http.paths"):
            if path.has("backend.service"):
                yield path.at("backend.service")


def _problem(seen: Snapshot, ingress_: Object, backend: Fields) -> str:
    """Return why a backend leads nowhere, empty when it does not or stands for an action of the load balancer."""
    name, port = backend.text("name"), backend.text("port.number") or backend.text("port.name")
    if port == _BY_ANNOTATION or f"{_ALB_ACTIONS}{name}" in ingress_.annotations:
        return ""
    service = seen.find(SERVICES, ingress_.namespace, name)
    if service is None:
        return f"sends to the Service {name}, which does not exist in {ingress_.namespace}"
    ports = service.each("spec.ports")
    if not ports or any(port in (each.text("port"), each.text("name")) for each in ports):
        return ""
    offered = ", ".join(each.text("port") + (f" ({each.text('name')})" if each.has("name") else "") for each in ports)
    return f"sends to port {port} of the Service {name}, which offers {offered}"
