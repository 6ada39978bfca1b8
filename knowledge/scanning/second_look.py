"""Whether a paste has an answer by a signature that it quotes, told without looking at anything else it may be about.

The signatures of which it says half are weighed as the matcher weighs them. Other entries can only take from their
scores, so that where none of them is likely on its own, none will be answered. Most are not even at their best, which
is told from their words alone (bounds.py).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.matching import evidence, paste, query, topics
from knowledge.matching.arrays import Bools, Floats
from knowledge.matching.calibration import Calibration
from knowledge.matching.engine import State
from knowledge.matching.evidence import Part
from knowledge.matching.paste import Paste
from knowledge.matching.query import Query
from knowledge.scanning.bounds import Bounds
from knowledge.scanning.ceilings import Ceilings
from knowledge.scanning.quotable import Clue
from knowledge.scanning.sieve import Quotations, Sieve

ROUNDING = 1e-3
"""By how much the evidence that the matcher finds may be more than what is found here."""


class SecondLook:
    """Looks at texts that meet no pattern as they stand, under one state of the index."""

    def __init__(self, state: State, calibration: Calibration, sieve: Sieve) -> None:
        self._state = state
        self._calibration = calibration
        self._sieve = sieve
        self._bounds = Bounds(state, calibration)
        self._ceilings = Ceilings(state, calibration, sieve.clues)

    def worth_reading(self, texts: Sequence[bytes], quotations: Quotations) -> Bools:
        """Return for each text, of which the sieve says what it may quote, whether the matcher may answer it so."""
        return self._ceilings.possible(texts, quotations)

    def may_answer(self, text: str) -> bool:
        """Tell whether the matcher may answer a text by a quotation.

        A pattern may be met when the fields of a record have changed places.
        """
        read = paste.read(text)
        clues = self._bounds.possible(read, self._sieve.half_said(read))
        if clues and is_likely(read, clues, self._state, self._calibration):
            return True
        told = read.text
        return told not in text and bool(self._sieve.patterns_met(told.encode("utf-8", "replace")))


def is_likely(read: Paste, clues: Sequence[Clue], state: State, calibration: Calibration) -> bool:
    """Tell whether one of some signatures, none of whose patterns is met, would be a likely answer if it were alone."""
    asked = query.build(read, state.lexicon)
    if asked is None:
        return False
    bar = calibration.evidence_of(calibration.likely) - ROUNDING
    return any((calibration.evidence(parts) >= bar).any() for parts in _parts(read, asked, clues, state, calibration))


def _parts(
    read: Paste, asked: Query, clues: Sequence[Clue], state: State, calibration: Calibration
) -> Iterator[Floats]:
    """Yield the parts of the scores of the signatures of each piece, a row each."""
    terms = topics.ask(read, state.lexicon, state.specificity) if state.has_topics else None
    for number in {clue.piece for clue in clues}:
        piece = state.pieces[number]
        of_piece = np.array([clue.number for clue in clues if clue.piece == number], dtype=np.int64)
        of_clues = evidence.compare(
            piece.clues,
            state.totals[number],
            of_piece,
            asked,
            state.lexicon,
            calibration.weights,
            {},
            piece.regexes,
            curated=state.curated,
        )
        parts = np.zeros((len(of_piece), len(Part)), dtype=np.float32)
        parts[:, : evidence.CLUE_PARTS] = of_clues.parts
        parts[:, Part.SPOKEN], parts[:, Part.BRIEF] = asked.spoken, asked.brevity
        if terms is not None and len(piece.topics):
            of_topics = evidence.topic_parts(piece.topics.shared(terms), terms.total, terms.technology, asked.spoken)
            owners = piece.clues.owners[of_piece][:, None] == piece.topics.owners[None, :]
            parts[:, evidence.OF_TOPIC] = owners @ of_topics
            evidence.spare_quoted(parts)
        yield parts
