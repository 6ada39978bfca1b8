"""Pods that do not do what they were made for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostics import clues, excerpts, needs, owners, podtrouble, podtroubles, remedies
from diagnostics.finding import Finding
from diagnostics.objects import Object, Reference
from diagnostics.podtrouble import Trouble
from diagnostics.registry import check
from diagnostics.resources import NODES, POD_METRICS, PODS
from diagnostics.snapshot import Snapshot

CODES = podtrouble.CODES

_MOST_LOGS_OF_RUNNING = 6
"""Logs of containers that run and are not ready; a sweep has others to read, too."""

_MOST_NAMES = 5
"""Pods that are named of those with the same trouble; a DaemonSet has as many as there are nodes."""

_OF_NAMED_PODS = "StatefulSet"
"""The kind of workload whose pods have names that people know: `kafka-1`."""


@check(
    "pods",
    subject=PODS,
    needs=(PODS,),
    helps=(needs.about(PODS), NODES, needs.if_served(POD_METRICS)),
    codes=CODES,
)
def pods(seen: Snapshot) -> Iterable[Finding]:
    """Pods that crash, wait, are not ready, were evicted or do not go, told once for each workload.

    A crash comes with its exit code and the last telling lines of its log, an OOM kill with the limit, a pod that no
    node takes with what the scheduler's reason means. Completed pods and pods of Jobs that failed are left to `jobs`.
    """
    shared = [
        each
        for workload, members in owners.by_workload(seen.within(PODS)).items()
        for each in _alike(workload, members, _troubles(seen, members))
    ]
    running = [each for each in shared if each.is_running]
    yield from (_told_once(seen, each) for each in shared if not each.is_running)
    for position, each in enumerate(running):
        yield _told_once(seen, each, with_log=position < _MOST_LOGS_OF_RUNNING or not seen.spares_logs)


def _troubles(seen: Snapshot, members: Sequence[Object]) -> Iterator[Trouble]:
    for pod in members:
        yield from podtroubles.of(seen, pod, members)


@dataclass(frozen=True)
class Shared:
    """The same trouble of one or more of a workload's pods, of which there are `total`."""

    workload: Reference
    troubles: Sequence[Trouble]
    total: int

    @property
    def is_running(self) -> bool:
        """Whether the container runs, so that its log is of the present."""
        return self.troubles[0].code in (podtrouble.NOT_READY, podtrouble.INIT_LASTS)

    @property
    def may_log_in_peace(self) -> bool:
        """Whether the log need not speak of any failure; of what others wait for, any line tells how far it is."""
        return self.troubles[0].code is podtrouble.NOT_READY

    @property
    def subject(self) -> Object | Reference:
        """Whom to tell it of: the workload, unless one pod of several has it and people know that pod by its name."""
        alone = len(self.troubles) == 1 < self.total
        return self.troubles[0].pod if alone and self.workload.kind == _OF_NAMED_PODS else self.workload


def _alike(workload: Reference, members: Sequence[Object], troubles: Iterable[Trouble]) -> list[Shared]:
    alike: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in troubles:
        alike.setdefault((trouble.code.id, trouble.container), []).append(trouble)
    return [Shared(workload, group, len(members)) for group in alike.values()]


def _told_once(seen: Snapshot, shared: Shared, *, with_log: bool = True) -> Finding:
    first = _with_log(seen, shared) if with_log else shared.troubles[0]
    several = f" ({len(shared.troubles)} of {shared.total} pods)" if shared.total > 1 else ""
    return first.code.found(
        shared.subject,
        first.title + several,
        evidence={"pod": _names([trouble.pod for trouble in shared.troubles]), **first.evidence},
        next=first.next,
        severity=first.severity,
        cause=first.cause,
        blames=tuple(dict.fromkeys(blame for trouble in (first, *shared.troubles) for blame in trouble.blames)),
    )


def _names(pods_: Sequence[Object]) -> str:
    more = f" and {len(pods_) - _MOST_NAMES} more" if len(pods_) > _MOST_NAMES else ""
    return ", ".join(pod.name for pod in pods_[:_MOST_NAMES]) + more


def _with_log(seen: Snapshot, shared: Shared) -> Trouble:
    """Return a trouble with the log lines that tell why, and whom they point at.

    They are read for one pod of those alike, since each log is a request.
    """
    trouble = shared.troubles[0]
    container = trouble.log_of
    if container is None:
        return trouble
    log = seen.logs(trouble.pod, container.name, previous=container.log_is_previous and not shared.is_running)
    lines = excerpts.failures(log.lines) if shared.may_log_in_peace else excerpts.telling(log.lines)
    quoted = {"log": "\n".join(lines)} if lines else {}
    lead = "; its log: " if shared.is_running else ": "
    said = "".join(f"{lead}{excerpts.saying(line, 200)}" for line in lines[-1:])
    return replace(
        trouble,
        title=f"{trouble.title}{said}",
        next=trouble.next if shared.is_running else _mended(trouble.next, lines),
        evidence={**trouble.evidence, **(quoted if shared.may_log_in_peace else excerpts.of_log(log))},
        blames=(*clues.blamed(seen, trouble.pod, log.lines), *trouble.blames),
    )


def _mended(remedy: str, lines: Sequence[str]) -> str:
    """Return what to do, in the place of the general remedy what the last words of a program call for."""
    command, _, general = remedy.partition("; ")
    return f"{command}; {remedies.of(' '.join(lines[-1:]), remedies.OF_LOGS, general)}" if general else remedy
