"""What the components of the cluster have reported lately."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from diagnostics import eventtimes, excerpts
from diagnostics.finding import Exhibit
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import EVENTS, PODS
from diagnostics.snapshot import Snapshot

_GENERATED = re.compile(r"-(?:[bcdf4-9]{6,10}|[bcdfghjklmnpqrstvwxz2456789]{5}|\d+)$")
"""What Kubernetes adds to names: the hash of a template, five random letters, an ordinal or the minute of a run."""

_VOLATILE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,64}\b|\d+")


@check("events", subject=PODS, needs=(EVENTS,), swept=False)
def events(
    seen: Snapshot,
    *,
    normal: Annotated[bool, "normal events too, not only warnings"] = False,
    limit: Annotated[int, "how many groups of events"] = 30,
) -> Iterable[Exhibit]:
    """The warnings about a namespace or an object and what it made, newest first, alike ones together.

    Kubernetes keeps events for an hour, as a rule.
    """
    chosen = [
        event
        for event in seen.all(EVENTS, seen.target.namespace)
        if (normal or event.text("type") == "Warning") and _is_about(event, seen.target.name)
    ]
    groups = _alike(sorted(chosen, key=eventtimes.text, reverse=True))
    kinds = "events" if normal else "warnings"
    more = f", {limit} of {len(groups)} groups" if len(groups) > limit else ""
    yield Exhibit(
        f"{kinds.capitalize()} about {seen.target}, the newest first{more}"
        if groups
        else f"No {kinds} about {seen.target} are left; they are kept for an hour, as a rule",
        ("last seen", "times", "type", "reason", "object", "message"),
        tuple(_row(seen, group) for group in groups[:limit]),
    )


def _is_about(event: Object, name: str) -> bool:
    """Say whether an event is about an object of a name, or one that it made: `api`, `api-7d9f8c5b6-x2x4z`."""
    return not name or name in _makers(event.text("involvedObject.name"))


def _makers(name: str) -> list[str]:
    """Return a name and those of what may have made it: `api-7d9f8c5b6-x2x4z`, `api-7d9f8c5b6`, `api`."""
    shorter = _GENERATED.sub("", name)
    return [name] if shorter == name else [name, *_makers(shorter)]


def _alike(newest_first: Sequence[Object]) -> list[list[Object]]:
    """Return events in groups of one reason, one workload, and one message but for numbers and ids."""
    groups: dict[tuple[str, ...], list[Object]] = {}
    for event in newest_first:
        about = event.at("involvedObject")
        key = (
            event.text("reason"),
            about.text("kind"),
            about.text("namespace"),
            _makers(about.text("name"))[-1],
            _VOLATILE.sub("", event.text("message").replace(about.text("name"), "")),
        )
        groups.setdefault(key, []).append(event)
    return list(groups.values())


def _row(seen: Snapshot, group: Sequence[Object]) -> tuple[str, ...]:
    newest = group[0]
    about = Reference(*(newest.text(f"involvedObject.{field}") for field in ("kind", "namespace", "name")))
    names = {event.text("involvedObject.name") for event in group}
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (
        f"{seen.age(eventtimes.last_seen(newest))} ago",
        str(sum(eventtimes.count(event) for event in group)),
        newest.text("type"),
        newest.text("reason"),
        f"{about.spoken}{others}",
        excerpts.first(newest.text("message")),
    )
