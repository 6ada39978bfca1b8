"""HorizontalPodAutoscalers that cannot scale, are held up, or want more than they may have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from diagnostics import autoscaling, excerpts, kubectl, needs, quantities
from diagnostics.autoscaling import METRICS_APIS, Metric
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import API_SERVICES, HORIZONTAL_POD_AUTOSCALERS
from diagnostics.snapshot import Snapshot

NO_METRICS = Code(
    "hpa.no-metrics",
    Severity.WARNING,
    "An autoscaler cannot read its metrics, so it does not scale",
    ("k8sgpt HPA",),
)
NO_REQUESTS = Code(
    "hpa.no-requests",
    Severity.WARNING,
    "An autoscaler wants a share of a request that containers do not make",
    ("k8sgpt HPA",),
)
NO_TARGET = Code(
    "hpa.no-target",
    Severity.WARNING,
    "What an autoscaler is to scale does not exist or cannot be scaled",
    ("k8sgpt HPA", "popeye 600"),
)
NOT_SCALING = Code(
    "hpa.not-scaling",
    Severity.WARNING,
    "An autoscaler does not work, for a reason of its own",
    ("k8sgpt HPA",),
)
TARGET_SHARED = Code(
    "hpa.target-shared",
    Severity.WARNING,
    "Several autoscalers scale the same workload, and each undoes what the other did",
)
METRIC_UNREAD = Code(
    "hpa.metric-unread",
    Severity.WARNING,
    "One of several metrics of an autoscaler cannot be read, so it does not scale in",
)
HELD_UP = Code(
    "hpa.held-up",
    Severity.WARNING,
    "Memory alone keeps an autoscaler from scaling in while everything else is far under its target",
)
SCALES_IN_NEVER = Code(
    "hpa.scales-in-never",
    Severity.NOTE,
    "An autoscaler whose metrics ask for far fewer pods is told never to scale in",
)
AT_MAXIMUM = Code(
    "hpa.at-maximum",
    Severity.WARNING,
    "An autoscaler stands at its maximum, and its metrics ask for more",
    ("k8sgpt HPA",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_MISSING_REQUEST = re.compile(
    r"missing request for (?P<resource>\S+) in container (?P<container>\S+) of Pod (?P<pod>\S+)"
)
_AMBIGUOUS = "AmbiguousSelector"
_PAUSE = "Backoff"
"""How the reasons begin for which controllers wait between two changes."""


_TIME_TO_MEASURE = timedelta(minutes=2)
"""New pods have no figures yet; the controller says so in the same words as of pods that never will."""

_FAR_UNDER = Decimal("0.5")
"""Of the replicas that there are; what the other metrics ask for at most when memory alone holds them up."""


@check(
    "hpa",
    subject=HORIZONTAL_POD_AUTOSCALERS,
    needs=(HORIZONTAL_POD_AUTOSCALERS,),
    helps=(API_SERVICES, needs.about(HORIZONTAL_POD_AUTOSCALERS)),
    codes=CODES,
)
def hpa(seen: Snapshot) -> Iterable[Finding]:
    """Autoscalers without metrics, requests or target, held up by memory, at their maximum, or two of one target.

    One that stands at its minimum, follows its metrics or was switched off by scaling its target to nought is in order.
    """
    for autoscaler in seen.within(HORIZONTAL_POD_AUTOSCALERS):
        yield from _autoscaler(seen, autoscaler)
        yield from _rivals(seen, autoscaler)


def _autoscaler(seen: Snapshot, autoscaler: Object) -> Iterator[Finding]:
    able, active = autoscaler.condition("AbleToScale"), autoscaler.condition("ScalingActive")
    if able.text("status") == "False" and not able.text("reason").startswith(_PAUSE):
        yield _unable(autoscaler, able)
    elif active.text("status") == "False":
        yield from _inactive(seen, autoscaler, active)
    elif active:
        yield from _working(seen, autoscaler)
    elif seen.since(autoscaler.created) > _TIME_TO_MEASURE:
        yield NOT_SCALING.found(
            autoscaler,
            f"was made {seen.age(autoscaler.created)} ago and no controller has looked at it",
            evidence={"status.conditions": "none"},
            next="kubectl get lease kube-controller-manager -n kube-system -o yaml; is it renewed?",
        )


def _rivals(seen: Snapshot, autoscaler: Object) -> Iterator[Finding]:
    """Autoscalers of the same target, told of the newest of them; newer controllers tell it of each themselves."""
    target = _target(autoscaler)
    rivals = [
        each
        for each in seen.all(HORIZONTAL_POD_AUTOSCALERS, autoscaler.namespace)
        if _target(each) == target and each.name != autoscaler.name and not each.is_going
    ]
    all_of_them = [autoscaler, *rivals]
    newest = max(all_of_them, key=lambda each: (each.text("metadata.creationTimestamp"), each.name))
    is_known = any(each.condition("ScalingActive").text("reason") == _AMBIGUOUS for each in all_of_them)
    if not rivals or is_known or autoscaler.is_going or autoscaler.name not in (newest.name, seen.target.name):
        return
    yield TARGET_SHARED.found(
        autoscaler,
        f"scales {target.spoken}, as does {', '.join(each.name for each in rivals)}: each undoes what the other did",
        evidence={
            **autoscaler.quote("spec.scaleTargetRef", "spec.minReplicas", "spec.maxReplicas"),
            **{f"desiredReplicas of {each.name}": each.text("status.desiredReplicas", "none") for each in all_of_them},
        },
        next=f"kubectl get hpa -n {autoscaler.namespace} {' '.join(each.name for each in all_of_them)}; keep one of "
        "them, with the metrics of all",
        blames=[target],
    )


def _unable(autoscaler: Object, able: Fields) -> Finding:
    """The scale subresource of the target cannot be read or written."""
    target = _target(autoscaler)
    gone = able.text("reason") == "FailedGetScale"
    return (NO_TARGET if gone else NOT_SCALING).found(
        autoscaler,
        f"cannot scale {target.spoken} ({able.text('reason')}): {excerpts.first(able.text('message'))}",
        evidence={**able.quote("reason", "message"), **autoscaler.quote("spec.scaleTargetRef")},
        next=f"{kubectl.get(target)}; correct spec.scaleTargetRef (kind, apiVersion, name), "
        "or delete the autoscaler with what it scaled"
        if gone
        else f"{kubectl.describe(autoscaler.reference)}; the message tells what refuses the change",
        blames=[target],
    )


def _inactive(seen: Snapshot, autoscaler: Object, active: Fields) -> Iterator[Finding]:
    reason, message = active.text("reason"), active.text("message")
    request = _MISSING_REQUEST.search(message)
    if reason == "ScalingDisabled" or _is_starting(seen, autoscaler, active):
        return
    if request:
        yield _without_request(autoscaler, active, request)
    elif reason.startswith("FailedGet"):
        yield _without_metrics(seen, autoscaler, active)
    else:
        yield NOT_SCALING.found(
            autoscaler,
            f"does not scale ({reason}): {excerpts.first(message)}",
            evidence={**active.quote("reason", "message"), **autoscaler.quote("spec.scaleTargetRef", "spec.metrics")},
            next=f"{kubectl.describe(autoscaler.reference)}; correct what the message names: a selector that two "
            "autoscalers share, or the metrics",
            blames=[_target(autoscaler)],
        )


def _is_starting(seen: Snapshot, autoscaler: Object, active: Fields) -> bool:
    since = max(seen.since(autoscaler.created), seen.since(active.time("lastTransitionTime")))
    return "might be unready" in active.text("message") and since < _TIME_TO_MEASURE


def _without_request(autoscaler: Object, active: Fields, request: re.Match[str]) -> Finding:
    resource, container = request["resource"], request["container"]
    target = _target(autoscaler)
    return NO_REQUESTS.found(
        autoscaler,
        f"does not scale ({active.text('reason')}): container {container} of {target.spoken} has no {resource} "
        f"request, of which its utilization is a share",
        evidence={**active.quote("reason", "message"), **_figures(autoscaling.metrics_of(autoscaler))},
        next=f"kubectl set resources {target.kind.lower()}/{target.name} -n {target.namespace} "
        f"-c {container} --requests={resource}=<amount>; sidecars need one too",
    )


def _without_metrics(seen: Snapshot, autoscaler: Object, active: Fields) -> Finding:
    """Tell an API that nothing serves from one that does not answer, and both from a metric that it does not have."""
    reason, message = active.text("reason"), active.text("message")
    api = next((group for group in reversed(list(METRICS_APIS)) if group in message), _api_of(reason))
    service = _api_service(seen, api)
    absent = service is None and seen.was_read(API_SERVICES)
    down = service is not None and service.condition("Available").text("status") != "True"
    if absent:
        said, remedy = f"nothing serves {api}", autoscaling.how_to_serve(api)
    elif down:
        said, remedy = (
            f"{api} does not answer",
            f"{kubectl.describe(METRICS_APIS[api])}; mend the Service that it names",
        )
    else:
        said, remedy = f"{api} has no figure for it", _remedy(autoscaler, api)
    wanted = ", ".join(metric.name for metric in autoscaling.metrics_of(autoscaler)) or "its metrics"
    return NO_METRICS.found(
        autoscaler,
        f"does not scale ({reason}): {said}, so {wanted} cannot be read: {excerpts.first(_innermost(message))}",
        evidence={
            **active.quote("reason", "message", "lastTransitionTime"),
            **({"APIService": f"none of the group {api}"} if absent else {}),
            **(service.condition("Available").quote("status", "reason", "message") if service else {}),
            **autoscaler.quote("spec.scaleTargetRef"),
        },
        next=remedy,
        cause=service.reference if service and down else METRICS_APIS[api] if absent else None,
        blames=[_target(autoscaler)],
    )


def _remedy(autoscaler: Object, api: str) -> str:
    target = _target(autoscaler)
    if api == "metrics.k8s.io":
        return f"kubectl top pods -n {target.namespace} should know its pods; it knows none that is not ready"
    version = METRICS_APIS[api].name.partition(".")[0]
    return f"kubectl get --raw /apis/{api}/{version}; correct the metric's name, its selector or the adapter's rule"


def _innermost(message: str) -> str:
    """Return the end of an error that wraps another, where the cause stands."""
    return message.rsplit("API: ", 1)[-1]


def _working(seen: Snapshot, autoscaler: Object) -> Iterator[Finding]:
    metrics = autoscaling.metrics_of(autoscaler)
    unread = [metric for metric in metrics if not metric.is_known]
    if unread and autoscaler.has("status.currentMetrics"):
        yield _metric_unread(seen, autoscaler, metrics, unread)
    if _is_off(autoscaler) and _ask_for_far_fewer(autoscaler, metrics):
        yield _scales_in_never(autoscaler, metrics)
    elif not _is_off(autoscaler) and _is_held_up(autoscaler, metrics):
        yield _held_up(autoscaler, metrics)
    elif autoscaler.number("status.desiredReplicas") >= autoscaler.number("spec.maxReplicas") > _minimum(autoscaler):
        yield _at_maximum(autoscaler, metrics)


def _metric_unread(seen: Snapshot, autoscaler: Object, metrics: Sequence[Metric], unread: Sequence[Metric]) -> Finding:
    events = [event for event in seen.events_of(autoscaler) if event.text("reason").startswith("FailedGet")]
    said = {f"event {event.text('reason')}": event.text("message") for event in events[:1]}
    names = ", ".join(metric.name for metric in unread)
    return METRIC_UNREAD.found(
        autoscaler,
        f"cannot read {names}, {len(unread)} of its {len(metrics)} metrics, and so does not scale in"
        + (f": {excerpts.first(next(iter(said.values())))}" if said else ""),
        evidence={**_figures(metrics), **said},
        next=f"{kubectl.describe(autoscaler.reference)}; correct or remove that metric, the others alone only let it "
        "scale out",
    )


def _is_off(autoscaler: Object) -> bool:
    """Say whether scaling in is switched off, so that it is not the metrics that hold what there is."""
    return autoscaler.text("spec.behavior.scaleDown.selectPolicy") == "Disabled"


def _ask_for_far_fewer(autoscaler: Object, metrics: Sequence[Metric]) -> bool:
    """Say whether all metrics are known, and none asks for more than a part of the replicas above the minimum."""
    current = autoscaler.number("status.currentReplicas")
    asked = [metric.replicas(current) for metric in metrics]
    known = [replicas for replicas in asked if replicas is not None]
    return (
        current > _minimum(autoscaler)
        and bool(known)
        and len(known) == len(asked)
        and max(known) <= current * _FAR_UNDER
    )


def _scales_in_never(autoscaler: Object, metrics: Sequence[Metric]) -> Finding:
    return SCALES_IN_NEVER.found(
        autoscaler,
        f"stays at {autoscaler.number('status.currentReplicas')} replicas, since scaling in is switched off (scaleDown "
        f"selectPolicy Disabled): {'; '.join(_figure(metric) for metric in metrics)}",
        evidence={**_figures(metrics), **_replicas(autoscaler), **autoscaler.quote("spec.behavior.scaleDown")},
        next=f"kubectl edit hpa {autoscaler.name} -n {autoscaler.namespace}: selectPolicy: Max under "
        "spec.behavior.scaleDown lets it scale in, unless somebody else does",
    )


def _is_held_up(autoscaler: Object, metrics: Sequence[Metric]) -> bool:
    """Say whether memory asks for the replicas that there are, and everything else for far fewer."""
    current = autoscaler.number("status.currentReplicas")
    if current <= _minimum(autoscaler):
        return False
    tolerance = quantities.parse(autoscaler.value("spec.behavior.scaleDown.tolerance"))
    asked = [
        (metric, metric.replicas(current) if tolerance is None else metric.replicas(current, tolerance))
        for metric in metrics
    ]
    memory = [replicas for metric, replicas in asked if metric.is_of_memory and replicas is not None]
    others = [replicas for metric, replicas in asked if not metric.is_of_memory]
    known = [replicas for replicas in others if replicas is not None]
    return (
        bool(memory and others)
        and len(known) == len(others)
        and max(memory) >= current
        and max(known) <= current * _FAR_UNDER
    )


def _held_up(autoscaler: Object, metrics: Sequence[Metric]) -> Finding:
    current = autoscaler.number("status.currentReplicas")
    memory = ", ".join(_figure(metric) for metric in metrics if metric.is_of_memory)
    others = ", ".join(_figure(metric) for metric in metrics if not metric.is_of_memory)
    top = ", its maximum" if current >= autoscaler.number("spec.maxReplicas") else ""
    return HELD_UP.found(
        autoscaler,
        f"memory alone holds it at {current} replicas{top}: {memory}, while {others}",
        evidence={**_figures(metrics), **_replicas(autoscaler)},
        next=f"kubectl edit hpa {autoscaler.name} -n {autoscaler.namespace}: take memory out of spec.metrics and scale "
        "on CPU; a JVM keeps the heap that it once took, "
        "so memory stays where it is when the load has gone",
    )


def _at_maximum(autoscaler: Object, metrics: Sequence[Metric]) -> Finding:
    limited = autoscaler.condition("ScalingLimited")
    more = limited.text("status") == "True" and limited.text("reason") == "TooManyReplicas"
    figures = "; ".join(_figure(metric) for metric in metrics if metric.is_known)
    return AT_MAXIMUM.found(
        autoscaler,
        f"stands at its maximum of {autoscaler.number('spec.maxReplicas')} replicas"
        f"{' and its metrics ask for more' if more else ''}: {figures}",
        evidence={**_figures(metrics), **_replicas(autoscaler), **limited.quote("reason", "message")},
        next=f"kubectl edit hpa {autoscaler.name} -n {autoscaler.namespace}: raise spec.maxReplicas if nodes and what "
        "the pods share (a database's connections) bear it, or see why the load is this high"
        if more
        else f"nothing, unless the load is still rising: {kubectl.describe(autoscaler.reference)}",
        severity=None if more else Severity.NOTE,
        blames=[_target(autoscaler)],
    )


def _figure(metric: Metric) -> str:
    return f"{metric.name} is at {metric.current} of its target of {metric.target}"


def _figures(metrics: Iterable[Metric]) -> dict[str, str]:
    return {
        f"metric {metric.name}": f"{metric.current} of {metric.target}"
        if metric.is_known
        else f"unknown, target {metric.target}"
        for metric in metrics
    }


def _replicas(autoscaler: Object) -> dict[str, str]:
    return autoscaler.quote("spec.minReplicas", "spec.maxReplicas", "status.currentReplicas", "status.desiredReplicas")


def _minimum(autoscaler: Object) -> int:
    return autoscaler.number("spec.minReplicas", 1)


def _target(autoscaler: Object) -> Reference:
    target = autoscaler.at("spec.scaleTargetRef")
    return Reference(target.text("kind"), autoscaler.namespace, target.text("name"))


def _api_of(reason: str) -> str:
    """Return the API that a reason such as `FailedGetExternalMetric` is about."""
    return autoscaling.api_of(Fields({"type": reason.removeprefix("FailedGet").removesuffix("Metric")})) or next(
        iter(METRICS_APIS)
    )


def _api_service(seen: Snapshot, group: str) -> Object | None:
    return next((service for service in seen.all(API_SERVICES) if service.text("spec.group") == group), None)
