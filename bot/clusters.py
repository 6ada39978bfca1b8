"""The clusters that `/diag` may ask: those that the operator names, with credentials that only read."""

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from diagnostics.errors import ClusterUnknown, DiagnosticsError, RightsExcessive
from diagnostics.recording import Recording
from diagnostics.source import Source
from handlers.diag.clusters import Clusters

if TYPE_CHECKING:
    from diagnostics.cluster import Cluster
    from diagnostics.cluster import Clusters as Connections
    from diagnostics.rights import Rights

log = structlog.get_logger()


class BotClusters(Clusters, Protocol):
    """What the bot itself wants of its clusters, beside what handlers want."""

    def review(self) -> None:
        """Say what the bot's credentials may do."""

    def close(self) -> None:
        """Let go of every connection."""


class RecordedCluster:
    """The recording of a cluster in the place of live ones: nothing is connected, and no credentials are looked at."""

    def __init__(self, path: Path) -> None:
        self._recording = Recording(path)

    def names(self) -> tuple[str, ...]:
        """Return the name of the scenario."""
        return (self._recording.name,)

    def named(self, name: str) -> Source:
        """Return the recording; raises ClusterUnknown for another name."""
        if name not in ("", self._recording.name):
            raise ClusterUnknown(f"there is no cluster {name!r}, only the recording {self._recording.name}")
        return self._recording

    def review(self) -> None:
        """Say nothing: a recording grants nothing."""

    def close(self) -> None:
        """Do nothing: there is no connection."""


class AllowedClusters:
    """Contexts of a kubeconfig, or the cluster that the bot runs in; each is connected when it is first asked for.

    `allowed` names the contexts that may be asked; none means the current one alone. With `strict`, a cluster whose
    credentials may do more than read is not asked at all.
    """

    def __init__(self, kubeconfig: str, allowed: tuple[str, ...], *, strict: bool) -> None:
        self._kubeconfig = kubeconfig
        self._allowed = allowed
        self._strict = strict
        self._connections: Connections | None = None
        self._rights: dict[str, Rights] = {}
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names that `named` takes, the one meant by default first; none when nothing is set up."""
        return self._names

    def named(self, name: str) -> Source:
        """Return a cluster, the default one for ''; raises ClusterUnknown, RightsExcessive or ClusterError."""
        names = self.names()
        chosen = name or next(iter(names), "")
        if chosen not in names:
            raise ClusterUnknown(
                f"there is no cluster {chosen!r} that may be asked; there are: {', '.join(names) or 'none'}"
            )
        connected = self._clusters.named(chosen)
        if self._strict:
            self._require_read_only(connected)
        return connected

    def review(self) -> None:
        """Ask each cluster what its credentials may do, and log loudly where that is more than reading."""
        for name in self._allowed or self.names():
            try:
                self._report(name, self._reviewed(self._clusters.named(name)))
            except DiagnosticsError as problem:
                log.warning("rights not reviewed", cluster=name, problem=str(problem))

    def close(self) -> None:
        """Give the connections back."""
        if self._connections:
            self._connections.close()

    @property
    def _clusters(self) -> "Connections":
        # The Kubernetes client is large, and Slack is to be joined first.
        from diagnostics.cluster import Clusters as Connections

        with self._lock:
            self._connections = self._connections or Connections(self._kubeconfig)
            return self._connections

    @cached_property
    def _names(self) -> tuple[str, ...]:
        # Read once: every answered paste asks, and a kubeconfig takes its time to parse.
        try:
            there = self._clusters.names()
        except ClusterUnknown as problem:
            log.error("the kubeconfig cannot be used", problem=str(problem))
            return ()
        return tuple(name for name in self._allowed if name in there) if self._allowed else there[:1]

    def _report(self, name: str, granted: "Rights") -> None:
        if granted.only_read:
            log.info("rights reviewed", cluster=name, rights=granted.sentence)
        else:
            log.error("the credentials for the cluster may write", cluster=name, rights=granted.sentence)

    def _require_read_only(self, connected: "Cluster") -> None:
        """Raise RightsExcessive unless the credentials only read; who was refused is asked about again each time."""
        with self._lock:
            granted = self._rights.get(connected.name)
        if granted is None or not granted.only_read:
            granted = self._reviewed(connected)
        if not granted.only_read:
            raise RightsExcessive(granted.sentence)

    def _reviewed(self, connected: "Cluster") -> "Rights":
        from diagnostics import rights

        granted = rights.review(connected)
        with self._lock:
            self._rights[connected.name] = granted
        return granted
