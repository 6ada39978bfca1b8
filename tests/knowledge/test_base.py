"""The knowledge base follows its files, and what it derives from them can be thrown away."""

import pytest

from knowledge.base import KnowledgeBase
from knowledge.match import Verdict

SHARDS = """\
---
id: shards
title: The shard limit is reached
kind: issue
tags: [elasticsearch]
signatures:
  - "this action would add [10] total shards, but this cluster currently has [999]/[1000] maximum shards open"
---
## Cause
Too many shards.
"""
REDIS = """\
---
id: redis
title: Redis commands time out
kind: issue
signatures:
  - "io.lettuce.core.RedisCommandTimeoutException: Command timed out after 1 minute(s)"
---
"""
SHARDS_PASTE = (
    "this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;"
)
REDIS_PASTE = "io.lettuce.core.RedisCommandTimeoutException: Command timed out after 3 second(s)"


@pytest.fixture
def entries(tmp_path):
    folder = tmp_path / "entries"
    folder.mkdir()
    (folder / "shards.md").write_text(SHARDS)
    return folder


@pytest.fixture
def opened(entries, tmp_path):
    """Return a function that opens the knowledge base on its file, as a start of the bot does."""
    bases = []

    def open_base() -> KnowledgeBase:
        bases.append(KnowledgeBase([entries], database=tmp_path / "data" / "knowledge.db"))
        return bases[-1]

    yield open_base
    for base in bases:
        base.close()


def first(base: KnowledgeBase, paste: str) -> str | None:
    answer = base.match(paste)
    return None if answer.verdict is Verdict.NONE else answer.matches[0].entry.id


def test_a_new_file_is_found_after_a_reload_and_a_removed_one_is_not(entries, opened):
    base = opened()
    (entries / "redis.md").write_text(REDIS)
    (entries / "shards.md").unlink()

    assert base.reload()
    assert first(base, REDIS_PASTE) == "redis"
    assert first(base, SHARDS_PASTE) is None
    assert [entry.id for entry in base.search("redis").entries] == ["redis"]
    assert not base.reload()


def test_a_file_that_breaks_is_a_problem_and_its_entry_still_answers(entries, opened):
    base = opened()
    (entries / "shards.md").write_text("---\nid: shards\n")

    assert base.reload()
    assert len(base.problems) == 1
    assert first(base, SHARDS_PASTE) == "shards"


def test_the_next_start_answers_from_the_saved_index(opened, tmp_path):
    before = opened().match(SHARDS_PASTE)

    assert (tmp_path / "data" / "knowledge.index").exists()
    after = opened().match(SHARDS_PASTE)
    assert [(match.entry.id, match.score) for match in after.matches] == [
        (match.entry.id, match.score) for match in before.matches
    ]


@pytest.mark.parametrize("damage", [b"", b"not an index", None], ids=["empty", "garbage", "cut off"])
def test_a_damaged_index_is_made_anew(opened, tmp_path, damage):
    opened()
    index = tmp_path / "data" / "knowledge.index"
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    assert first(opened(), SHARDS_PASTE) == "shards"
    assert len(index.read_bytes()) == len(whole)


def test_what_changed_is_answered_although_the_index_cannot_be_saved(entries, opened, tmp_path):
    base, data = opened(), tmp_path / "data"
    (data / "knowledge.index").unlink()
    (data / "knowledge.index").mkdir()
    (entries / "redis.md").write_text(REDIS)

    with pytest.raises(OSError, match="Is a directory"):
        base.reload()
    assert first(base, REDIS_PASTE) == "redis"
    assert [entry.id for entry in base.search("redis").entries] == ["redis"]
    assert list(data.glob("*.partial")) == []
    assert not base.reload()


def test_an_index_is_not_used_once_a_counterexample_was_added(entries, opened, tmp_path):
    opened()
    index = tmp_path / "data" / "knowledge.index"
    before = index.read_bytes()
    (entries / "shards.md").write_text(SHARDS.replace("---\n## Cause", 'counterexamples: ["shards"]\n---\n## Cause'))
    opened()

    assert index.read_bytes() != before


def test_an_index_of_other_entries_is_not_used(entries, opened):
    opened()
    (entries / "redis.md").write_text(REDIS)

    assert first(opened(), REDIS_PASTE) == "redis"


def test_tags_are_counted_and_choose_entries(entries, opened):
    (entries / "redis.md").write_text(REDIS)
    base = opened()

    assert base.tags() == {"elasticsearch": 1}
    assert [entry.id for entry in base.entries("Elasticsearch")] == ["shards"]


def test_a_search_that_finds_nothing_says_what_the_nearest_words_find(opened):
    base = opened()

    exact, near, nothing = base.search("shard"), base.search("elasticsaerch"), base.search("xylophone")

    assert [entry.id for entry in exact.entries] == [entry.id for entry in near.entries] == ["shards"]
    assert (exact.instead, near.instead) == ((), ("elasticsearch",))
    assert (nothing.entries, nothing.instead) == ((), ())
