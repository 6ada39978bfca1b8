"""Rollouts of Deployments, StatefulSets and DaemonSets that do not arrive, and ReplicaSets that nobody rolls out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from diagnostics import components, excerpts, kubectl, needs, podstate
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object
from diagnostics.refusals import Refusal
from diagnostics.registry import Saying, check
from diagnostics.resources import DAEMON_SETS, DEPLOYMENTS, PODS, REPLICA_SETS, STATEFUL_SETS
from diagnostics.snapshot import Snapshot

DEADLINE_EXCEEDED = Code(
    "rollout.deadline-exceeded",
    Severity.CRITICAL,
    "A Deployment's new pods did not become available within its progress deadline",
    ("k8sgpt Deployment", "popeye 501"),
)
PODS_NOT_CREATED = Code(
    "rollout.pods-not-created",
    Severity.CRITICAL,
    "Pods of a workload are refused when they are created: a quota, a webhook, a policy",
    ("k8sgpt ReplicaSet", "popeye 307", "popeye 501", "popeye 507", "popeye 1120"),
)
PAUSED = Code("rollout.paused", Severity.WARNING, "A Deployment is paused, so that its latest change waits")
CANNOT_MOVE = Code("rollout.cannot-move", Severity.WARNING, "The strategy of a rollout leaves it no way to proceed")
STUCK = Code(
    "rollout.stuck",
    Severity.CRITICAL,
    "A StatefulSet waits for one pod before it makes or updates the next",
    ("k8sgpt StatefulSet", "popeye 501"),
)
UNAVAILABLE = Code(
    "rollout.unavailable",
    Severity.CRITICAL,
    "A workload has fewer ready pods than it wants",
    ("k8sgpt Deployment", "k8sgpt StatefulSet", "k8sgpt DaemonSet", "popeye 501", "popeye 1120"),
)
NOT_OBSERVED = Code(
    "rollout.not-observed",
    Severity.CRITICAL,
    "No controller has looked at the latest change of a workload",
)
WAITS_FOR_HAND = Code(
    "rollout.waits-for-hand",
    Severity.NOTE,
    "Pods are of an older revision until somebody deletes them (OnDelete, partition)",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_REVISION = "deployment.kubernetes.io/revision"
_REVISION_OF_POD = "controller-revision-hash"
_CHANGE_CAUSE = "kubernetes.io/change-cause"


_TIME_TO_OBSERVE = timedelta(minutes=1)


@check(
    "rollout",
    subject=(DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS),
    needs=(DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, PODS),
    helps=(REPLICA_SETS, needs.WARNINGS),
    codes=CODES,
)
def rollout(seen: Snapshot) -> Iterable[Saying]:
    """Rollouts that stand still: past their deadline, paused, refused by quota or webhook, or stuck behind one pod.

    A ReplicaSet is left to its Deployment, unless it has none or is named. For one Deployment by name it also shows its
    revisions, as `kubectl rollout history` does.
    """
    for deployment in seen.within(DEPLOYMENTS):
        yield from _deployment(seen, deployment)
        if seen.target.name:
            yield _history(seen, deployment)
    for stateful_set in seen.within(STATEFUL_SETS):
        yield from _stateful_set(seen, stateful_set)
    for daemon_set in seen.within(DAEMON_SETS):
        yield from _daemon_set(seen, daemon_set)
    for replica_set in seen.within(REPLICA_SETS):
        if seen.target.name or replica_set.owner.text("kind") != "Deployment":
            yield from _replica_set(seen, replica_set)


def _deployment(seen: Snapshot, deployment: Object) -> Iterator[Finding]:
    progressing, failure = deployment.condition("Progressing"), deployment.condition("ReplicaFailure")
    wanted, ready = deployment.number("spec.replicas", 1), deployment.number("status.readyReplicas")
    if deployment.flag("spec.paused"):
        yield _paused(deployment)
    elif _has_no_room(deployment):
        yield _no_room(deployment)
    if failure.text("status") == "True":
        yield _refused(seen, deployment, failure.text("message"), failure.quote("reason", "message"))
    elif progressing.text("reason") == "ProgressDeadlineExceeded":
        yield _deadline(seen, deployment, progressing)
    elif _is_unobserved(seen, deployment):
        yield _unobserved(seen, deployment)
    elif ready < wanted and _is_unavailable(deployment) and not _are_starting(seen, deployment, wanted):
        yield _unavailable(seen, deployment, ready, wanted)


def _is_unavailable(deployment: Object) -> bool:
    """Say whether too few pods are available; pods that are ready and have yet to stay so are only waited for."""
    return not deployment.flag("spec.paused") and deployment.condition("Available").text("status") == "False"


def _are_starting(seen: Snapshot, workload: Object, wanted: int) -> bool:
    """Say whether all pods of a workload are there, and those that are not ready came or were deleted a moment ago."""
    members = _newest_pods(seen, workload) if workload.resource is DEPLOYMENTS else seen.owned_by(PODS, workload)
    leaving = [pod for pod in _all_pods(seen, workload) if podstate.is_leaving(seen, pod)]
    unready = [pod for pod in podstate.unready(members) if pod not in leaving]
    there = len({pod.name for pod in (*members, *leaving)})
    return there >= wanted and all(podstate.is_starting(seen, pod) for pod in unready)


def _is_unobserved(seen: Snapshot, workload: Object) -> bool:
    """Say whether the specification is newer than what its controller has seen; it looks within moments."""
    behind = workload.number("metadata.generation") > workload.number("status.observedGeneration")
    return behind and seen.since(workload.created) > _TIME_TO_OBSERVE


def _unobserved(seen: Snapshot, workload: Object) -> Finding:
    system = seen.all(PODS, components.NAMESPACE)
    controllers = [pod.reference for pod in system if pod.name.startswith(components.CONTROLLER_MANAGER)]
    return NOT_OBSERVED.found(
        workload,
        "was changed, and no controller has looked at it: its pods are neither made nor replaced",
        evidence={**workload.quote("metadata.generation", "status.observedGeneration"), **_counts(workload)},
        next="kubectl get lease kube-controller-manager -n kube-system -o yaml; is it renewed? If not, "
        "kube-controller-manager does not run",
        blames=[*controllers, components.LEASE_OF_CONTROLLERS],
    )


def _paused(deployment: Object) -> Finding:
    behind = deployment.number("status.updatedReplicas") < deployment.number("spec.replicas", 1)
    return PAUSED.found(
        deployment,
        f"is paused{', and its latest change (' + _images(deployment) + ') has not been rolled out' if behind else ''}",
        evidence=deployment.quote("spec.paused", "spec.replicas", "status.updatedReplicas"),
        next=f"kubectl rollout resume deployment/{deployment.name} -n {deployment.namespace}, unless it is to wait",
        severity=None if behind else Severity.NOTE,
    )


def _has_no_room(deployment: Object) -> bool:
    """Say whether a rollout may neither add a pod nor take one away; the API server lets 0% of few pods through."""
    if deployment.text("spec.strategy.type") != "RollingUpdate":
        return False
    replicas = deployment.number("spec.replicas", 1)
    surge = _share(deployment.text("spec.strategy.rollingUpdate.maxSurge", "25%"), replicas, up=True)
    unavailable = _share(deployment.text("spec.strategy.rollingUpdate.maxUnavailable", "25%"), replicas, up=False)
    return replicas > 0 and surge == 0 and unavailable == 0


def _no_room(deployment: Object) -> Finding:
    return CANNOT_MOVE.found(
        deployment,
        "may neither add a pod nor take one away during a rollout (maxSurge and maxUnavailable come to 0)",
        evidence=deployment.quote("spec.replicas", "spec.strategy.rollingUpdate"),
        next=f"kubectl edit deployment {deployment.name} -n {deployment.namespace}: "
        "set maxSurge to 1 or more, or maxUnavailable to 1 or more",
    )


def _deadline(seen: Snapshot, deployment: Object, progressing: Fields) -> Finding:
    late = podstate.unready(_newest_pods(seen, deployment))
    reasons = _reasons(seen, late)
    return DEADLINE_EXCEEDED.found(
        deployment,
        f"the rollout of {_images(deployment)} passed its deadline of "
        f"{deployment.number('spec.progressDeadlineSeconds', 600)} s (ProgressDeadlineExceeded)"
        + (f": {next(iter(reasons.values()))}" if reasons else ""),
        evidence={**progressing.quote("reason", "message"), **_counts(deployment), **reasons},
        next=f"{kubectl.describe((late[0] if late else deployment).reference)}; mend what keeps the new pods from "
        f"being ready, or go back: kubectl rollout undo deployment/{deployment.name} -n {deployment.namespace}",
        blames=podstate.explained_by(*late),
    )


def _stateful_set(seen: Snapshot, stateful_set: Object) -> Iterator[Finding]:
    wanted, ready = stateful_set.number("spec.replicas", 1), stateful_set.number("status.readyReplicas")
    if _is_unobserved(seen, stateful_set):
        yield _unobserved(seen, stateful_set)
    elif ready < wanted:
        yield from _behind_one(seen, stateful_set, ready, wanted)
    elif _is_of_two_revisions(stateful_set):
        yield _by_hand(stateful_set, stateful_set.number("status.updatedReplicas"), wanted)


def _behind_one(seen: Snapshot, stateful_set: Object, ready: int, wanted: int) -> Iterator[Finding]:
    """The first pod by ordinal that is not ready is the one that the others wait for."""
    members = sorted(seen.owned_by(PODS, stateful_set), key=lambda pod: _ordinal(pod.name))
    waiting = podstate.unready(members)[:1]
    refused = seen.events_of(stateful_set, "FailedCreate")
    if not waiting and refused:
        yield _refused(seen, stateful_set, refused[0].text("message"), _counts(stateful_set))
    elif not any(podstate.is_starting(seen, pod) or podstate.is_leaving(seen, pod) for pod in waiting) and not (
        _is_making_the_next(seen, stateful_set, members)
    ):
        yield _waits_for(seen, stateful_set, members, waiting, f"{ready}/{wanted} ready")


def _is_making_the_next(seen: Snapshot, stateful_set: Object, members: Sequence[Object]) -> bool:
    """Say whether all pods that there are became ready only now, so that the next is about to be made."""
    ready_since = [seen.since(pod.condition("Ready").time("lastTransitionTime")) for pod in members]
    newest = min(ready_since, default=seen.since(stateful_set.created))
    return not podstate.unready(members) and newest < _TIME_TO_OBSERVE


def _waits_for(
    seen: Snapshot, stateful_set: Object, members: Sequence[Object], waiting: Sequence[Object], counted: str
) -> Finding:
    wanted = stateful_set.number("spec.replicas", 1)
    ordered = stateful_set.text("spec.podManagementPolicy", "OrderedReady") == "OrderedReady"
    made = len(members)
    tail = (
        f"; it makes no further pod before that one is ready ({made} of {wanted} made)"
        if ordered and made < wanted
        else ""
    )
    outdated = ordered and any(_is_of_abandoned_revision(stateful_set, pod) for pod in waiting)
    return STUCK.found(
        stateful_set,
        counted
        + (f", waits for {waiting[0].name}{tail}" if waiting else f"; {made} of {wanted} pods are made")
        + ("; that pod is of a revision that was given up, and is not replaced before it is ready" if outdated else ""),
        evidence={
            **_counts(stateful_set),
            **stateful_set.quote("spec.podManagementPolicy", "status.currentRevision", "status.updateRevision"),
            **{f"Pod {pod.name} {_REVISION_OF_POD}": pod.labels.get(_REVISION_OF_POD, "none") for pod in waiting},
            **_reasons(seen, waiting),
        },
        next=_remedy_of_waiting(stateful_set, waiting, outdated=outdated),
        blames=podstate.explained_by(*waiting),
    )


def _remedy_of_waiting(stateful_set: Object, waiting: Sequence[Object], *, outdated: bool) -> str:
    """Return what to do about the pod that the others wait for; about the StatefulSet itself where there is none."""
    if not waiting:
        return f"{kubectl.describe(stateful_set.reference)}; its events tell what it waits for"
    if outdated:
        return f"kubectl delete pod {waiting[0].name} -n {stateful_set.namespace}; it comes back as the template is now"
    return f"{kubectl.describe(waiting[0].reference)}; the others follow"


def _is_of_abandoned_revision(stateful_set: Object, pod: Object) -> bool:
    """Say whether a pod was made of a template between the one that was before and the one that is wanted now."""
    known = (stateful_set.text("status.currentRevision"), stateful_set.text("status.updateRevision"))
    return all(known) and pod.labels.get(_REVISION_OF_POD, known[0]) not in known


def _is_of_two_revisions(stateful_set: Object) -> bool:
    current, update = stateful_set.text("status.currentRevision"), stateful_set.text("status.updateRevision")
    by_hand = stateful_set.text("spec.updateStrategy.type") == "OnDelete" or stateful_set.number(
        "spec.updateStrategy.rollingUpdate.partition"
    )
    return bool(by_hand) and bool(update) and current != update


def _daemon_set(seen: Snapshot, daemon_set: Object) -> Iterator[Finding]:
    wanted, ready = daemon_set.number("status.desiredNumberScheduled"), daemon_set.number("status.numberReady")
    updated = daemon_set.number("status.updatedNumberScheduled")
    if _is_unobserved(seen, daemon_set):
        yield _unobserved(seen, daemon_set)
    elif ready < wanted and not _are_starting(seen, daemon_set, wanted):
        yield _short_of_pods(seen, daemon_set, ready, wanted)
    elif updated < wanted and daemon_set.text("spec.updateStrategy.type") == "OnDelete":
        yield _by_hand(daemon_set, updated, wanted)


def _replica_set(seen: Snapshot, replica_set: Object) -> Iterator[Finding]:
    wanted, ready = replica_set.number("spec.replicas", 1), replica_set.number("status.readyReplicas")
    failure = replica_set.condition("ReplicaFailure")
    if failure.text("status") == "True":
        yield _refused(seen, replica_set, failure.text("message"), failure.quote("reason", "message"))
    elif ready < wanted:
        yield _unavailable(seen, replica_set, ready, wanted)


def _short_of_pods(seen: Snapshot, daemon_set: Object, ready: int, wanted: int) -> Finding:
    """A DaemonSet has no condition for pods that are refused; its events tell, while it has fewer than it wants."""
    refused = seen.events_of(daemon_set, "FailedCreate")
    if refused and len(seen.owned_by(PODS, daemon_set)) < wanted:
        return _refused(seen, daemon_set, refused[0].text("message"), _counts(daemon_set))
    return _unavailable(seen, daemon_set, ready, wanted)


def _unavailable(seen: Snapshot, workload: Object, ready: int, wanted: int) -> Finding:
    members = _newest_pods(seen, workload) if workload.resource is DEPLOYMENTS else seen.owned_by(PODS, workload)
    missing = podstate.unready(members)
    reasons = _reasons(seen, missing)
    return UNAVAILABLE.found(
        workload,
        f"{ready}/{wanted} ready" + (f": {next(iter(reasons.values()))}" if reasons else ""),
        evidence={"ready": f"{ready}/{wanted}", **_counts(workload), **reasons},
        next=f"{kubectl.describe((missing[0] if missing else workload).reference)}; its events tell what it waits for",
        blames=podstate.explained_by(*missing),
        severity=Severity.WARNING if ready else None,
    )


def _refused(seen: Snapshot, workload: Object, message: str, evidence: Mapping[str, str]) -> Finding:
    refusal = Refusal(workload.reference, message)
    return PODS_NOT_CREATED.found(
        workload,
        f"its pods are refused (FailedCreate): {excerpts.first(message)}",
        evidence={**evidence, **_counts(workload)},
        next=refusal.remedy(seen),
        cause=refusal.by_whom(seen),
    )


def _by_hand(workload: Object, updated: int, wanted: int) -> Finding:
    return WAITS_FOR_HAND.found(
        workload,
        f"{updated} of {wanted} pods are of the latest revision; the update strategy leaves the others as they are",
        evidence=workload.quote("spec.updateStrategy", "status.currentRevision", "status.updateRevision"),
        next=f"kubectl get pods -n {workload.namespace} --show-labels; delete the older ones or lower the partition, "
        "when the new revision is to be everywhere",
    )


def _history(seen: Snapshot, deployment: Object) -> Exhibit:
    revisions = sorted(
        seen.owned_by(REPLICA_SETS, deployment),
        key=_revision,
        reverse=True,
    )
    rows = tuple(
        (
            each.annotations.get(_REVISION, "?"),
            each.name,
            _images(each),
            f"{each.number('status.readyReplicas')}/{each.number('spec.replicas')}",
            seen.age(each.created),
            each.annotations.get(_CHANGE_CAUSE, ""),
        )
        for each in revisions
    )
    return Exhibit(
        f"Revisions of {deployment.reference.spoken}",
        ("revision", "replica set", "images", "ready", "age", "cause"),
        rows,
    )


def _revision(replica_set: Object) -> int:
    written = replica_set.annotations.get(_REVISION, "")
    return int(written) if written.isdecimal() else 0


def _newest_pods(seen: Snapshot, deployment: Object) -> list[Object]:
    """Return the pods of a Deployment's latest revision, or all of its pods when its ReplicaSets were not read."""
    owned = seen.owned_by(REPLICA_SETS, deployment)
    if not owned:
        wanted = deployment.mapping("spec.selector.matchLabels")
        return [pod for pod in seen.all(PODS, deployment.namespace) if wanted and wanted.items() <= pod.labels.items()]
    revision = deployment.annotations.get(_REVISION, "")
    newest = next((each for each in owned if each.annotations.get(_REVISION) == revision), owned[-1])
    return seen.owned_by(PODS, newest)


