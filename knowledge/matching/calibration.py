"""What each part of a score is worth, and from which score on an answer is `likely` or `sure`.

The numbers are in calibration.json; bench/calibrate.py fits them.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from knowledge.errors import CalibrationInvalid
from knowledge.match import Verdict
from knowledge.matching.arrays import Floats
from knowledge.matching.evidence import Part


@dataclass(frozen=True)
class Calibration:
    """Weights of the parts, their constant, and the scores from which on an answer is `likely` and `sure`.

    `slope` and `shift` turn the logarithm of the odds of the choice into those of being right (Platt scaling).
    """

    weights: Floats
    constant: float
    likely: float
    sure: float
    slope: float = 1.0
    shift: float = 0.0

    def evidence(self, parts: Floats) -> Floats:
        """Return the weighed sum of the parts of each score, a row each; alike rows have the same, wherever they stand.

        A product of matrices rounds by the place of a row.
        """
        sums: Floats = (parts * self.weights).sum(axis=1).astype(np.float64) + self.constant
        return sums

    def verdict(self, score: float, *, apart: float = 0.0, quoted: bool) -> Verdict:
        """Return what may be said with this score; a paste that quotes no signature but describes is never `sure`.

        Where several are quoted alike each is `likely` that would be said `apart` from the others: to name them all is
        the answer.
        """
        if score >= self.sure and quoted:
            return Verdict.SURE
        return Verdict.LIKELY if max(score, apart) >= self.likely else Verdict.NONE

    def probabilities(self, odds: Floats) -> Floats:
        """Return the calibrated scores for the logarithms of the odds of choices."""
        found: Floats = 1.0 / (1.0 + np.exp(-(self.slope * odds + self.shift)))
        return found

    def evidence_of(self, score: float) -> float:
        """Return the evidence that has this score where nothing else competes."""
        return float((np.log(score / (1.0 - score)) - self.shift) / self.slope)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Calibration":
        """Return the calibration that a JSON table holds; parts that it does not name count for nothing.

        Raises CalibrationInvalid where the table lacks a number, or names a part that there is not.
        """
        try:
            weights = np.zeros(len(Part), dtype=np.float32)
            for name, weight in table["weights"].items():
                weights[Part[name.upper()]] = weight
            scalars = {name: float(table[name]) for name in ("constant", "likely", "sure", "slope", "shift")}
        except (KeyError, TypeError, ValueError) as error:
            raise CalibrationInvalid(f"calibration: {error!r} is missing or no number; fit it anew") from error
        return cls(weights, **scalars)


@functools.cache
def shipped() -> Calibration:
    """Return the calibration that ships with the package."""
    return Calibration.of(json.loads(resources.files("knowledge").joinpath("calibration.json").read_text("utf-8")))
