"""Objects that were deleted and do not go: who holds them, and what was said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from diagnostics import excerpts, kubectl
from diagnostics.objects import Object
from diagnostics.snapshot import Snapshot

_TIME_TO_GO = timedelta(minutes=2)


@dataclass(frozen=True)
class Held:
    """Why a deleted object is still there, in words, the fields that bear it out, and what to do."""

    words: str
    evidence: Mapping[str, str]
    next: str


def held(seen: Snapshot, thing: Object) -> Held | None:
    """Return what holds an object whose load balancer is to go first; None while its controller takes its time."""
    deleted = thing.time("metadata.deletionTimestamp")
    if seen.since(deleted) < _TIME_TO_GO:
        return None
    finalizers = ", ".join(thing.texts("metadata.finalizers")) or "none"
    said = next((event.text("message") for event in seen.events_of(thing)), "")
    return Held(
        f"was deleted {seen.age(deleted)} ago and is still Terminating, held by its finalizers: {finalizers}"
        + (f": {excerpts.first(said)}" if said else ""),
        {
            **thing.quote("metadata.deletionTimestamp", "metadata.finalizers"),
            **({"event": excerpts.first(said, 800)} if said else {}),
        },
        f"{kubectl.describe(thing.reference)}; see whether the controller that set the finalizer runs; taken off by "
        "hand, it leaves the load balancer behind",
    )
