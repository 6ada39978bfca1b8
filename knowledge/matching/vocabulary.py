"""Words as numbers, and what each is worth as evidence.

A word's weight is the surprise of meeting it, -log p, where p mixes its share in the index with its share in the world
outside (Dirichlet smoothing, Zhai and Lafferty 2001): in a small index the world decides, in a large one the index.
"""

import bisect
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching import words
from knowledge.matching.arrays import Floats, Ints
from knowledge.matching.background import RARE, Background

PRIOR_TEXTS = 400.0
"""How many texts of the index the world's share counts for."""

STRANGE = 0.55
"""What a word that the index does not know is worth beside the rarest that it knows: often it is only a name."""


class Vocabulary:
    """Numbers words in the order in which they come; a number never changes, so that what was indexed stays valid."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self.numbers: dict[str, int] = {}
        self._shares = array("d")

    def number(self, word: str) -> int:
        """Return the number of a word, giving it one when it is new."""
        number = self.numbers.get(word)
        if number is None:
            number = len(self.numbers)
            self._shares.append(self.background.share(word))
            self.numbers[word] = number
        return number

    def lexicon(self, counts: Ints, mentions: Ints, texts: int) -> "Lexicon":
        """Return the words as they stand, weighed by how many of the index's `texts` hold each.

        `mentions` says in how many topics each stands; a word of neither is left from an entry that is no more, and
        weighs what a strange one does.
        """
        shares = np.array(self._shares[: len(counts)])
        smoothed = (counts + PRIOR_TEXTS * shares) / (texts + PRIOR_TEXTS)
        known = np.where(counts + mentions > 0, 1.0, STRANGE)
        known_words = list(self.numbers)[: len(counts)]
        order = sorted(range(len(known_words)), key=known_words.__getitem__)
        ranks = np.empty(len(known_words), dtype=np.int64)
        ranks[order] = np.arange(len(known_words))
        *strange, strangest = self._strange_weights(texts)
        return Lexicon(
            numbers=self.numbers,
            weights=(-known * np.log(np.clip(smoothed, 1e-9, 1.0))).astype(np.float32),
            ranks=ranks,
            ordered=[known_words[index] for index in order],
            by_rank=np.array(order, dtype=np.int64),
            strange=dict(zip(self.background.counts, strange, strict=True)),
            strangest=strangest,
        )

    def _strange_weights(self, texts: int) -> list[float]:
        """Return what the words of the world outside weigh where an index does not know them; last, what others do."""
        counts = np.array([*self.background.counts.values(), RARE])
        smoothed = PRIOR_TEXTS * (counts / self.background.texts) / (texts + PRIOR_TEXTS)
        weights: list[float] = (-STRANGE * np.log(np.clip(smoothed, 1e-9, 1.0))).astype(np.float32).tolist()
        return weights


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one state of the index: number, weight, and rank in the order of the alphabet.

    `numbers` may grow behind this state's back; a number beyond `weights` is unknown here. `strange` tells what such a
    word weighs that the world outside knows, `strangest` what all others do.
    """

    numbers: Mapping[str, int]
    weights: Floats
    ranks: Ints
    ordered: Sequence[str]
    by_rank: Ints
    strange: Mapping[str, float]
    strangest: float

    def weights_of(self, words: Sequence[str]) -> Floats:
        """Return the weights of words, known or not."""
        numbers = np.array([self.numbers.get(word, len(self.weights)) for word in words], dtype=np.int64)
        known = numbers < len(self.weights)
        weights = np.empty(len(words), dtype=np.float32)
        weights[known] = self.weights[numbers[known]]
        weights[~known] = self.strange_weights([words[at] for at in np.flatnonzero(~known).tolist()])
        return weights

    def strange_weights(self, words: Iterable[str]) -> Floats:
        """Return the weights of words that the index does not know."""
        weight = self.strange.get
        return np.array([weight(word, self.strangest) for word in words], dtype=np.float32)

    def ranks_begun_by(self, start: str) -> tuple[int, int]:
        """Return the first rank of a longer word that begins with `start`, and the rank after the last.

        Where there is none, it may be a word that breaks off in the ending that its stem has lost.
        """
        first = bisect.bisect_right(self.ordered, start)
        after = bisect.bisect_left(self.ordered, start + "\U0010ffff", first)
        number = self.numbers.get(words.stem_of_cut(start)) if first == after else None
        if number is None or number >= len(self.ranks):
            return first, after
        rank = int(self.ranks[number])
        return rank, rank + 1
