"""A paste ready for comparison: its telling lines in words, frames of stack traces set aside."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.matching import cleaning, masking, words
from knowledge.matching.cleaning import Line

MOST_LINES = 64
"""How many different lines of a paste are compared closely; the most alarming ones, in their order."""

ALARM = re.compile(
    r"error|exception|fail|fatal|panic|caused by|denied|refused|forbidden|unable|cannot|can't|could not|not found"
    r"|timed? ?out|kill|evict|backoff|back-off|unhealthy|notready|invalid|exceeded|unknown|<none>|warn|crit|오류|에러|실패",
    re.IGNORECASE,
)
DIGITS = str.maketrans("", "", "0123456789")


@dataclass(frozen=True, slots=True)
class WordsOfLine:
    """The words of a message and their roles, and the words around it."""

    words: Sequence[str]
    roles: Sequence[int]
    surroundings: Sequence[str]
    ends_in_word: bool


@dataclass(frozen=True, slots=True)
class Paste:
    """The lines of a paste that are compared, and what is said anywhere in it."""

    lines: Sequence[Line]
    telling: Sequence[Line]
    words: Sequence[WordsOfLine]
    around: frozenset[str]

    @property
    def text(self) -> str:
        """The lines as patterns see them."""
        return "\n".join(line.text for line in self.lines)

    def lines_between(self, start: int, end: int) -> list[Line]:
        """Return the lines that a stretch of `text` touches."""
        touched = []
        at = 0
        for line in self.lines:
            if at < end and at + len(line.text) >= start:
                touched.append(line)
            at += len(line.text) + 1
        return touched


def read(text: str) -> Paste:
    """Return a paste ready for comparison: frames set aside, repeated lines once, at most `MOST_LINES`."""
    lines = cleaning.clean(text)
    telling, analysed = _telling(lines)
    around = {word for said in analysed for word in said.surroundings}
    frame = cleaning.nearest_frame(lines)
    if frame:
        around.update(words.words(masking.mask(frame))[0])
    return Paste(lines, telling, analysed, frozenset(around))


def _telling(lines: Sequence[Line]) -> tuple[list[Line], list[WordsOfLine]]:
    chosen: dict[tuple[str, ...], tuple[Line, WordsOfLine]] = {}
    candidates = [line for line in lines if not line.is_frame] or lines[:MOST_LINES]
    for line in _most_alarming(candidates):
        analysed = analyse(line.message, line.surroundings)
        if analysed.words:
            chosen.setdefault(tuple(analysed.words), (line, analysed))
        if len(chosen) == MOST_LINES:
            break
    return [line for line, _ in chosen.values()], [analysed for _, analysed in chosen.values()]


def _most_alarming(lines: Sequence[Line]) -> Sequence[Line]:
    """Return all lines of a short paste; of a long one those that sound like an error, then its first and last."""
    if len(lines) <= MOST_LINES:
        return lines
    seen: set[str] = set()
    alarming = []
    for line in lines:
        shape = line.message.translate(DIGITS)
        if shape not in seen:
            seen.add(shape)
            if ALARM.search(line.text):
                alarming.append(line)
    return [*alarming[: MOST_LINES * 3 // 4], *alarming[-MOST_LINES // 4 :], *lines[:8], *lines[-8:]]


@functools.lru_cache(maxsize=4096)
def analyse(message: str, surroundings: str) -> WordsOfLine:
    """Return the words of one line; remembered, since pastes repeat lines and logs repeat them more."""
    found, roles = words.words(masking.mask(message))
    around = words.words(masking.mask(surroundings))[0] if surroundings else []
    return WordsOfLine(found, roles, around, message[-1:].isalnum())
