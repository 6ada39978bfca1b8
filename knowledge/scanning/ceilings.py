"""Whether what texts may say of signatures may be a likely answer, told from bytes alone, for thousands at once.

What of a text belongs to its message only reading it tells. Here all of it may: it shares with a topic whatever any of
its words share (shares.py), and of what else it says nothing is known but that half of the signature is in its message.
"""

from collections.abc import Sequence

import numpy as np

from knowledge.matching.arrays import Bools, Floats
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import State
from knowledge.matching.evidence import QUOTED, TYPICAL_TOPIC_MASS
from knowledge.matching.overlap import LEAST_SURROUNDINGS, TINY
from knowledge.matching.paste import SPOKEN_WORDS
from knowledge.matching.query import FACTORS
from knowledge.matching.topics import Kind
from knowledge.scanning import bare, blocks
from knowledge.scanning.lists import Lists
from knowledge.scanning.most import Measure, Quoted
from knowledge.scanning.quotable import Clue
from knowledge.scanning.shares import Shared, Shares
from knowledge.scanning.sieve import CELLS_AT_ONCE, Quotations

LEAST_FACTOR = float(FACTORS[FACTORS > 0].min())
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
            lines = [bare.stripped(texts[at]) for at in some.tolist()]
            for begin, block in blocks.of(lines):
                here = slice(begin, begin + block.count(b"\n") - 1)
                of_block = some[here]
                quoted = quotations.among(slice(*np.searchsorted(quotations.texts, (of_block[0], of_block[-1] + 1))))
                numbered = quoted._replace(texts=np.searchsorted(of_block, quoted.texts))
                possible[of_block] = self._possible(lines[here], bare.bare(block), numbered)
        return possible

    def _possible(self, lines: Sequence[bytes], block: bytes, quoted: Quotations) -> Bools:
        """Return for each line of a block whether one of its quotations may be a likely answer.

        What is certain of a line takes long to tell, and is told of those where it may make the difference.
        """
        shared = self._shares.of(block)
        certain = np.zeros(len(lines))
        quoted = quoted.among(self._reached(quoted, shared, certain, foreign=not block.isascii()))
        left = np.unique(quoted.texts)
        certain[left] = self._shares.certain([lines[at] for at in left.tolist()])
        possible = shared.unclear.copy()
        possible[quoted.texts[self._reached(quoted, shared, certain, foreign=not block.isascii())]] = True
        return possible

    def _reached(self, quoted: Quotations, shared: Shared, certain: Floats, *, foreign: bool) -> Bools:
        """Tell which quotations of lines may be likely answers, of whose words so many nats are certain to be read.

        Where there are `foreign` letters, all may be what people say.
        """
        weight = self._weights[quoted.clues]
        said = np.minimum(quoted.said, weight)
        spoken = np.ones(len(weight)) if foreign else np.minimum(shared.spoken[quoted.texts] / SPOKEN_WORDS, 1.0)
        total = np.maximum(QUOTED * weight - quoted.cut, certain[quoted.texts])
        most = Quoted(
            weight=weight,
            shared=said,
            everyones=self._everyones[quoted.clues],
            around=self._around[quoted.clues],
            anywhere=said / weight,
            explained=np.ones(len(weight)),
            unexplained=np.zeros(len(weight)),
        )
        of_topics = self._of_topics(quoted, shared, np.maximum(LEAST_FACTOR * total, TINY), spoken)
        return self._measure.reached(most, of_topics, (0.0, spoken))

    def _of_topics(self, quoted: Quotations, shared: Shared, total: Floats, spoken: Floats) -> Floats:
        """Return the most that each part of topics may be, of texts whose words are worth `total` at least.

        As `evidence.topic_parts` says, with a total and a share of spoken words for each.
        """
        of_pair, topics, _ = self._topics.of(quoted.clues)
        worths = shared.worths[quoted.texts[of_pair], topics]
        meaning = 1.0 - np.exp(-worths.max(axis=1) / TYPICAL_TOPIC_MASS)
        shares = worths / total[of_pair, None]
        shares[:, Kind.WORD] = np.minimum(shares[:, Kind.WORD], 1.0)
        mass, failures = (shares[:, [Kind.WORD, Kind.FAILURE]] * meaning[:, None]).T
        foreign = np.ones_like(mass)
        parts = failures, foreign, np.log1p(worths.sum(axis=1)), mass * spoken[of_pair]
        return np.stack([np.bincount(of_pair, part, minlength=len(total)) for part in parts], axis=1)


def _topics(state: State, clues: Sequence[Clue]) -> Lists:
    """Return the topics of the entry of each signature, numbered through all pieces."""
    firsts = np.cumsum([0, *(len(piece.topics) for piece in state.pieces)]).tolist()
    rows = []
    for clue in clues:
        piece = state.pieces[clue.piece]
        of_owner = np.flatnonzero(piece.topics.owners == piece.clues.owners[clue.number])
        rows.append([(firsts[clue.piece] + topic, 1.0) for topic in of_owner.tolist()])
    return Lists(rows)
