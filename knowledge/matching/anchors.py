"""What a text must hold to meet a signature: its rarest word, or its rarest two neighbours where no word is rare."""

import itertools
from collections.abc import Iterator

import numpy as np
import re2

from knowledge.matching.clues import ClueKind
from knowledge.matching.pieces import Piece
from knowledge.matching.segment import ROLE_MASK
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role, beginnings

SHORT = 3
"""A word up to this length is not looked for inside another one."""

RARE = 7.0
"""Weight in nats from which on a word alone is rare: about one text in a thousand."""

BETWEEN = r"\w*[^\w\n]{1,4}(?:\w{1,3}[^\w\n]{1,4})?"
"""What may stand between two neighbours: the rest of the first word, punctuation, a word too short to be indexed."""


def of_piece(piece: Piece, lexicon: Lexicon) -> Iterator[str]:
    """Yield an expression for every living signature."""
    segment = piece.clues
    words = list(lexicon.numbers)
    for clue in np.flatnonzero(segment.alive & (segment.kinds == ClueKind.SIGNATURE)).tolist():
        at = slice(int(segment.starts[clue]), int(segment.starts[clue + 1]))
        said = segment.words[at][(segment.marks[at] & ROLE_MASK) < Role.SURROUNDING].tolist()
        if not said:
            continue
        rarest = max(said, key=lambda word: (lexicon.weights[word], words[word]))
        pairs = list(itertools.pairwise(said))
        if lexicon.weights[rarest] >= RARE or not pairs:
            yield _word(words[rarest])
        else:
            first, second = max(pairs, key=lambda pair: (lexicon.weights[pair[0]] + lexicon.weights[pair[1]], pair))
            yield _word(words[first]) + BETWEEN + _word(words[second])


def _word(stem: str) -> str:
    alternatives = "|".join(re2.escape(start) for start in sorted(beginnings(stem)))
    return f"(?:{alternatives})" if len(stem) > SHORT else rf"\b(?:{alternatives})\b"
