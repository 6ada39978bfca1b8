"""What a check wants to have read before it judges."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diagnostics import resources
from diagnostics.resources import Resource
from diagnostics.selection import Selection

if TYPE_CHECKING:
    from diagnostics.snapshot import Snapshot

Narrowing = Callable[["Snapshot"], Selection | None]
"""From what was already read, the few objects that one named thing concerns; None when it concerns them all."""


@dataclass(frozen=True)
class Need:
    """A resource, where it is read, and whether the cluster may lack it.

    `namespace` is read whatever the question is about; otherwise the question's own namespace is. `everywhere` reads
    the whole cluster. `fields` is a field selector that always holds. `optional` says that a cluster without this API
    is in order. `narrowing` is asked when the question names one thing, so that it costs a few objects and not a
    namespace; `after` is what it wants read first.
    """

    resource: Resource
    namespace: str = ""
    everywhere: bool = False
    fields: str = ""
    optional: bool = False
    narrowing: Narrowing | None = None
    after: Resource | None = None


@dataclass(frozen=True)
class Document:
    """A text outside of the resources, such as `/readyz?verbose`."""

    path: str


LOGS = Document("logs")
"""Stands for the logs, which are read when a check asks for them, where it is said what could not be read."""

_WARNING = "type=Warning"
WARNINGS = Need(resources.EVENTS, fields=_WARNING)
"""The warnings among the events."""

Wanted = Resource | Need | Document


def everywhere(resource: Resource) -> Need:
    """Want a resource of the whole cluster, whatever namespace the question is about."""
    return Need(resource, everywhere=True)


def in_namespace(namespace: str, resource: Resource) -> Need:
    """Want a resource of one namespace, whatever namespace the question is about."""
    return Need(resource, namespace=namespace)


def if_served(wanted: Resource | Need) -> Need:
    """Want a resource where the cluster has it; its absence is not a failure to look."""
    return replace(as_need(wanted), optional=True)


def named(resource: Resource) -> Need:
    """Want the one object that the question names, or all of them when it names none."""

    def by_name(seen: "Snapshot") -> Selection:
        return Selection(seen.target.namespace, fields=f"metadata.name={seen.target.name}")

    return Need(resource, narrowing=by_name)


def on_node() -> Need:
    """Want the pods of the named Node, or those of all nodes."""

    def by_node(seen: "Snapshot") -> Selection:
        return Selection(fields=f"spec.nodeName={seen.target.name}")

    return Need(resources.PODS, everywhere=True, narrowing=by_node)


def slices_of_service() -> Need:
    """Want the EndpointSlices of the named Service."""

    def by_service(seen: "Snapshot") -> Selection:
        return Selection(seen.target.namespace, labels=f"kubernetes.io/service-name={seen.target.name}")

    return Need(resources.ENDPOINT_SLICES, narrowing=by_service)


def about(resource: Resource) -> Need:
    """Want the warnings about what the question is about; without a name, all of the namespace.

    Only warnings: what a judgement rests on is never told by a Normal event alone, and those are most of all events.
    """

    def by_uid(seen: "Snapshot") -> Selection | None:
        chosen = seen.within(resource)
        if len(chosen) != 1 or not chosen[0].uid:
            return None
        return Selection(chosen[0].namespace, fields=f"{_WARNING},involvedObject.uid={chosen[0].uid}")

    return replace(WARNINGS, narrowing=by_uid, after=resource)


def as_need(wanted: Resource | Need) -> Need:
    """Return a bare resource as the need for it in the question's own namespace."""
    return wanted if isinstance(wanted, Need) else Need(wanted)
