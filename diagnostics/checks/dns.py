"""The DNS of the cluster: CoreDNS, the Service before it, its Corefile, and the address that pods ask."""

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics import (
    clusterdns,
    components,
    containers,
    corefile,
    eks,
    excerpts,
    kubectl,
    needs,
    outage,
    owners,
    podstate,
    selectors,
)
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.needs import Need
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import CONFIG_MAPS, ENDPOINT_SLICES, NODES, PODS, SERVICES
from diagnostics.selection import Selection
from diagnostics.snapshot import Snapshot

SERVERS_DOWN = Code(
    "dns.servers-down",
    Severity.CRITICAL,
    "CoreDNS pods are not ready",
    ("k8sgpt Pod", "popeye 203", "popeye 204"),
    tells=outage.TELLS,
)
SERVICE_MISSING = Code("dns.service-missing", Severity.CRITICAL, "CoreDNS runs, and no Service leads to it")
NO_ENDPOINTS = Code(
    "dns.no-endpoints",
    Severity.CRITICAL,
    "Nothing answers behind the DNS Service, so no name resolves in pods",
    ("k8sgpt Service", "popeye 1100", "popeye 1105", "detek service_no_available_target"),
    tells=("service.no-ready-endpoint", "service.selects-nothing"),
)
WRONG_PORT = Code(
    "dns.wrong-port",
    Severity.CRITICAL,
    "The DNS Service does not offer port 53 or sends it elsewhere",
    ("popeye 1106",),
)
COREFILE = Code("dns.corefile", Severity.CRITICAL, "The Corefile cannot answer what pods ask")
UPSTREAM = Code("dns.upstream", Severity.WARNING, "CoreDNS gets no answers from the resolver that it forwards to")
WRONG_ADDRESS = Code(
    "dns.wrong-address", Severity.CRITICAL, "Pods ask a DNS address that is not the cluster's DNS Service"
)
ADDRESS_UNGUESSABLE = Code(
    "dns.address-unguessable",
    Severity.NOTE,
    "The DNS Service has an address that EKS nodes do not guess, and something is unwell",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE
_CHOSEN = selectors.written(clusterdns.LABELS)

_CONFIG_KEY = "Corefile"
_PORT = "53"
_CONFIG_MISSING = 'configmap "coredns" not found'
_COREFILE_REFUSED = re.compile(r"Error during parsing|nknown directive|Corefile:\d+|not a valid")
"""How CoreDNS refuses its configuration, with the line at fault."""

_NOT_ALLOWED = re.compile(r"(?i)\bis forbidden\b|\bunauthorized\b")
_FAILED_FORWARD = re.compile(
    r"plugin/errors: .*(?:i/o timeout|connection refused|no route to host|network is unreachable|server misbehaving)"
)
_FORWARDS_WORTH_SAYING = 5
"""Failed lookups among the last lines of a log: one or two are an ordinary day."""

_ASKED = re.compile(
    r"(?i)(?:lookup \S+ on |->|nameserver:? |server:? |@|/)(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?::|#|, port )53\b"
)
"""The address that a resolver asked, as Go, dig and glibc's tools write it."""

_UNANSWERED = re.compile(r"(?i)i/o timeout|timed? ?out|no servers could be reached|connection refused|no route to host")
_MOST_LOGS = 3
_MOST_LOGS_WHEN_LIKELY = 6


def _asking_pods() -> Need:
    """Want the pods of the question, whose logs show whom they ask; of a named thing nothing beside kube-system's."""

    def none_beside_the_servers(_seen: Snapshot) -> Selection:
        return Selection(_SYSTEM)

    return Need(PODS, narrowing=none_beside_the_servers)


@check(
    "dns",
    subject=SERVICES,
    needs=(
        needs.in_namespace(_SYSTEM, SERVICES),
        needs.in_namespace(_SYSTEM, PODS),
        needs.in_namespace(_SYSTEM, ENDPOINT_SLICES),
    ),
    helps=(needs.in_namespace(_SYSTEM, CONFIG_MAPS), NODES, _asking_pods()),
    codes=CODES,
)
def dns(seen: Snapshot) -> Iterable[Saying]:
    """CoreDNS pods and why they crash, the kube-dns Service and its endpoints, the Corefile, the address pods ask.

    On EKS it compares the Service's address with the one that nodes guess when their bootstrap is not told. A cluster
    whose nodes answer DNS themselves (EKS Auto Mode) is in order without any of it. A sweep reads the log of a server
    only when servers or other pods are unwell.
    """
    service = clusterdns.service(seen)
    servers = _servers(seen, service)
    if service is None:
        if servers:
            yield _service_missing(servers)
        return
    yield from _pods(seen, servers)
    yield from _endpoints(seen, service, servers)
    yield from _ports(service, servers)
    yield from _corefiles(seen, service, servers)
    unwell = [pod for pod in seen.within(PODS) if _may_show_whom_it_asks(pod)]
    yield from _upstream(seen, servers, unwell)
    yield from _address(seen, service, unwell)
    yield _shown(seen, service, servers)


def _servers(seen: Snapshot, service: Object | None) -> list[Object]:
    """Return the DNS servers: what the Service selects, and what is labelled as one though it does not."""
    wanted = service.mapping("spec.selector") if service else {}
    return [
        pod
        for pod in seen.all(PODS, _SYSTEM)
        if not podstate.is_finished(pod)
        and (
            selectors.is_part_of(clusterdns.LABELS, pod.labels) or (wanted and selectors.is_part_of(wanted, pod.labels))
        )
    ]


def _service_missing(servers: Sequence[Object]) -> Finding:
    return SERVICE_MISSING.found(
        Reference("Service", _SYSTEM, "kube-dns"),
        f"does not exist, though {len(servers)} CoreDNS pods do: no pod can ask them",
        evidence={"pods labelled k8s-app=kube-dns": ", ".join(pod.name for pod in servers[:5])},
        next=f"kubectl get service -n {_SYSTEM}; create the Service kube-dns again with the clusterIP that kubelets "
        "give pods (--cluster-dns); kubeadm init phase addon coredns, or the EKS add-on coredns, does it",
    )


def _pods(seen: Snapshot, servers: Sequence[Object]) -> Iterator[Finding]:
    unready = podstate.unready(servers)
    if not unready:
        return
    why = outage.of(seen, unready)
    yield SERVERS_DOWN.found(
        owners.workload_of(unready[0]),
        f"{len(servers) - len(unready)} of {len(servers)} CoreDNS pods are ready: {why.sentence}",
        evidence=why.evidence,
        next=why.remedy or _remedy(why),
        severity=None if len(unready) == len(servers) else Severity.WARNING,
        cause=_configured_by(why),
        blames=why.blames,
    )


def _remedy(why: outage.Outage) -> str:
    said = f"{why.words} {' '.join(why.lines)}"
    if "plugin/loop" in said or "Loop (" in said:
        return (
            "the node's resolv.conf leads back to CoreDNS: let the kubelet use /run/systemd/resolve/resolv.conf "
            "(resolvConf), or forward to a resolver by its address; then "
            f"kubectl -n {_SYSTEM} rollout restart deployment coredns"
        )
    if "OOMKilled" in said:
        return (
            f"kubectl top pods -n {_SYSTEM} -l {_CHOSEN} --containers; raise the memory limit of CoreDNS, or run more "
            "replicas"
        )
    if _CONFIG_MISSING in said:
        return (
            f"kubectl get configmaps -n {_SYSTEM}; create coredns again with its Corefile (kubeadm init phase addon "
            "coredns, or the EKS add-on coredns with --resolve-conflicts OVERWRITE)"
        )
    if _COREFILE_REFUSED.search(said):
        return (
            f"kubectl get configmap coredns -n {_SYSTEM} -o yaml; "
            "correct the Corefile (on EKS the add-on's configuration)"
        )
    if _NOT_ALLOWED.search(said):
        return (
            "kubectl get clusterrole,clusterrolebinding system:coredns -o yaml; CoreDNS may not list what it answers "
            "from: bind the role to its ServiceAccount again, with services, endpointslices, pods and namespaces"
        )
    return f"kubectl describe pods -n {_SYSTEM} -l {_CHOSEN}; kubectl logs -n {_SYSTEM} -l {_CHOSEN} --tail=50"


def _configured_by(why: outage.Outage) -> Reference | None:
    """Return the ConfigMap when it is to blame that the servers do not start, None when something else may be."""
    said = f"{why.words} {' '.join(why.lines)}"
    is_to_blame = _CONFIG_MISSING in said or _COREFILE_REFUSED.search(said)
    return Reference("ConfigMap", _SYSTEM, "coredns") if is_to_blame else None


def _endpoints(seen: Snapshot, service: Object, servers: Sequence[Object]) -> Iterator[Finding]:
    endpoints = [
        endpoint
        for each in seen.all(ENDPOINT_SLICES, _SYSTEM)
        if each.labels.get("kubernetes.io/service-name") == service.name
        for endpoint in each.each("endpoints")
    ]
    if any(endpoint.flag("conditions.ready", True) for endpoint in endpoints):
        return
    wanted = service.mapping("spec.selector")
    chosen = [pod for pod in servers if wanted and selectors.is_part_of(wanted, pod.labels)]
    written = selectors.written(wanted) or "none"
    evidence = {
        "spec.selector": written,
        "spec.clusterIP": service.text("spec.clusterIP"),
        "EndpointSlice endpoints": f"0 ready of {len(endpoints)}",
    }
    if chosen:
        yield _none_ready(seen, service, chosen, evidence)
    else:
        yield _none_chosen(service, servers, evidence, written)
    if not servers:
        yield _no_servers()


def _no_servers() -> Finding:
    return SERVERS_DOWN.found(
        Reference("Deployment", _SYSTEM, "coredns"),
        "has no pods at all: it is scaled to nought (replicas 0), cannot make them, or is gone",
        evidence={"pods labelled k8s-app=kube-dns": "none"},
        next=f"kubectl get deployment coredns -n {_SYSTEM}; "
        f"kubectl scale deployment coredns -n {_SYSTEM} --replicas=2 where it is scaled to nought",
    )


def _none_ready(seen: Snapshot, service: Object, chosen: Sequence[Object], evidence: Mapping[str, str]) -> Finding:
    reasons = {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in chosen if not podstate.is_ready(pod)}
    return NO_ENDPOINTS.found(
        service,
        "has no ready endpoints, so no name resolves in pods: "
        + next(iter(reasons.values()), "its pods are ready, and the EndpointSlices do not say so yet"),
        evidence={**evidence, **reasons},
        next=f"{kubectl.listing('pods', _SYSTEM, _CHOSEN)}; mend the CoreDNS pods",
        blames=podstate.explained_by(*chosen),
    )


def _none_chosen(service: Object, servers: Sequence[Object], evidence: Mapping[str, str], written: str) -> Finding:
    keys = {*service.mapping("spec.selector"), *clusterdns.LABELS}
    labels = (
        selectors.written({key: servers[0].labels[key] for key in keys if key in servers[0].labels}) if servers else ""
    )
    right = json.dumps({"spec": {"selector": clusterdns.LABELS}})
    return NO_ENDPOINTS.found(
        service,
        f"has no endpoints, so no name resolves in pods: its selector {written} matches no pod"
        + (f"; the CoreDNS pods are labelled {labels}" if servers else ", and there are no CoreDNS pods"),
        evidence={**evidence, **({"CoreDNS pods metadata.labels": labels} if servers else {})},
        next=f"kubectl -n {_SYSTEM} patch service {service.name} -p '{right}'"
        if servers
        else f"kubectl get deployment coredns -n {_SYSTEM}; is it scaled to nought or gone?",
        blames=[Reference("Deployment", _SYSTEM, "coredns")],
    )


def _ports(service: Object, servers: Sequence[Object]) -> Iterator[Finding]:
    """Both protocols are needed: answers that do not fit into a datagram come again over TCP."""
    offered = {port.text("protocol", "TCP"): port for port in service.each("spec.ports") if port.text("port") == _PORT}
    for protocol in ("UDP", "TCP"):
        port = offered.get(protocol)
        if port is None:
            yield WRONG_PORT.found(
                service,
                f"does not offer port 53 over {protocol}",
                evidence={"spec.ports": ", ".join(_written(each) for each in service.each("spec.ports")) or "none"},
                next=f"kubectl -n {_SYSTEM} edit service {service.name}: add port 53 over {protocol}, targetPort 53",
                severity=None if protocol == "UDP" else Severity.WARNING,
            )
            continue
        target = port.text("targetPort") or _PORT
        declared = [
            each
            for pod in servers
            for container in pod.each("spec.containers")
            for each in container.each("ports")
            if each.text("protocol", "TCP") == protocol
        ]
        if declared and not any(target in (each.text("containerPort"), each.text("name")) for each in declared):
            listed = ", ".join(dict.fromkeys(_written(each) for each in declared))
            yield WRONG_PORT.found(
                service,
                f"sends port 53 over {protocol} to {target}, and CoreDNS listens on {listed}",
                evidence={**port.quote("port", "protocol", "targetPort"), "containers[].ports": listed},
                next=f"kubectl -n {_SYSTEM} edit service {service.name}: set its targetPort to what CoreDNS listens on",
            )


def _written(port: Fields) -> str:
    number = port.text("containerPort") or port.text("port")
    return f"{number}/{port.text('protocol', 'TCP')}" + (f" ({port.text('name')})" if port.has("name") else "")


def _corefiles(seen: Snapshot, service: Object, servers: Sequence[Object]) -> Iterator[Finding]:
    mounted = {volume.text("configMap.name") for pod in servers for volume in pod.each("spec.volumes")} or {"coredns"}
    for config_map in seen.all(CONFIG_MAPS, _SYSTEM):
        text = config_map.at("data").raw.get(_CONFIG_KEY)
        if config_map.name in mounted and isinstance(text, str) and "import " not in text:
            yield from _corefile(config_map, text, service)


def _corefile(config_map: Object, text: str, service: Object) -> Iterator[Finding]:
    blocks = corefile.parse(text)
    path = f"data.{_CONFIG_KEY}"
    edit = f"kubectl -n {_SYSTEM} edit configmap {config_map.name} (on EKS the add-on's configuration values)"
    evidence = {path: excerpts.first(text, 800)}
    if not any(block.arguments("kubernetes") for block in blocks):
        yield COREFILE.found(
            config_map,
            "has no kubernetes plugin: no name of a Service resolves",
            evidence=evidence,
            next=f"{edit}: add `kubernetes cluster.local in-addr.arpa ip6.arpa` to the block of `.:53`",
        )
    own = service.texts("spec.clusterIPs") or [service.text("spec.clusterIP")]
    for address in _forwarded_to(blocks, own):
        yield COREFILE.found(
            config_map,
            f"forwards to {address}, which is the DNS Service itself: every outside name loops",
            evidence=evidence,
            next=f"{edit}: forward to /etc/resolv.conf or to the resolver of the network",
        )
    if not any(block.arguments("forward") or block.arguments("proxy") for block in blocks if block.is_for_everything):
        yield COREFILE.found(
            config_map,
            "forwards nothing: only names of the cluster resolve, none from outside",
            evidence=evidence,
            next=f"{edit}: add `forward . /etc/resolv.conf` to the block of `.:53`, unless the cluster is closed",
            severity=Severity.NOTE,
        )


def _forwarded_to(blocks: Iterable[corefile.ServerBlock], addresses: Sequence[str]) -> Iterator[str]:
    """Yield where the lines of `forward` lead that name one of some addresses."""
    for block in blocks:
        for target in block.arguments("forward"):
            if any(address in target.split() for address in addresses):
                yield target.split()[-1]


def _upstream(seen: Snapshot, servers: Sequence[Object], unwell: Sequence[Object]) -> Iterator[Finding]:
    """Ask one server that is ready; one that is not has said why already."""
    serving = next((pod for pod in servers if podstate.is_ready(pod)), None)
    if serving is None or (seen.spares_logs and not unwell and not outage.is_suspected(seen, servers)):
        return
    for container in containers.of(serving)[:1]:
        failed = [line for line in seen.logs(serving, container.name).lines if _FAILED_FORWARD.search(line)]
        if len(failed) >= _FORWARDS_WORTH_SAYING:
            yield UPSTREAM.found(
                owners.workload_of(serving),
                f"gets no answer from the resolver that it forwards to: {excerpts.first(failed[-1], 240)}",
                evidence={"log": "\n".join(failed[-excerpts.MOST_LINES :])},
                next=f"kubectl logs {serving.name} -n {_SYSTEM} --tail=50; ask that resolver from a node; see "
                "the security group, network ACL and DHCP options of the VPC, and whether a network policy lets it out",
            )


@dataclass(frozen=True)
class _Asked:
    """A pod whose log shows which DNS address it asked without an answer."""

    pod: Object
    address: str
    line: str


def _address(seen: Snapshot, service: Object, unwell: Sequence[Object]) -> Iterator[Finding]:
    """Compare the Service's address with the one that pods were seen to ask, and with what EKS nodes guess."""
    own = service.texts("spec.clusterIPs") or [service.text("spec.clusterIP")]
    ours = [node for node in seen.all(NODES) if eks.is_node(node) and not eks.is_automatic(node)]
    guessing = [node for node in ours if eks.guesses_dns(node)]
    unguessable = bool(guessing) and not set(own) & set(eks.GUESSES) and ":" not in own[0]
    logs = _MOST_LOGS_WHEN_LIKELY if unguessable else _MOST_LOGS
    asked = next((asked for asked in _asked(seen, unwell, logs) if asked.address not in own), None)
    if asked:
        yield _wrong_address(service, own[0], asked, ours)
    elif unguessable and (unwell or seen.target.name):
        yield _unguessable(service, own[0], guessing)


def _may_show_whom_it_asks(pod: Object) -> bool:
    """Say whether a pod is unwell, has run, and asks the cluster's DNS."""
    return (
        bool(podstate.unready([pod]))
        and clusterdns.is_asked_by(pod)
        and any(each.ended or each.status.has("state.running") for each in containers.of(pod))
    )


def _asked(seen: Snapshot, unwell: Sequence[Object], most: int) -> Iterator[_Asked]:
    """Read the logs of a few unwell workloads, one pod of each, for addresses that did not answer."""
    of_workload = {owners.workload_of(pod): pod for pod in unwell}
    for pod in list(of_workload.values())[:most]:
        for container in containers.of(pod):
            if container.is_ready or not (container.ended or container.status.has("state.running")):
                continue
            for line in outage.tail(seen, pod, container).lines:
                if not _UNANSWERED.search(line):
                    continue
                for found in _ASKED.finditer(line):
                    if _is_for_a_cluster(found["address"]):
                        yield _Asked(pod, found["address"], line)


def _is_for_a_cluster(address: str) -> bool:
    """Say whether an address is one that installers give to a cluster's DNS: the tenth of a private range.

    A program that asks a resolver of its own is nobody's mistake here, and NodeLocal DNSCache (169.254.20.10) is right.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_private and not parsed.is_link_local and address.endswith(".10")


def _wrong_address(service: Object, address: str, asked: _Asked, ours: Sequence[Object]) -> Finding:
    guessed = asked.address in eks.GUESSES
    return WRONG_ADDRESS.found(
        service,
        f"has the address {address}, and pods ask {asked.address}, where nothing answers"
        + (": the address that an EKS node guesses when its bootstrap is not told" if guessed and ours else ""),
        evidence={
            "spec.clusterIP": address,
            "asked instead": asked.address,
            f"log of Pod {asked.pod.namespace}/{asked.pod.name}": excerpts.first(asked.line),
            **_node_group(ours),
        },
        next=f"{kubectl.get(service.reference)}; {_tell_the_nodes(address, ours)}",
    )


def _unguessable(service: Object, address: str, ours: Sequence[Object]) -> Finding:
    guess = eks.guessed_dns(ours)
    return ADDRESS_UNGUESSABLE.found(
        service,
        f"has the address {address}; a node whose bootstrap is not told gives its pods {guess} instead, "
        "where nothing answers",
        evidence={"spec.clusterIP": address, "guessed by EKS nodes": guess, **_node_group(ours)},
        next="kubectl exec -n <namespace> <pod that resolves no name> -- cat /etc/resolv.conf; "
        "if its nameserver differs: " + _tell_the_nodes(address, ours),
    )


def _node_group(ours: Sequence[Object]) -> dict[str, str]:
    groups = sorted({node.labels[eks.NODE_GROUP] for node in ours if eks.NODE_GROUP in node.labels})
    return {f"Node metadata.labels.{eks.NODE_GROUP}": ", ".join(groups)} if groups else {}


def _tell_the_nodes(address: str, ours: Sequence[Object]) -> str:
    if not ours:
        return (
            f"set clusterDNS: [{address}] in the kubelet's configuration of every node, restart it, recreate the pods"
        )
    return (
        f"tell the nodes and replace them: /etc/eks/bootstrap.sh <cluster> --dns-cluster-ip {address} (AL2), "
        "spec.cluster.cidr of the NodeConfig (AL2023), settings.kubernetes.cluster-dns-ip (Bottlerocket), "
        "spec.kubelet.clusterDNS (Karpenter)"
    )


def _shown(seen: Snapshot, service: Object, servers: Sequence[Object]) -> Exhibit:
    guessing = [node for node in seen.all(NODES) if eks.guesses_dns(node)]
    images = {container.text("image") for pod in servers for container in pod.each("spec.containers")}
    rows = [
        ("address of the DNS Service", ", ".join(service.texts("spec.clusterIPs")) or service.text("spec.clusterIP")),
        ("CoreDNS pods ready", f"{len(servers) - len(podstate.unready(servers))} of {len(servers)}"),
        ("image", ", ".join(sorted(images))),
    ]
    if guessing:
        rows.append(("address that EKS nodes guess when not told", eks.guessed_dns(guessing)))
    return Exhibit("The DNS of the cluster", ("what", "value"), tuple(rows))
