"""What holds of every paste, tried on the pastes of the entries that ship."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import library
from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching.masking import mask
from tests.knowledge.noise import LINES

ENTRIES = tuple(library.load([library.SHIPPED]).entries.values())
EXAMPLES = [paste for entry in ENTRIES for paste in entry.examples]
PASTES = [paste for entry in ENTRIES for paste in (*entry.examples, *entry.counterexamples)]
PIECES = sorted({word for paste in PASTES for word in paste.split()})


@pytest.fixture(scope="module")
def shipped():
    return Matcher(ENTRIES)


@pytest.fixture(scope="module")
def answers(shipped):
    return {paste: said(shipped, paste) for paste in PASTES}


def said(matcher, paste):
    """Return what people are told; of candidates that are no answer, equal or nearly so, the order is not promised."""
    return [(match.entry.id, match.verdict, match.evidence.line) for match in matcher.match(paste).answers]


def differences(matcher, answers):
    found = {paste: said(matcher, paste) for paste in answers}
    return [(paste, found[paste], answers[paste]) for paste in answers if found[paste] != answers[paste]]


def test_masking_what_people_pasted_twice_changes_nothing():
    assert [paste for paste in PASTES if mask(mask(paste)) != mask(paste)] == []


@given(st.lists(st.sampled_from(PIECES) | st.from_regex(r"[\w.:/@-]{1,12}", fullmatch=True), max_size=12))
def test_masking_words_of_pastes_in_any_order_twice_changes_nothing(words):
    line = " ".join(words)

    assert mask(mask(line)) == mask(line)


@settings(max_examples=200)
@given(paste=st.sampled_from(EXAMPLES), before=st.lists(LINES, max_size=12), after=st.lists(LINES, max_size=12))
def test_noise_around_a_paste_never_makes_another_entry_sure(shipped, paste, before, after):
    alone, amid = shipped.match(paste), shipped.match("\n".join([*before, paste, *after]))

    if alone.verdict is Verdict.SURE and amid.verdict is Verdict.SURE:
        assert amid.matches[0].entry.id == alone.matches[0].entry.id


@given(lines=st.lists(LINES, max_size=20))
def test_noise_alone_is_not_documented(shipped, lines):
    assert shipped.match("\n".join(lines)).verdict is not Verdict.SURE


@pytest.mark.parametrize("seed", range(2))
def test_the_order_in_which_entries_are_read_changes_no_answer(answers, seed):
    shuffled = list(ENTRIES)
    random.Random(seed).shuffle(shuffled)

    assert differences(Matcher(shuffled), answers) == []


def test_an_index_that_grew_and_shrank_answers_like_one_that_was_made_at_once(answers):
    chance = random.Random(0)
    waiting = chance.sample(ENTRIES, len(ENTRIES))
    grown = Matcher()
    while waiting:
        size = chance.randint(1, 9)
        batch, waiting = waiting[:size], waiting[size:]
        grown.update(batch, ())
        grown.update((), [batch[0].id])
        grown.update(batch[:1], ())

    assert differences(grown, answers) == []
