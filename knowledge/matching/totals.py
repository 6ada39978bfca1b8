"""What each clue of a segment weighs as a whole, whatever is asked: summed up once for a state of the index.

A paste shares a few words with a clue that may have two dozen. Without these sums every comparison would weigh all
words of every candidate, only to learn what the few are a share of.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.matching.arrays import Bytes, Floats, Ints
from knowledge.matching.query import FACTORS
from knowledge.matching.segment import REPEATED, ROLE_MASK, Segment
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

FRAME_SHARE = 0.25
"""What the nearest frame of a stack trace is worth beside the rest of a clue's surroundings."""

CLUES_AT_ONCE = 1 << 12
"""Clues that are summed up at once: the arrays of their words fit into a processor's cache, however many there are."""

MARKS = np.arange(256)
ROLES = np.minimum(MARKS & ROLE_MASK, Role.FRAME)
IN_PAIRS = FACTORS[ROLES]
"""What a word of a message counts for in a pair, by its mark. This and the like of it save a step a word and query."""
SAID = np.where(MARKS & REPEATED, np.float32(0), IN_PAIRS)
"""What a word of a message counts for, by its mark; a word that stands in its clue before counts for nothing."""
EVERYONES = np.where(ROLES == Role.SYSTEM, SAID, np.float32(0))
"""The same of what the operating system says to everyone."""
AROUND = np.zeros(256, dtype=np.float32)
"""What a word around a message counts for, by its mark."""
AROUND[Role.SURROUNDING :: 16], AROUND[Role.FRAME :: 16] = 1.0, FRAME_SHARE


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the words of each clue under one lexicon.

    `said` is the weight of its message, `everyones` that of what the operating system says to everyone in it, `pairs`
    that of the message's neighbouring words, `around` that of what surrounds it. `words` counts those of the message,
    which stand first.
    """

    said: Floats
    everyones: Floats
    pairs: Floats
    around: Floats
    words: Ints


def of(segment: Segment, lexicon: Lexicon) -> Totals:
    """Return what the clues of a segment weigh."""
    blocks = list(_blocks(segment, lexicon)) or [np.zeros((5, 0))]
    *weights, counts = np.concatenate(blocks, axis=1)
    said, everyones, pairs, around = (sums.astype(np.float32) for sums in weights)
    return Totals(said, everyones, pairs, around, counts.astype(np.int32))


def _blocks(segment: Segment, lexicon: Lexicon) -> Iterator[Floats]:
    """Yield the sums of some clues after others, a row for each kind of sum."""
    for clue in range(0, len(segment), CLUES_AT_ONCE):
        starts = segment.starts[clue : clue + CLUES_AT_ONCE + 1]
        here = slice(int(starts[0]), int(starts[-1]))
        yield _sums(segment.words[here], segment.marks[here], starts - starts[0], lexicon.weights)


def _sums(words: Ints, marks: Bytes, starts: Ints, weights_of: Floats) -> Floats:
    weights = weights_of[words]
    factors = IN_PAIRS[marks]
    pairs = np.zeros(len(words), dtype=np.float32)
    pairs[:-1] = np.minimum(factors[:-1], factors[1:]) * (weights[:-1] + weights[1:])
    full = np.flatnonzero(starts[1:] > starts[:-1])
    pairs[starts[full + 1] - 1] = 0.0
    rows = SAID[marks] * weights, EVERYONES[marks] * weights, pairs, AROUND[marks] * weights, factors > 0
    sums = np.zeros((len(rows), len(starts) - 1))
    for row, values in zip(sums, rows, strict=True):
        row[full] = np.add.reduceat(values, starts[full], dtype=np.float64) if len(full) else 0.0
    return sums
