"""bm25s: BM25 with scores computed when indexing, in numpy."""

from collections.abc import Sequence

import bm25s

from bench.peers import Rows
from bench.ranked import Hit

WORD = r"(?u)\b\w+\b"


class SparseBM25:
    """Lucene's variant of BM25; a word that the paste repeats counts once, which served it better."""

    def __init__(self, rows: Rows) -> None:
        pairs = list(rows)
        self._ids = [row_id for row_id, _ in pairs]
        self._index = bm25s.BM25(method="lucene")
        self._index.index(_words([text for _, text in pairs], return_ids=True), show_progress=False)

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best rows, best first."""
        words = dict.fromkeys(_words([text], return_ids=False)[0])
        known = [word for word in words if word in self._index.vocab_dict]
        if not known:
            return []
        rows, scores = self._index.retrieve([known], k=min(count, len(self._ids)), show_progress=False)
        return [(self._ids[row], float(score)) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]


def _words(texts: list[str], *, return_ids: bool) -> bm25s.tokenization.Tokenized | list[list[str]]:
    return bm25s.tokenize(
        texts, lower=True, token_pattern=WORD, stopwords=[], return_ids=return_ids, show_progress=False
    )
