"""Who is measured, by name: our matcher and its peers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bench.preparation import Preparation
from bench.ranked import Ranked
from bench.sets import CaseSet
from knowledge.evaluation import Engine
from knowledge.matcher import Matcher

OURS = "pastemortem"


@dataclass(frozen=True)
class Peer:
    """A search engine, the class in `bench.peers` that wraps it, and the module without which it cannot be measured.

    `whole` tells that a set's documents serve it better than its rows.
    `largest` is the greatest number of signatures at which it is measured: beyond it is too slow, or does not fit.
    """

    module: str
    wrapper: str
    options: Mapping[str, Any] = field(default_factory=dict)
    needs: str = ""
    whole: bool = False
    largest: int = 1_000_000

    @property
    def absent(self) -> bool:
        """Tell whether its library is not installed."""
        return bool(self.needs) and find_spec(self.needs) is None

    def build(self, cases: CaseSet, preparation: Preparation) -> Ranked:
        """Index the set."""
        searcher: Callable[..., Any] = getattr(import_module(f"bench.peers.{self.module}"), self.wrapper)
        texts = cases.documents() if self.whole and cases.documents else cases.rows()
        return Ranked(
            searcher(((row_id, preparation.apply(text)) for row_id, text in texts), **self.options), preparation
        )


PEERS: Mapping[str, Peer] = {
    "rapidfuzz WRatio": Peer("fuzzy", "FuzzyRatio", {"ratio": "WRatio"}, largest=10_000),
    "rapidfuzz token_set_ratio": Peer("fuzzy", "FuzzyRatio", {"ratio": "token_set_ratio"}, largest=100_000),
    "rapidfuzz partial_ratio": Peer("fuzzy", "FuzzyRatio", {"ratio": "partial_ratio"}, largest=10_000),
    "SQLite FTS5": Peer("fts5", "FullText", whole=True),
    "bm25s": Peer("bm25", "SparseBM25", needs="bm25s", whole=True),
    "tantivy": Peer("tantivy_index", "TantivyIndex", needs="tantivy", whole=True),
    "char 3-5-gram TF-IDF": Peer("ngrams", "CharacterGrams", needs="sklearn", whole=True, largest=100_000),
    "drain3": Peer("drain", "DrainTemplates", needs="drain3", largest=10_000),
}


def ours(cases: CaseSet) -> Matcher:
    """Index the set with our own engine, which prepares texts itself."""
    return Matcher(cases.entries()) if cases.entries else Matcher.of_signatures(cases.rows())


def build(name: str, cases: CaseSet, preparation: Preparation) -> Engine:
    """Index the set with the contender of this name."""
    return ours(cases) if name == OURS else PEERS[name].build(cases, preparation)
