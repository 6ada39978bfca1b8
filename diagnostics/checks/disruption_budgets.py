"""Disruption budgets that keep nodes from being drained."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from diagnostics import kubectl, podstate, selectors
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS, STATEFUL_SETS
from diagnostics.snapshot import Snapshot

BLOCKS_DRAIN = Code(
    "disruption-budgets.blocks-drain",
    Severity.WARNING,
    "A disruption budget allows no disruption even while all of its pods are well",
    ("k8sgpt PDB",),
)
PODS_UNHEALTHY = Code(
    "disruption-budgets.pods-unhealthy",
    Severity.WARNING,
    "A disruption budget allows no disruption until pods of it are well again",
    ("k8sgpt PDB",),
)
NOT_RECKONED = Code(
    "disruption-budgets.not-reckoned",
    Severity.WARNING,
    "Kubernetes cannot tell how many pods a disruption budget is about, so it allows no disruption",
    ("k8sgpt PDB",),
)
OVERLAP = Code(
    "disruption-budgets.overlap",
    Severity.WARNING,
    "A pod is under two disruption budgets, so that it cannot be evicted at all",
    ("popeye 209",),
)
SELECTS_NOTHING = Code(
    "disruption-budgets.selects-nothing",
    Severity.NOTE,
    "A disruption budget is about no pod",
    ("popeye 900",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))


@check(
    "disruption-budgets",
    subject=POD_DISRUPTION_BUDGETS,
    needs=(POD_DISRUPTION_BUDGETS, PODS),
    helps=(DEPLOYMENTS, STATEFUL_SETS),
    codes=CODES,
)
def disruption_budgets(seen: Snapshot) -> Iterable[Finding]:
    """Disruption budgets that block a drain: by their own arithmetic, or because pods under them are not well.

    A budget that is about no pod is a note, unless its workload is scaled to nought.
    """
    for budget in seen.within(POD_DISRUPTION_BUDGETS):
        yield from _budget(seen, budget)
    yield from _overlaps(seen)


def _budget(seen: Snapshot, budget: Object) -> Iterator[Finding]:
    if not budget.has("status.disruptionsAllowed"):
        return
    expected, desired = budget.number("status.expectedPods"), budget.number("status.desiredHealthy")
    if budget.condition("DisruptionAllowed").text("reason") == "SyncFailed":
        yield _not_reckoned(budget)
    elif not expected:
        yield from _without_pods(seen, budget)
    elif budget.number("status.disruptionsAllowed"):
        return
    elif desired >= expected:
        yield _blocking(budget, expected)
    elif not budget.mapping("status.disruptedPods"):
        yield _waiting(seen, budget, desired)


def _blocking(budget: Object, expected: int) -> Finding:
    return BLOCKS_DRAIN.found(
        budget,
        f"allows 0 disruptions: {_rule(budget)} of {expected} {_pods(expected)}, "
        f"so no node with {'it' if expected == 1 else 'one of them'} can be drained",
        evidence=_figures(budget),
        next="run one pod more than must be available, or let one be missing: "
        f"kubectl edit pdb {budget.name} -n {budget.namespace}, maxUnavailable: 1",
    )


def _waiting(seen: Snapshot, budget: Object, desired: int) -> Finding:
    unwell = [pod for pod in _chosen(seen, budget) if not podstate.is_ready(pod) and not podstate.is_finished(pod)]
    reasons = {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in unwell[:3]}
    stays = budget.text("spec.unhealthyPodEvictionPolicy") != "AlwaysAllow"
    return PODS_UNHEALTHY.found(
        budget,
        f"allows 0 disruptions: {budget.number('status.currentHealthy')} pods are well and {_rule(budget)} "
        f"asks for {desired}" + (f": {next(iter(reasons.values()))}" if reasons else ""),
        evidence={**_figures(budget), **reasons},
        next=f"kubectl get pods -n {budget.namespace} -o wide; mend those that are not ready, the budget follows"
        + (
            "; unhealthyPodEvictionPolicy: AlwaysAllow lets a drain take the ones that never get ready" if stays else ""
        ),
        blames=podstate.explained_by(*unwell),
    )


def _not_reckoned(budget: Object) -> Finding:
    condition = budget.condition("DisruptionAllowed")
    return NOT_RECKONED.found(
        budget,
        f"allows 0 disruptions, since Kubernetes cannot count its pods (SyncFailed): {condition.text('message')}",
        evidence={**_figures(budget), **condition.quote("reason", "message")},
        next=f"{kubectl.describe(budget.reference)}; choose only pods of workloads that can be scaled, or set "
        "minAvailable to a number",
    )


def _without_pods(seen: Snapshot, budget: Object) -> Iterator[Finding]:
    if not _chosen(seen, budget) and not _is_for_workload(seen, budget):
        yield SELECTS_NOTHING.found(
            budget,
            f"is about no pod: its selector {selectors.describe(budget.at('spec.selector'))} chooses none",
            evidence=_figures(budget),
            next=f"kubectl get pods -n {budget.namespace} --show-labels; correct the selector, "
            "or delete the budget if its workload is gone",
        )


def _is_for_workload(seen: Snapshot, budget: Object) -> bool:
    """Say whether a workload exists whose pods, when it has any, are under a budget."""
    return any(
        selectors.chooses(budget.at("spec.selector"), workload.mapping("spec.template.metadata.labels"))
        for resource in (DEPLOYMENTS, STATEFUL_SETS)
        for workload in seen.all(resource, budget.namespace)
    )


def _overlaps(seen: Snapshot) -> Iterator[Finding]:
    """The eviction API refuses a pod under two budgets, whatever they allow."""
    asked = seen.within(POD_DISRUPTION_BUDGETS)
    for namespace in sorted({budget.namespace for budget in asked}):
        members = {
            budget: {pod.name for pod in _chosen(seen, budget)}
            for budget in seen.all(POD_DISRUPTION_BUDGETS, namespace)
        }
        for one, other in combinations(members, 2):
            shared = members[one] & members[other]
            if shared and (one in asked or other in asked):
                yield _overlap(one, other, sorted(shared))


def _overlap(one: Object, other: Object, shared: Sequence[str]) -> Finding:
    return OVERLAP.found(
        one,
        f"and {other.reference.spoken} are about the same {_pods(len(shared))} ({', '.join(shared[:3])}), "
        "which so cannot be evicted",
        evidence={
            f"{budget.name} spec.selector": selectors.describe(budget.at("spec.selector")) for budget in (one, other)
        },
        next=f"kubectl get pdb {one.name} {other.name} -n {one.namespace} -o yaml; keep one of them, or narrow a "
        "selector",
    )


def _chosen(seen: Snapshot, budget: Object) -> list[Object]:
    """Return the pods under a budget; without a selector it is about none."""
    if not budget.has("spec.selector"):
        return []
    selector = budget.at("spec.selector")
    return [
        pod
        for pod in seen.all(PODS, budget.namespace)
        if selectors.chooses(selector, pod.labels) and not podstate.is_finished(pod)
    ]


def _rule(budget: Object) -> str:
    """Return what a budget demands as its specification has it: `minAvailable 2`, `maxUnavailable 0%`."""
    field = "minAvailable" if budget.has("spec.minAvailable") else "maxUnavailable"
    return f"{field} {budget.text(f'spec.{field}', 'not set')}"


def _pods(count: int) -> str:
    return "pod" if count == 1 else "pods"


def _figures(budget: Object) -> dict[str, str]:
    return {
        **budget.quote("spec.minAvailable", "spec.maxUnavailable", "spec.unhealthyPodEvictionPolicy"),
        "spec.selector": selectors.describe(budget.at("spec.selector"))
        if budget.has("spec.selector")
        else "none, which chooses no pod",
        **budget.quote(
            "status.disruptionsAllowed", "status.currentHealthy", "status.desiredHealthy", "status.expectedPods"
        ),
    }
