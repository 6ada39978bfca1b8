"""Whether what texts may say of signatures may be a likely answer, told from bytes alone, for thousands at once.

What of a text belongs to its message only reading it tells. Here all of it may: it shares with a topic whatever any of
its words share (shares.py), and of what else it says nothing is known but that half of the signature is in its message.
"""

from collections.abc import Sequence

import numpy as np

from knowledge.matching import bare, blocks
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import State
from knowledge.matching.evidence import QUOTED, TYPICAL_TOPIC_MASS
from knowledge.matching.lists import Lists
from knowledge.matching.most import Measure, Quoted
from knowledge.matching.overlap import LEAST_SURROUNDINGS, TINY
from knowledge.matching.paste import SPOKEN_WORDS
from knowledge.matching.query import FACTORS
from knowledge.matching.quotable import Clue
from knowledge.matching.shares import Shared, Shares
from knowledge.matching.sieve import CELLS_AT_ONCE, Quotations
from knowledge.matching.topics import Kind
from knowledge.matching.words import Role

LEAST_FACTOR = float(FACTORS[Role.PATH])
"""What a word of a message counts for at least."""


class Ceilings:
    """Holds quotations to the score of a likely answer, under one state of the index; `clues` are their signatures."""

    def __init__(self, state: State, calibration: Calibration, clues: Sequence[Clue]) -> None:
        self._measure = Measure(calibration, curated=state.curated)
        self._shares = Shares(state)
        self._weights, everyones, around = (
            np.array([getattr(state.totals[clue.piece], name)[clue.number] for clue in clues], dtype=np.float64)
            for name in ("said", "everyones", "around")
        )
        self._everyones = everyones / np.maximum(self._weights, TINY)
        self._around = around / (around + LEAST_SURROUNDINGS)
        self._topics = _topics(state, clues)

    def possible(self, texts: Sequence[bytes], quotations: Quotations) -> Bools:
        """Return for each text whether one of its quotations may be a likely answer."""
        possible = np.zeros(len(texts), dtype=np.bool_)
        quoting = np.unique(quotations.texts)
        step = max(1, CELLS_AT_ONCE // max(1, self._shares.count * len(Kind)))
        for first in range(0, len(quoting), step):
            some = quoting[first : first + step]
            for begin, block in blocks.of([bare.stripped(texts[at]) for at in some.tolist()]):
                shared = self._shares.of(bare.bare(block))
                of_block = some[begin : begin + len(shared.spoken)]
                here = slice(*np.searchsorted(quotations.texts, (of_block[0], of_block[-1] + 1)))
                quoted = quotations.among(here)
                reached = self._reached(quoted, np.searchsorted(of_block, quoted.texts), shared, not block.isascii())
                possible[quoted.texts[reached]] = True
                possible[of_block[shared.unclear]] = True
        return possible

    def _reached(self, quoted: Quotations, lines: Ints, shared: Shared, foreign: bool) -> Bools:
        """Tell which quotations of lines may be likely answers; what is `foreign` may all be what people say."""
        weight = self._weights[quoted.clues]
        said = np.minimum(quoted.said, weight)
        spoken = np.ones(len(lines)) if foreign else np.minimum(shared.spoken[lines] / SPOKEN_WORDS, 1.0)
        certain = np.maximum(QUOTED * weight - quoted.cut, shared.certain[lines])
        total = np.maximum(LEAST_FACTOR * certain, TINY)
        most = Quoted(
            weight=weight,
            shared=said,
            everyones=self._everyones[quoted.clues],
            around=self._around[quoted.clues],
            anywhere=said / weight,
            explained=np.ones(len(lines)),
            unexplained=np.zeros(len(lines)),
        )
        return self._measure.reached(most, self._of_topics(quoted.clues, lines, shared, total, spoken), (0.0, spoken))

    def _of_topics(self, clues: Ints, lines: Ints, shared: Shared, total: Floats, spoken: Floats) -> Floats:
        """Return the most that each part of topics may be, of texts whose words are worth `total` at least.

        As `evidence.topic_parts` says, with a total and a share of spoken words for each.
        """
        of_pair, topics, _ = self._topics.of(clues)
        worths = shared.worths[lines[of_pair], topics]
        meaning = 1.0 - np.exp(-worths.max(axis=1) / TYPICAL_TOPIC_MASS)
        shares = worths / total[of_pair, None]
        shares[:, : Kind.FAILURE] = np.minimum(shares[:, : Kind.FAILURE], 1.0)
        mass, roots, failures = (shares * meaning[:, None]).T
        parts = mass, roots, failures, np.log1p(worths.sum(axis=1)), mass * spoken[of_pair]
        return np.stack([np.bincount(of_pair, part, minlength=len(clues)) for part in parts], axis=1)


def _topics(state: State, clues: Sequence[Clue]) -> Lists:
    """Return the topics of the entry of each signature, numbered through all pieces."""
    firsts = np.cumsum([0, *(len(piece.topics) for piece in state.pieces)]).tolist()
    rows = []
    for clue in clues:
        piece = state.pieces[clue.piece]
        of_owner = np.flatnonzero(piece.topics.owners == piece.clues.owners[clue.number])
        rows.append([(firsts[clue.piece] + topic, 1.0) for topic in of_owner.tolist()])
    return Lists(rows)
