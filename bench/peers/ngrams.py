"""scikit-learn: character 3- to 5-grams weighted by TF-IDF; of the lines of a paste the best cosine counts."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.peers import Rows
from bench.peers.fuzzy import best_rows
from bench.ranked import Hit


class CharacterGrams:
    """A sparse matrix of rows by grams."""

    def __init__(self, rows: Rows) -> None:
        pairs = list(rows)
        self._ids = [row_id for row_id, _ in pairs]
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        self._grams = self._vectorizer.fit_transform(text for _, text in pairs).T.tocsr()

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best rows, best first."""
        lines = [line for line in text.splitlines() if line.strip()]
        cosines = self._vectorizer.transform(lines) @ self._grams
        return best_rows(cosines.max(axis=0).toarray().ravel(), self._ids, count)
