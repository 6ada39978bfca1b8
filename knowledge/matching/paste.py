"""A paste ready for comparison: its telling lines in words, frames of stack traces set aside."""

import functools
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.matching import cleaning, masking, words
from knowledge.matching.cleaning import Line
from knowledge.matching.words import Words

MOST_LINES = 64
"""How many different lines of a paste are compared closely; the most alarming ones, in their order."""

ALARM = re.compile(
    r"error|exception|fail|fatal|panic|caused by|denied|refused|forbidden|unable|cannot|can't|could not|not found"
    r"|timed? ?out|kill|evict|backoff|back-off|unhealthy|notready|invalid|exceeded|unknown"
    r"|<none>|warn|crit|오류|에러|실패",
    re.IGNORECASE,
)
SPOKEN = frozenset(
    words.stems(
        "i we you my our your it the a an is are was be been do does did have has had this that these there they what"
        " which who why how when where would should could can may any some so but if or and of in on at for with from"
        " by to still anyone someone know please help want need seems just only also after before since again us me"
    )
)
SPOKEN_SHARE = 0.35
"""Share of such words in plain prose."""
SPOKEN_WORDS = 4
"""How many of them it takes to be sure that it is prose."""
LONGEST_FRAGMENT = 40
DIGITS = str.maketrans("", "", "0123456789")


class WordsOfLine(NamedTuple):
    """The words of a message, and `fragment`: letters at its end, which may be a word cut short."""

    said: Words
    fragment: str


@dataclass(frozen=True, slots=True)
class Paste:
    """The lines of a paste that are compared, and what is said anywhere in it."""

    lines: Sequence[Line]
    telling: Sequence[Line]
    words: Sequence[WordsOfLine]
    around: frozenset[str]

    @property
    def spoken(self) -> float:
        """How far the paste is prose, in [0, 1]."""
        return spoken_share([stem for line in self.words for stem in line.said.stems])

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


def spoken_share(stems: Sequence[str]) -> float:
    """Return how far a text is written by a person: sentences have words that messages do without.

    In Korean all words of a sentence are such, so their share is what the sentence has of the text.
    """
    if not stems:
        return 0.0
    spoken = sum(map(SPOKEN.__contains__, stems))
    korean = 0 if "".join(stems).isascii() else sum("가" <= stem[0] <= "힣" for stem in stems)
    share = (spoken / SPOKEN_SHARE + korean) / len(stems)
    return min(share, 1.0) * min((spoken + korean) / SPOKEN_WORDS, 1.0)


def read(text: str) -> Paste:
    """Return a paste ready for comparison: frames set aside, repeated lines once, at most `MOST_LINES`."""
    lines = cleaning.clean(text)
    around = set[str]()
    telling: dict[tuple[str, ...], tuple[Line, WordsOfLine]] = {}
    candidates = [line for line in lines if not line.is_frame] or lines[:MOST_LINES]
    for line in _most_alarming(candidates):
        said = _words_of_message(masking.mask(line.message))
        stems = tuple(said.stems)
        if stems in telling:
            continue
        if line.surroundings:
            around.update(_words_around(masking.without_numbers(line.surroundings)))
        if stems:
            telling[stems] = line, WordsOfLine(said, _fragment(line.message[-LONGEST_FRAGMENT:]))
        if len(telling) == MOST_LINES:
            break
    for frame in cleaning.nearest_frames(lines):
        around.update(words.stems(masking.mask(frame)))
    chosen = telling.values()
    return Paste(lines, [line for line, _ in chosen], [words_of for _, words_of in chosen], frozenset(around))


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
def _words_around(surroundings: str) -> Sequence[str]:
    """Return the words around a message; remembered, since most headers differ only in their time."""
    return words.stems(masking.mask(surroundings))


@functools.lru_cache(maxsize=4096)
def _words_of_message(masked: str) -> Words:
    """Return the words of a masked message; remembered, since lines of one kind differ only in what masks hide."""
    return words.words(masked)


def _fragment(ending: str) -> str:
    """Return the last letters of a line, in small ones: capitals alone, or small ones after at most one capital.

    Letters behind a digit are no word's beginning but a unit, or the end of an id.
    """
    before_small = ending.rstrip(string.ascii_lowercase)
    before_capitals = before_small.rstrip(string.ascii_uppercase)
    start = len(before_small) - (before_capitals != before_small)
    if before_small == ending:
        start = len(before_capitals)
    return "" if ending[:start][-1:].isdigit() else ending[start:].lower()
