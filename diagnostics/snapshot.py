"""What was read of a cluster, once; and what could not be read, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from diagnostics import eventtimes, selectors, times
from diagnostics.needs import Document, Need
from diagnostics.objects import Object, Reference
from diagnostics.resources import EVENTS, NODES, PODS, Resource
from diagnostics.target import Target

FAILURES_WORTH_SAYING = 3
"""One failure and a success after it are an ordinary change."""

RETRIED_WITHIN = timedelta(minutes=20)
"""Controllers of load balancers try again after 17 minutes at most."""

LogReader = Callable[[Object, str, bool, int], "Log"]
"""Pod, container, whether the run before is meant, how many lines."""


class Log:
    """The last lines of a container's log, or the sentence that says why there are none."""

    def __init__(self, lines: Sequence[str] = (), unread: str = "") -> None:
        self.lines = tuple(lines)
        self.unread = unread

    def __bool__(self) -> bool:
        """Say whether there is any line."""
        return bool(self.lines)


def no_logs(_pod: Object, _container: str, _previous: bool, _tail: int) -> Log:
    """Stand for the logs of a snapshot that has none."""
    return Log(unread="this snapshot has no logs")


class Snapshot:
    """Objects by resource, as they stood at one moment, and the question that they were read for.

    `within` gives what the question is about, `all` everything that was read beside it. What was not read is empty in
    both; a check is not run when something that it `needs` was not read, so it need not ask.
    """

    def __init__(
        self,
        objects: Mapping[Resource, Iterable[Object]],
        *,
        target: Target,
        taken_at: datetime,
        unread: Mapping[Need | Document, str] = MappingProxyType({}),
        documents: Mapping[str, str] = MappingProxyType({}),
        logs: LogReader = no_logs,
        is_sweep: bool = False,
    ) -> None:
        self._objects = {resource: tuple(found) for resource, found in objects.items()}
        self.target = target
        self.taken_at = taken_at
        self.unread = unread
        self.spares_logs = is_sweep and not target.name
        """Whether a log wants a suspicion to be read: the question names neither a check nor a thing."""
        self._documents = documents
        self._logs = logs

    def all(self, resource: Resource, namespace: str = "") -> Sequence[Object]:
        """Return everything that was read of a resource, or what of it is in one namespace."""
        return self._by_namespace.get((resource, namespace), ()) if namespace else self._objects.get(resource, ())

    def within(self, resource: Resource) -> list[Object]:
        """Return the objects of a resource that the question is about."""
        near = self.all(resource, self.target.namespace if resource.namespaced else "")
        return [thing for thing in near if self.target.covers(thing)]

    def pods_labelled(self, namespace: str, wanted: Mapping[str, str]) -> list[Object]:
        """Return the pods in a namespace that have all of the labels that a selector wants; it wants some."""
        having_one = (self._by_label.get((namespace, key, value), []) for key, value in wanted.items())
        return [pod for pod in min(having_one, key=len) if selectors.is_part_of(wanted, pod.labels)]

    def find(self, resource: Resource, namespace: str, name: str) -> Object | None:
        """Return an object by its name, None when it was not read or does not exist."""
        return self._by_name.get((resource, namespace, name))

    def get(self, reference: Reference) -> Object | None:
        """Return the object that a reference points at, None when it was not read."""
        return self._by_reference.get(reference)

    def owned_by(self, resource: Resource, owner: Object) -> list[Object]:
        """Return the objects of a resource whose controller is `owner`, oldest first."""
        owned = (thing for thing in self._by_owner.get(owner.uid, ()) if thing.resource is resource)
        return sorted(owned, key=lambda thing: (thing.text("metadata.creationTimestamp"), thing.name))

    def on_node(self, name: str) -> Sequence[Object]:
        """Return the pods that were read and are on a node."""
        return self._by_node.get(name, ())

    def events_of(self, thing: Object, *reasons: str) -> list[Object]:
        """Return the events about an object, newest first; only those with one of `reasons` when some are given."""
        found = [
            *self._events.get(thing.uid, ()),
            *(self._events.get(thing.name, ()) if thing.resource is NODES else ()),
        ]
        return [event for event in found if not reasons or event.text("reason") in reasons]

    def is_warned_of(self, thing: Object) -> bool:
        """Say whether a warning about an object is among the events that were read."""
        return any(event.text("type") == "Warning" for event in self.events_of(thing))

    def was_read(self, resource: Resource) -> bool:
        """Say whether a resource was read, be it that there is nothing of it."""
        return resource in self._objects

    def document(self, path: str) -> str:
        """Return a document that the check wanted, empty when it could not be read."""
        return self._documents.get(path, "")

    def logs(self, pod: Object, container: str, *, previous: bool = False, tail: int = 40) -> Log:
        """Return the last lines of a container's log, read when they are asked for."""
        return self._logs(pod, container, previous, tail)

    def age(self, moment: datetime | None) -> str:
        """Return how long before this snapshot something was, as `4m10s`; `unknown` when there is no time."""
        return times.span(self.taken_at - moment) if moment else "unknown"

    def since(self, moment: datetime | None) -> timedelta:
        """Return how long before this snapshot something was; nothing when there is no time."""
        return self.taken_at - moment if moment else timedelta(0)

    def since_event(self, event: Object) -> timedelta:
        """Return how long before this snapshot an event was last seen."""
        return self.since(eventtimes.last_seen(event))

    def is_still_failing(self, event: Object) -> bool:
        """Tell whether a controller has said so several times, and lately: it will say so again."""
        return eventtimes.count(event) >= FAILURES_WORTH_SAYING and self.since_event(event) < RETRIED_WITHIN

    @cached_property
    def _by_name(self) -> dict[tuple[Resource, str, str], Object]:
        return {
            (resource, thing.namespace, thing.name): thing
            for resource, found in self._objects.items()
            for thing in found
        }

    @cached_property
    def _by_reference(self) -> dict[Reference, Object]:
        return {thing.reference: thing for found in self._objects.values() for thing in found}

    @cached_property
    def _by_namespace(self) -> dict[tuple[Resource, str], list[Object]]:
        parted: dict[tuple[Resource, str], list[Object]] = defaultdict(list)
        for resource, found in self._objects.items():
            for thing in found:
                parted[resource, thing.namespace].append(thing)
        return parted

    @cached_property
    def _by_label(self) -> dict[tuple[str, str, str], list[Object]]:
        """Pods by their namespace and each of their labels."""
        labelled: dict[tuple[str, str, str], list[Object]] = defaultdict(list)
        for pod in self._objects.get(PODS, ()):
            for key, value in pod.labels.items():
                labelled[pod.namespace, key, value].append(pod)
        return labelled

    @cached_property
    def _by_owner(self) -> dict[str, list[Object]]:
        owned: dict[str, list[Object]] = defaultdict(list)
        for found in self._objects.values():
            for thing in found:
                owned[thing.owner.text("uid")].append(thing)
        return owned

    @cached_property
    def _by_node(self) -> dict[str, list[Object]]:
        placed: dict[str, list[Object]] = defaultdict(list)
        for pod in self._objects.get(PODS, ()):
            placed[pod.text("spec.nodeName")].append(pod)
        return placed

    @cached_property
    def _events(self) -> dict[str, list[Object]]:
        """Events by the uid of what they are about; the kubelet gives the name of a node for its uid."""
        about: dict[str, list[Object]] = defaultdict(list)
        for event in sorted(self._objects.get(EVENTS, ()), key=eventtimes.text, reverse=True):
            about[event.text("involvedObject.uid")].append(event)
        return about
