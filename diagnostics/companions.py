"""Containers that stand beside the work of a Job, and keep it from ending when they do not end with it."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from diagnostics import containers, jobstate, kubectl
from diagnostics.containers import Container, Role
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object
from diagnostics.resources import PODS
from diagnostics.snapshot import Snapshot

HELD = Code(
    "jobs.held-by-companion",
    Severity.WARNING,
    "The work of a Job is done, and a container beside it runs on, so that the Job never ends",
)

_COMPANION = re.compile(r"(?i)proxy|envoy|istio|linkerd|vault|agent|sidecar|fluent|filebeat|otel|collector|exporter")
"""Containers that serve others and end when they are told to."""

_TIME_TO_END = timedelta(minutes=10)


def holding(seen: Snapshot, job: Object) -> Iterator[Finding]:
    """Say that a proxy or an agent runs on beside work that is done; any other container may be work, too."""
    for pod in () if jobstate.has_ended(job) else seen.owned_by(PODS, job):
        main = [each for each in containers.of(pod) if each.role is Role.MAIN]
        running = [each for each in main if each.status.has("state.running")]
        ended = max((at for each in main if (at := each.status.time("state.terminated.finishedAt"))), default=None)
        if running and all(map(_is_companion, running)) and seen.since(ended) > _TIME_TO_END:
            yield _held(job, pod, running, seen.age(ended))
            return


def _is_companion(container: Container) -> bool:
    return _COMPANION.search(f"{container.name} {container.spec.text('image')}") is not None


def _held(job: Object, pod: Object, running: Sequence[Container], since: str) -> Finding:
    names = ", ".join(each.name for each in running)
    return HELD.found(
        job,
        f"its work ended {since} ago, and it does not: {names} runs on beside it in {pod.name}",
        evidence={
            **job.quote("status.active", "status.startTime"),
            **{path: value for each in running for path, value in each.status.quote("state.running.startedAt").items()},
        },
        next=f"{kubectl.get(pod.reference, as_yaml=True)}; make {names} a sidecar (an init container with "
        "restartPolicy: Always), which ends with the work",
    )
