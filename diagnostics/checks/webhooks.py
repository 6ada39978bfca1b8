"""Admission webhooks that nobody answers: what they fail closed on cannot be made any more."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from diagnostics import excerpts, kubectl, needs, refusals, remedies, selectors
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.refusals import Refusal
from diagnostics.registry import check
from diagnostics.resources import ENDPOINT_SLICES, MUTATING_WEBHOOKS, NAMESPACES, SERVICES, VALIDATING_WEBHOOKS
from diagnostics.snapshot import Snapshot

NO_ENDPOINTS = Code(
    "webhooks.no-endpoints",
    Severity.CRITICAL,
    "Nothing answers behind the Service of an admission webhook",
    ("k8sgpt ValidatingWebhook", "k8sgpt MutatingWebhook"),
)
SERVICE_MISSING = Code(
    "webhooks.service-missing",
    Severity.CRITICAL,
    "The Service of an admission webhook, or its port, does not exist",
    ("k8sgpt ValidatingWebhook", "k8sgpt MutatingWebhook"),
)

CALL_FAILS = Code(
    "webhooks.call-fails",
    Severity.CRITICAL,
    "An admission webhook has endpoints, and calling it fails: its certificate, its time, the network between",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_CALL_FAILED = re.compile(r'failed calling webhook "(?P<webhook>[^"]+)"')
_OTHERWISE = "see its pods and their log"

_DEFAULT_PORT = "443"
_OF_THE_CLUSTER = ("*", "namespaces", "nodes", "persistentvolumes", "clusterroles", "customresourcedefinitions")
"""Resources, by the first part of their name, that a namespaceSelector does not keep from a webhook, or may not."""

_CLOSED = "Fail"


@dataclass(frozen=True)
class _Hook:
    """One webhook of a configuration that calls a Service of the cluster."""

    configuration: Object
    webhook: Fields

    @property
    def service(self) -> Reference:
        """Whom it calls."""
        asked = self.webhook.at("clientConfig.service")
        return Reference("Service", asked.text("namespace"), asked.text("name"))

    @property
    def port(self) -> str:
        """The port of the Service that it calls."""
        return self.webhook.text("clientConfig.service.port", _DEFAULT_PORT)

    @property
    def policy(self) -> str:
        """What happens when nobody answers: `Fail` unless it says otherwise."""
        return self.webhook.text("failurePolicy", _CLOSED)

    @property
    def effect(self) -> str:
        """What happens to what it is asked about."""
        if self.policy == _CLOSED:
            return f"fails closed (failurePolicy Fail), so that {self.scope} is refused"
        return f"fails open (failurePolicy {self.policy}), so that {self.scope} passes unchecked"

    @property
    def scope(self) -> str:
        """What it is asked about: operations, resources, and in which namespaces."""
        rules = self.webhook.each("rules")
        operations = sorted({word for rule in rules for word in rule.texts("operations")}) or ["nothing"]
        resources = sorted({word for rule in rules for word in rule.texts("resources")})
        where = selectors.describe(self.webhook.at("namespaceSelector"))
        return f"{'/'.join(operations)} of {', '.join(resources)}" + (
            f" in namespaces with {where}" if where != "everything" else ""
        )


@check(
    "webhooks",
    subject=(VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS),
    needs=(
        needs.named(VALIDATING_WEBHOOKS),
        needs.named(MUTATING_WEBHOOKS),
        needs.everywhere(SERVICES),
        needs.everywhere(ENDPOINT_SLICES),
    ),
    helps=(NAMESPACES, replace(needs.WARNINGS, everywhere=True)),
    codes=CODES,
)
def webhooks(seen: Snapshot) -> Iterable[Finding]:
    """Webhook configurations whose Service has no ready endpoint or does not exist, and what they refuse meanwhile.

    One that fails open is a note. A webhook outside of the cluster (clientConfig.url) is only known by the calls that
    failed, as the events of those whose pods it kept from being made tell them.
    """
    calls = _failed_calls(seen)
    for resource in (VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS):
        for configuration in seen.within(resource):
            silent = list(_configuration(seen, configuration))
            yield from silent or _failing(configuration, calls)


def _failed_calls(seen: Snapshot) -> dict[str, Refusal]:
    """Return the latest refusal by each webhook that could not be called, by the webhook's name."""
    told = ((_CALL_FAILED.search(refusal.message), refusal) for refusal in refusals.current(seen))
    return {found["webhook"]: refusal for found, refusal in told if found}


