"""Keeping once what is alike in many objects.

The pods of a workload differ in names, times and addresses; their probes, resources, tolerations and volumes are the
same. As Python objects a large cluster is several times as large as its JSON, and most of that is such copies.
"""

import marshal
from typing import Any

_PLAIN_FORMAT = 2
"""The last format of marshal that writes equal values alike; later ones mark which parts are the same object."""


def share(objects: list[dict[str, Any]]) -> None:
    """Let equal parts of these objects be one and the same, which is safe as long as nobody changes them.

    Metadata, specification and status as a whole are hardly ever alike, and the dearest to compare: it begins below.
    """
    known: dict[int, Any] = {}
    for thing in objects:
        for part in thing.values():
            if isinstance(part, dict | list):
                _share(part, known)


def _share(holder: Any, known: dict[int, Any]) -> None:
    places = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for place, part in places:
        if not isinstance(part, dict | list):
            continue
        like = known.setdefault(hash(marshal.dumps(part, _PLAIN_FORMAT)), part)
        if like is part:
            _share(part, known)
        elif like == part:
            holder[place] = like
