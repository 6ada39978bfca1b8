"""What named wildcards took from a paste, small enough to travel in a button to the whole entry."""

import json
from collections.abc import Mapping

from handlers.views import escaping

_VALUE = 200
"""Characters of one captured text."""

_ALL = 1_500
"""Characters of all of them as JSON, so that they fit into a button beside an entry's id."""


def carried(captured: Mapping[str, str]) -> dict[str, str]:
    """Return what a button can carry of `captured`; the longest are left behind where there is too much."""
    kept = {name: escaping.shorten(escaping.one_line(value), _VALUE) for name, value in captured.items()}
    while escaping.length(json.dumps(kept, ensure_ascii=False)) > _ALL:
        kept.pop(max(kept, key=lambda name: len(name) + len(kept[name])))
    return kept
