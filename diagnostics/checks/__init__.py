"""The checks, one file each: pure judgement over a snapshot.

Importing this package registers them all. A new check is a new file and its name below.
"""

from diagnostics.checks import (
    node,
    pods,
    rollout,
    service,
)
from diagnostics.registry import CHECKS

__all__ = [
    "CHECKS",
    "node",
    "pods",
    "rollout",
    "service",
]
