"""The pasted line, and what the entry knows, one below the other."""

from handlers.views import evidence
from knowledge.match import Evidence


def test_the_signature_stands_under_the_line_that_met_it():
    assert evidence.beside(Evidence("disk 7 is full", 12, "disk is full")).splitlines()[1:-1] == [
        "12 │ disk 7 is full",
        " ≈ │ disk is full",
    ]


def test_a_line_that_met_nothing_stands_alone():
    assert evidence.beside(Evidence("disk 7 is full", 1, "")).splitlines()[1:-1] == ["1 │ disk 7 is full"]


def test_a_long_line_that_met_nothing_is_cut():
    assert len(evidence.beside(Evidence("x" * 5_000, 1, ""))) < 2 * evidence.WIDTH
