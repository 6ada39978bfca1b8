"""The index finds what comparing every clue with the paste would find."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching import background, calibration, evidence, paste, pieces, query, topics, totals
from knowledge.matching.engine import State
from knowledge.matching.evidence import CLUE_PARTS
from knowledge.matching.vocabulary import Vocabulary

WORDS = "disk ledger queue token mount volume node vault shard broker refuse expire lock lease writer".split()
MESSAGES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(" ".join)


def state_of(signatures):
    vocabulary = Vocabulary(background.shipped())
    piece = pieces.of_signatures(enumerate(signatures), vocabulary)
    size = len(vocabulary.numbers)
    no_topics = np.zeros(size, dtype=np.int64)
    lexicon = vocabulary.lexicon(piece.clues.counts(size), no_topics, len(signatures))
    return State(
        pieces=(piece,),
        totals=(totals.of(piece.clues, lexicon),),
        lexicon=lexicon,
        specificity=topics.specificity(no_topics, 0),
        entries={},
        general=frozenset(),
    )


def brute_force(state, read, weighed):
    """Compare every clue, without the inverted lists, and return the highest evidence."""
    [piece] = state.pieces
    asked = query.build(read, state.lexicon)
    everything = np.arange(len(piece.clues))
    compared = evidence.compare(
        piece.clues, state.totals[0], everything, asked, state.lexicon, weighed.weights, {}, frozenset(), curated=False
    )
    sums = compared.parts @ weighed.weights[:CLUE_PARTS]
    return float(sums[compared.parts[:, evidence.Part.COVERAGE] > 0].max(initial=-np.inf))


@given(
    signatures=st.lists(MESSAGES, min_size=1, max_size=40, unique=True),
    lines=st.lists(MESSAGES, min_size=1, max_size=5),
)
def test_the_best_clue_is_among_the_candidates(signatures, lines):
    weighed = calibration.shipped()
    state = state_of(signatures)
    read = paste.read("\n".join(lines))

    found = state.candidates(read, weighed)

    sums = [float(candidate.parts[:CLUE_PARTS] @ weighed.weights[:CLUE_PARTS]) for candidate in found]
    assert max(sums, default=-np.inf) == pytest.approx(brute_force(state, read, weighed), abs=1e-4)


@given(signatures=st.lists(MESSAGES, min_size=1, max_size=40, unique=True), data=st.data())
def test_an_indexed_text_finds_itself_first(signatures, data):
    wanted = data.draw(st.sampled_from(signatures))
    state = state_of(signatures)
    weighed = calibration.shipped()

    found = state.candidates(paste.read(wanted), weighed)

    best = max(found, key=lambda candidate: candidate.evidence)
    rivals = {index for index, text in enumerate(signatures) if sorted(text.split()) == sorted(wanted.split())}
    assert best.owner in rivals | {signatures.index(wanted)} or best.parts[evidence.Part.COVERAGE] == 1.0
