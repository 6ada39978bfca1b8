"""Network policies that keep pods from the cluster's DNS, or from everything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics import (
    clusterdns,
    components,
    containers,
    egress,
    excerpts,
    isolation,
    needs,
    outage,
    owners,
    podstate,
    selectors,
)
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import NAMESPACES, NETWORK_POLICIES, PODS, SERVICES
from diagnostics.snapshot import Snapshot

NO_EGRESS = Code(
    "network-policies.no-egress",
    Severity.WARNING,
    "Policies let pods reach nothing at all, DNS included",
    ("popeye 1203",),
)
NO_DNS = Code("network-policies.no-dns", Severity.WARNING, "Policies let pods out, and not to the cluster's DNS")
NO_INGRESS = Code(
    "network-policies.no-ingress",
    Severity.WARNING,
    "Policies let nothing reach the pods of a Service on the port that it sends to",
    ("popeye 1203",),
)
CUTS_OFF = Code(
    "network-policies.cuts-off",
    Severity.CRITICAL,
    "A pod that is not ready gets no answer from an address that its policies do not let it send to",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE
_DNS_PORT = 53
_NODE_LOCAL = "169.254.20.10"
_NAME_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class _Dns:
    """The DNS servers as policies see them: their namespace's labels, their pods, the addresses that pods ask."""

    namespace: Mapping[str, str]
    pods: Sequence[Object]
    addresses: Sequence[str]

    @property
    def pod_labels(self) -> Sequence[Mapping[str, str]]:
        """Labels of the servers; those that they always have when none is running."""
        return [pod.labels for pod in self.pods] or [clusterdns.LABELS]

    @property
    def ports(self) -> set[int]:
        """The ports that they listen on for DNS over UDP: a policy sees the pod's port, not the Service's."""
        declared = {port.number("containerPort") for port in self._declared() if port.text("protocol", "TCP") == "UDP"}
        return declared or {_DNS_PORT}

    def port_names(self) -> set[str]:
        """Return the names of those ports."""
        return {port.text("name") for port in self._declared() if port.text("protocol", "TCP") == "UDP"} - {""}

    def _declared(self) -> Iterator[Fields]:
        for pod in self.pods:
            for container in pod.each("spec.containers"):
                yield from container.each("ports")


@check(
    "network-policies",
    subject=NETWORK_POLICIES,
    needs=(NETWORK_POLICIES, PODS),
    helps=(NAMESPACES, SERVICES, needs.in_namespace(_SYSTEM, PODS), needs.in_namespace(_SYSTEM, SERVICES)),
    codes=CODES,
)
def network_policies(seen: Snapshot) -> Iterable[Finding]:
    """Policies by which pods that run cannot resolve names, send nothing where they should, or serve nobody.

    What counts is all policies of a pod together: one that denies everything is in order where another lets DNS out.
    Whether the network plugin enforces policies at all cannot be seen from here.
    """
    servers = _dns(seen)
    for isolating, pods in _restricted(seen):
        if not any(_lets_dns_out(policy, servers) for policy in isolating):
            yield from _found(seen, isolating, pods, servers)
        else:
            yield from _cut_off(seen, isolating, pods)
    yield from _closed(seen)


def _closed(seen: Snapshot) -> Iterator[Finding]:
    """Go through the Services whose pods nothing may reach, each told by the policy that lets in least.

    Whom a rule lets in is not asked: clients come and go, and some run only at night.
    """
    for service in seen.all(SERVICES):
        wanted = service.mapping("spec.selector")
        chosen = seen.pods_labelled(service.namespace, wanted) if wanted else []
        isolating = isolation.of_ingress(seen, chosen[0]) if chosen else ()
        rules = [rule for policy in isolating for rule in policy.each("spec.ingress")]
        if isolating and not any(_covers_target(rule, service, chosen[0]) for rule in rules):
            yield from _keeps_out(seen, isolating, service, chosen)


def _covers_target(rule: Fields, service: Object, pod: Object) -> bool:
    """Say whether a rule is for any port of a pod that a Service sends to; it may name the port or a range."""
    targets = [port.text("targetPort") or port.text("port") for port in service.each("spec.ports")]
    declared = {
        port.text("name"): port.text("containerPort")
        for container in pod.each("spec.containers")
        for port in container.each("ports")
    }
    reached = {declared.get(target, target) for target in targets}
    return not rule.each("ports") or any(
        _is_within(port, declared.get(port.text("port"), port.text("port")), reached) for port in rule.each("ports")
    )


