"""A segment: an immutable piece of the index, and the search for candidates in it.

Each clue is a row of word numbers. Two inverted lists lead to it: from its words, and from its pairs of neighbouring
words, which stay rare where every word is common (Williams, Zobel and Bahle 2004 call it a nextword index). Candidates
are collected from the rarest keys first until a budget of postings is spent, so that the cost of a query does not grow
with the number of clues that share its common words.
"""

import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching.arrays import Bools, Bytes, Floats, Ints, run_starts
from knowledge.matching.clues import ClueKind
from knowledge.matching.owned import Owned
from knowledge.matching.query import Query, pair_keys
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Form, Role

POSTINGS_BUDGET = 5_000
"""Postings read for one query at most, about a third of a millisecond of work."""

LEAST_KEYS = 2
"""So many of the rarest keys of a line are read although the budget is spent by then."""

LONGEST_POSTINGS = 4_000
"""Postings kept for one key; a key of more clues tells little, and its first postings do for the rest."""

MOST_GUESSES = 8
"""Words that a word cut short is looked up as."""

SHORTLIST = 3
"""Pairs of clue and line that are looked at for each candidate that is wanted: a clue may be on several lines."""

GAIN_BITS = 16
GAIN_MASK = (1 << GAIN_BITS) - 1
GAIN_UNIT = 1000
"""What a key gains is a whole number of these, in the low bits of a vote."""

TIE = np.float64(1e-9)
"""How far the key of a clue may lift it above others that promise the same."""

LENGTH_BITS = 32
"""Low bits of a sort key that hold the length of a list of postings, beside the line that asks for it."""

ROLE_MASK = np.uint8(0b0000_0111)
REPEATED = np.uint8(0b0000_1000)
FORM_SHIFT = np.uint8(4)


def mark(role: int, form: int = Form.BARE) -> int:
    """Return a word's role and form in one byte; `REPEATED` is added where the word stands in the clue before."""
    return role | form << int(FORM_SHIFT)


