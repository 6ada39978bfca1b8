"""Which texts may quote a signature, told a thousand times as fast as judging them.

A signature is quoted when a text says half of it by weight (evidence.py), or meets its pattern. A text says at most
what all its words together say: wherever they stand, in whatever form, whether they belong to its message or not. When
that is less than half of every signature, nothing can be quoted. So no text that the matcher would answer by a
signature is passed over; what is left, the matcher judges.

The texts are read as they stand, before anything is cleaned away, and all at once. Most hold none of the words without
which no signature comes to its half, the rarest of each. Patterns are looked for in the text as it stands; one that is
met only after the fields of a record have changed places is found by its words.
"""

import html
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import re2

from knowledge.entry import Signature
from knowledge.matching import blocks, cleaning, patterns, runs, words
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.blocks import Finder
from knowledge.matching.clues import ClueKind
from knowledge.matching.evidence import QUOTED
from knowledge.matching.hashed import Hashed, ranges
from knowledge.matching.overlap import CUT_SHARE
from knowledge.matching.paste import Paste
from knowledge.matching.pieces import Piece
from knowledge.matching.query import FACTORS, LONGEST_CUT_KNOWN, NOTHING
from knowledge.matching.segment import REPEATED, ROLE_MASK
from knowledge.matching.vocabulary import Lexicon
from knowledge.matching.words import Role

ROUNDING = 1e-4
"""Nats by which the matcher's sums and ours may differ."""

CELLS_AT_ONCE = 1 << 19
"""Cells of the table of texts and signatures that are added up at once."""

RARELY = 24
"""Bytes a backslash from which on they are sought one by one."""

MOST_MEMORY = 64 << 20
"""Bytes that the states of the patterns may take; what they do take is a tenth of it."""

NAMED_GROUP = re.compile(r"\(\?P<\w+>")
ANCHOR = re.compile(r"(\\Q.*?(?:\\E|$)|\\[^Az]|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])|\\[Az]|[\^$]")
"""Where a line or a text begins or ends, or what only looks like it, which is group 1."""

