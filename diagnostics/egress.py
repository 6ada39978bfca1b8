"""Whether network policies let a pod send to whom its log says that it gets no answer from."""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics import clues, selectors
from diagnostics.fields import Fields
from diagnostics.objects import Object
from diagnostics.resources import NAMESPACES, PODS, SERVICES
from diagnostics.snapshot import Snapshot

_ASKED = re.compile(
    r"(?<![\w.-])(?P<host>\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,}):(?P<port>\d{2,5})\b(?!->)"
    r"|https://(?P<secure>[a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,})(?=[/\"'\s]|$)"
)
"""Whom a program asks, as `address:port`, or as a URL whose scheme tells the port; what stands before `->` asks."""

_HTTPS, _DNS = 443, 53
_NO_HOST = re.compile(r".*\.svc(?:\..*)?|.*\.(?:go|py|js|ts|java|kt|scala|rb|rs|php|cc|cpp)")
"""Names of Services, and of files of source, where a line's number stands behind the colon."""


@dataclass(frozen=True)
class Silent:
    """An address and a port that did not answer, and the line of the log that says so."""

    host: str
    port: int
    line: str


def silent(lines: Iterable[str]) -> Iterator[Silent]:
    """Go through whom a log got no answer from, but for the DNS and names of Services, which others look into."""
    for line in lines:
        if not clues.is_of_silence(line):
            continue
        for found in _ASKED.finditer(line):
            host, port = found["host"] or found["secure"], int(found["port"] or _HTTPS)
            if port != _DNS and not _NO_HOST.fullmatch(host):
                yield Silent(host, port, line)


def is_let_out(seen: Snapshot, policies: Sequence[Object], asked: Silent) -> bool:
    """Say whether any policy may let a pod send there; of a name outside of the cluster no address is known."""
    return any(
        _covers_port(rule, port) and _covers_peer(seen, policy, rule, place)
        for place, port in _places(seen, asked)
        for policy in policies
        for rule in policy.each("spec.egress")
    )


@dataclass(frozen=True)
class _Place:
    """Where something is sent, as a policy sees it: a pod, or an address; neither when that is not known."""

    address: str = ""
    pod: Object | None = None


def _places(seen: Snapshot, asked: Silent) -> list[tuple[_Place, int]]:
    """Return where an address leads, and to which port there: through a Service to its pods and their own port."""
    if not asked.host[-1].isdigit():
        return [(_Place(), asked.port)]
    for service in seen.all(SERVICES):
        if service.text("spec.clusterIP") == asked.host and service.mapping("spec.selector"):
            chosen = seen.pods_labelled(service.namespace, service.mapping("spec.selector"))
            return [(_Place(pod.text("status.podIP"), pod), _behind(service, asked.port)) for pod in chosen]
    pod = next((pod for pod in seen.all(PODS) if pod.text("status.podIP") == asked.host), None)
    return [(_Place(asked.host, pod), asked.port)]


def _behind(service: Object, port: int) -> int:
    """Return the port of the pods behind one of a Service; where that is a name, it is taken to be the same."""
    return next(
        (each.number("targetPort", port) for each in service.each("spec.ports") if each.number("port") == port), port
    )


def _covers_port(rule: Fields, wanted: int) -> bool:
    ports = rule.each("ports")
    return not ports or any(_is_within(port, wanted) for port in ports)


def _is_within(port: Fields, wanted: int) -> bool:
    if port.text("protocol", "TCP") != "TCP":
        return False
    first = port.number("port")
    return not first or first <= wanted <= port.number("endPort", first)


def _covers_peer(seen: Snapshot, policy: Object, rule: Fields, place: _Place) -> bool:
    peers = rule.each("to")
    return not peers or any(_is_peer(seen, policy, peer, place) for peer in peers)


def _is_peer(seen: Snapshot, policy: Object, peer: Fields, place: _Place) -> bool:
    if peer.has("ipBlock"):
        return not place.address or is_in(place.address, peer.at("ipBlock"))
    if place.pod is None:
        return False
    if peer.has("namespaceSelector"):
        if not selectors.chooses(peer.at("namespaceSelector"), _labels_of(seen, place.pod.namespace)):
            return False
    elif place.pod.namespace != policy.namespace:
        return False
    return selectors.chooses(peer.at("podSelector"), place.pod.labels)


def _labels_of(seen: Snapshot, namespace: str) -> Mapping[str, str]:
    found = seen.find(NAMESPACES, "", namespace)
    return {"kubernetes.io/metadata.name": namespace, **(found.labels if found else {})}


def is_in(address: str, block: Fields) -> bool:
    """Say whether an address is in an ipBlock and not in what it excepts."""
    try:
        parsed = ipaddress.ip_address(address)
        inside = parsed in ipaddress.ip_network(block.text("cidr"), strict=False)
        return inside and not any(
            parsed in ipaddress.ip_network(excepted, strict=False) for excepted in block.texts("except")
        )
    except ValueError:
        return False
