"""The rarest words of signatures: a text that holds none of a signature's anchors cannot meet it."""

from collections.abc import Iterator

import numpy as np

from knowledge.matching.clues import ClueKind
from knowledge.matching.pieces import Piece
from knowledge.matching.segment import ROLE_MASK
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role, beginnings

ANCHORS_OF_A_CLUE = 2
SHORTEST_ANCHOR = 3


def of_piece(piece: Piece, lexicon: Lexicon) -> Iterator[str]:
    """Yield the anchors of every living signature: letters that a word in a text begins with."""
    segment = piece.clues
    words = list(lexicon.numbers)
    for clue in np.flatnonzero(segment.alive & (segment.kinds == ClueKind.SIGNATURE)).tolist():
        at = slice(int(segment.starts[clue]), int(segment.starts[clue + 1]))
        said = segment.words[at][(segment.marks[at] & ROLE_MASK) < Role.SURROUNDING]
        rarest = sorted({int(word) for word in said}, key=lambda word: (-lexicon.weights[word], words[word]))
        long_enough = [words[word] for word in rarest if len(words[word]) >= SHORTEST_ANCHOR]
        for anchor in (long_enough or [words[word] for word in rarest])[:ANCHORS_OF_A_CLUE]:
            yield from beginnings(anchor)