LETTERS = re.compile(r"[a-z]+")
NEVER = r"[^\x00-\x{10ffff}]"
ESCAPED = re.compile(rb"\\\\*u([0-9a-fA-F]{4})")
ENTITY = re.compile(rb"&#?[0-9a-zA-Z]+;")
BEFORE_QUOTE = re.compile(rb"\\\\*(?=[\"'/])")
ESCAPED_BLANK = re.compile(rb"\\\\*[nrt]")
BREAK = re.compile(rb"[\r\n]")
COLOUR = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\xc2\x9b[0-9;]*m")
TYPOGRAPHY = {chr(code).encode(): plain.encode().replace(b"\n", b"\r") for code, plain in cleaning.TYPOGRAPHY.items()}
TYPOGRAPHIC = re.compile(rb"|".join(map(re.escape, TYPOGRAPHY)))
INVISIBLE = re.compile(rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad")
LEADS = {written[:1] for written in TYPOGRAPHY} | {b"\xe2", b"\xef", b"\xc2"}
"""The first bytes of all of these."""

CONTROLS = bytes(code for code in [*range(32), 127] if code not in b"\t\n\r\x1b")

Weights = dict[int, float]
"""What a word is worth in each signature that has it, by the number of the signature."""


class Clue(NamedTuple):
    """A signature: the number of its piece, and its own in that piece."""

    piece: int
    number: int


class Said(NamedTuple):
    """What a paste may say of a signature: the weight of its words, and whether some of them are cut short."""

    weight: float
    cut: bool


class Word(NamedTuple):
    """A word of a signature, its weight there, and the word before it; empty before the first."""

    stem: str
    weight: float
    before: str


class Beginning(NamedTuple):
    """The first letters of a word, and the word before it."""

    letters: str
    before: str


class Sieve:
    """Tells of texts, as bytes, whether they may quote a signature of some pieces of an index."""

    def __init__(self, pieces: Sequence[Piece], lexicon: Lexicon) -> None:
        located = list(_signatures(pieces, lexicon))
        signatures = [signature for _, signature in located]
        weights = _weights(signatures)
        beginnings = _weights_of_beginnings(signatures, lexicon)
        numbers = {word: number for number, word in enumerate(weights)}
        telling = {word for signature in signatures for word in _telling(signature)}
        expressions = sorted({_expression(one) for piece in pieces for one in piece.patterns.signatures}) or [NEVER]
        self._clues = [clue for clue, _ in located]
        self._bars = np.array([QUOTED * _weight(signature) for signature in signatures]) - ROUNDING
        self._numbers = numbers
        self._is_telling = np.array([word in telling for word in weights] + [True] * len(beginnings), dtype=np.bool_)
        self._before = np.array([numbers.get(before, NOTHING) for _, before in beginnings], dtype=np.int64)
        self._weights = Lists([list(row.items()) for row in (*weights.values(), *beginnings.values())])
        self._words = Hashed((form, numbers[word]) for word in weights for form in _forms(word))
        self._beginnings = Hashed((start.encode(), number) for number, (start, _) in enumerate(beginnings))
        self._rows_of_beginnings: dict[str, list[int]] = {}
        for row, (start, _) in enumerate(beginnings):
            self._rows_of_beginnings.setdefault(start, []).append(row)
        self._foreign = {word: numbers[word] for word in weights if not word.isascii()}
        self._patterns = Finder("|".join(expressions), _options())
        self._each_pattern = _set(expressions)

    def meeting(self, lines: bytes) -> set[int]:
        """Return which lines meet a pattern, counted from 0; what a message breaks into lines is read as one."""
        block = _plain(lines)
        met = set(self._patterns.lines_of(block))
        if ESCAPED_BLANK.search(block) is not None:
            alone = block.split(b"\n")
            broken = [at for at, line in enumerate(alone) if b"\\" in line]
            block = ESCAPED_BLANK.sub(b"\r", b"\n".join([alone[at] for at in broken]))
            met.update(broken[at] for at in self._patterns.lines_of(block))
        return met

    def patterns_met(self, text: bytes) -> bytes:
        """Return which patterns a text meets, as bytes that differ where they do."""
        plain = _plain(blocks.lines([text]))
        met = set(self._each_pattern.Match(plain) or ())
        if ESCAPED_BLANK.search(plain):
            met.update(self._each_pattern.Match(ESCAPED_BLANK.sub(b"\r", plain)) or ())
        return b"".join(b"\n%d" % number for number in sorted(met))

    def quoting(self, texts: Sequence[bytes]) -> Bools:
        """Return for each text whether its words may say half of a signature."""
        held = np.zeros(len(texts), dtype=np.bool_)
        for first, texts_alone in blocks.of([_stripped(text) for text in texts]):
            block = _plain(texts_alone)
            lines, numbers = self._words_in(block)
            promising = np.zeros(block.count(b"\n") - 1, dtype=np.bool_)
            promising[lines[self._is_telling[numbers]]] = True
            of_promising = promising[lines]
            held[first + np.flatnonzero(promising)] = self._reach_half(
                np.cumsum(promising)[lines[of_promising]] - 1, numbers[of_promising], int(promising.sum())
            )
        return held

    def half_said(self, read: Paste) -> dict[Clue, Said]:
        """Return the signatures of which the messages of a paste, apart from what surrounds them, may say half."""
        said = {self._numbers.get(stem, NOTHING) for line in read.words for stem in line.said.stems} - {NOTHING}
        cut = {row for line in read.words for row in self._rows_of_beginnings.get(line.fragment, ())}
        possible = {len(self._numbers) + row for row in cut if self._before[row] in {NOTHING, *said}}
        rows = np.array([*sorted(said), *sorted(possible)], dtype=np.int64)
        if not self._is_telling[rows].any():
            return {}
        whole, beginnings = self._weight_said(np.repeat([0, 1], [len(said), len(possible)]), rows, 2)
        weights = whole + beginnings
        return {
            self._clues[at]: Said(float(weights[at]), cut=bool(beginnings[at] > 0))
            for at in np.flatnonzero(weights >= self._bars).tolist()
        }

    def _words_in(self, block: bytes) -> tuple[Ints, Ints]:
        """Return the signatures' words that a block holds, each once a line: in which line, and which word."""
        found = runs.find(block)
        breaks = blocks.breaks(block)
        at, numbers = self._words.find(found.hashes)
        foreign_lines, foreign = self._foreign_words_in(block)
        lines = np.concatenate([np.searchsorted(breaks, found.starts[at]) - 1, foreign_lines])
        keys = np.unique(lines * len(self._weights) + np.concatenate([numbers, foreign]))
        ends = np.flatnonzero(found.at_end)
        at_ends, beginnings = self._beginnings.find(found.hashes[ends])
        lines_of_ends = np.searchsorted(breaks, found.starts[ends[at_ends]]) - 1
        keys = np.union1d(keys, self._possible(lines_of_ends * len(self._weights), beginnings, keys))
        return np.divmod(keys, len(self._weights))

    def _possible(self, lines: Ints, beginnings: Ints, keys: Ints) -> Ints:
        """Return the keys of the beginnings before which their line says what their signature says before them."""
        before = self._before[beginnings]
        possible = (before == NOTHING) | np.isin(lines + before, keys)
        found: Ints = (lines + len(self._numbers) + beginnings)[possible]
        return found

    def _foreign_words_in(self, block: bytes) -> tuple[Ints, Ints]:
        """Return lines and words in other letters than ASCII's; Korean ones may stand inside others."""
        found: list[tuple[int, int]] = []
        if self._foreign and not block.isascii():
            for line, text in enumerate(block.decode("utf-8", "replace").lower().split("\n")[1:-1]):
                if not text.isascii():
                    found += [(line, number) for word, number in self._foreign.items() if word in text]
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def _reach_half(self, lines: Ints, numbers: Ints, count: int) -> Bools:
        """Return which of `count` lines say half of some signature, or more."""
        held = np.zeros(count, dtype=np.bool_)
        step = max(1, CELLS_AT_ONCE // max(1, len(self._bars)))
        for first in range(0, count, step):
            here = slice(*np.searchsorted(lines, (first, first + step)))
            said = self._weight_said(lines[here] - first, numbers[here], min(step, count - first))
            held[first : first + step] = (said >= self._bars).any(axis=1)
        return held

    def _weight_said(self, lines: Ints, numbers: Ints, count: int) -> Floats:
        """Return what the words of each of `count` lines weigh in each signature: a row for each line."""
        at, signatures, weights = self._weights.of(numbers)
        cells = lines[at] * len(self._bars) + signatures
        said = np.bincount(cells, weights, minlength=count * len(self._bars))
        table: Floats = said.astype(np.float64, copy=False).reshape(count, len(self._bars))
        return table


class Lists:
    """Rows of (number, weight), as arrays."""

    def __init__(self, rows: Sequence[Sequence[tuple[int, float]]]) -> None:
        self._starts = np.cumsum([0, *map(len, rows)])
        self._numbers = np.array([number for row in rows for number, _ in row], dtype=np.int64)
        self._weights = np.array([weight for row in rows for _, weight in row])

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._starts) - 1

    def of(self, rows: Ints) -> tuple[Ints, Ints, Floats]:
        """Return which of `rows` each pair is of, and the numbers and the weights of the pairs of all of them."""
        of_row, at = ranges(self._starts[rows], self._starts[rows + 1])
        return of_row, self._numbers[at], self._weights[at]


def _signatures(pieces: Iterable[Piece], lexicon: Lexicon) -> Iterator[tuple[Clue, list[Word]]]:
    """Yield the living signatures, of each the words that count for its coverage."""
    stems = list(lexicon.numbers)
    for number, piece in enumerate(pieces):
        segment = piece.clues
        for clue in np.flatnonzero(segment.alive & (segment.kinds == ClueKind.SIGNATURE)).tolist():
            at = slice(int(segment.starts[clue]), int(segment.starts[clue + 1]))
            numbers, marks = segment.words[at], segment.marks[at]
            roles = marks & ROLE_MASK
            weights = FACTORS[roles] * lexicon.weights[numbers]
            counts = (roles < Role.SURROUNDING) & ((marks & REPEATED) == 0)
            said = [stems[word] for word in numbers.tolist()]
            core = list(itertools.compress(map(Word, said, weights.tolist(), ["", *said[:-1]]), counts))
            if core:
                yield Clue(number, clue), core


def _weight(signature: Iterable[Word]) -> float:
    return sum(word.weight for word in signature)


def _weights(signatures: Sequence[Sequence[Word]]) -> dict[str, Weights]:
    """Return what each word is worth in the signatures that have it."""
    weights: dict[str, Weights] = {}
    for number, signature in enumerate(signatures):
        for word in signature:
            weights.setdefault(word.stem, {})[number] = word.weight
    return weights


def _weights_of_beginnings(signatures: Sequence[Sequence[Word]], lexicon: Lexicon) -> dict[Beginning, Weights]:
    """Return the same for the beginnings of words: what the end of a message that breaks off may be worth.

    The matcher takes only what stands alone for the beginning of a first word, which must then say half of all.
    """
    weights: dict[Beginning, Weights] = {}
    for number, signature in enumerate(signatures):
        bar = QUOTED * _weight(signature) - ROUNDING
        for word in signature:
            worth = CUT_SHARE * word.weight
            for start in _beginnings(word, lexicon):
                itself = sum(other.weight for other in signature if other.stem in words.stems(start))
                if word.before or worth + itself >= bar:
                    row = weights.setdefault(Beginning(start, word.before), {})
                    row[number] = row.get(number, 0.0) + worth
    return weights


def _beginnings(word: Word, lexicon: Lexicon) -> Iterator[str]:
    """Yield the letters that the matcher may take for the beginning of a word, which known words seldom are."""
    letters = LETTERS.match(word.stem)
    for length in range(1, min(len(word.stem) - 1, letters.end() if letters else 0) + 1):
        start = word.stem[:length]
        if length <= LONGEST_CUT_KNOWN or not _is_known(start, lexicon) or word.before in words.stems(start):
            yield start


def _is_known(word: str, lexicon: Lexicon) -> bool:
    return all(stem in lexicon.numbers for stem in words.stems(word))


def _telling(signature: Sequence[Word]) -> Iterator[str]:
    """Yield the fewest words of a signature of which a text says one that says half of it: the rarest."""
    others = _weight(signature)
    bar = QUOTED * others - ROUNDING
    for word in sorted(signature, key=lambda word: -word.weight):
        if others < bar:
            return
        others -= word.weight
        yield word.stem


def _forms(stem: str) -> Iterator[bytes]:
    """Yield how a word with this stem may be written, in small letters; of one with digits its letters before them."""
    if stem == "io":
        yield from (b"i", b"o")
    letters = LETTERS.match(stem)
    if letters is not None and letters[0] != stem:
        yield letters[0].encode()
    elif letters is not None:
        for form in words.forms(stem):
            if form == stem or (form.isalpha() and words.stems(form) == [stem]):
                yield form.encode()


def _expression(signature: Signature) -> str:
    """Return an expression that stands in every text that meets a pattern: wherever a line of a message may begin."""
    expression = NAMED_GROUP.sub("(?:", patterns.expression(signature))
    return f"(?:{ANCHOR.sub(lambda found: found[1] or '', expression)})"


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MOST_MEMORY
    return options


def _set(expressions: Iterable[str]) -> re2.Set:
    """Return a set that tells which of some expressions a text meets."""
    found = re2.Set.SearchSet(_options())
    for expression in expressions:
        found.Add(expression)
    found.Compile()
    return found


def without_colours(block: bytes) -> bytes:
    """Return a block without what makes a terminal show colours."""
    return COLOUR.sub(b"", block) if b"\x1b" in block or b"\x9b" in block else block


def _stripped(text: bytes) -> bytes:
    """Return a text whose lines end where they are said to end."""
    text = text.rstrip()
    return b"\r".join(map(bytes.rstrip, BREAK.split(text))) if BREAK.search(text) else text


def _plain(block: bytes) -> bytes:
    """Return a block without what stands inside words: colours, escapes, invisible characters."""
    if b"\\" in block:
        block = _without_escaped_quotes(block)
        block = ESCAPED.sub(lambda found: _encoded(chr(int(found[1], 16))), block)
    if b"&" in block:
        block = ENTITY.sub(lambda found: _encoded(html.unescape(found[0].decode())), block)
    block = without_colours(block)
    if not block.isascii():
        block = block.decode("utf-8", "replace").encode()
        if any(lead in block for lead in LEADS):
            block = TYPOGRAPHIC.sub(lambda found: TYPOGRAPHY[found[0]], INVISIBLE.sub(b"", block))
    return block.translate(None, CONTROLS)


def _without_escaped_quotes(block: bytes) -> bytes:
    """Return a block whose quotes are bare; one backslash before them is usual, more are those of nested records."""
    if block.count(b"\\") * RARELY < len(block) or b"\\\\" in block:
        return BEFORE_QUOTE.sub(b"", block)
    for quote in (b'"', b"'", b"/"):
        block = block.replace(b"\\" + quote, quote)
    return block


def _encoded(text: str) -> bytes:
    """Return a text that stands in a line."""
    return text.replace("\n", "\r").encode("utf-8", "replace")
