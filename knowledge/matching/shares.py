"""What texts share with topics at most, told from bytes alone, for thousands of texts at once.

All words of a text count in full, wherever they stand. A kind of failure is named where all words of one of its phrases
are there, in whatever order.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.matching import certain, quotable, runs, thesaurus, words
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.engine import State
from knowledge.matching.hashed import Hashed
from knowledge.matching.lists import Lists
from knowledge.matching.paste import SPOKEN
from knowledge.matching.runs import DIGIT, Runs, Stretches
from knowledge.matching.topics import CODE_WORTH, PREFIXES, ROOT, Kind
from knowledge.matching.wordlist import WordList

WHOLE = 1.0 - 1e-6
"""Share of the words of a phrase from which on it is said."""

Worths = dict[int, float]
"""What a term is worth in each topic that has it."""


class Shared(NamedTuple):
    """What lines share with topics: by line, topic and kind of term; how many words of theirs people say.

    Of `unclear` lines not all words are known, so that they may share more.
    """

    worths: Floats
    spoken: Ints
    unclear: Bools


class Shares:
    """The topics of an index, numbered through all its pieces, and the bytes of their terms."""

    def __init__(self, state: State) -> None:
        terms = _terms(state)
        self.count = sum(len(piece.topics) for piece in state.pieces)
        self._failures = _Failures(state, terms, self.count)
        stems = sorted({*_stems(state), *self._failures.stems})
        roots = sorted({stem[:ROOT] for stem in stems if stem.isascii() and PREFIXES[Kind.ROOT] + stem[:ROOT] in terms})
        weights = state.lexicon.weights_of(stems).tolist()
        strangest = max(state.lexicon.strangest, *state.lexicon.strange.values())
        self._worths = Lists(
            [
                *(_row(stem, weight, terms) for stem, weight in zip(stems, weights, strict=True)),
                *(_cells(terms[PREFIXES[Kind.ROOT] + root], Kind.ROOT, strangest) for root in roots),
            ]
        )
        self._stems = WordList(stems)
        self._count_of_stems = len(stems)
        self._weights = np.array(weights)
        self._known = Hashed(
            (form.encode(), number)
            for number, stem in enumerate(stems)
            if stem.isascii() and stem.isalpha()
            for form in words.forms(stem)
            if words.stems(form) == [stem]
        )
        self._roots = Hashed(
            (start.encode(), len(stems) + number) for number, root in enumerate(roots) for start in _starts(root)
        )
        self._spoken = Hashed((form, 0) for stem in SPOKEN if stem.isascii() for form in quotable.forms(stem))
        self._failures.number(stems)

    def of(self, block: bytes) -> Shared:
        """Return what the lines of a block that begins and ends with a line break share with the topics."""
        count = block.count(b"\n") - 1
        found = runs.find(block)
        lines, stems = _distinct(*self._stems.find(block, found), self._count_of_stems)
        strange_lines, roots, unclear = self._strange(found)
        of_line, cells, worths = self._worths.of(np.concatenate([stems, roots]))
        at = np.concatenate([lines, strange_lines])[of_line] * (self.count * len(Kind)) + cells
        summed = np.bincount(at, worths, minlength=count * self.count * len(Kind)).astype(np.float64, copy=False)
        table: Floats = summed.reshape(count, self.count, len(Kind))
        table[..., Kind.FAILURE] = self._failures.of(found, lines, stems, count)
        spoken = np.bincount(found.lines(np.flatnonzero(self._spoken.knows(found.hashes))), minlength=count)
        is_unclear = np.zeros(count, dtype=np.bool_)
        is_unclear[unclear] = True
        return Shared(table, spoken, is_unclear)

    def certain(self, lines: Sequence[bytes]) -> Floats:
        """Return the weight of the words of each line that the matcher surely reads; those that nobody knows aside."""
        surely = b"\n".join(map(certain.words, lines))
        stretches = Stretches(b"\n" + surely + b"\n")
        starts, ends = stretches.starts[stretches.words], stretches.ends[stretches.words]
        whole = np.flatnonzero((ends - starts > 1) & (ends - starts <= words.LONGEST_WORD))
        at, stems = self._known.find(stretches.hashes(starts[whole], ends[whole]))
        of_lines, stems = _distinct(stretches.lines(starts[whole[at]]), stems, self._count_of_stems)
        weights = np.bincount(of_lines, self._weights[stems], minlength=len(lines))
        return weights.astype(np.float64, copy=False)

    def _strange(self, found: Runs) -> tuple[Ints, Ints, Ints]:
        """Return the roots of words that no topic has, with their lines, and the lines of those that stand nowhere."""
        before_digit = found.stretches.are_digits(found.ends)
        strange = np.flatnonzero(before_digit | ~self._known.knows(found.hashes))
        starts, ends = found.starts[strange], found.ends[strange]
        long = strange[ends - starts >= ROOT]
        at, roots = self._roots.find(found.stretches.hashes(found.starts[long], found.starts[long] + ROOT))
        lines, roots = _distinct(found.lines(long[at]), roots, len(self._worths))
        return lines, roots, found.lines(strange[ends == starts])


class _Failures:
    """The kinds of failure that topics name, and the phrases that name them."""

    def __init__(self, state: State, terms: dict[str, Worths], topics: int) -> None:
        named = [term.removeprefix(PREFIXES[Kind.FAILURE]) for term in terms if term.startswith(PREFIXES[Kind.FAILURE])]
        kinds = {kind: number for number, kind in enumerate(named)}
        self._worths = np.zeros((len(kinds), topics))
        for kind, number in kinds.items():
            for topic, worth in terms[PREFIXES[Kind.FAILURE] + kind].items():
                self._worths[number, topic] = worth
        self._phrases = [
            (sorted(set(phrase)), kinds[kind])
            for phrases in thesaurus.phrases().values()
            for phrase, kind in phrases
            if kind in kinds
        ]
        self._kinds = np.array([kind for _, kind in self._phrases], dtype=np.int64)
        self._weights = np.array([state.lexicon.weights_of(phrase).max() for phrase, _ in self._phrases])
        self._codes = Hashed((kind.encode(), number) for kind, number in kinds.items() if kind.isdigit())
        self._shares = Lists([])
        self.stems = {stem for phrase, _ in self._phrases for stem in phrase}

    def number(self, stems: Sequence[str]) -> None:
        """Take over the numbers of stems, among which are those of the phrases."""
        rows: dict[str, list[tuple[int, float]]] = {stem: [] for stem in stems}
        for number, (phrase, _) in enumerate(self._phrases):
            for stem in phrase:
                rows[stem].append((number, 1.0 / len(phrase)))
        self._shares = Lists(list(rows.values()))

    def of(self, found: Runs, lines: Ints, stems: Ints, count: int) -> Floats:
        """Return what the failures that are named in each line, which holds so many stems, are worth in each topic."""
        worths = np.zeros((count, len(self._worths)))
        at, phrases, shares = self._shares.of(stems)
        said = np.bincount(lines[at] * len(self._phrases) + phrases, shares, minlength=count * len(self._phrases))
        of_lines, phrases = np.divmod(np.flatnonzero(said >= WHOLE), max(len(self._phrases), 1))
        np.maximum.at(worths, (of_lines, self._kinds[phrases]), self._weights[phrases])
        of_lines, codes = self._codes_in(found)
        worths[of_lines, codes] = CODE_WORTH
        of_topics: Floats = worths @ self._worths
        return of_topics

    def _codes_in(self, found: Runs) -> tuple[Ints, Ints]:
        """Return the statuses and exit codes that lines hold."""
        stretches = found.stretches
        numbers = np.flatnonzero((stretches.classes == DIGIT) & (stretches.ends - stretches.starts == 3))
        at, codes = self._codes.find(stretches.hashes(stretches.starts[numbers], stretches.ends[numbers]))
        return stretches.lines(stretches.starts[numbers[at]]), codes


def _terms(state: State) -> dict[str, Worths]:
    """Return what each term is worth in the living topics."""
    names = list(state.lexicon.numbers)
    terms: dict[str, Worths] = {}
    first = 0
    for piece in state.pieces:
        living = np.flatnonzero(piece.topics.alive[piece.topics.topics])
        numbers, topics = piece.topics.terms[living], piece.topics.topics[living] + first
        worths = piece.topics.worths[living] * state.specificity[numbers]
        for number, topic, worth in zip(numbers.tolist(), topics.tolist(), worths.tolist(), strict=True):
            terms.setdefault(names[number], {})[topic] = worth
        first += len(piece.topics)
    return terms


def _stems(state: State) -> Iterator[str]:
    """Yield the words that the index knows."""
    prefixes = PREFIXES[Kind.ROOT], PREFIXES[Kind.FAILURE]
    known = len(state.lexicon.weights)
    return (stem for stem, number in state.lexicon.numbers.items() if number < known and not stem.startswith(prefixes))


def _row(stem: str, weight: float, terms: dict[str, Worths]) -> list[tuple[int, float]]:
    """Return what a word of a weight is worth, and its root."""
    root = PREFIXES[Kind.ROOT] + (stem[:ROOT] if stem.isascii() else stem)
    return _cells(terms.get(stem, {}), Kind.WORD, weight) + _cells(terms.get(root, {}), Kind.ROOT, weight)


def _cells(worths: Worths, kind: Kind, weight: float) -> list[tuple[int, float]]:
    return [(topic * len(Kind) + kind, worth * weight) for topic, worth in worths.items()]


def _starts(root: str) -> Iterator[str]:
    """Yield the letters with which words begin that have this root, those aside that the index knows."""
    if len(root) == ROOT:
        yield root
        if root.endswith("y"):
            yield f"{root[:-1]}i"
    yield from (word[:ROOT] for word, stem in words.IRREGULAR.items() if len(word) >= ROOT and stem[:ROOT] == root)


def _distinct(lines: Ints, numbers: Ints, count: int) -> tuple[Ints, Ints]:
    """Return each number, of which there are so many, once a line."""
    return np.divmod(np.unique(lines * count + numbers), max(count, 1))
