"""Reading what checks want, each thing once, within a budget."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from diagnostics import errors
from diagnostics.budget import Budget
from diagnostics.needs import Document, Need
from diagnostics.objects import Object
from diagnostics.podlogs import PodLogs
from diagnostics.resources import API_SERVICES, Resource
from diagnostics.selection import Selection
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source
from diagnostics.target import Target

Progress = Callable[[str], None]
"""Told in a few words what is being read."""

_AT_ONCE = 8
"""Lists that are read side by side: as many as there are connections to a cluster (`cluster.CALLS_AT_ONCE`)."""

_Key = tuple[Resource, Selection]


def silent(_words: str) -> None:
    """Tell nobody."""


def collect(
    source: Source,
    target: Target,
    wanted: Iterable[Need | Document],
    budget: Budget,
    progress: Progress = silent,
    *,
    is_sweep: bool = False,
) -> Snapshot:
    """Read what is wanted and return it, with a sentence for each thing that could not be read.

    What needs nothing else is read at once; what is narrowed by something read before comes after it. Whatever goes
    wrong with one thing leaves the others as they are. `is_sweep` says that nobody asked for one check: what a cluster
    may lack is then read last, and only where the list of its APIs, which a sweep reads anyway, has it.
    """
    wishes = list(dict.fromkeys(wanted))
    needs = [wish for wish in wishes if isinstance(wish, Need)]
    later = {need for need in needs if _waits(need, target) or (is_sweep and need.optional)}
    documents = [wish for wish in wishes if isinstance(wish, Document)]
    reading = _Reading(source, target, budget, progress, is_sweep=is_sweep)
    reading.read([need for need in needs if need not in later], documents)
    reading.read([need for need in needs if need in later and reading.may_serve(need)], [])
    return reading.snapshot()


def _waits(need: Need, target: Target) -> bool:
    return bool(target.name) and need.after is not None


class _Reading:
    """What was read so far for one question."""

    def __init__(self, source: Source, target: Target, budget: Budget, progress: Progress, *, is_sweep: bool) -> None:
        self._source = source
        self._target = target
        self._budget = budget
        self._progress = progress
        self._is_sweep = is_sweep
        self._lists: dict[_Key, list[Object]] = {}
        self._failures: dict[_Key, errors.DiagnosticsError] = {}
        self._documents: dict[str, str] = {}
        self._unread: dict[Need | Document, str] = {}

    def read(self, needs: list[Need], documents: list[Document]) -> None:
        """Read needs and documents side by side."""
        plan = _plan(needs, self.snapshot())
        keys = sorted(set(plan.values()) - self._lists.keys(), key=str)
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="collector") as workers:
            reads = [workers.submit(self._list, key) for key in keys]
            reads += [workers.submit(self._document, document) for document in documents]
        for read in reads:
            read.result()
        for need, key in plan.items():
            failure = self._failures.get(key)
            if failure and not (need.optional and isinstance(failure, errors.NotServed)):
                self._unread[need] = str(failure)

    def may_serve(self, need: Need) -> bool:
        """Say whether the cluster has the API of a need, as far as the list of its APIs was read."""
        served = {
            service.name
            for (resource, _), found in self._lists.items()
            if resource is API_SERVICES
            for service in found
        }
        return not need.optional or not served or f"{need.resource.version}.{need.resource.group}" in served

    def snapshot(self) -> Snapshot:
        """Return what was read so far."""
        objects: dict[Resource, dict[str, Object]] = defaultdict(dict)
        for (resource, _), found in self._lists.items():
            objects[resource].update((thing.uid or f"{thing.namespace}/{thing.name}", thing) for thing in found)
        return Snapshot(
            {resource: found.values() for resource, found in objects.items()},
            target=self._target,
            taken_at=self._source.now(),
            unread=self._unread,
            documents=self._documents,
            logs=PodLogs(self._source, self._budget, self._unread),
            is_sweep=self._is_sweep,
        )

    def _list(self, key: _Key) -> None:
        resource, selection = key
        self._progress(f"reading {resource}")
        try:
            found = self._source.read(resource, selection, self._budget)
        except errors.ClusterError as error:
            self._failures[key] = error
            return
        except errors.BudgetSpent as error:
            self._failures[key] = _not_read(str(resource), error)
            return
        self._lists[key] = [Object(raw, resource) for raw in found]

    def _document(self, document: Document) -> None:
        try:
            self._documents[document.path] = self._source.document(document.path, self._budget)
        except errors.ClusterError as error:
            self._unread[document] = str(error)
        except errors.BudgetSpent as error:
            self._unread[document] = str(_not_read(document.path, error))


def _not_read(thing: str, spent: errors.BudgetSpent) -> errors.BudgetSpent:
    """Return the error with what it kept from being read."""
    return errors.BudgetSpent(f"not read: {thing}; {spent}")


def _plan(needs: Iterable[Need], seen: Snapshot) -> dict[Need, _Key]:
    """Return what to read for each need; a list of the whole cluster serves every namespace."""
    plan = {need: (need.resource, _selection(need, seen)) for need in needs}
    return {need: _widest(resource, selection, set(plan.values())) for need, (resource, selection) in plan.items()}


def _widest(resource: Resource, selection: Selection, planned: set[_Key]) -> _Key:
    """Return the widest list among those planned that holds what is selected."""
    candidates = (Selection(), Selection(fields=selection.fields), selection)
    return next((resource, wider) for wider in candidates if (resource, wider) in planned)


def _selection(need: Need, seen: Snapshot) -> Selection:
    narrowed = need.narrowing(seen) if need.narrowing and seen.target.name else None
    if narrowed:
        return narrowed
    if need.namespace:
        return Selection(need.namespace, fields=need.fields)
    return Selection(
        "" if need.everywhere or not need.resource.namespaced else seen.target.namespace, fields=need.fields
    )
