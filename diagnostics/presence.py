"""Whether what a question is about exists: silence about what does not would look like health."""

from collections.abc import Iterable

from diagnostics import errors, likeness
from diagnostics.budget import Budget
from diagnostics.objects import Object
from diagnostics.registry import Check
from diagnostics.resources import NAMESPACES, Resource
from diagnostics.selection import Selection
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source

_SECONDS = 3.0
_REQUESTS = 4
"""What finding out may cost beside the question itself, whose own requests went to reading what is not there."""


def missing(source: Source, check: Check, seen: Snapshot, budget: Budget) -> str:
    """Return a sentence when a check is asked about something that does not exist, with what may have been meant."""
    target = seen.target
    if any(seen.within(subject) or not seen.was_read(subject) for subject in check.subjects):
        return ""
    if no_namespace := missing_namespace(source, seen, budget):
        return no_namespace
    if not target.name:
        return ""
    kinds = " or ".join(subject.kind for subject in check.subjects)
    own = _beside(budget)
    things = (thing for subject in check.subjects for thing in _things(source, subject, target.namespace, own))
    near = likeness.nearest(target.name, {name for thing in things for name in target.names_of(thing)})
    return f"there is no {kinds} {target} in cluster {source.name}{likeness.hint(near)}"


def missing_namespace(source: Source, seen: Snapshot, budget: Budget) -> str:
    """Return a sentence when a question is about a namespace that does not exist, as far as anybody can tell."""
    wanted = seen.target.namespace
    if not wanted:
        return ""
    known = seen.all(NAMESPACES) or _things(source, NAMESPACES, "", _beside(budget))
    names = {namespace.name for namespace in known}
    if not names or wanted in names:
        return ""
    return f"there is no namespace {wanted} in cluster {source.name}{likeness.hint(likeness.nearest(wanted, names))}"


def _beside(budget: Budget) -> Budget:
    return Budget(min(budget.remaining(), _SECONDS), _REQUESTS)


def _things(source: Source, resource: Resource, namespace: str, budget: Budget) -> Iterable[Object]:
    """Return all objects of a resource, none when they cannot be read: a hint is not worth a failure."""
    try:
        found = source.read(resource, Selection(namespace if resource.namespaced else ""), budget)
    except (errors.ClusterError, errors.BudgetSpent):
        return []
    return [Object(raw, resource) for raw in found]