def _is_within(port: Fields, first: str, reached: set[str]) -> bool:
    if not first.isdigit():
        return not port.has("port")
    last = port.number("endPort", int(first))
    return any(target.isdigit() and int(first) <= int(target) <= last for target in reached)


def _keeps_out(
    seen: Snapshot, isolating: Sequence[Object], service: Object, chosen: Sequence[Object]
) -> Iterator[Finding]:
    strictest = min(isolating, key=lambda policy: (len(policy.each("spec.ingress")), policy.name))
    told = next((policy for policy in isolating if seen.target.name == policy.name), strictest)
    if not seen.target.covers(told):
        return
    ports = ", ".join(port.text("targetPort") or port.text("port") for port in service.each("spec.ports"))
    nothing = not any(policy.each("spec.ingress") for policy in isolating)
    others = [policy.name for policy in isolating if policy is not told]
    yield NO_INGRESS.found(
        told,
        f"lets {'no ingress at all' if nothing else f'no ingress on port {ports}'} reach the {len(chosen)} pods of "
        f"{service.reference.spoken}: whoever asks it gets no answer"
        + (f", and {', '.join(others)} does not allow it either" if others else ""),
        evidence={
            "spec.podSelector": selectors.describe(told.at("spec.podSelector")),
            **told.quote("spec.policyTypes"),
            "spec.ingress": told.quote("spec.ingress").get("spec.ingress", "none"),
            f"{service.reference.spoken} spec.ports": ports,
            "pods": ", ".join(pod.name for pod in chosen[:3]),
        },
        next=f"kubectl describe networkpolicies -n {told.namespace}; add a policy that lets its clients in: ingress "
        f"from their namespaceSelector and podSelector, port {ports}",
    )


def _restricted(seen: Snapshot) -> Iterator[tuple[Sequence[Object], list[Object]]]:
    """Go through the sets of policies that restrict what pods send, each with the pods that it restricts."""
    together: dict[tuple[str, ...], tuple[Sequence[Object], list[Object]]] = {}
    for pod in seen.all(PODS):
        if isolating := isolation.of_egress(seen, pod):
            key = (pod.namespace, *(policy.name for policy in isolating))
            together.setdefault(key, (isolating, []))[1].append(pod)
    yield from together.values()


def _dns(seen: Snapshot) -> _Dns:
    system = seen.find(NAMESPACES, "", _SYSTEM)
    pods = [pod for pod in seen.all(PODS, _SYSTEM) if selectors.is_part_of(clusterdns.LABELS, pod.labels)]
    services = [each for each in seen.all(SERVICES, _SYSTEM) if selectors.is_part_of(clusterdns.LABELS, each.labels)]
    addresses = [pod.text("status.podIP") for pod in pods] + [each.text("spec.clusterIP") for each in services]
    labels = system.labels if system else {}
    return _Dns({_NAME_LABEL: _SYSTEM, **labels}, pods, [each for each in (*addresses, _NODE_LOCAL) if each])


def _lets_dns_out(policy: Object, servers: _Dns) -> bool:
    return any(_covers_port(rule, servers) and _covers_servers(policy, rule, servers) for rule in _rules(policy))


def _rules(policy: Object) -> list[Fields]:
    """Return the egress rules; an empty rule, which lets everything out, is one too."""
    return policy.each("spec.egress")


def _covers_port(rule: Fields, servers: _Dns) -> bool:
    ports = rule.each("ports")
    return not ports or any(_is_dns_port(port, servers) for port in ports)


def _is_dns_port(port: Fields, servers: _Dns) -> bool:
    if port.text("protocol", "TCP") != "UDP":
        return False
    if not port.has("port"):
        return True
    written = port.text("port")
    if not written.isdigit():
        return written in servers.port_names()
    first, last = int(written), port.number("endPort", int(written))
    return any(first <= listening <= last for listening in {*servers.ports, _DNS_PORT})


