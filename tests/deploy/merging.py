"""What kustomize does with the patches of a component: a strategic merge, for the lists that our patches touch."""

from typing import Any

KEYS = ("mountPath", "name", "containerPort")
"""The merge keys of Kubernetes' schema for these lists, the more telling first: a volume is mounted more than once."""


def merged(base: Any, patch: Any) -> Any:
    """Return `base` with `patch` laid over it."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in patch.items()}}
    if isinstance(base, list) and isinstance(patch, list):
        key = next(key for key in KEYS if all(key in item for item in (*base, *patch)))
        items = {item[key]: item for item in base}
        return list({**items, **{item[key]: merged(items.get(item[key]), item) for item in patch}}.values())
    return patch
