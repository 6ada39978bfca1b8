"""Texts that fold alike differ in numbers and in names that nobody knows, in nothing else."""

import pytest

from knowledge.scanning.folding import Folding

FOLDING = Folding(["connect", "refus", "bucket", "s3", "out", "memory", "error", "to", "failed", "fail", "#404"])


def fold(text):
    [folded] = FOLDING.fold([text.encode()])
    return folded.decode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("connect to 10.0.3.7:443", "connect to 10.128.0.14:8080"),
        ("refused by zqxvw", "refused by kjhgfd"),
        ("trace 7f9c2a81 failed", "trace 1d00beef55 failed"),
        ("pod api-6d5f7c9b8-x2k4z", "pod api-59c8bd7f4-q9w8r"),
    ],
)
def test_numbers_and_names_are_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("connect to zqxvw", "refused to zqxvw"),
        ("bucket s3", "bucket s4"),
        ("failed with 404", "failed with 200"),
        ("connecting", "refusing"),
        ("OutOfMemoryError", "OutOfZqxvwError"),
        ("zqxvw\\nfailed", "zqxvw\\nrefused"),
        ("error7123456", "7123456"),
        ("connect zqxvw", "connect Zqxvw"),
    ],
)
def test_known_words_are_told_apart(one, other):
    assert fold(one) != fold(other)


def test_each_text_is_folded_on_its_own():
    texts = [b"connect 1\nrefused 2", b"", b"zqxvw", b"x" * 300_000, b"connect 3"]

    folded = FOLDING.fold(texts)

    assert folded[0] == b"connect #\rrefused #"
    assert folded[1:3] == [b"", b"?"]
    assert folded[3:] == [b"?", b"connect #"]
