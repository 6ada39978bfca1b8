"""An index in a file answers like the one it was saved from, or says that it cannot be used."""

import json
import zipfile

import numpy as np
import pytest

from knowledge.errors import IndexUnusable
from knowledge.matcher import Matcher
from tests.knowledge.shelf import SHELF, issue

PASTES = (
    "VaultTokenErr: failed to exchange the projected token",
    "this action would add [10] total shards, but this cluster has [999]/[1000] open",
    "sandbox bankgateway lookup failed: no such host",
    "오늘 인덱스가 안 만들어졌어요",
    "lunch?",
)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "index.npz"
    Matcher(SHELF).save(path)
    return path


def test_a_loaded_index_answers_the_same(saved):
    before, after = Matcher(SHELF), Matcher.load(saved, SHELF)

    assert [after.match(text).matches for text in PASTES] == [before.match(text).matches for text in PASTES]


def test_an_index_of_bare_signatures_is_kept_too(tmp_path):
    path = tmp_path / "index.npz"
    Matcher.of_signatures([("a", "disk of the ledger is full"), ("b", "queue is closed")]).save(path)

    assert Matcher.load(path).match("disk of the ledger is full").matches[0].entry.id == "a"


def test_a_loaded_index_can_be_updated(saved):
    matcher = Matcher.load(saved, SHELF)
    matcher.update([issue("fresh", "FluxError: the capacitor is empty")], ["vault-token-denied"])

    assert matcher.match("FluxError: the capacitor is empty").matches[0].entry.id == "fresh"
    assert matcher.match(PASTES[0]).answers == ()


def test_an_index_of_other_entries_is_refused(saved):
    with pytest.raises(IndexUnusable, match="made from other entries"):
        Matcher.load(saved, [*SHELF[1:], issue(SHELF[0].id, "another text")])


def test_a_truncated_file_is_refused(saved):
    saved.write_bytes(saved.read_bytes()[:-200])

    with pytest.raises(IndexUnusable, match="build it anew"):
        Matcher.load(saved, SHELF)


def test_a_flipped_byte_is_noticed(saved):
    damaged = bytearray(saved.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    saved.write_bytes(damaged)

    with pytest.raises(IndexUnusable, match="build it anew"):
        Matcher.load(saved, SHELF)


def test_an_index_of_another_version_is_refused(saved):
    with np.load(saved) as arrays:
        kept = dict(arrays)
    table = {**json.loads(kept["table"].tobytes()), "version": 0}
    np.savez(saved, **{**kept, "table": np.frombuffer(json.dumps(table).encode(), dtype=np.uint8)})

    with pytest.raises(IndexUnusable, match="version 0"):
        Matcher.load(saved, SHELF)


def nothing_there(path):
    assert not path.exists()


def text_of_a_person(path):
    path.write_text("not an index")


def empty_archive(path):
    zipfile.ZipFile(path, "w").close()


@pytest.mark.parametrize("make", [nothing_there, text_of_a_person, empty_archive])
def test_what_is_no_index_is_refused(tmp_path, make):
    make(tmp_path / "index.npz")

    with pytest.raises(IndexUnusable):
        Matcher.load(tmp_path / "index.npz", SHELF)
