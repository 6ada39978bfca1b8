"""Namespaces that were deleted and do not go."""

import re
from collections.abc import Iterable
from datetime import timedelta

from diagnostics import excerpts, kubectl, needs
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import NAMESPACES
from diagnostics.snapshot import Snapshot

STUCK_TERMINATING = Code(
    "namespaces.stuck-terminating",
    Severity.WARNING,
    "A namespace was deleted, and something in it does not go",
    ("popeye 800",),
)

CODES = (STUCK_TERMINATING,)

_TIME_TO_GO = timedelta(minutes=2)
_DISCOVERY = "NamespaceDeletionDiscoveryFailure"
_REASONS = (
    _DISCOVERY,
    "NamespaceDeletionContentFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
)
"""Conditions that say why it stays, the most telling first."""

_STALE = re.compile(r"(?P<group>[a-z0-9][a-z0-9.-]*)/(?P<version>v\d\w*): ")
"""The API that discovery failed for, in the words of the client: `metrics.k8s.io/v1beta1: stale GroupVersion`."""


@check("namespaces", subject=NAMESPACES, needs=(needs.named(NAMESPACES),), codes=CODES)
def namespaces(seen: Snapshot) -> Iterable[Finding]:
    """Namespaces that stay Terminating, with what the namespace controller says is left in them."""
    for namespace in seen.within(NAMESPACES):
        if seen.target.namespace not in ("", namespace.name):
            continue
        if namespace.is_going and seen.since(namespace.time("metadata.deletionTimestamp")) >= _TIME_TO_GO:
            yield _stuck(seen, namespace)


def _stuck(seen: Snapshot, namespace: Object) -> Finding:
    conditions = [namespace.condition(reason) for reason in _REASONS]
    holding = [condition for condition in conditions if condition.text("status") == "True"]
    said = excerpts.first(holding[0].text("message")) if holding else "nothing is said about what is left in it"
    silent = list(dict.fromkeys(f"{found['version']}.{found['group']}" for found in _STALE.finditer(said)))
    return STUCK_TERMINATING.found(
        namespace,
        f"has been Terminating for {seen.age(namespace.time('metadata.deletionTimestamp'))}: {said}",
        evidence={
            **namespace.quote("status.phase", "metadata.deletionTimestamp", "spec.finalizers"),
            **{path: text for condition in holding for path, text in condition.quote("reason", "message").items()},
        },
        next=f"kubectl get apiservices {' '.join(silent)}".rstrip()
        + "; an API that does not answer is in the way, mend the one that is not Available"
        if holding and holding[0].text("type") == _DISCOVERY
        else f"{kubectl.describe(namespace.reference)}; see which controller should remove the finalizers that are "
        "named, and why it does not; taking them off by hand leaves behind what they guard",
        blames=[Reference("APIService", "", name) for name in silent],
    )
