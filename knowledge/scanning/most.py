"""Whether quotations may be likely answers, from the most that each part of their scores (evidence.py) may be.

Each part is taken for the best that is known to be possible, apart from the others, and nothing speaks against it.
Where even that is not likely, no answer is.
"""

from typing import NamedTuple

import numpy as np

from knowledge.matching import evidence
from knowledge.matching.arrays import Bools, Floats
from knowledge.matching.calibration import Calibration
from knowledge.matching.evidence import ALMOST, QUOTED, Part
from knowledge.matching.overlap import TINY
from knowledge.matching.query import TYPICAL_MASS

ROUNDING = 1e-2
"""By how much the evidence that the matcher finds may be more than the most of its parts together."""

OF_TOPICS = list(Part)[evidence.OF_TOPIC]

Range = tuple[Floats | float, Floats | float]
UNIT: Range = (0.0, 1.0)
NEVER: Range = (0.0, 0.0)
ALWAYS: Range = (1.0, 1.0)
ONLY_OF_OTHERS: dict[Part, Range] = dict.fromkeys(
    (
        Part.PATTERN, Part.UNMET, Part.UNMET_LIGHT, Part.FAINT,
        Part.PROSE, Part.PROSE_COVERAGE, Part.PROSE_EXPLAINED, Part.SYMPTOM,
    ),
    NEVER,
)  # fmt: skip
"""What patterns have, descriptions, and signatures that are not quoted."""


class Quoted(NamedTuple):
    """What is said of signatures, each with its words' `weight`: at most so much, and `unexplained` at least.

    `everyones` is the share of a signature that the operating system says to everyone; `around` and `anywhere` are the
    shares of its surroundings and of its message that stand anywhere in the text.
    """

    weight: Floats
    shared: Floats
    everyones: Floats
    around: Floats
    anywhere: Floats
    explained: Floats
    unexplained: Floats


class Measure:
    """Adds up what parts are worth under a calibration, in an index of curated signatures or of others."""

    def __init__(self, calibration: Calibration, *, curated: bool) -> None:
        weights = _weights(calibration, curated=curated)
        self._weights = [(part, weight) for part, weight in weights.items() if weight]
        self._bar = calibration.evidence_of(calibration.likely) - calibration.constant - ROUNDING

    def reached(self, quoted: Quoted, of_topics: Floats, spoken: Range) -> Bools:
        """Tell which quotations may be likely answers.

        The rows of `of_topics` are the most that the parts of topics may be, `spoken` how far the texts are prose.
        """
        ranges = self._ranges(quoted) | {Part.SPOKEN: spoken}
        ranges |= {part: (0.0, of_topics[:, at]) for at, part in enumerate(OF_TOPICS)}
        most = np.zeros(len(quoted.weight))
        for part, weight in self._weights:
            most += weight * ranges[part][weight > 0]
        return most >= self._bar

    def _ranges(self, quoted: Quoted) -> dict[Part, Range]:
        """Return the least and the most that each part of signatures may be."""
        coverage = quoted.shared / quoted.weight
        mass = 1.0 - np.exp(-quoted.shared / TYPICAL_MASS)
        return {
            Part.COVERAGE: (QUOTED, coverage),
            Part.EXPLAINED: (0.0, quoted.explained),
            Part.ORDER: UNIT,
            Part.MASS: (0.0, mass),
            Part.MISSING: (np.log1p(quoted.weight - quoted.shared), np.log1p(quoted.weight)),
            Part.UNEXPLAINED: (np.log1p(quoted.unexplained), np.inf),
            Part.SURROUNDINGS: (0.0, quoted.around),
            Part.ANYWHERE: (QUOTED, np.maximum(quoted.anywhere, coverage)),
            Part.BEGINS: UNIT,
            Part.CUT: (0.0, mass * (quoted.explained >= ALMOST - TINY)),
            Part.EXACT_MASS: (0.0, mass * (coverage >= ALMOST - TINY)),
            Part.LIGHT: (QUOTED * (1.0 - mass), 1.0),
            Part.EVERYONES: (QUOTED * quoted.everyones, coverage * quoted.everyones),
            Part.CURATED: ALWAYS,
            Part.BRIEF: UNIT,
            Part.DENIED: UNIT,
            Part.GENERAL: UNIT,
            **ONLY_OF_OTHERS,
        }


def _weights(calibration: Calibration, *, curated: bool) -> dict[Part, float]:
    """Return what the parts of a signature's score are worth, those that repeat others added to these."""
    weights = dict(zip(Part, calibration.weights.tolist(), strict=True))
    for repeated, part in evidence.OF_CURATED.items():
        weights[part] += weights.pop(repeated) * curated
    weights[Part.CURATED] *= curated
    weights[Part.CUT] *= not curated
    return weights
