"""What the log of a pod that fails points at: the role that it was refused, the name that did not resolve, the Service
that did not answer, the policy that lets nothing out.

A clue accuses nobody by itself: it names objects that would explain the lines, and a sweep believes it where a check
found something wrong with one of them. It looks at whatever was read; only a sweep, which has read everything, groups.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagnostics import clusterdns, components, iam, isolation, owners, podstate, selectors
from diagnostics.objects import Object, Reference
from diagnostics.resources import SERVICES
from diagnostics.snapshot import Snapshot

_UNRESOLVED = re.compile(
    r"(?i)\blookup \S+(?: on \S+)?:|temporary failure in name resolution|name or service not known|"
    r"name does not resolve|nodename nor servname|\bEAI_AGAIN\b|\bENOTFOUND\b|UnknownHostException|"
    r"(?:could not|cannot|can't|unable to|failed to) (?:be )?resolve|no such host|no servers could be reached|"
    r"getaddrinfo (?:failed|error)|NameResolutionError|\bSERVFAIL\b|\bNXDOMAIN\b"
)
"""A name that became no address, in the words of Go, glibc, musl, Java, Node.js, Python, curl and nslookup."""

_SILENT = re.compile(
    r"(?i)time(?:d|s)? ?out|timeout|ETIMEDOUT|deadline exceeded|did not answer|no route to host|EHOSTUNREACH|"
    r"network is unreachable|ENETUNREACH|unreachable"
)
"""Packets that nobody answered, as where a policy drops them."""

_REJECTED = re.compile(
    r"(?i)connection (?:refused|reset|closed|failed)|ECONNREFUSED|ECONNRESET|broken pipe|no endpoints|\b503\b|"
    r"(?:unable to|failed to|could not|cannot|can't) connect|communications link failure|\bwait(?:ing|s)? for\b"
)
"""Somebody answered, and it was not the server: the node, for a Service without endpoints. Or nobody says why, as where
a program only waits.
"""

_HOST = re.compile(
    r"(?P<before>://|@|\blookup |Exception: )?"
    r"(?<![\w.-])(?P<host>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*)(?P<port>:\d+)?(?![\w-])"
)
"""A word that can be a host. A single word is taken for one only where something beside it says so."""

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def blamed(seen: Snapshot, pod: Object, lines: Iterable[str]) -> tuple[Reference, ...]:
    """Return the objects that would explain these lines of a pod's log, likeliest first; none when they tell nothing.

    What answers for the pod's own Services is never among them: that would be to blame a server on its clients.
    """
    complaint = _Complaint.of(seen, pod, lines)
    return tuple(
        dict.fromkeys(
            [
                *_of_the_role(pod, complaint),
                *_of_names(seen, pod, complaint),
                *_of_services(seen, pod, complaint),
                *_of_policies(seen, pod, complaint),
            ]
        )
    )


def is_of_silence(line: str) -> bool:
    """Say whether a log line tells of somebody who did not answer."""
    return _SILENT.search(line) is not None


@dataclass(frozen=True)
class _Complaint:
    """What the lines of a log complain of."""

    lacks_role: bool
    is_unresolved: bool
    is_silent: bool
    services: Sequence[Object]

    @classmethod
    def of(cls, seen: Snapshot, pod: Object, lines: Iterable[str]) -> "_Complaint":
        """Read the lines, each for all that it may tell."""
        read = list(lines)
        unresolved = [line for line in read if _UNRESOLVED.search(line)]
        silent = list(filter(is_of_silence, read))
        rejected = [line for line in read if _REJECTED.search(line)]
        named = dict.fromkeys(
            service for line in [*unresolved, *silent, *rejected] for service in _services_in(seen, pod, line)
        )
        return cls(any(map(iam.is_about_the_role, read)), bool(unresolved), bool(silent), list(named))


def _of_the_role(pod: Object, complaint: _Complaint) -> Iterator[Reference]:
    if complaint.lacks_role:
        yield Reference("ServiceAccount", pod.namespace, iam.account_of(pod))
        yield components.POD_IDENTITY_AGENT


def _of_names(seen: Snapshot, pod: Object, complaint: _Complaint) -> Iterator[Reference]:
    """The servers of the DNS and some others ask resolvers outside of the cluster, so theirs is another story."""
    service = clusterdns.service(seen)
    if complaint.is_unresolved and clusterdns.is_asked_by(pod) and service is not None and not _serves(pod, service):
        yield service.reference
        servers = seen.pods_labelled(service.namespace, service.mapping("spec.selector") or clusterdns.LABELS)
        yield from (owners.workload_of(server) for server in servers)


def _of_services(seen: Snapshot, pod: Object, complaint: _Complaint) -> Iterator[Reference]:
    """Behind a Service that does not answer may stand kube-proxy, which leads the way to all of them."""
    asked = [service for service in complaint.services if not _serves(pod, service)]
    yield from (service.reference for service in asked)
    if asked and not _has_proxy(seen, pod):
        yield components.KUBE_PROXY


def _has_proxy(seen: Snapshot, pod: Object) -> bool:
    """Say whether kube-proxy is well where a pod is; one that is down on another node is no concern of the pod."""
    beside = [
        each
        for each in seen.on_node(pod.text("spec.nodeName"))
        if each.owner.text("name") == components.KUBE_PROXY.name
    ]
    return pod in beside or (bool(beside) and all(podstate.is_ready(each) for each in beside))


def _of_policies(seen: Snapshot, pod: Object, complaint: _Complaint) -> Iterator[Reference]:
    """A policy stands before who sends, or before who was to be reached."""
    if complaint.is_unresolved or complaint.is_silent:
        yield from (policy.reference for policy in isolation.of_egress(seen, pod))
    if complaint.is_silent:
        for service in complaint.services:
            for server in seen.pods_labelled(service.namespace, service.mapping("spec.selector") or {"": ""}):
                yield from (policy.reference for policy in isolation.of_ingress(seen, server))


def _serves(pod: Object, service: Object) -> bool:
    """Say whether a pod stands behind a Service."""
    wanted = service.mapping("spec.selector")
    return bool(wanted) and service.namespace == pod.namespace and selectors.is_part_of(wanted, pod.labels)


def _services_in(seen: Snapshot, pod: Object, line: str) -> Iterator[Object]:
    """Go through the Services that a line names: by address, as `name`, `name.namespace` or with the rest behind it."""
    for found in _HOST.finditer(line):
        service = _service(seen, pod, found["host"], is_marked=bool(found["before"] or found["port"]))
        if service is not None:
            yield service


def _service(seen: Snapshot, pod: Object, host: str, *, is_marked: bool) -> Object | None:
    if _ADDRESS.fullmatch(host):
        return next((each for each in seen.all(SERVICES) if each.text("spec.clusterIP") == host), None)
    name, _, rest = host.partition(".")
    if not rest:
        return seen.find(SERVICES, pod.namespace, name) if is_marked else None
    namespace, _, domain = rest.partition(".")
    return seen.find(SERVICES, namespace, name) if domain.partition(".")[0] in ("", "svc") else None