def _all_pods(seen: Snapshot, workload: Object) -> list[Object]:
    """Return the pods of a workload, of whatever revision."""
    makers = seen.owned_by(REPLICA_SETS, workload) if workload.resource is DEPLOYMENTS else [workload]
    return [pod for maker in makers for pod in seen.owned_by(PODS, maker)]


def _reasons(seen: Snapshot, members: Sequence[Object], most: int = 3) -> dict[str, str]:
    return {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in members[:most]}


def _counts(workload: Object) -> dict[str, str]:
    return workload.quote(
        "spec.replicas",
        "status.replicas",
        "status.updatedReplicas",
        "status.readyReplicas",
        "status.desiredNumberScheduled",
        "status.numberReady",
    )


def _images(workload: Object) -> str:
    return ", ".join(container.text("image") for container in workload.each("spec.template.spec.containers"))


def _share(text: str, replicas: int, *, up: bool) -> int:
    """Return a count or a percentage of replicas as a count; a surge is rounded up, what may be missing down."""
    if not text.endswith("%"):
        return int(text) if text.isdigit() else 1
    percent = int(text[:-1]) if text[:-1].isdigit() else 100
    return -(-replicas * percent // 100) if up else replicas * percent // 100


def _ordinal(pod_name: str) -> int:
    number = pod_name.rpartition("-")[2]
    return int(number) if number.isdigit() else 0