@dataclass(frozen=True)
class Segment(Owned):
    """Clues as arrays. Word `words[i]` with `marks[i]` belongs to the clue c with `starts[c] <= i < starts[c + 1]`.

    `keys` are numbers in [0, 1) made of the clues' texts: they decide ties, which the order of entries must not. The
    clues that hold word w are `postings[word_starts[w] : word_starts[w + 1]]`, and of pairs by their slot likewise.
    """

    kinds: Bytes
    keys: Floats
    starts: Ints
    words: Ints
    marks: Bytes
    word_starts: Ints
    pair_starts: Ints
    postings: Ints

    def counts(self, size: int) -> Ints:
        """Return in how many living clues each of `size` words occurs."""
        living = np.repeat(self.alive, np.diff(self.starts)) & ((self.marks & REPEATED) == 0)
        return np.bincount(self.words[living], minlength=size)

    def candidates(self, query: Query, lexicon: Lexicon, limit: int) -> Ints:
        """Return the `limit` clues that share the most telling words with one line of the query, best first."""
        votes = self._votes(query, lexicon)
        if not len(votes):
            return votes
        votes.sort()
        cells = votes >> GAIN_BITS
        starts = run_starts(cells)
        gains = np.add.reduceat(votes & GAIN_MASK, starts)
        cells = cells[starts]
        clues = cells & ((1 << self._clue_bits) - 1)
        promise = gains * (gains / np.maximum(query.window_weights, 1.0)[cells >> self._clue_bits])
        promise *= 1.0 + TIE * self.keys[clues]
        living = self.alive[clues]
        if np.count_nonzero(living) < len(living):
            clues, promise = clues[living], promise[living]
        most = SHORTLIST * limit
        best = promise.argpartition(-most)[-most:] if len(promise) > most else np.arange(len(promise))
        best = best[(-promise[best]).argsort(kind="stable")]
        return _first_distinct(clues[best], limit)

    @property
    def _clue_bits(self) -> int:
        return len(self).bit_length()

    def _votes(self, query: Query, lexicon: Lexicon) -> Ints:
        """Return the votes for pairs of line and clue from the rarest keys of each line.

        A vote is one number, so that one sort of plain numbers groups them: first the line, then the clue, then what
        the key gains.
        """
        numbers, of_word = self._known(query, lexicon)
        slots = _slots(query.pair_flat, len(self.pair_starts) - 1)
        starts = np.concatenate([self.word_starts[numbers], self.pair_starts[slots]])
        lengths = np.concatenate([self.word_starts[numbers + 1], self.pair_starts[slots + 1]]) - starts
        lines = np.concatenate([of_word, query.pair_line_of])
        order = ((lines << LENGTH_BITS) + lengths).argsort(kind="stable")
        order = order[lengths[order] > 0]
        order = order[_affordable(lines[order], lengths[order], POSTINGS_BUDGET // query.lines)]
        starts, lengths, lines = starts[order], lengths[order], lines[order]
        gains = (np.log1p(len(self) / lengths) * GAIN_UNIT).astype(np.int64)
        of_key = (lines << (self._clue_bits + GAIN_BITS)) | gains
        clues = self.postings[_ranges(starts, lengths)].astype(np.int64)
        votes: Ints = (clues << GAIN_BITS) | of_key.repeat(lengths)
        return votes

    def _known(self, query: Query, lexicon: Lexicon) -> tuple[Ints, Ints]:
        """Return the words of the query that may be indexed here, and their lines; cut words as what they may be."""
        cut = query.cut_words
        guesses = np.minimum(cut.last_ranks - cut.first_ranks, MOST_GUESSES)
        numbers = np.concatenate([query.flat, lexicon.by_rank[_ranges(cut.first_ranks, guesses)]])
        lines = np.concatenate([query.line_of, cut.lines.repeat(guesses)])
        known = numbers < len(self.word_starts) - 1
        return numbers[known], lines[known]

    def rows(self, clues: Ints) -> tuple[Ints, Ints, Bytes]:
        """Return the numbers and marks of all words of some clues, one clue after another, and where each begins.

        There is one beginning more than there are clues.
        """
        first = self.starts[clues]
        lengths = self.starts[clues + 1] - first
        starts = np.zeros(len(clues) + 1, dtype=np.int64)
        lengths.cumsum(out=starts[1:])
        at = np.arange(starts[-1]) + (first - starts[:-1]).repeat(lengths)
        return starts, self.words[at], self.marks[at]


class SegmentBuilder:
    """Collects clues and makes a segment of them."""

    def __init__(self) -> None:
        self._owners = array("i")
        self._kinds = array("B")
        self._keys = array("f")
        self._starts = array("q", [0])
        self._words = array("i")
        self._marks = array("B")

    def add(
        self,
        owner: int,
        kind: ClueKind,
        text: str,
        words: Sequence[int],
        marks: Sequence[int],
        *,
        even_empty: bool = False,
    ) -> bool:
        """Add a clue of an owner and return True; one without words finds nothing and is left out, unless asked for."""
        if not words and not even_empty:
            return False
        self._owners.append(owner)
        self._kinds.append(kind)
        self._keys.append(zlib.crc32(text.encode("utf-8", "replace")) / 2**32)
        self._words.extend(words)
        seen: set[int] = set()
        for word, byte in zip(words, marks, strict=True):
            self._marks.append(byte | int(REPEATED) if word in seen else byte)
            seen.add(word)
        self._starts.append(len(self._words))
        return True

    def build(self, vocabulary_size: int) -> Segment:
        """Return the segment of everything that was added."""
        return inverted(
            owners=np.array(self._owners, dtype=np.int32),
            kinds=np.array(self._kinds, dtype=np.uint8),
            keys=np.array(self._keys, dtype=np.float32),
            starts=np.array(self._starts, dtype=np.int64),
            words=np.array(self._words, dtype=np.int32),
            marks=np.array(self._marks, dtype=np.uint8),
            vocabulary_size=vocabulary_size,
        )


def inverted(
    *, owners: Ints, kinds: Bytes, keys: Floats, starts: Ints, words: Ints, marks: Bytes, vocabulary_size: int
) -> Segment:
    """Return the segment of some clues with its inverted lists."""
    clue_of = np.repeat(np.arange(len(owners), dtype=np.int32), np.diff(starts))
    telling = (marks & ROLE_MASK) < Role.SURROUNDING
    once = telling & ((marks & REPEATED) == 0)
    word_starts, of_words = _lists(words[once], clue_of[once], vocabulary_size)
    neighbours = telling[1:] & telling[:-1] & (clue_of[1:] == clue_of[:-1])
    pairs = pair_keys(words[:-1][neighbours].astype(np.int64), words[1:][neighbours].astype(np.int64))
    slots = 1 << max(4, len(pairs).bit_length())
    pair_starts, of_pairs = _lists(_slots(pairs, slots), clue_of[1:][neighbours], slots)
    alive = np.ones(len(owners), dtype=np.bool_)
    postings = np.concatenate([of_words, of_pairs])
    return Segment(owners, alive, kinds, keys, starts, words, marks, word_starts, pair_starts + len(of_words), postings)


def merged(segments: Sequence[Segment], vocabulary_size: int) -> Segment:
    """Return one segment of the living clues of several, in their order."""
    owners, kinds, keys, lengths, words, marks = [], [], [], [], [], []
    for segment in segments:
        living = np.repeat(segment.alive, np.diff(segment.starts))
        owners.append(segment.owners[segment.alive])
        kinds.append(segment.kinds[segment.alive])
        keys.append(segment.keys[segment.alive])
        lengths.append(np.diff(segment.starts)[segment.alive])
        words.append(segment.words[living])
        marks.append(segment.marks[living])
    return inverted(
        owners=np.concatenate(owners),
        kinds=np.concatenate(kinds),
        keys=np.concatenate(keys),
        starts=np.concatenate([[0], np.cumsum(np.concatenate(lengths))]),
        words=np.concatenate(words),
        marks=np.concatenate(marks),
        vocabulary_size=vocabulary_size,
    )


def _slots(pairs: Ints, slots: int) -> Ints:
    """Hash pairs into a power of two of slots (Fibonacci hashing); pairs that share a slot cost time, not accuracy."""
    mixed = pairs.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(64 - (slots.bit_length() - 1))).astype(np.int64)


def _first_distinct(clues: Ints, limit: int) -> Ints:
    """Return the first `limit` clues that differ; a loop over these few is quicker than sorting them twice."""
    chosen: dict[int, None] = {}
    for clue in clues.tolist():
        chosen[clue] = None
        if len(chosen) == limit:
            break
    return np.array(list(chosen), dtype=np.int64)


def _affordable(lines: Ints, lengths: Ints, budget: int) -> Bools:
    """Tell which keys to read, sorted by line and then length: the rarest of each line, within its budget."""
    first = lines.searchsorted(lines)
    spent = lengths.cumsum()
    before = (spent - lengths)[first]
    rank = np.arange(len(lines)) - first
    affordable: Bools = (spent - before <= budget) | ((rank < LEAST_KEYS) & (lengths <= budget))
    return affordable


def _lists(keys: Ints, clues: Ints, size: int) -> tuple[Ints, Ints]:
    """Return where the list of each key starts, and the lists one after another, none longer than is useful."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.searchsorted(ordered, np.arange(size + 1))
    within = np.arange(len(ordered)) - starts[ordered]
    kept = within < LONGEST_POSTINGS
    lengths = np.minimum(np.diff(starts), LONGEST_POSTINGS)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), clues[order][kept]


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers from each start on, as many as its length says, one range after another."""
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Ints = np.arange(total) + (starts - ends + lengths).repeat(lengths)
    return found
