"""A search engine, answering as the matcher does, so that both are measured by the same code."""

import time
from collections.abc import Iterable, Sequence
from typing import Protocol

from bench.preparation import Preparation
from knowledge.entry import Entry, Kind, Variant
from knowledge.match import Answer, Evidence, Match, Verdict

Hit = tuple[str, float]
"""The id of a row and its score; higher is better."""

MOST_ROWS = 200
"""Rows that are asked of an engine: several may belong to one entry, and some entries are thought away."""


class Searcher(Protocol):
    """A search engine over rows of id and text; the same id may stand on several rows."""

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best `count` rows or fewer, best first."""
        ...


class Ranked:
    """A searcher as an engine that can be evaluated. It never says anything aloud: its verdict is always `none`.

    The time it reports is the search alone, not the preparation, which favours the peers. Answers are kept, since every
    query is asked twice, the second time with its right answers thought away.
    """

    def __init__(self, searcher: Searcher, preparation: Preparation) -> None:
        self._searcher = searcher
        self._preparation = preparation
        self._found: dict[str, tuple[Sequence[Hit], float]] = {}

    def match(self, text: str, *, limit: int = 5, without: frozenset[str] = frozenset()) -> Answer:
        """Return the best entries; none of those in `without`."""
        hits, took_ms = self._search(text)
        best = _best_of_each(hit for hit in hits if hit[0] not in without)[:limit]
        return Answer(Verdict.NONE, tuple(_match(entry_id, score) for entry_id, score in best), took_ms)

    def _search(self, text: str) -> tuple[Sequence[Hit], float]:
        if text not in self._found:
            prepared = self._preparation.apply(text)
            started = time.perf_counter()
            hits = self._searcher.search(prepared, MOST_ROWS) if prepared.strip() else ()
            self._found[text] = hits, (time.perf_counter() - started) * 1000
        return self._found[text]


def _best_of_each(hits: Iterable[Hit]) -> list[Hit]:
    best: dict[str, float] = {}
    for entry_id, score in hits:
        best.setdefault(entry_id, score)
    return list(best.items())


def _match(entry_id: str, score: float) -> Match:
    entry = Entry(entry_id, Kind.ISSUE, {"en": Variant(entry_id)})
    return Match(entry, score, Verdict.NONE, Evidence(text="", line=1, signature=""))
