"""Which network policies stand between a pod and what it wants to reach."""

from collections.abc import Sequence

from diagnostics import podstate, selectors
from diagnostics.objects import Object
from diagnostics.resources import NETWORK_POLICIES
from diagnostics.snapshot import Snapshot


def of_egress(seen: Snapshot, pod: Object) -> Sequence[Object]:
    """Return the policies that restrict what a pod sends; none for one that has ended.

    On the host's network a pod sends as its node does, which no policy concerns.
    """
    return _of(seen, pod, "Egress")


def of_ingress(seen: Snapshot, pod: Object) -> Sequence[Object]:
    """Return the policies that restrict what reaches a pod; none for one that has ended, or has its node's network."""
    return _of(seen, pod, "Ingress")


def _of(seen: Snapshot, pod: Object, direction: str) -> Sequence[Object]:
    if podstate.is_finished(pod) or pod.flag("spec.hostNetwork"):
        return ()
    return [policy for policy in seen.all(NETWORK_POLICIES, pod.namespace) if _restricts(policy, pod, direction)]


def _restricts(policy: Object, pod: Object, direction: str) -> bool:
    """Say whether a policy chooses a pod and has a say; in egress, without policyTypes, where it has such rules."""
    types = policy.texts("spec.policyTypes") or ["Ingress", *(["Egress"] if policy.each("spec.egress") else [])]
    return direction in types and selectors.chooses(policy.at("spec.podSelector"), pod.labels)
