"""What a match rests on, as people read it."""

import pytest

from knowledge import legible
from knowledge.entry import Entry, Kind, Signature, SignatureKind, Variant
from knowledge.match import Evidence, Match, Verdict

EXPRESSION = r"shipd: anchor (?P<which>\d+) lost"
ENTRY = Entry(
    "anchor-lost",
    Kind.ISSUE,
    {"en": Variant("The anchor is lost", {})},
    (Signature(EXPRESSION, SignatureKind.REGEX), Signature("shipd: the anchor drags")),
)


def shown(line, signature, verdict):
    return legible.evidence(Match(ENTRY, 0.5, verdict, Evidence(line, 1, signature))).signature


def test_a_regular_expression_is_shown_by_what_it_met():
    assert shown("WARN shipd: anchor 7 lost at sea", EXPRESSION, Verdict.SURE) == "shipd: anchor 7 lost"


def test_a_regular_expression_that_nothing_met_is_not_shown():
    assert shown("the anchor is rusty", EXPRESSION, Verdict.NONE) == ""


@pytest.mark.parametrize("verdict", list(Verdict))
def test_other_signatures_are_shown_as_they_are(verdict):
    assert shown("the anchor is rusty", "shipd: the anchor drags", verdict) == "shipd: the anchor drags"
