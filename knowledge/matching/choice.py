"""The choice among candidates that claim the same lines, and "nobody documented it".

McFadden's conditional logit with an outside option: a candidate of evidence z is chosen with a probability in
proportion to exp(z), nobody in proportion to exp(0) = 1. A rival as good as the best one halves its probability, as it
should. Whether any of such equals is said at all does not hang on how many they are.
"""

import functools
from collections.abc import Sequence

import numpy as np

from knowledge.matching import windows
from knowledge.matching.arrays import Bools, Floats
from knowledge.matching.paste import MOST_LINES

GIVES_WAY = 2.0
"""How far, in the logarithm of the odds, a general candidate stays behind a specific one."""

AS_GOOD = float(np.log(2.0))
"""How far, in the logarithm of the odds, two candidates may be apart that a paste shows as well as each other."""


def rivals(claims: Sequence[tuple[int, ...]]) -> Bools:
    """Return which candidates claim a line in common; one that claims no line in particular claims all."""
    lines = np.array([_bits(claim) for claim in claims], dtype=np.uint64)
    found: Bools = (lines[:, None] & lines) > 0
    found.flat[:: len(claims) + 1] = False
    return found


@functools.lru_cache(maxsize=1024)
def _bits(claim: tuple[int, ...]) -> int:
    """Return a set of lines as a number with a bit for each, so that one operation compares all sets."""
    return windows.set_of(claim) or (1 << MOST_LINES) - 1


def odds(evidence: Floats, rivals: Bools) -> Floats:
    """Return the logarithm of the odds of each candidate, given its evidence and who its rivals are."""
    against = np.where(rivals, evidence, -np.inf)
    highest = against.max(axis=1, initial=0.0)
    total = np.exp(against - highest[:, None]).sum(axis=1) + np.exp(-highest)
    found: Floats = evidence - highest - np.log(total)
    return found


def equals(evidence: Floats, met: Bools) -> Bools:
    """Return which candidates a paste shows as well as each other: their clue is `met`, their evidence about equal."""
    found: Bools = (np.abs(evidence[:, None] - evidence) <= AS_GOOD) & met[:, None] & met
    return found


def giving_way(evidence: Floats, rivals: Bools, general: Bools, met: Bools, answered: float) -> Floats:
    """Return the evidence after general candidates have given way to specific ones.

    A specific one counts when its clue is `met` in nearly all its words and its evidence would be `answered`.
    """
    if not general.any():
        return evidence
    specific = rivals & (met & ~general & (evidence >= answered))[None, :]
    best = np.where(specific, evidence[None, :], np.inf).min(axis=1, initial=np.inf)
    lowered = np.minimum(evidence, best - GIVES_WAY)
    return np.where(general & specific.any(axis=1), lowered, evidence)
