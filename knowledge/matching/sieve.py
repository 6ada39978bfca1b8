"""Which texts may show a documented issue, told a few hundred times as fast as judging them.

What a program prints says most of the signature that documents it. The words that a text shares with a signature speak
for it; words of the signature that are missing, and words of the text that the signature does not explain, speak
against it. A text for which no signature reaches `BAR`, and that no pattern meets, is passed over.

The bar is low: what real programs print gets over it. A word or two of a long signature do not, which the matcher may
answer when a person pastes them alone. The texts are read as they stand, before anything is cleaned away, and all at
once: their words become numbers, and a table of texts and signatures adds up what is shared.
"""

import functools
import math
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import cast

import numpy as np
import re2

from knowledge.entry import Entry, Signature, SignatureKind
from knowledge.matching import background, cleaning, masking, patterns, words
from knowledge.matching.arrays import Bools, Floats, Ints
from knowledge.matching.clues import literal_text
from knowledge.matching.query import FACTORS

BAR = 3.0
"""Nats that speak for a signature at least, less than half a rare word."""

MISSING = 0.6
"""What a nat of a signature counts against it when the text does not say it."""

UNEXPLAINED = 0.15
"""What a nat of a text counts against a signature that does not explain it."""

CELLS_AT_ONCE = 1 << 18
"""Cells of the table of texts and signatures that are added up at once: what a processor's cache holds."""

MOST_MEMORY = 64 << 20
"""Bytes that the states of the patterns may take; what they do take is a tenth of it."""

