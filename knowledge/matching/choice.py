"""The choice among candidates that claim the same lines, and "nobody documented it".

McFadden's conditional logit with an outside option: a candidate of evidence z is chosen with a probability in
proportion to exp(z), nobody in proportion to exp(0) = 1. A rival as good as the best one halves its probability, as it
should.
"""

from collections.abc import Sequence

import numpy as np

from knowledge.matching.arrays import Floats


def odds(evidence: Floats, claims: Sequence[Sequence[int]]) -> Floats:
    """Return the logarithm of the odds of each candidate, given its evidence and the lines that it claims.

    Candidates compete when they claim a line in common; one that claims no line in particular competes with all.
    """
    size = len(evidence)
    lines = [sum(1 << line for line in claim) for claim in claims]
    rivals = np.array([[not one or not other or one & other > 0 for other in lines] for one in lines], dtype=np.bool_)
    rivals = rivals.reshape(size, size) & ~np.eye(size, dtype=np.bool_)
    against = np.where(rivals, evidence[None, :], -np.inf)
    highest = np.maximum(against.max(axis=1, initial=0.0), 0.0)
    total = np.exp(against - highest[:, None]).sum(axis=1) + np.exp(-highest)
    found: Floats = evidence - highest - np.log(total)
    return found
