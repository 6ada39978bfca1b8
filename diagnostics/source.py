"""Where a snapshot comes from: a live cluster, or the recording of one."""

from datetime import datetime
from typing import Any, Protocol

from diagnostics.budget import Budget
from diagnostics.resources import Resource
from diagnostics.selection import Selection


class Source(Protocol):
    """What the collector asks. Every method raises ClusterError or BudgetSpent when there is no answer."""

    @property
    def name(self) -> str:
        """How people call the cluster."""
        ...

    def now(self) -> datetime:
        """Return the time that ages are reckoned from."""
        ...

    def read(self, resource: Resource, selection: Selection, budget: Budget) -> list[dict[str, Any]]:
        """Return the objects of a resource as JSON."""
        ...

    def document(self, path: str, budget: Budget) -> str:
        """Return one of `resources.DOCUMENTS`, with or without a query, as text."""
        ...

    def logs(self, namespace: str, pod: str, container: str, budget: Budget, *, previous: bool, tail: int) -> bytes:
        """Return the last lines of a container's log as they are."""
        ...
