"""Whether what a question is about exists: silence about what does not would look like health.

A thing is looked up before its check reads anything. One that is there costs nothing by that, since its check wants the
same lists and `memo` keeps them. One that is not leaves what the check would have cost for finding out what was meant.
"""

from collections.abc import Iterable, Sequence

from diagnostics import collector, likeness, needs
from diagnostics.budget import OBJECT_REQUESTS, Budget
from diagnostics.collector import Progress
from diagnostics.needs import Need
from diagnostics.objects import Object
from diagnostics.registry import Check
from diagnostics.resources import DAEMON_SETS, DEPLOYMENTS, EVENTS, NAMESPACES, PODS, READABLE, STATEFUL_SETS, Resource
from diagnostics.snapshot import Snapshot
from diagnostics.source import Source
from diagnostics.target import Target

_WORKLOADS = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS)
"""Whose names stand for those of their pods."""


def missing_object(
    source: Source, check: Check, target: Target, budget: Budget, progress: Progress = collector.silent
) -> str:
    """Return a sentence when a check is asked about a name that it cannot know, with what may have been meant.

    Empty for what exists, and for what nobody can tell of: the check then says itself what it was not let read.
    """
    if not target.name:
        return ""
    lookups = _lookups(check)
    if not lookups:
        return _missing_namespace(source, target.namespace, budget)
    home = _home(lookups)
    meant = Target(target.namespace or home, target.name)
    is_abroad = bool(home) and meant.namespace != home
    if is_abroad:
        lookups = [Need(subject) for subject in check.subjects]
    seen = collector.collect(source, meant, lookups, budget, progress)
    if not seen.unread and not _found(seen, check.subjects):
        return _unknown(source, check, seen, lookups, budget)
    return f"{check.id} looks into the namespace {home} alone, not at {meant}; ask without a name" if is_abroad else ""


def missing_namespace(source: Source, seen: Snapshot, budget: Budget) -> str:
    """Return a sentence when a question is about a namespace that does not exist, as far as anybody can tell."""
    namespace = seen.target.namespace
    if not namespace or any(seen.all(resource, namespace) for resource in READABLE):
        return ""
    return _missing_namespace(source, namespace, budget)


def missing_name(source: Source, seen: Snapshot) -> str:
    """Return a sentence when nothing that was read is called as the question says."""
    target = seen.target
    if not target.name or seen.unread or _found(seen, READABLE):
        return ""
    named = (resource for resource in READABLE if resource is not EVENTS)
    near = _near(target, (thing for resource in named for thing in seen.all(resource, target.namespace)))
    return f"nothing that a sweep looks at is called {target} in cluster {source.name}{likeness.hint(near)}"


def _lookups(check: Check) -> list[Need]:
    """Return what a check reads of the resources that a name is looked up in."""
    return [want for want in check.wants if isinstance(want, Need) and want.resource in check.subjects]


def _home(lookups: Iterable[Need]) -> str:
    """Return the only namespace that a check looks into, '' when it looks into that of the question."""
    namespaces = {need.namespace for need in lookups}
    return namespaces.pop() if len(namespaces) == 1 else ""


def _found(seen: Snapshot, resources: Iterable[Resource]) -> bool:
    return any(seen.within(resource) for resource in resources)


def _unknown(source: Source, check: Check, seen: Snapshot, lookups: Sequence[Need], budget: Budget) -> str:
    """Return the sentence about a name that none of a check's subjects has."""
    target = seen.target
    neighbours = collector.collect(source, Target(target.namespace), lookups, budget)
    if missing := missing_namespace(source, neighbours, budget):
        return missing
    near = _near(target, (thing for subject in check.subjects for thing in neighbours.within(subject)))
    *kinds, last = (subject.kind for subject in check.subjects)
    kind = f"{', '.join(kinds)} or {last}" if kinds else last
    served = [subject for subject in check.subjects if seen.was_read(subject)]
    unserved = "" if served else ", which does not serve them"
    meant = [*near, *_namesakes(source, target, served, budget)]
    return f"there is no {kind} {target} in cluster {source.name}{unserved}{likeness.hint(meant)}"


def _near(target: Target, things: Iterable[Object]) -> tuple[str, ...]:
    """Return the names that come nearest to one that nothing has, with their namespaces where the question has none."""
    written = {
        name: f"{thing.namespace}/{name}" if thing.namespace and not target.namespace else name
        for thing in things
        for name in target.names_of(thing)
    }
    return tuple(written[name] for name in likeness.nearest(target.name, written))


def _namesakes(source: Source, target: Target, subjects: Sequence[Resource], budget: Budget) -> list[str]:
    """Return what has the same name in other namespaces, as far as what is left of the requests lets one ask."""
    if not target.namespace:
        return []
    bearers = [*subjects, *(_WORKLOADS if PODS in subjects else ())]
    asked = [needs.named(bearer) for bearer in bearers if bearer.namespaced]
    asked = asked[: max(0, OBJECT_REQUESTS - budget.spent)]
    seen = collector.collect(source, Target(name=target.name), asked, budget)
    return sorted({f"{thing.namespace}/{thing.name}" for need in asked for thing in seen.within(need.resource)})


def _missing_namespace(source: Source, namespace: str, budget: Budget) -> str:
    if not namespace:
        return ""
    names = {each.name for each in collector.collect(source, Target(), [Need(NAMESPACES)], budget).all(NAMESPACES)}
    if not names or namespace in names:
        return ""
    return (
        f"there is no namespace {namespace} in cluster {source.name}{likeness.hint(likeness.nearest(namespace, names))}"
    )
