"""SQLite FTS5: BM25 over words, any word of the paste being enough."""

import re
import sqlite3
from collections.abc import Sequence

from bench.peers import Rows
from bench.ranked import Hit

WORD = re.compile(r"\w+")


class FullText:
    """A table of FTS5 in memory."""

    def __init__(self, rows: Rows) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("create virtual table rows using fts5(id unindexed, text, tokenize='unicode61')")
        self._database.executemany("insert into rows values (?, ?)", rows)

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best rows, best first."""
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(WORD.findall(text.lower())))
        found = self._database.execute(
            "select id, -rank from rows where rows match ? order by rank limit ?", (words or '""', count)
        )
        return found.fetchall()
