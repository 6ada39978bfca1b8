"""What texts share with topics at most, told from bytes alone, for thousands of texts at once.

All words of a text count in full, wherever they stand. A kind of failure, or a technology, is named where all words of
one of its phrases are there, in whatever order.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.matching import thesaurus, words
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.engine import State
from knowledge.matching.paste import SPOKEN
from knowledge.matching.topics import CODE_WORTH, PREFIXES, ROOT, Kind, kind_of
from knowledge.scanning import certain, quotable, runs
from knowledge.scanning.hashed import Hashed
from knowledge.scanning.lists import Lists
from knowledge.scanning.runs import DIGIT, Runs, Stretches
from knowledge.scanning.wordlist import WordList

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
        self._named = [
            _Named(state, terms, self.count, Kind.FAILURE, thesaurus.phrases_of_kinds()),
            _Named(state, terms, self.count, Kind.TECHNOLOGY, thesaurus.phrases_of_technologies()),
        ]
        stems = sorted({*_stems(state), *(stem for named in self._named for stem in named.stems)})
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
        for named in self._named:
            named.number(stems)

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
        for named in self._named:
            table[..., named.kind] = named.of(found, lines, stems, count)
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


class _Named:
    """What topics name, kinds of failure or technologies, and the phrases and codes that name it."""

    def __init__(
        self, state: State, terms: dict[str, Worths], topics: int, kind: Kind, phrases: thesaurus.Phrases
    ) -> None:
        self.kind = kind
        named = [term.removeprefix(PREFIXES[kind]) for term in terms if term.startswith(PREFIXES[kind])]
        numbers = {name: number for number, name in enumerate(named)}
        self._worths = np.zeros((len(named), topics))
        for name, number in numbers.items():
            for topic, worth in terms[PREFIXES[kind] + name].items():
                self._worths[number, topic] = worth
        known = [(phrase, name) for of_stem in phrases.values() for phrase, name in of_stem if name in numbers]
        self._phrases = [sorted(set(phrase)) for phrase, _ in known]
        self._names = np.array([numbers[name] for _, name in known], dtype=np.int64)
        self._weights = np.array([state.lexicon.weights_of(phrase).sum() for phrase, _ in known])
        codes = _codes(numbers) if kind is Kind.FAILURE else {}
        self._codes = Hashed((code.encode(), at) for at, code in enumerate(codes))
        self._named_by_codes = Lists([[(number, CODE_WORTH) for number in named] for named in codes.values()])
        self._shares = Lists([])
        self.stems = {stem for phrase in self._phrases for stem in phrase}

    def number(self, stems: Sequence[str]) -> None:
        """Take over the numbers of stems, among which are those of the phrases."""
        rows: dict[str, list[tuple[int, float]]] = {stem: [] for stem in stems}
        for number, phrase in enumerate(self._phrases):
            for stem in phrase:
                rows[stem].append((number, 1.0 / len(phrase)))
        self._shares = Lists(list(rows.values()))

    def of(self, found: Runs, lines: Ints, stems: Ints, count: int) -> Floats:
        """Return what is worth in each topic what is named in each line, which holds so many stems."""
        worths = np.zeros((count, len(self._worths)))
        at, phrases, shares = self._shares.of(stems)
        said = np.bincount(lines[at] * len(self._phrases) + phrases, shares, minlength=count * len(self._phrases))
        of_lines, phrases = np.divmod(np.flatnonzero(said >= WHOLE), max(len(self._phrases), 1))
        np.maximum.at(worths, (of_lines, self._names[phrases]), self._weights[phrases])
        of_lines, codes = self._codes_in(found)
        at, named, code_worths = self._named_by_codes.of(codes)
        np.maximum.at(worths, (of_lines[at], named), code_worths)
        of_topics: Floats = worths @ self._worths
        return of_topics

    def _codes_in(self, found: Runs) -> tuple[Ints, Ints]:
        """Return the statuses and exit codes that lines hold."""
        stretches = found.stretches
        numbers = np.flatnonzero((stretches.classes == DIGIT) & (stretches.ends - stretches.starts == 3))
        at, codes = self._codes.find(stretches.hashes(stretches.starts[numbers], stretches.ends[numbers]))
        return stretches.lines(stretches.starts[numbers[at]]), codes


def _codes(numbers: Mapping[str, int]) -> dict[str, list[int]]:
    """Return the statuses and exit codes that name kinds of failure, which have these numbers, and which they name."""
    codes = {*filter(str.isdigit, numbers), *thesaurus.kinds_of_codes()}
    named = {code: (code, *thesaurus.kinds_of_codes().get(code, ())) for code in codes}
    return {code: [numbers[name] for name in names if name in numbers] for code, names in named.items()}


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
    known = len(state.lexicon.weights)
    return (stem for stem, number in state.lexicon.numbers.items() if number < known and kind_of(stem) is Kind.WORD)


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
