"""The log of one container."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import re2

from diagnostics import containers, podstate
from diagnostics.containers import Container, Role
from diagnostics.errors import ParameterInvalid
from diagnostics.finding import Exhibit, Unread
from diagnostics.objects import Object
from diagnostics.registry import Saying, check
from diagnostics.resources import PODS
from diagnostics.snapshot import Log, Snapshot

_MOST_LINES = 2_000
_MOST_PODS = 20
_NAMED = 3
"""Pods that are named of those whose log was not taken."""

_WELL = 2
"""The rank of a pod of which nothing is wrong; those below it are read, the unwell first."""

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.case_sensitive = False


@check("logs", subject=PODS, needs=(PODS,), swept=False)
def logs(
    seen: Snapshot,
    *,
    container: Annotated[str, "the container; otherwise the one that fails, or the pod's first"] = "",
    previous: Annotated[bool, "the run before the last restart"] = False,
    tail: Annotated[int, "how many lines from the end"] = 100,
    grep: Annotated[str, "only lines that meet this regular expression, in upper or lower case"] = "",
) -> Iterable[Saying]:
    """The last lines of one container's log, with secrets masked.

    Of the pods in question the one that fails is taken, or else the newest; of its containers likewise. Without a name
    only a pod that fails is, and where none does the pods are listed. When a container has not written since its last
    start, the run before is shown.
    """
    expression = _compiled(grep)
    pods = _most_wanted_first(seen)
    if not pods:
        yield _listed(seen)
        return
    pod = pods[0]
    chosen = _chosen(pod, container)
    log, is_previous = _read(seen, pod, chosen, previous, tail)
    if log.unread:
        yield Unread(log.unread)
        return
    lines = [line for line in log.lines if expression is None or expression.search(line)]
    run = ", the run before" if is_previous else ""
    what = f"{pod.reference.spoken}{_why_taken(seen, pods)}, {chosen.spoken}{run}"
    yield Exhibit(_title(what, log, grep, len(lines)), ("log",), (("\n".join(lines),),) if lines else ())


def _most_wanted_first(seen: Snapshot) -> list[Object]:
    """Return the pods whose log may be wanted: those that crash, then those not ready, the newest of each first.

    Of a question without a name those that are well are left out: there would be no reason to take one of them.
    """
    by_age = sorted(seen.within(PODS), key=lambda pod: pod.text("metadata.creationTimestamp"), reverse=True)
    return sorted((pod for pod in by_age if seen.target.name or _well(pod) < _WELL), key=_well)


def _why_taken(seen: Snapshot, pods: Sequence[Object]) -> str:
    """Return why the first of several pods was taken, and which the others are; '' for one that was named."""
    taken, *others = pods
    if taken.name == seen.target.name:
        return ""
    words = {0: "it crashes: ", 1: "it is not ready: "}.get(_well(taken), "")
    reason = f"{words}{podstate.why_not_ready(seen, taken)}" if words else f"the newest of {len(pods)}"
    names = ", ".join(pod.name if seen.target.namespace else f"{pod.namespace}/{pod.name}" for pod in others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    also = f"; beside it {names}{more}" if others else ""
    return f" ({reason}{also})" if words or others else ""


def _listed(seen: Snapshot) -> Exhibit:
    """Return the pods of which one may be named, those that were restarted first, then the newest."""
    pods = sorted(seen.within(PODS), key=lambda pod: pod.text("metadata.creationTimestamp"), reverse=True)
    rows = [
        (
            f"{pod.namespace}/{pod.name}",
            ", ".join(each.name for each in containers.of(pod) if each.role is not Role.INIT),
            str(_restarts(pod)),
            seen.age(pod.created),
        )
        for pod in sorted(pods, key=_restarts, reverse=True)
    ]
    if not rows:
        return Exhibit(f"There are no pods in {seen.target}", ("pod",), ())
    some = f" ({_MOST_PODS} of {len(rows)} are listed)" if len(rows) > _MOST_PODS else ""
    return Exhibit(
        f"No pod of {seen.target} fails; name one to see its log{some}: logs {rows[0][0]}",
        ("pod", "containers", "restarts", "age"),
        tuple(rows[:_MOST_PODS]),
    )


def _restarts(pod: Object) -> int:
    return sum(each.restarts for each in containers.of(pod))


def _well(pod: Object) -> int:
    """Return how well a pod is, nought for one that crashes."""
    if podstate.is_ready(pod) or podstate.is_finished(pod):
        return _WELL
    return 0 if any(map(_fails, containers.of(pod))) else 1


def _chosen(pod: Object, name: str) -> Container:
    known = containers.of(pod)
    if not name:
        name = next((each.name for each in known if _fails(each)), "") or pod.annotations.get(_DEFAULT_CONTAINER, "")
    main = [each for each in known if each.role is Role.MAIN]
    for each in known if name else main[:1]:
        if name in ("", each.name):
            return each
    raise ParameterInvalid(
        f"{pod.reference.spoken} has no container {name!r}; it has {', '.join(each.name for each in known) or 'none'}"
    )


def _fails(container: Container) -> bool:
    if container.role is Role.INIT:
        return not container.ended_well or container.is_crashing
    return container.is_crashing or (bool(container.ended) and not container.ended_well and not container.is_ready)


def _compiled(grep: str) -> "re2._Regexp[str] | None":
    try:
        return re2.compile(grep, _OPTIONS) if grep else None
    except re2.error as error:
        raise ParameterInvalid(f"--grep {grep!r} is not a regular expression of RE2: {error}") from error


def _read(seen: Snapshot, pod: Object, container: Container, previous: bool, tail: int) -> tuple[Log, bool]:
    """Return the log, and whether it is of the run before; a container that has just been restarted has none yet."""
    lines = max(1, min(tail, _MOST_LINES))
    log = seen.logs(pod, container.name, previous=previous, tail=lines)
    if log or previous or not container.restarts:
        return log, previous
    before = seen.logs(pod, container.name, previous=True, tail=lines)
    return (before, True) if before else (log, False)


def _title(what: str, log: Log, grep: str, found: int) -> str:
    if not log:
        return f"{what}: has written nothing"
    return f"{what}: {found} of the last {len(log.lines)} lines meet {grep!r}" if grep else what
