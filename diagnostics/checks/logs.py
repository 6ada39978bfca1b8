"""The log of one container."""

from collections.abc import Iterable
from typing import Annotated

import re2

from diagnostics import containers, podstate
from diagnostics.containers import Container, Role
from diagnostics.errors import ParameterInvalid
from diagnostics.finding import Exhibit
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import PODS
from diagnostics.snapshot import Log, Snapshot

_MOST_LINES = 2_000
_WELL = 2
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
) -> Iterable[Exhibit]:
    """The last lines of one container's log, with secrets masked.

    Of the pods in question the one that fails is taken, or else the newest; of its containers likewise. Without a name
    only a pod that fails is. When a container has not written since its last start, the run before is shown.
    """
    expression = _compiled(grep)
    pod = _most_wanted(seen)
    if pod is None:
        yield Exhibit(f"No pod of {seen.target} fails; name one to see its log: logs <namespace>/<name>", ("log",), ())
        return
    chosen = _chosen(pod, container)
    log, is_previous = _read(seen, pod, chosen, previous, tail)
    lines = [line for line in log.lines if expression is None or expression.search(line)]
    yield Exhibit(
        _title(pod, chosen, log, is_previous=is_previous, grep=grep, found=len(lines)),
        ("log",),
        (("\n".join(lines),),) if lines else (),
    )


def _most_wanted(seen: Snapshot) -> Object | None:
    """Return the pod whose log is most likely wanted: one that crashes, then one not ready, the newest of each."""
    by_age = sorted(seen.within(PODS), key=lambda pod: pod.text("metadata.creationTimestamp"), reverse=True)
    wanted = by_age if seen.target.name else [pod for pod in by_age if _well(pod) < _WELL]
    return min(wanted, key=_well, default=None)


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


def _title(pod: Object, container: Container, log: Log, *, is_previous: bool, grep: str, found: int) -> str:
    run = ", the run before" if is_previous else ""
    what = f"{pod.reference.spoken}, {container.spoken}{run}"
    if log.unread:
        return f"No log of {what}: {log.unread}"
    if not log:
        return f"{what}: has written nothing"
    return f"{what}: {found} of the last {len(log.lines)} lines meet {grep!r}" if grep else what
