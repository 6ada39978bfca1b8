"""When and how often an event was seen; several fields can tell, depending on who wrote it."""

from datetime import datetime

from diagnostics import times
from diagnostics.fields import Fields

_FIELDS = ("series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp")


def last_seen(event: Fields) -> datetime | None:
    """Return when an event was last seen, None when it does not say."""
    return times.parse(text(event))


def text(event: Fields) -> str:
    """Return the timestamp of an event as it stands in it, so that events can be sorted."""
    return next((event.text(path) for path in _FIELDS if event.has(path)), "")


def count(event: Fields) -> int:
    """Return how often an event was seen, at least once."""
    return max(1, event.number("count"), event.number("series.count"))
