"""An explanation tells what each part of a score added, and why the verdict is what it is."""

import json
import re

import pytest

from knowledge.errors import CalibrationInvalid
from knowledge.explanation import GROUPS
from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching.calibration import Calibration
from knowledge.matching.evidence import Part
from tests.knowledge.shelf import SHELF

VAULT = "VaultTokenErr: failed to exchange the projected token"


@pytest.fixture(scope="module")
def matcher():
    return Matcher(SHELF)


def test_the_parts_add_up_to_the_evidence(matcher):
    explanation = matcher.explain(f"{VAULT}\nlookup failed: no such host")

    assert len(explanation.candidates) > 1
    for candidate in explanation.candidates:
        total = sum(part.adds for part in candidate.parts.values()) + explanation.constant
        assert candidate.evidence == pytest.approx(total, abs=1e-3)


def test_it_explains_what_match_answers(matcher):
    answer, explanation = matcher.match(VAULT), matcher.explain(VAULT)

    assert explanation.verdict is answer.verdict
    explained = [(each.match.entry.id, each.match.score, each.match.evidence) for each in explanation.candidates]
    assert explained[: len(answer.matches)] == [(each.entry.id, each.score, each.evidence) for each in answer.matches]


def test_the_reason_names_the_entry_and_what_was_asked_for(matcher):
    explanation = matcher.explain(VAULT)

    assert explanation.reason.startswith("sure: vault-token-denied scores ")
    assert f"sure asks for {explanation.sure:.2f}" in explanation.reason


def test_nothing_to_explain_is_said(matcher):
    explanation = matcher.explain("")

    assert (explanation.verdict, explanation.candidates) == (Verdict.NONE, ())
    assert list(explanation.lines()) == ["none: nothing in the paste speaks for any entry"]


def test_the_text_shows_line_signature_and_parts(matcher):
    text = "\n".join(matcher.explain(f"hello\n{VAULT}").lines())

    assert f"line 2: {VAULT}" in text
    assert f"meets: {VAULT}" in text
    assert "coverage 1.00 (+" in text


def test_the_text_adds_up_to_the_evidence_group_by_group(matcher):
    text = list(matcher.explain(VAULT, limit=1).lines())
    told = float(text[1].rsplit(" ", 1)[1])
    added = [float(row.split()[0]) for row in text if re.match(r" +[+-]\d", row)]

    assert text[-1].endswith("before anything is compared")
    assert sum(added) == pytest.approx(told, abs=0.1)


def test_every_part_of_a_score_stands_in_one_group():
    assert sorted(part for members in GROUPS.values() for part in members) == sorted(Part)


def test_an_answer_that_describes_says_why_it_is_not_sure(matcher):
    assert "quotes no signature" in matcher.explain("a consumer loses its partitions while it works").reason


def test_it_can_be_written_as_json(matcher):
    tree = json.loads(json.dumps(matcher.explain(VAULT).as_json()))

    assert tree["candidates"][0]["id"] == "vault-token-denied"
    assert tree["candidates"][0]["evidence"]["line"] == 1
    assert set(tree["candidates"][0]["parts"]["coverage"]) == {"value", "adds"}


TABLE = {"weights": {"coverage": 2.0}, "constant": -1.0, "likely": 0.5, "sure": 0.9, "slope": 1.0, "shift": 0.0}


def test_verdicts_follow_the_thresholds_of_the_calibration():
    calibration = Calibration.of(TABLE)

    assert [calibration.verdict(score, quoted=True) for score in (0.49, 0.5, 0.89, 0.9)] == [
        Verdict.NONE,
        Verdict.LIKELY,
        Verdict.LIKELY,
        Verdict.SURE,
    ]


@pytest.mark.parametrize(
    "table",
    [
        {**TABLE, "weights": {"charm": 1.0}},
        {**TABLE, "weights": {"coverage": "much"}},
        {name: value for name, value in TABLE.items() if name != "sure"},
    ],
    ids=["a part that is none", "a weight that is none", "no threshold"],
)
def test_a_calibration_that_cannot_be_read_says_what_is_missing(table):
    with pytest.raises(CalibrationInvalid, match="fit it anew"):
        Calibration.of(table)
