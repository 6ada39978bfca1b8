"""How long a container may take before its probes say that it is not well."""

from datetime import timedelta

from diagnostics.containers import Container
from diagnostics.fields import Fields
from diagnostics.snapshot import Snapshot

_TIME_TO_START = timedelta(minutes=1)
"""What any program may take before somebody asks why it is not ready."""

_MOST_TIME = timedelta(minutes=5)
"""However long a probe would wait: by then somebody wants to know what it is waiting for."""

_PERIOD, _FAILURES = 10, 3
"""What the API server fills in: seconds between two tries, and failures in a row that count."""


def is_given_time(seen: Snapshot, container: Container) -> bool:
    """Say whether a container runs its first time, and no longer than its own probes let it take to start."""
    started = container.status.time("state.running.startedAt")
    return not container.restarts and seen.since(started) < max(_TIME_TO_START, min(_MOST_TIME, _granted(container)))


def _granted(container: Container) -> timedelta:
    """A startup probe, until it has succeeded, is all that is asked; then readiness begins after its own delay."""
    startup, readiness = container.spec.at("startupProbe"), container.spec.at("readinessProbe")
    if startup and not container.status.flag("started"):
        return _until_it_gives_up(startup)
    return timedelta(seconds=readiness.number("initialDelaySeconds")) + _period(readiness)


def _until_it_gives_up(probe: Fields) -> timedelta:
    return timedelta(seconds=probe.number("initialDelaySeconds")) + probe.number(
        "failureThreshold", _FAILURES
    ) * _period(probe)


def _period(probe: Fields) -> timedelta:
    return timedelta(seconds=probe.number("periodSeconds", _PERIOD))