NAMED_GROUP = re.compile(r"\(\?P<\w+>")
DIGITS = str.maketrans("", "", "0123456789")
ESCAPED_ASCII = re.compile(rb"\\u00([0-7][0-9a-fA-F])")
ESCAPED_BLANK = re.compile(rb"\\+([nrt])")
COLOUR = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
INVISIBLE = re.compile(rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad")
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x1b")

BREAK = b"|"
"""Stands between the words of one text and those of the next."""
LOWER, UPPER = 1, 2
LETTERS = string.ascii_letters.encode()
ONLY_WORDS = bytes(code if code in LETTERS else ord(BREAK if code == ord("\n") else b" ") for code in range(256))
CASES = bytes(LOWER if code in LETTERS[:26] else UPPER if code in LETTERS[26:] else 0 for code in range(256))


class Sieve:
    """Tells of texts, as bytes, whether they may show one of some entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        signatures = [signature for entry in entries for signature in entry.signatures]
        weighed = [weights for weights in map(_weights, signatures) if weights]
        vocabulary = sorted({word for weights in weighed for word in weights})
        numbers = {word: number for number, word in enumerate(vocabulary, start=1)}
        self._break = len(vocabulary) + 1
        self._numbers = {form: number for word, number in numbers.items() for form in _forms(word)}
        self._numbers[BREAK] = self._break
        self._bars = np.array([BAR + MISSING * sum(weights.values()) for weights in weighed])
        said = sorted((numbers[word], at, weights[word]) for at, weights in enumerate(weighed) for word in weights)
        self._signatures = np.array([at for _, at, _ in said], dtype=np.int64)
        self._weights = np.array([weight for _, _, weight in said])
        self._starts = np.searchsorted([number for number, _, _ in said], np.arange(self._break + 1))
        self._patterns = _either(
            NAMED_GROUP.sub("(?:", patterns.expression(one)) for one in signatures if _is_open(one)
        )

    def holds(self, texts: Sequence[bytes]) -> Bools:
        """Return for each text whether it may show a documented issue; line breaks in a text count as blanks."""
        block = _plain(b"\n".join(text.replace(b"\n", b" ") for text in texts))
        kept = np.zeros(len(texts), dtype=np.bool_)
        kept[list(self._promising(block))] = True
        kept[list(self._meeting(block))] = True
        return kept

    def _promising(self, block: bytes) -> Iterator[int]:
        """Yield the lines of a block that say enough of some signature."""
        texts = block.split(b"\n")
        lines, numbers = self._words(block)
        step = max(1, CELLS_AT_ONCE // max(1, len(self._bars)))
        for first in range(0, len(texts), step):
            start, end = np.searchsorted(lines, (first, first + step))
            shared = self._shared(lines[start:end] - first, numbers[start:end], step)
            over = shared * (1 + MISSING) - self._bars
            rows, columns = np.nonzero(over >= 0)
            plain = {row: _weight_of_plain_words(texts[first + row]) for row in set(rows.tolist())}
            unexplained = np.array([plain[row] for row in rows.tolist()]) - shared[rows, columns]
            held = over[rows, columns] >= UNEXPLAINED * np.maximum(unexplained, 0)
            yield from (first + np.unique(rows[held])).tolist()

    def _words(self, block: bytes) -> tuple[Ints, Ints]:
        """Return the signatures' words that a block holds, each once a line: in which line, and which word."""
        words_alone = _words_alone(block)
        numbers = np.fromiter(map(self._numbers.get, words_alone, repeat(0)), dtype=np.int64, count=len(words_alone))
        numbers = numbers[numbers > 0]
        breaks = numbers == self._break
        lines = np.cumsum(breaks)[~breaks]
        distinct = np.unique(lines * self._break + numbers[~breaks])
        return distinct // self._break, distinct % self._break

    def _shared(self, lines: Ints, numbers: Ints, size: int) -> Floats:
        """Return the weight that each line shares with each signature."""
        starts, lengths = self._starts[numbers], self._starts[numbers + 1] - self._starts[numbers]
        ends = np.cumsum(lengths)
        at = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        cells = np.repeat(lines * len(self._bars), lengths) + self._signatures[at]
        shared = np.bincount(cells, self._weights[at], minlength=size * len(self._bars))
        return cast("Floats", shared.reshape(size, len(self._bars)))

    def _meeting(self, block: bytes) -> Iterator[int]:
        """Yield the lines of a block that a pattern touches."""
        at = line = 0
        while (found := self._patterns.search(block, at)) is not None:
            line += block.count(b"\n", at, found.start())
            yield from range(line, line + block.count(b"\n", found.start(), found.end()) + 1)
            at = block.find(b"\n", found.start())
            if at < 0:
                return
            at, line = at + 1, line + 1


def _weights(signature: Signature) -> dict[str, float]:
    """Return the words of a signature with the weight of each in nats; only those that are seen in texts too."""
    text = literal_text(signature)
    line = cleaning.line(text)
    if line is None:
        return {}
    said = words.words(masking.mask(line.message))
    seen = set(_words_alone(_plain(text.encode())))
    weights: dict[str, float] = {}
    for stem, role in zip(said.stems, said.roles, strict=True):
        if not seen.isdisjoint(_forms(stem)):
            weights.setdefault(stem, _surprise(stem) * float(FACTORS[role]))
    return weights


def _surprise(stem: str) -> float:
    return -math.log(background.shipped().share(stem))


def _weight_of_plain_words(text: bytes) -> float:
    """Return what the words of a text that stand between blanks weigh: they belong to the message for sure."""
    return sum(map(_weight_of_plain_word, set(text.split(b" "))))


@functools.lru_cache(maxsize=20_000)
def _weight_of_plain_word(word: bytes) -> float:
    if not (word.isalpha() and word.islower()):
        return 0.0
    return sum(map(_surprise, words.stems(word.decode())))


def _is_open(signature: Signature) -> bool:
    return signature.kind is not SignatureKind.TEXT


def _either(expressions: Iterable[str]) -> "re2._Regexp[bytes]":
    """Return an expression that any of some meets, and nothing when there are none."""
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = MOST_MEMORY
    unnamed = {NAMED_GROUP.sub("(?:", expression) for expression in expressions}
    return re2.compile("|".join(sorted(unnamed)).encode() or rb"[^\x00-\xff]", options)


def _plain(block: bytes) -> bytes:
    """Return a block without what stands inside words: colours, escapes, invisible characters."""
    if b"\\" in block:
        block = ESCAPED_ASCII.sub(lambda found: bytes([int(found[1], 16)]), block)
        block = ESCAPED_BLANK.sub(rb" \1 ", block)
    if b"\x1b" in block:
        block = COLOUR.sub(b"", block)
    if not block.isascii():
        block = INVISIBLE.sub(b"", block)
    return block.translate(None, CONTROLS)


def _words_alone(block: bytes) -> list[bytes]:
    """Return the words of a block in order, and `BREAK` where a line ends."""
    return _apart(block).translate(ONLY_WORDS).replace(BREAK, b" | ").split()


def _apart(block: bytes) -> bytes:
    """Return a block with a blank before each word that a capital letter begins: "OutOfMemoryError", "HTTPServer"."""
    case = np.frombuffer(block.translate(CASES), dtype=np.uint8)
    upper = case[1:] == UPPER
    begins = upper & (case[:-1] == LOWER)
    begins[:-1] |= upper[:-1] & (case[:-2] == UPPER) & (case[2:] == LOWER)
    letters = np.frombuffer(block, dtype=np.uint8)
    return np.insert(letters, np.flatnonzero(begins) + 1, ord(" ")).tobytes()


def _forms(word: str) -> Iterator[bytes]:
    """Yield how the stem of a word is written: with all its endings, small, capitalised and in capitals.

    Of a word with digits only its letters are asked for.
    """
    letters = word.translate(DIGITS) or word
    doubled = letters + letters[-1]
    endings = [letters + ending for ending in ("", "s", "e", "es", "ed", "ing")]
    for form in (*endings, f"{doubled}ed", f"{doubled}ing", f"{letters[:-1]}ies", *words.beginnings(word)):
        if letters != word or words.stems(form) == [word]:
            yield from (form.encode(), form.capitalize().encode(), form.upper().encode())
