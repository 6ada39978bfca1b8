"""What the handlers of `/diag` work with, put together once at the start."""

from dataclasses import dataclass, field

from diagnostics import budget as budgets
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.exclusions import Exclusions
from diagnostics.registry import Registry
from handlers.diag.access import Access
from handlers.diag.clusters import Clusters, NoClusters
from handlers.diag.runs import Runs


@dataclass(frozen=True)
class Kit:
    """The clusters and the checks that are run on them, who may run them, and how long each question may take."""

    clusters: Clusters = field(default_factory=NoClusters)
    checks: Registry = CHECKS
    access: Access = field(default_factory=Access)
    exclusions: Exclusions = field(default_factory=Exclusions)
    check_seconds: float = budgets.CHECK_SECONDS
    sweep_seconds: float = budgets.SWEEP_SECONDS
    runs: Runs = field(default_factory=Runs)

    def check_budget(self, *, one_object: bool, checks: int = 1) -> Budget:
        """Return what some checks may cost together."""
        requests = budgets.OBJECT_REQUESTS if one_object else budgets.CHECK_REQUESTS
        return Budget(self.check_seconds * checks, requests * checks)

    def sweep_budget(self) -> Budget:
        """Return what a sweep may cost."""
        return Budget(self.sweep_seconds, budgets.SWEEP_REQUESTS)
