"""The logs of pods, which are read when a check asks for them."""

from diagnostics import errors, kubectl, owners, podstate
from diagnostics.budget import Budget
from diagnostics.needs import LOGS, Document, Need
from diagnostics.objects import Object, Reference
from diagnostics.snapshot import Log
from diagnostics.source import Source

_NAMED = 3
"""Pods that are named of those whose logs were left."""


class PodLogs:
    """Reads each log once; after one that hangs or is forbidden no other is tried, and none after many requests."""

    def __init__(self, source: Source, budget: Budget, unread: dict[Need | Document, str]) -> None:
        self._source = source
        self._budget = budget
        self._unread = unread
        self._read: dict[tuple[Reference, str, bool, int], Log] = {}
        self._left: dict[Reference, str] = {}
        """Pods that are unwell and whose logs were left, one of a workload, with the command that shows each."""
        self._told: set[Reference] = set()
        """Workloads of which a log was read or is said to be left: their other pods write the same."""

    def __call__(self, pod: Object, container: str, previous: bool, tail: int) -> Log:
        """Return the end of a log, or the sentence that says why there is none."""
        key = (pod.reference, container, previous, tail)
        if key not in self._read:
            self._read[key] = self._read_or_leave(pod, container, previous, tail)
        return self._read[key]

    def _read_or_leave(self, pod: Object, container: str, previous: bool, tail: int) -> Log:
        if LOGS in self._unread and not self._left:
            return Log(unread=self._unread[LOGS])
        if self._budget.is_costly:
            return self._leave(pod, previous)
        return self._fetch(pod, container, previous, tail)

    def _leave(self, pod: Object, previous: bool) -> Log:
        """Leave a log, and say so where its pod is unwell: what a pod that is well writes is seldom missed."""
        workload = owners.workload_of(pod)
        if podstate.is_unwell(pod) and workload not in self._told:
            self._told.add(workload)
            self._left[pod.reference] = kubectl.logs(pod, previous=previous)
            self._unread[LOGS] = self._said_of_left()
        return Log(unread=f"no log is read after so many requests ({self._budget.spent})")

    def _said_of_left(self) -> str:
        names = [f"{pod.namespace}/{pod.name}" for pod in self._left]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        one = len(names) == 1
        return (
            f"the logs of {'a pod that is' if one else 'pods that are'} not well were left unread, to spare the API "
            f"server after {self._budget.spent} requests: {', '.join(names[:_NAMED])}{more}; "
            f"to read {'them' if one else 'the first'}: {next(iter(self._left.values()))}"
        )

    def _fetch(self, pod: Object, container: str, previous: bool, tail: int) -> Log:
        try:
            found = self._source.logs(pod.namespace, pod.name, container, self._budget, previous=previous, tail=tail)
        except (errors.Unreachable, errors.Forbidden, errors.BudgetSpent) as error:
            self._unread[LOGS] = str(error)
            return Log(unread=str(error))
        except (errors.ClusterError, errors.NameInvalid) as error:
            return Log(unread=str(error))
        self._told.add(owners.workload_of(pod))
        return Log(found.decode("utf-8", "replace").splitlines())
