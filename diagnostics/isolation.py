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
    if podstate.is_finished(pod) or pod.flag("spec.hostNetwork"):
        return ()
    return [policy for policy in seen.all(NETWORK_POLICIES, pod.namespace) if _restricts(policy, pod)]


def _restricts(policy: Object, pod: Object) -> bool:
    """Say whether a policy chooses a pod and has a say in its egress: without policyTypes, one with egress rules."""
    types = policy.texts("spec.policyTypes")
    has_say = "Egress" in types if types else bool(policy.each("spec.egress"))
    return has_say and selectors.chooses(policy.at("spec.podSelector"), pod.labels)
