"""Quotas and LimitRanges that refuse pods, or soon will."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from diagnostics import excerpts, needs, quantities, refusals
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object
from diagnostics.refusals import Refusal
from diagnostics.registry import Saying, check
from diagnostics.resources import LIMIT_RANGES, REPLICA_SETS, RESOURCE_QUOTAS
from diagnostics.snapshot import Snapshot

REFUSES = Code(
    "quota.refuses-pods",
    Severity.CRITICAL,
    "A ResourceQuota refuses pods",
    ("k8sgpt ReplicaSet", "popeye 1120"),
)
OUT_OF_LIMITS = Code(
    "quota.out-of-limits",
    Severity.CRITICAL,
    "Pods are refused because they do not keep to a LimitRange",
    ("k8sgpt ReplicaSet", "popeye 1120"),
)
USED_UP = Code("quota.used-up", Severity.WARNING, "A ResourceQuota has nothing left of something")
NEARLY_USED_UP = Code("quota.nearly-used-up", Severity.NOTE, "A ResourceQuota has little left of something")

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_NEARLY = Decimal("0.9")
_OF_PODS = (
    "pods",
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral",
    "limits.",
)
"""How what is counted begins that every pod takes some of."""


@check(
    "quota",
    subject=RESOURCE_QUOTAS,
    needs=(needs.named(RESOURCE_QUOTAS),),
    helps=(REPLICA_SETS, LIMIT_RANGES, needs.WARNINGS),
    codes=CODES,
)
def quota(seen: Snapshot) -> Iterable[Saying]:
    """ResourceQuotas that refuse pods, with whose and why, or that have little left; LimitRanges that refuse pods.

    Asked for by itself, it shows what is used of each quota.
    """
    refused = list(refusals.current(seen))
    for each in seen.within(RESOURCE_QUOTAS):
        by_this = [one for one in refused if (one.workload.namespace, one.quota) == (each.namespace, each.name)]
        unspecified = [one for one in by_this if one.unspecified]
        exceeding = [one for one in by_this if not one.unspecified]
        yield from (_refusing(each, alike) for alike in (exceeding, unspecified) if alike)
        if not by_this:
            yield from _filling(each)
    if not seen.target.name:
        yield from (_out_of_limits(seen, one) for one in refused if one.bounds)
    yield from _overview(seen)


def _refusing(quota_: Object, refused: Sequence[Refusal]) -> Finding:
    """Tell of pods that ask for too much, or of pods that do not say what they ask for, which is another fault."""
    first = refused[0]
    whose = ", ".join(one.workload.spoken for one in refused[:3])
    more = f" and {len(refused) - 3} more" if len(refused) > 3 else ""
    said = f"every container must say {first.unspecified}" if first.unspecified else first.exceeded or first.message
    return REFUSES.found(
        quota_,
        f"refuses pods of {whose}{more}: {excerpts.first(said)}",
        evidence={
            **{f"{one.workload.kind} {one.workload.name} FailedCreate": one.message for one in refused[:3]},
            **_figures(quota_),
        },
        next=f"kubectl describe quota {quota_.name} -n {quota_.namespace}; "
        "set those requests and limits in the pod template, or give defaults for them in a LimitRange"
        if first.unspecified
        else f"raise it (kubectl edit quota {quota_.name} -n {quota_.namespace}), or ask for less or run fewer pods",
    )


def _filling(quota_: Object) -> Iterator[Finding]:
    """Say what is used up, or nearly; a quota of nought is meant to forbid."""
    shares = _shares(quota_)
    full = [resource for resource, share in shares.items() if share >= 1]
    nearly = [resource for resource, share in shares.items() if _NEARLY <= share < 1]
    remedy = f"raise it before the next rollout needs it: kubectl edit quota {quota_.name} -n {quota_.namespace}"
    if full:
        yield USED_UP.found(
            quota_,
            f"has nothing left: {_written(quota_, full)}; the next {_refused_next(full)} is refused",
            evidence=_figures(quota_),
            next=remedy,
        )
    elif nearly:
        yield NEARLY_USED_UP.found(
            quota_, f"has little left: {_written(quota_, nearly)}", evidence=_figures(quota_), next=remedy
        )


def _refused_next(resources: Iterable[str]) -> str:
    """Return what cannot be made any more: a pod, or what is counted by its own name."""
    counted = [resource.removeprefix("count/") for resource in resources]
    is_of_pods = any(resource.startswith(_OF_PODS) for resource in counted)
    return "pod" if is_of_pods else "object that counts there"


def _out_of_limits(seen: Snapshot, refused: Refusal) -> Finding:
    workload = refused.workload
    ranges = seen.all(LIMIT_RANGES, workload.namespace)
    return OUT_OF_LIMITS.found(
        ranges[0] if len(ranges) == 1 else workload,
        f"refuses pods of {workload.spoken}: {', '.join(refused.bounds)}"
        if len(ranges) == 1
        else f"its pods are refused by a LimitRange: {', '.join(refused.bounds)}",
        evidence={
            f"{workload.kind} {workload.name} FailedCreate": refused.message,
            **{f"LimitRange {each.name} {path}": value for each in ranges for path, value in _limits(each).items()},
        },
        next=f"keep requests and limits of the pod template within it: kubectl describe limits -n {workload.namespace}",
        blames=[workload],
    )


def _shares(quota_: Object) -> dict[str, Decimal]:
    used = quota_.at("status.used").raw
    hard = {resource: quantities.amount(value) for resource, value in quota_.at("status.hard").raw.items()}
    return {resource: quantities.amount(used.get(resource)) / most for resource, most in hard.items() if most}


def _use(quota_: Object, resource: str) -> tuple[str, str]:
    """Return what is used of a resource, and what may be."""
    used, hard = (quota_.at(path).raw.get(resource, "0") for path in ("status.used", "status.hard"))
    return str(used), str(hard)


def _written(quota_: Object, resources: Iterable[str]) -> str:
    uses = ((resource, *_use(quota_, resource)) for resource in resources)
    return ", ".join(f"{resource} {used} of {hard}" for resource, used, hard in uses)


def _figures(quota_: Object) -> dict[str, str]:
    return quota_.quote("status.hard", "status.used", "spec.scopes", "spec.scopeSelector")


def _limits(limit_range: Object) -> dict[str, str]:
    return {
        path: value
        for limit in limit_range.each("spec.limits")
        for path, value in limit.quote("min", "max", "maxLimitRequestRatio").items()
    }


def _overview(seen: Snapshot) -> Iterator[Exhibit]:
    rows = tuple(
        (f"{each.namespace}/{each.name}", resource, *_use(each, resource), f"{share:.0%}")
        for each in seen.within(RESOURCE_QUOTAS)
        for resource, share in _shares(each).items()
    )
    if rows:
        yield Exhibit("Quotas", ("quota", "resource", "used", "of", "share"), rows)
