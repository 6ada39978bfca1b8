"""How a pod is, in the few words that kubectl would show and the reason behind them."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from diagnostics import claimobstacles, containers, excerpts, owners, probes, scheduling
from diagnostics.containers import Role
from diagnostics.objects import Object, Reference
from diagnostics.snapshot import Snapshot

_TIME_TO_START = timedelta(seconds=45)
_TIME_TO_PREPARE = timedelta(minutes=2)
"""What pulling images and running init containers may take before somebody asks."""

_UNREAD_YET = "cache: timed out waiting for the condition"


def is_ready(pod: Object) -> bool:
    """Say whether a pod takes part: Ready, and not going."""
    return not pod.is_going and pod.condition("Ready").text("status") == "True"


def is_starting(seen: Snapshot, pod: Object) -> bool:
    """Say whether a pod was made a moment ago and nothing of it has failed yet: in any rollout some are.

    A probe that fails is no failure as long as it lets the container take its time, nor is a node that came late.
    """
    if pod.is_going or pod.created is None or _is_warned_of_more(seen, pod):
        return False
    members = containers.of(pod)
    if any(not each.ended_well or each.restarts or not each.is_underway for each in members):
        return False
    running = [each for each in members if each.role is not Role.INIT and each.status.has("state.running")]
    if running:
        return all(each.is_ready or probes.is_given_time(seen, each) for each in running)
    return seen.since(pod.created) < (_TIME_TO_PREPARE if pod.has("spec.nodeName") else _TIME_TO_START)


def is_leaving(seen: Snapshot, pod: Object) -> bool:
    """Say whether a pod was deleted and still has the time that it was given to end, or had it a moment ago."""
    return pod.is_going and seen.since(pod.time("metadata.deletionTimestamp")) < _TIME_TO_START


def is_of_a_moment(event: Object) -> bool:
    """Say whether a warning tells that a kubelet has yet to read the ConfigMaps and Secrets of a pod that it was given.

    That passes by itself; what really is missing is told in other words.
    """
    return _UNREAD_YET in event.text("message")


def _is_warned_of_more(seen: Snapshot, pod: Object) -> bool:
    """Say whether a warning about a pod tells of more than that it had no node at first, or that it is not ready."""
    passing = {"Unhealthy", "FailedScheduling"} if pod.has("spec.nodeName") else {"Unhealthy"}
    return any(
        event.text("type") == "Warning" and event.text("reason") not in passing and not is_of_a_moment(event)
        for event in seen.events_of(pod)
    )


def is_finished(pod: Object) -> bool:
    """Say whether a pod has done what it was made for, or failed for good."""
    return pod.text("status.phase") in ("Succeeded", "Failed")


def is_unwell(pod: Object) -> bool:
    """Say whether a pod neither takes part nor has done what it was made for."""
    return not is_ready(pod) and pod.text("status.phase") != "Succeeded"


def unready(pods: Iterable[Object]) -> list[Object]:
    """Return the pods that ought to take part and do not."""
    return [pod for pod in pods if not is_ready(pod) and not is_finished(pod)]


def explained_by(*pods: Object) -> tuple[Reference, ...]:
    """Return the objects that findings on pods may stand on: each itself, and the workload that it is one of."""
    return tuple(cause for pod in pods for cause in (pod.reference, owners.workload_of(pod)))


def why_not_ready(seen: Snapshot, pod: Object) -> str:
    """Return why a pod is not ready: `CrashLoopBackOff (exit code 1)`, `Readiness probe failed: …`, `Pending: …`."""
    if pod.is_going:
        return "Terminating"
    if pod.text("status.reason"):
        return f"{pod.text('status.reason')}: {excerpts.first(pod.text('status.message'))}"
    scheduled = pod.condition("PodScheduled")
    if not pod.has("spec.nodeName"):
        reasons = scheduling.without_preemption(scheduled.text("message")) or _unsaid(seen, pod)
        return f"Pending: {excerpts.first(reasons)}"
    return next(_container_reasons(pod), "") or _event_reason(seen, pod) or _underway(seen, pod)


def _unsaid(seen: Snapshot, pod: Object) -> str:
    awaited = claimobstacles.awaited(seen, pod)
    if awaited is None:
        return "the scheduler has not looked at it"
    return f"it waits for the volume of {awaited.claims[0].name} on {awaited.node}"


def _container_reasons(pod: Object) -> Iterator[str]:
    for container in containers.of(pod):
        prefix = "Init:" if container.role is Role.INIT else ""
        if container.is_crashing:
            yield f"{prefix}CrashLoopBackOff (exit code {container.ended.number('exitCode')})"
        elif not container.is_underway:
            said = excerpts.first(container.status.text("state.waiting.message"))
            yield f"{prefix}{container.waits_for}" + (f": {said}" if said else "")
        elif container.status.has("state.terminated") and not container.ended_well:
            yield f"{prefix}{container.name} ended (exit code {container.ended.number('exitCode')})"
        elif container.role is Role.INIT and container.status.has("state.running"):
            yield f"Init:{container.name} has not ended yet"


def _underway(seen: Snapshot, pod: Object) -> str:
    """Say how long a pod is on its way of which nobody says why: not made, or not ready."""
    waiting = next((each.waits_for for each in containers.of(pod) if each.waits_for), "")
    if waiting:
        return f"{waiting} for {seen.age(pod.created)}"
    return f"not ready for {seen.age(pod.condition('Ready').time('lastTransitionTime') or pod.created)}"


def _event_reason(seen: Snapshot, pod: Object) -> str:
    events = seen.events_of(pod)
    return excerpts.first(events[0].text("message")) if events else ""
