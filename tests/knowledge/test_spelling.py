"""A search with a slip in it finds what was meant."""

import pytest

from knowledge import spelling
from tests.knowledge.shelf import issue

KNOWN = frozenset({"elasticsearch", "redis", "shard", "limit", "샤드", "한도"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("elasticsaerch", ("elasticsearch",)),
        ("Redsi", ("redis",)),
        ("shrad limti", ("shard", "limit")),
        ("샤도", ("샤드",)),
        ("xylophone", ()),
        ("re", ()),
        ("", ()),
    ],
)
def test_the_nearest_words_are_those_that_were_meant(typed, meant):
    assert spelling.meant(typed, KNOWN) == meant


def test_the_words_of_entries_are_those_by_which_they_are_named():
    entry = issue(
        "ledger-full",
        "no extent left",
        title="The disk is full",
        korean=("Ledger가 멈춥니다",),
        phrases=("writes stop",),
        tags=("storage",),
    )

    assert spelling.words([entry]) >= {"ledger", "extent", "disk", "writes", "storage", "멈춥니다"}
    assert "ledger가" not in spelling.words([entry])
