"""Numbers with their nouns."""

import pytest

from handlers.count import Count


@pytest.mark.parametrize(("number", "said"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (45, "45 entries")])
def test_a_number_agrees_with_its_noun(number, said):
    assert f"{Count(number):entry|entries}" == said


def test_without_a_noun_it_is_a_number():
    assert (f"{Count(3)}", f"{Count(1200):,}", Count(2) + 1) == ("3", "1,200", 3)
