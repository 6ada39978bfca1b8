"""Timestamps of the API and ages as people say them."""

import re
from datetime import UTC, datetime, timedelta

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_ZERO = "0001-"
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_COARSE_AFTER = 5
"""From five of a unit on, the smaller unit is left out: 4h12m, but 5h."""


def parse(text: str) -> datetime | None:
    """Return an RFC 3339 timestamp as an aware time, None when it is none or Go's zero, which stands for none."""
    if not _TIMESTAMP.fullmatch(text) or text.startswith(_ZERO):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def now() -> datetime:
    """Return the time of this machine, aware."""
    return datetime.now(UTC)


def span(length: timedelta) -> str:
    """Return a length of time in at most two units: `42s`, `4m10s`, `22d`."""
    seconds = max(0, int(length.total_seconds()))
    for position, (unit, size) in enumerate(_UNITS):
        count, rest = divmod(seconds, size)
        if not count:
            continue
        smaller = _UNITS[position + 1 :][:1]
        if smaller and count < _COARSE_AFTER:
            name, step = smaller[0]
            return f"{count}{unit}{rest // step}{name}" if rest // step else f"{count}{unit}"
        return f"{count}{unit}"
    return "0s"
