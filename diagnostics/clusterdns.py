"""The DNS of the cluster: the Service that pods ask, and how it is recognised."""

from diagnostics import components, selectors
from diagnostics.objects import Object
from diagnostics.resources import SERVICES
from diagnostics.snapshot import Snapshot

LABELS = {"k8s-app": "kube-dns"}
"""What CoreDNS and its Service carry since they replaced kube-dns."""

_NAMES = ("kube-dns", "coredns")


def service(seen: Snapshot) -> Object | None:
    """Return the Service by its label, or else by its name; a headless one is for scraping and not for asking."""
    services = [
        each for each in seen.all(SERVICES, components.NAMESPACE) if each.text("spec.clusterIP") not in ("", "None")
    ]
    labelled = [each for each in services if selectors.is_part_of(LABELS, each.labels)]
    return next(iter([*labelled, *(each for each in services if each.name in _NAMES)]), None)


def is_asked_by(pod: Object) -> bool:
    """Say whether a pod asks the DNS of the cluster; on its node's network it does only when it says so."""
    policy = pod.text("spec.dnsPolicy", "ClusterFirst")
    return policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not pod.flag("spec.hostNetwork"))