def _covers_servers(policy: Object, rule: Fields, servers: _Dns) -> bool:
    peers = rule.each("to")
    return not peers or any(_is_dns_peer(policy, peer, servers) for peer in peers)


def _is_dns_peer(policy: Object, peer: Fields, servers: _Dns) -> bool:
    if peer.has("ipBlock"):
        return any(egress.is_in(address, peer.at("ipBlock")) for address in servers.addresses)
    if peer.has("namespaceSelector"):
        if not selectors.chooses(peer.at("namespaceSelector"), servers.namespace):
            return False
    elif policy.namespace != _SYSTEM:
        return False
    return not peer.has("podSelector") or any(
        selectors.chooses(peer.at("podSelector"), labels) for labels in servers.pod_labels
    )


def _cut_off(seen: Snapshot, isolating: Sequence[Object], pods: Sequence[Object]) -> Iterator[Finding]:
    """Ask the log of one pod that is not ready whom it gets no answer from; the others of a workload say the same."""
    unwell = podstate.unready(pods)[:1]
    asked = next(
        (
            asked
            for pod in unwell
            for container in containers.of(pod)
            if not container.is_ready and (container.ended or container.status.has("state.running"))
            for asked in egress.silent(outage.tail(seen, pod, container).lines)
            if not egress.is_let_out(seen, isolating, asked)
        ),
        None,
    )
    told = min(isolating, key=lambda policy: (len(_rules(policy)), policy.name))
    if asked is None or not seen.target.covers(told):
        return
    yield CUTS_OFF.found(
        told,
        f"does not let {owners.workload_of(unwell[0]).spoken} send to {asked.host}:{asked.port}, from where it gets no "
        "answer",
        evidence={
            "spec.podSelector": selectors.describe(told.at("spec.podSelector")),
            **told.quote("spec.policyTypes", "spec.egress"),
            "policies of the pod": ", ".join(policy.name for policy in isolating),
            f"log of Pod {unwell[0].namespace}/{unwell[0].name}": excerpts.first(asked.line),
        },
        next=f"kubectl describe networkpolicies -n {told.namespace}; let {asked.host} out on TCP port {asked.port} "
        "(egress to an ipBlock, or to selectors where it is in the cluster), if the pod may talk to it",
    )


def _found(seen: Snapshot, isolating: Sequence[Object], pods: Sequence[Object], servers: _Dns) -> Iterator[Finding]:
    """Say it on the policy that is named in the question, or else on the one that lets out least."""
    strictest = min(isolating, key=lambda policy: (len(_rules(policy)), policy.name))
    told = next((policy for policy in isolating if seen.target.name == policy.name), strictest)
    if not seen.target.covers(told):
        return
    nothing = not any(_rules(policy) for policy in isolating)
    others = [policy.name for policy in isolating if policy is not told]
    many = f"{len(pods)} pods" if len(pods) > 1 else "1 pod"
    names = ", ".join(pod.name for pod in pods[:3]) + (f" and {len(pods) - 3} more" if len(pods) > 3 else "")
    unwell = podstate.unready(pods)
    yield (NO_EGRESS if nothing else NO_DNS).found(
        told,
        (
            f"allows no egress at all from {many} ({names}): no name resolves there (DNS), and nothing is reached"
            if nothing
            else f"restricts the egress of {many} ({names}) and DNS is not among what is allowed: "
            "they can resolve no name"
        )
        + (f", and {', '.join(others)} does not allow it either" if others else ""),
        evidence={
            "spec.podSelector": selectors.describe(told.at("spec.podSelector")),
            **told.quote("spec.policyTypes"),
            "spec.egress": told.quote("spec.egress").get("spec.egress", "none"),
            "pods": names,
            "pods that are not ready": str(len(unwell)),
            "DNS asked at": ", ".join(servers.addresses),
        },
        next=_remedy(told),
        severity=Severity.CRITICAL if unwell else None,
    )


def _remedy(policy: Object) -> str:
    return (
        f"kubectl describe networkpolicies -n {policy.namespace}; add a policy in {policy.namespace} that lets DNS "
        "out (and what else the pods need): egress to "
        f"namespaceSelector {{{_NAME_LABEL}: {_SYSTEM}}}, podSelector {{k8s-app: kube-dns}}, ports 53 UDP and 53 TCP"
    )
