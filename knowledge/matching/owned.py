"""What owners have in an index that only grows: what belongs to a removed one stays, dead."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from knowledge.matching.arrays import Bools, Ints


@dataclass(frozen=True)
class Owned:
    """Things by number, with the owner of each and whether it is alive."""

    owners: Ints
    alive: Bools

    def __len__(self) -> int:
        """Return the number of things, dead ones included."""
        return len(self.owners)

    @property
    def living(self) -> int:
        """The number of things that are not dead."""
        return int(self.alive.sum())

    def without(self, owners: Ints) -> Self:
        """Return the same with what belongs to some owners dead; everything else is shared."""
        return replace(self, alive=self.alive & ~np.isin(self.owners, owners))
