"""rapidfuzz: one ratio of the whole paste with every row."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from bench.peers import Rows
from bench.ranked import Hit


class FuzzyRatio:
    """A ratio of `rapidfuzz.fuzz`, by name; case and punctuation do not count."""

    def __init__(self, rows: Rows, *, ratio: str) -> None:
        self._ratio = getattr(fuzz, ratio)
        pairs = [(row_id, default_process(text)) for row_id, text in rows]
        self._ids = [row_id for row_id, _ in pairs]
        self._texts = [text for _, text in pairs]

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best rows, best first."""
        scores = process.cdist([default_process(text)], self._texts, scorer=self._ratio, dtype=np.float32)[0]
        return best_rows(scores, self._ids, count)


def best_rows(scores: np.ndarray, ids: Sequence[str], count: int) -> list[Hit]:
    """Return the rows with the highest scores above zero, equal ones in the order of the index."""
    best = np.argsort(-scores, kind="stable")[:count]
    return [(ids[row], float(scores[row])) for row in best if scores[row] > 0]
