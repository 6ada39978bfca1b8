"""What holds of every paste, tried on the pastes of the entries that ship."""

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching.masking import mask
from tests.knowledge import shipped
from tests.knowledge.noise import LINES
from tests.knowledge.shipped import ENTRIES, PASTES

EXAMPLES = [paste for entry in ENTRIES for paste in entry.examples]
PIECES = sorted({word for paste in PASTES for word in paste.split()})
SHIPPED = shipped.matcher()

NEAR = 0.1
"""Score from which on an entry is near; of those that hardly anything speaks for, nothing is promised."""


def said(matcher, paste, limit):
    """Return the verdict on a paste, and the scores of the first entries with the lines that speak for them."""
    answer = matcher.match(paste, limit=limit)
    return answer.verdict, {(match.entry.id, match.evidence.line): match.score for match in answer.matches}


def alike(one, other, within):
    """Tell whether two verdicts are the same, and the scores of all entries that are near for one of them."""
    (verdict, scores), (other_verdict, other_scores) = one, other
    pairs = [(scores.get(found, 0.0), other_scores.get(found, 0.0)) for found in scores | other_scores]
    return verdict is other_verdict and all(abs(a - b) <= within for a, b in pairs if max(a, b) >= NEAR)


def answers(matcher, limit):
    return [said(matcher, paste, limit) for paste in PASTES]


@cache
def answers_of_shipped(limit):
    """What the index that was made at once says of every paste."""
    return answers(SHIPPED, limit)


def differences(some, others, within):
    return [pair for pair in zip(some, others, strict=True) if not alike(*pair, within)]


def test_masking_what_people_pasted_twice_changes_nothing():
    assert [paste for paste in PASTES if mask(mask(paste)) != mask(paste)] == []


@given(st.lists(st.sampled_from(PIECES) | st.from_regex(r"[\w.:/@-]{1,12}", fullmatch=True), max_size=12))
def test_masking_words_of_pastes_in_any_order_twice_changes_nothing(words):
    line = " ".join(words)

    assert mask(mask(line)) == mask(line)


@settings(max_examples=200)
@given(paste=st.sampled_from(EXAMPLES), before=st.lists(LINES, max_size=12), after=st.lists(LINES, max_size=12))
def test_noise_around_a_paste_never_makes_another_entry_sure(paste, before, after):
    alone, amid = SHIPPED.match(paste), SHIPPED.match("\n".join([*before, paste, *after]))

    if alone.verdict is Verdict.SURE and amid.verdict is Verdict.SURE:
        assert amid.matches[0].entry.id == alone.matches[0].entry.id


@given(lines=st.lists(LINES, max_size=20))
def test_noise_alone_is_not_documented(lines):
    assert SHIPPED.match("\n".join(lines)).verdict is not Verdict.SURE


@pytest.mark.parametrize("seed", range(2))
def test_the_order_in_which_entries_are_read_changes_no_answer_and_no_score(seed):
    shuffled = list(ENTRIES)
    random.Random(seed).shuffle(shuffled)

    assert differences(answers(Matcher(shuffled), 5), answers_of_shipped(5), within=0.02) == []


def test_an_index_that_grew_and_shrank_answers_like_one_that_was_made_at_once():
    """Each batch brings candidates of its own, so that what is second or third may be another entry."""
    chance = random.Random(0)
    waiting = chance.sample(ENTRIES, len(ENTRIES))
    grown = Matcher()
    while waiting:
        size = chance.randint(1, 9)
        batch, waiting = waiting[:size], waiting[size:]
        grown.update(batch, ())
        grown.update((), [batch[0].id])
        grown.update(batch[:1], ())

    assert differences(answers(grown, 1), answers_of_shipped(1), within=0.05) == []
