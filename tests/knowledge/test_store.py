"""The tables say what the files say, and words find entries in both languages."""

import sqlite3
import threading

import pytest

from knowledge.entry import Entry, Kind, Section, Signature, Variant
from knowledge.store import Store


def entry(entry_id: str, title: str, *, cause: str = "", korean: str = "", signatures: tuple[str, ...] = ()) -> Entry:
    variants = {"en": Variant(title, {Section.CAUSE: cause})}
    if korean:
        variants["ko"] = Variant(korean)
    return Entry(entry_id, Kind.ISSUE, variants, tuple(Signature(text) for text in signatures))


@pytest.fixture
def store():
    opened = Store()
    yield opened
    opened.close()


def fill(store: Store, *entries: Entry) -> None:
    store.update({entry.id: entry for entry in entries})


def test_a_word_in_the_title_counts_more_than_one_in_the_prose(store):
    fill(
        store,
        entry("a", "Pods are slow", cause="the shard limit"),
        entry("b", "Shard limit reached", cause="many pods"),
    )

    assert store.search("shard limit") == ["b", "a"]


def test_korean_words_are_found_whatever_particle_is_glued_to_them(store):
    fill(store, entry("a", "A", korean="롤아웃이 끝나지 않습니다"), entry("b", "B", korean="디스크가 가득 찼습니다"))

    assert store.search("롤아웃을") == ["a"]
    assert store.search("디스크 부족") == ["b"]


def test_the_last_word_may_be_unfinished(store):
    fill(store, entry("a", "Elasticsearch is full"))

    assert store.search("elastic") == ["a"]


@pytest.mark.parametrize("text", ["", "  ", '"', "*", "a OR", "NEAR(", "col:x", "'; drop table entries; --", "\ud800x"])
def test_whatever_is_typed_is_searched_for_and_never_read_as_query_language(store, text):
    fill(store, entry("a", "Elasticsearch is full"))

    assert store.search(text) in ([], ["a"])


def test_an_update_leaves_exactly_what_the_files_say(store):
    fill(store, entry("a", "First"), entry("b", "Second"))
    fill(store, entry("b", "Second, mended"), entry("c", "Third"))

    assert store.search("first") == []
    assert store.search("mended") == ["b"]
    assert store.search("third") == ["c"]


def test_an_update_that_fails_leaves_everything_as_it_was(tmp_path):
    path = tmp_path / "knowledge.db"
    opened = Store(path)
    fill(opened, entry("a", "First"), entry("b", "Second"))

    with pytest.raises(UnicodeEncodeError):
        fill(opened, entry("a", "First, mended"), entry("c", "no text for a table: \ud800"))
    opened.close()
    again = Store(path)

    assert again.search("first") == ["a"]
    assert again.search("mended") == []
    assert again.search("second") == ["b"]
    again.close()


def test_threads_share_one_store(store):
    fill(store, entry("a", "Shard limit"))
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(store.search("shard"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [["a"]] * 8


def test_the_file_is_an_ordinary_database_that_survives_a_restart(tmp_path):
    path = tmp_path / "data" / "knowledge.db"
    first = Store(path)
    fill(first, entry("a", "Shard limit", signatures=("maximum shards open",)))
    first.close()

    second = Store(path)
    found = second.search("maximum shards")
    second.close()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select entries.id, text from entries join signatures on entry_id = id").fetchall()
    connection.close()

    assert found == ["a"]
    assert rows == [("a", "maximum shards open")]


def test_tables_of_another_version_are_made_anew(tmp_path):
    path = tmp_path / "knowledge.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table entries (something_else text)")
    connection.close()

    store = Store(path)
    fill(store, entry("a", "Shard limit"))

    assert store.search("shard") == ["a"]
    store.close()


def test_a_file_that_is_no_database_is_made_anew(tmp_path):
    path = tmp_path / "knowledge.db"
    path.write_text("what is this? " * 100)
    mended = Store(path)
    fill(mended, entry("a", "Elasticsearch is full"))

    assert mended.search("elasticsearch") == ["a"]
    mended.close()
