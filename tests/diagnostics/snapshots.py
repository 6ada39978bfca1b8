"""Snapshots built in a test from a few dicts, for what no recording shows."""

from collections import defaultdict
from datetime import UTC, datetime

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.objects import Object
from diagnostics.snapshot import Log, Snapshot
from diagnostics.target import Target

EVERYWHERE = Target()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def snapshot(objects, *, target=EVERYWHERE, logs=None, documents=None, is_sweep=False):
    """Return a snapshot of `{resource: [raw object, …]}`; `logs` maps `pod/container`, `documents` a path, to text."""
    found = defaultdict(list)
    for resource, raws in objects.items():
        found[resource] = [Object(raw, resource) for raw in raws]

    def log_of(pod, container, _previous, _tail):
        return Log((logs or {}).get(f"{pod.name}/{container}", "").splitlines())

    return Snapshot(found, target=target, taken_at=NOW, logs=log_of, documents=documents or {}, is_sweep=is_sweep)


def findings(check_id, objects, **options):
    """Return what a check finds in a snapshot."""
    return list(diagnosis.judge(CHECKS.get(check_id), snapshot(objects, **options)).findings)


def codes(check_id, objects, **options):
    """Return the codes of what a check finds in a snapshot."""
    return [finding.code for finding in findings(check_id, objects, **options)]


def named(name, namespace="shop", labels=None, **rest):
    """Return an object with metadata; `rest` is spec, status and the like."""
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-of-{name}", "labels": labels or {}}
    return {"metadata": {**metadata, **rest.pop("metadata", {})}, **rest}
