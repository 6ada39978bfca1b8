"""What is summed up of each clue for all queries is what its words say one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching import background, pieces, totals
from knowledge.matching.query import FACTORS
from knowledge.matching.segment import REPEATED, ROLE_MASK
from knowledge.matching.totals import FRAME_SHARE
from knowledge.matching.vocabulary import Vocabulary
from knowledge.matching.words import Role

PARTS = (
    "disk",
    "is full",
    "no such file or directory",
    "10.0.0.1",
    "a.b.c.Broker",
    "ERROR [main] c.e.Shop -",
    "disk",
    "\n",
)
SIGNATURES = st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map(" ".join), max_size=12)


def told(words, marks, weights):
    """Return what message, what everyone says in it, pairs and surroundings of a clue weigh, and count its words."""
    roles, first = [int(mark & ROLE_MASK) for mark in marks], [not mark & REPEATED for mark in marks]
    weigh = [float(weights[word]) for word in words]
    message = [at for at, role in enumerate(roles) if role < Role.SURROUNDING]
    said = {at: float(FACTORS[roles[at]]) * weigh[at] for at in message if first[at]}
    share = {Role.SURROUNDING: 1.0, Role.FRAME: FRAME_SHARE}
    return (
        sum(said.values()),
        sum(worth for at, worth in said.items() if roles[at] == Role.SYSTEM),
        sum(min(FACTORS[roles[at]], FACTORS[roles[at + 1]]) * (weigh[at] + weigh[at + 1]) for at in message[:-1]),
        sum(share.get(role, 0.0) * weigh[at] for at, role in enumerate(roles) if first[at]),
        len(message),
    )


@given(SIGNATURES)
def test_the_sums_of_a_clue_are_those_of_its_words(signatures):
    vocabulary = Vocabulary(background.shipped())
    segment = pieces.of_signatures(enumerate(signatures), vocabulary).clues
    size = len(vocabulary.numbers)
    lexicon = vocabulary.lexicon(segment.counts(size), np.zeros(size, dtype=np.int64), len(signatures))

    found = totals.of(segment, lexicon)

    rows = zip(found.said, found.everyones, found.pairs, found.around, found.words, strict=True)
    bounds = zip(segment.starts[:-1], segment.starts[1:], strict=True)
    assert [list(map(float, row)) for row in rows] == [
        pytest.approx(told(segment.words[first:last], segment.marks[first:last], lexicon.weights), rel=1e-5)
        for first, last in bounds
    ]
