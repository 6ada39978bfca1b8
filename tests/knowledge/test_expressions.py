"""Patterns are found in blocks by their cores, and every text that meets a pattern holds its core."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from knowledge.scanning import expressions
from knowledge.scanning.expressions import MOST_TOGETHER, Expressions, core
from tests.knowledge.shipped import ENTRIES, PASTES

SHIPPED = sorted(
    {expressions.expression(one) for entry in ENTRIES for one in entry.signatures if "*" in one.text or "{" in one.text}
)
PIECES = ("disk ", "is full", r"\s+", r"\d+", ".*", "a?", "b{2,3}", "(?:up|down)", "[a-z]", "|", r"\.", "(", ")", "+")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"disk\s+\d+\s+is\s+full", r"disk\s+\d+\s+is\s+full"),
        (r"code: 4[0-9]+ of the server", " of the server"),
        (r"no (?:space|room) is left", " is left"),
        (r"volumes? are lost", " are lost"),
        ("first|second", "first|second"),
        ("(?:first|second) of them", " of them"),
        (r"(?i)\bOOMKilled\b", "OOMKilled"),
        (r"\S+ 0/1 down", r"\S+ 0/1 down"),
    ],
)
def test_the_core_is_the_longest_text_without_which_nothing_is_met(expression, expected):
    assert core(expression) == expected


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.text("disk fulabp09.()", max_size=30))
def test_what_meets_an_expression_holds_its_core(pieces, text):
    try:
        expression = re2.compile("".join(pieces))
    except re2.error:
        return
    assert not expression.search(text) or re2.compile(core("".join(pieces))).search(text)


@pytest.mark.parametrize("count", [0, MOST_TOGETHER], ids=["few", "many"])
def test_lines_that_meet_a_pattern_are_found_beside_few_and_many_others(count):
    others = [rf"word{number}x is \d+ of all" for number in range(count)]
    told = [line for paste in PASTES for line in paste.split("\n")]
    alone = Expressions(SHIPPED)
    expected = [number for number, line in enumerate(told) if alone.met(line.encode())]

    together = Expressions([*SHIPPED, *others])

    assert len(expected) > 50
    assert set(expected) <= set(together.lines_of("\n".join(told).encode()))
    assert all(alone.met(line.encode()) == together.met(line.encode()) for line in told)


def test_no_patterns_are_met_nowhere():
    nothing = Expressions([])

    assert nothing.lines_of(b"a\nb") == []
    assert nothing.met(b"a") == []
