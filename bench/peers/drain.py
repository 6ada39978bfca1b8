"""drain3: the templates that it mines from the rows, and the row whose template a line of the paste has."""

import logging
from collections.abc import Sequence

from drain3 import TemplateMiner

from bench.peers import Rows
from bench.ranked import Hit

WILDCARD = "<*>"


class DrainTemplates:
    """A parse tree of fixed depth. It knows yes and no; the number of fixed words in the template serves as score."""

    def __init__(self, rows: Rows) -> None:
        logging.getLogger("drain3").setLevel(logging.ERROR)
        self._miner = TemplateMiner()
        self._ids: dict[int, dict[str, None]] = {}
        for row_id, text in rows:
            for line in text.splitlines():
                cluster = self._miner.add_log_message(line)["cluster_id"]
                self._ids.setdefault(cluster, {})[row_id] = None

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the rows of every template that a line of the paste has, those of the longest template first."""
        clusters = (self._miner.match(line, full_search_strategy="fallback") for line in text.splitlines())
        hits = [
            (row_id, float(_fixed_words(cluster.log_template_tokens)))
            for cluster in clusters
            if cluster is not None
            for row_id in self._ids[cluster.cluster_id]
        ]
        return sorted(hits, key=lambda hit: -hit[1])[:count]


def _fixed_words(template: Sequence[str]) -> int:
    return sum(word != WILDCARD for word in template)
