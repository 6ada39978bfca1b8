"""Run a log of any length through the matcher: which documented issues occur, and which errors nobody documented.

Memory stays constant and most lines cost a microsecond or two. A line that holds no word by which a signature could be
found, and that does not sound like an error, is passed over at once; of the others, those that differ only in words
with digits (times, ids, addresses) are judged once. Errors are judged line by line: what needs several lines to be
told apart is found by pasting them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import re2

from knowledge.entry import Entry
from knowledge.match import Match, Verdict
from knowledge.matcher import Matcher
from knowledge.matching import cleaning, masking
from knowledge.matching.frequent import Frequent

MOST_SHAPES = 2_000
"""Undocumented shapes that are counted at the same time."""

MOST_JUDGED = 30_000
"""Judgements that are remembered, by the line without its volatile words."""

SHOWN_SHAPES = 20
LONGEST_LINE = 4_000
"""Bytes of a line that are judged."""

INSIDE = rb"[^\s\"'=,;()\[\]{}<>|]"
VOLATILE_WORD = re.compile(rb"(?<!" + INSIDE + rb")" + INSIDE.replace(rb"[^", rb"[^\d") + rb"*+\d" + INSIDE + rb"*+")
DIGITS = b"0123456789"
ALARM = (
    r"\b(?:error|exception|fatal|panic|severe|crit(?:ical)?|fail(?:ed|ure|s)?|denied|refused|forbidden|killed"
    r"|timed ?out)"
    r"|[a-z](?:Error|Exception)\b|BackOff|Evicted|\b[EF]\d{4} "
)


@dataclass(slots=True)
class Occurrence:
    """A documented issue in a log: how often, and its first and last line, by number and as they read."""

    entry: Entry
    verdict: Verdict
    count: int
    first_line: int
    first_text: str
    last_line: int
    last_text: str

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "id": self.entry.id,
            "title": self.entry.title,
            "verdict": self.verdict.value,
            "count": self.count,
            "first": {"line": self.first_line, "text": self.first_text},
            "last": {"line": self.last_line, "text": self.last_text},
        }


@dataclass(frozen=True)
class Undocumented:
    """An error shape that no entry documents: the message with its volatile parts masked, and how often it came.

    Of `count`, at most `inherited` may belong to rarer shapes that were forgotten.
    """

    shape: str
    count: int
    inherited: int
    first_line: int
    last_line: int

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "shape": self.shape,
            "count": self.count,
            "inherited": self.inherited,
            "first": self.first_line,
            "last": self.last_line,
        }


@dataclass(frozen=True)
class ScanReport:
    """What a log of `lines` lines and `size` bytes holds: issues, and the most frequent undocumented error shapes."""

    lines: int
    size: int
    issues: tuple[Occurrence, ...]
    undocumented: tuple[Undocumented, ...]

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "lines": self.lines,
            "bytes": self.size,
            "issues": [issue.as_json() for issue in self.issues],
            "undocumented": [shape.as_json() for shape in self.undocumented],
        }


def scan(lines: Iterable[bytes | str], matcher: Matcher) -> ScanReport:
    """Judge every line of a log, and report what occurs in it."""
    scanner = Scanner(matcher)
    scanner.feed(lines)
    return scanner.report()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a line shows: documented issues, or the shape of an undocumented error, or neither."""

    matches: tuple[Match, ...] = ()
    shape: str = ""


@dataclass
class Scanner:
    """Judges lines as they come; `lines` and `size` (in bytes) say how far it is, and `report` what it has found."""

    matcher: Matcher
    lines: int = 0
    size: int = 0
    _issues: dict[str, Occurrence] = field(default_factory=dict)
    _shapes: Frequent[str] = field(default_factory=lambda: Frequent(MOST_SHAPES))
    _judged: dict[bytes, Judgement] = field(default_factory=dict)
    _alike: dict[bytes, Judgement] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile what a line must hold to be looked at."""
        options = re2.Options()
        options.case_sensitive = False
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = 256 << 20
        anchors = sorted(self.matcher.anchors())
        self._worth_a_look = re2.compile("|".join([ALARM, *anchors]).encode(), options)

    def feed(self, lines: Iterable[bytes | str]) -> None:
        """Judge some more lines."""
        worth_a_look = self._worth_a_look.search
        for line in lines:
            raw = line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")
            self.lines += 1
            self.size += len(raw)
            if worth_a_look(raw) is not None:
                self._count(raw[:LONGEST_LINE])

    def report(self) -> ScanReport:
        """Return what was found so far."""
        return ScanReport(
            lines=self.lines,
            size=self.size,
            issues=tuple(sorted(self._issues.values(), key=lambda issue: (-issue.count, issue.entry.id))),
            undocumented=tuple(
                Undocumented(tally.item, tally.count, tally.inherited, tally.first, tally.last)
                for tally in self._shapes.most(SHOWN_SHAPES)
            ),
        )

    def _count(self, raw: bytes) -> None:
        without_digits = raw.translate(None, DIGITS)
        judgement = self._alike.get(without_digits)
        if judgement is None:
            judgement = self._alike[without_digits] = self._judgement(raw)
        for match in judgement.matches:
            self._count_issue(match, raw)
        if judgement.shape:
            self._shapes.add(judgement.shape, self.lines)

    def _judgement(self, raw: bytes) -> Judgement:
        """Return what was judged of a line that differs in words with digits only, or judge this one."""
        if len(self._alike) > MOST_JUDGED:
            self._alike.clear()
        if len(self._judged) > MOST_JUDGED:
            self._judged.clear()
        shape = VOLATILE_WORD.sub(b"", raw)
        judgement = self._judged.get(shape)
        if judgement is None:
            judgement = self._judged[shape] = self._judge(raw)
        return judgement

    def _judge(self, raw: bytes) -> Judgement:
        text = raw.decode("utf-8", "replace")
        answers = self.matcher.match(text).answers
        if answers:
            return Judgement(matches=answers)
        message = " ".join(line.message for line in cleaning.clean(text) if not line.is_frame)
        return Judgement(shape=masking.mask(message)) if SOUNDS_LIKE_AN_ERROR.search(text) else Judgement()

    def _count_issue(self, match: Match, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace").rstrip()
        known = self._issues.get(match.entry.id)
        if known is None:
            self._issues[match.entry.id] = Occurrence(match.entry, match.verdict, 1, self.lines, text, self.lines, text)
            return
        known.count += 1
        known.last_line, known.last_text = self.lines, text
        if match.verdict is Verdict.SURE:
            known.verdict = Verdict.SURE


SOUNDS_LIKE_AN_ERROR = re.compile(ALARM, re.IGNORECASE)
