"""The clusters that may be asked about, as far as handlers need to know them."""

from typing import Protocol

from diagnostics.errors import ClusterUnknown
from diagnostics.source import Source


class Clusters(Protocol):
    """Clusters by name, each connected when it is first asked for. May be used from any thread."""

    def names(self) -> tuple[str, ...]:
        """Return the names that `named` takes, the one meant by default first; none when nothing is set up."""

    def named(self, name: str) -> Source:
        """Return a cluster, the default one for ''; raises DiagnosticsError when it cannot or must not be asked."""


class NoClusters:
    """What there is where nobody has set up a cluster."""

    def names(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def named(self, name: str) -> Source:
        """Refuse."""
        raise ClusterUnknown(f"there is no cluster {name!r}; none is configured")