def _failing(configuration: Object, calls: Mapping[str, Refusal]) -> Iterator[Finding]:
    for webhook in configuration.each("webhooks"):
        refusal = calls.get(webhook.text("name"))
        if refusal is None:
            continue
        said = refusal.message.rpartition("failed to call webhook: ")[2]
        yield CALL_FAILS.found(
            configuration,
            f"{webhook.text('name')} cannot be called, so that {refusal.workload.spoken} gets no pods: "
            f"{excerpts.first(said)}",
            evidence={
                f"{refusal.workload.kind} {refusal.workload.name} FailedCreate": refusal.message,
                **webhook.quote("failurePolicy", "timeoutSeconds", "clientConfig.service.name", "clientConfig.url"),
            },
            next=f"{kubectl.describe(configuration.reference)}; {remedies.of(said, remedies.OF_CALLS, _OTHERWISE)}",
        )


def _configuration(seen: Snapshot, configuration: Object) -> Iterator[Finding]:
    """Judge the webhooks of a configuration; those that call the same Service are told by the strictest of them."""
    hooks: dict[tuple[Reference, str], _Hook] = {}
    for webhook in configuration.each("webhooks"):
        hook = _Hook(configuration, webhook)
        if not webhook.has("clientConfig.service.name") or not _is_ever_called(seen, webhook):
            continue
        known = hooks.setdefault((hook.service, hook.port), hook)
        if known.policy != _CLOSED and hook.policy == _CLOSED:
            hooks[hook.service, hook.port] = hook
    for hook in hooks.values():
        yield from _hook(seen, hook)


def _is_ever_called(seen: Snapshot, webhook: Fields) -> bool:
    """Say whether anything that exists can reach a webhook: it has rules, and namespaces that its selector chooses."""
    resources = {word.partition("/")[0] for rule in webhook.each("rules") for word in rule.texts("resources")}
    if not resources or not seen.was_read(NAMESPACES) or resources & set(_OF_THE_CLUSTER):
        return bool(resources)
    selector = webhook.at("namespaceSelector")
    return any(selectors.chooses(selector, namespace.labels) for namespace in seen.all(NAMESPACES))


def _hook(seen: Snapshot, hook: _Hook) -> Iterator[Finding]:
    service = seen.find(SERVICES, hook.service.namespace, hook.service.name)
    if service is None:
        yield _found(SERVICE_MISSING, hook, f"{hook.service.spoken} does not exist (not found)")
        return
    if service.text("spec.type") == "ExternalName":
        return
    offered = [port.text("port") for port in service.each("spec.ports")]
    if offered and hook.port not in offered:
        yield _found(SERVICE_MISSING, hook, f"{hook.service.spoken} has no port {hook.port}, only {', '.join(offered)}")
    elif not _is_answered(seen, service):
        yield _found(
            NO_ENDPOINTS, hook, f"{hook.service.spoken} has no endpoints that are ready (no endpoints available)"
        )


def _is_answered(seen: Snapshot, service: Object) -> bool:
    """Say whether any endpoint is ready; one that does not say is."""
    return any(
        endpoint.flag("conditions.ready", True)
        for each in seen.all(ENDPOINT_SLICES, service.namespace)
        if each.labels.get("kubernetes.io/service-name") == service.name
        for endpoint in each.each("endpoints")
    )


def _found(code: Code, hook: _Hook, problem: str) -> Finding:
    kind, name = hook.configuration.resource.plural, hook.configuration.name
    return code.found(
        hook.configuration,
        f"{hook.webhook.text('name')} {hook.effect}: {problem}",
        evidence={
            **hook.webhook.quote(
                "clientConfig.service.namespace",
                "clientConfig.service.name",
                "clientConfig.service.port",
                "failurePolicy",
                "namespaceSelector",
                "rules",
            ),
            "EndpointSlice endpoints": "none ready" if code is NO_ENDPOINTS else "not looked for",
        },
        next=f"kubectl get service,deployments,pods -n {hook.service.namespace}; bring back what serves "
        f"{hook.service.spoken}; only where that needs the webhook gone first, keep a copy of it "
        f"(kubectl get {kind} {name} -o yaml), delete it and apply the copy again",
        severity=None if hook.policy == _CLOSED else Severity.NOTE,
        cause=hook.service if hook.policy == _CLOSED else None,
    )
