"""A source that is asked for each list once, however many parts of one question want it."""

from datetime import datetime
from typing import Any

from diagnostics import errors
from diagnostics.budget import Budget
from diagnostics.resources import Resource
from diagnostics.selection import Selection
from diagnostics.source import Source


class Memo:
    """Remembers what a source answered, failures too: what was refused or silent once is not asked again.

    It lives as long as one question. Spent budgets are not remembered, since nothing was asked.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lists: dict[tuple[Resource, Selection], list[dict[str, Any]]] = {}
        self._failures: dict[tuple[Resource, Selection], errors.ClusterError] = {}

    @property
    def name(self) -> str:
        """How people call the cluster."""
        return self._source.name

    def now(self) -> datetime:
        """Return the time that ages are reckoned from."""
        return self._source.now()

    def read(self, resource: Resource, selection: Selection, budget: Budget) -> list[dict[str, Any]]:
        """Return the objects of a resource; only the first time does it cost a request."""
        key = (resource, selection)
        if key in self._failures:
            raise self._failures[key]
        if key not in self._lists:
            try:
                self._lists[key] = self._source.read(resource, selection, budget)
            except errors.ClusterError as error:
                self._failures[key] = error
                raise
        return self._lists[key]

    def document(self, path: str, budget: Budget) -> str:
        """Return a document of the source."""
        return self._source.document(path, budget)

    def logs(self, namespace: str, pod: str, container: str, budget: Budget, *, previous: bool, tail: int) -> bytes:
        """Return the end of a log of the source."""
        return self._source.logs(namespace, pod, container, budget, previous=previous, tail=tail)
