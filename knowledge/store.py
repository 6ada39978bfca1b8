"""The entries as tables with full-text search: SQLite, derived from the files, safe to delete.

`datasette knowledge.db` opens it as it is. The tables hold what the files say and nothing else; see `Store.update`.
"""

import hashlib
import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from knowledge.entry import Entry, Language, Section, Variant

SCHEMA_VERSION = 1
"""Written to SQLite's user_version; tables of another version are dropped and filled again."""

WEIGHTS: Mapping[str, float] = {
    "title": 10.0,
    "tags": 6.0,
    "phrases": 5.0,
    "signatures": 5.0,
    "symptom": 3.0,
    "cause": 2.0,
    "fix": 2.0,
    "verify": 1.0,
    "background": 0.5,
    "syllables": 2.0,
}
"""What a word in each column is worth to BM25: a title says more about an entry than its background does."""

BUSY_SECONDS = 5.0
"""How long to wait for another process that holds the file."""

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[가-힣]{2,}")


class Store:
    """One SQLite connection behind a lock, for any thread; sqlite-utils would bind a database to one thread."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the database at `path`, creating it and its folder, or one in memory; a damaged file is made anew."""
        self._lock = threading.Lock()
        self._database = Database(_connection(":memory:")) if path is None else _file(path)
        self._create()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def update(self, entries: Mapping[str, Entry]) -> None:
        """Make the tables say what `entries` say, all of it or, where that fails, nothing.

        Rows of entries that have not changed are left alone.
        """
        digests = {entry_id: _digest(entry) for entry_id, entry in entries.items()}
        # One transaction: an entry whose words are missing would pass for stored ever after, and each costs a sync.
        with self._lock, self._database.atomic():
            stored = {row["id"]: row["digest"] for row in self._database.table("entries").rows}
            stale = [entry_id for entry_id, digest in stored.items() if digests.get(entry_id) != digest]
            fresh = [entry_id for entry_id, digest in digests.items() if stored.get(entry_id) != digest]
            for entry_id in stale:
                for table in ("words", "signatures"):
                    self._database.table(table).delete_where("entry_id = ?", [entry_id])
                self._database.table("entries").delete_where("id = ?", [entry_id])
            for entry_id in fresh:
                self._insert(entries[entry_id], digests[entry_id])

    def search(self, text: str, *, limit: int = 10) -> list[str]:
        """Return the ids of the entries that hold words of `text`, best first by BM25, whatever their language."""
        query = _query(text)
        if not query:
            return []
        ranks = ", ".join(str(weight) for weight in WEIGHTS.values())
        statement = f"""
            select words.entry_id
            from words_fts join words on words.rowid = words_fts.rowid
            where words_fts match :query
            order by bm25(words_fts, {ranks}), words.entry_id
            limit :limit
        """  # noqa: S608 - the ranks are numbers of ours
        with self._lock:
            rows = list(self._database.query(statement, {"query": query, "limit": limit * 4}))
        return list(dict.fromkeys(row["entry_id"] for row in rows))[:limit]

    def _create(self) -> None:
        database = self._database
        [(version,)] = database.execute("pragma user_version").fetchall()
        if version == SCHEMA_VERSION:
            return
        for table in ("words_fts", "words", "signatures", "entries"):
            database.table(table).drop(ignore=True)
        database.table("entries").create(
            {"id": str, "kind": str, "title": str, "tags": str, "general": int, "path": str, "digest": str}, pk="id"
        )
        database.table("signatures").create(
            {"entry_id": str, "kind": str, "text": str}, foreign_keys=[("entry_id", "entries")]
        )
        columns: dict[str, Any] = {"entry_id": str, "language": str, **dict.fromkeys(WEIGHTS, str)}
        database.table("words").create(columns, foreign_keys=[("entry_id", "entries")])
        database.table("signatures").create_index(["entry_id"])
        database.table("words").create_index(["entry_id"])
        database.table("words").enable_fts(list(WEIGHTS), create_triggers=True, tokenize="porter unicode61")
        database.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def _insert(self, entry: Entry, digest: str) -> None:
        self._database.table("entries").insert(
            {
                "id": entry.id,
                "kind": entry.kind,
                "title": entry.title,
                "tags": " ".join(entry.tags),
                "general": int(entry.general),
                "path": str(entry.path or ""),
                "digest": digest,
            }
        )
        self._database.table("signatures").insert_all(
            {"entry_id": entry.id, "kind": signature.kind, "text": signature.text} for signature in entry.signatures
        )
        self._database.table("words").insert_all(
            _words(entry, language, variant) for language, variant in entry.variants.items()
        )


def _file(path: Path) -> Database:
    """Open the database at `path`; one that is damaged is thrown away, since the entries fill it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _durable(path)
    except sqlite3.OperationalError:
        # It is locked, or may not be written: the file is not to blame.
        raise
    except sqlite3.DatabaseError:
        path.unlink()
        return _durable(path)


def _durable(path: Path) -> Database:
    connection = _connection(str(path))
    try:
        database = Database(connection)
        database.enable_wal()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return database


def _connection(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, check_same_thread=False, timeout=BUSY_SECONDS)


def _words(entry: Entry, language: Language, variant: Variant) -> dict[str, str]:
    texts = {
        "title": variant.title,
        "tags": " ".join(entry.tags),
        "phrases": "\n".join(variant.phrases),
        "signatures": "\n".join(signature.text for signature in entry.signatures),
        **{section.value: variant.sections.get(section, "") for section in Section},
    }
    syllables = " ".join(
        pair for text in (variant.title, *variant.phrases, *variant.sections.values()) for pair in _pairs(text)
    )
    return {"entry_id": entry.id, "language": language, **texts, "syllables": syllables}


def _pairs(text: str) -> Iterator[str]:
    """Yield the two-syllable pieces of Korean words: particles are glued to nouns, so whole words rarely meet."""
    for match in _HANGUL.finditer(text):
        word = match[0]
        yield from (word[start : start + 2] for start in range(len(word) - 1))


def _query(text: str) -> str:
    """Turn what somebody typed into an FTS5 query: any of its words, the last one also as the beginning of a word."""
    words = list(dict.fromkeys(_WORD.findall(text[:1_000])))[:32]
    terms = [f'"{word}"' for word in words] + [f'syllables:"{pair}"' for word in words for pair in _pairs(word)]
    if words and len(words[-1]) > 2:
        terms.append(f'"{words[-1]}"*')
    return " OR ".join(terms)


def _digest(entry: Entry) -> str:
    return hashlib.sha256(repr(entry).encode("utf-8", "surrogatepass")).hexdigest()
