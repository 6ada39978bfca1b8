"""Run a log of any length through the matcher: which documented issues occur, and which errors nobody documented.

A record of the log (a line, with the stack trace below it) shows a documented issue when the matcher answers it by a
signature that it quotes; titles, phrases and symptoms are what people say, not programs. Few records are judged: what
differs in numbers and names from a judged one is like it (folding.py), and what says less than half of every signature
quotes none (sieve.py). Nothing is sampled, and memory stays constant. The shapes of errors that nobody documented are
counted from above (frequent.py).
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import re2

from knowledge.entry import Entry
from knowledge.match import Match, Verdict
from knowledge.matcher import Matcher
from knowledge.matching import cleaning, masking
from knowledge.scanning import bare, blocks
from knowledge.scanning.blocks import Finder
from knowledge.scanning.frequent import Frequent
from knowledge.scanning.records import TRACEBACK, Batch, Records
from knowledge.scanning.remembered import Remembered
from knowledge.scanning.shortcuts import Shortcuts

MOST_SHAPES = 2_000
"""Undocumented shapes that are counted for sure; the rarest are forgotten."""

MOST_REMEMBERED = 200_000
"""Judgements that are remembered by the folded record, and as many by all but digits."""

SHOWN_SHAPES = 20
LONGEST_EXAMPLE = 1_000
"""Bytes of a line that are kept of an error that nobody documented."""

LEAST_BINARY = 0.1
"""Share of control characters from which on a line is no text."""

DIGITS = b"0123456789"
CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n\x1b")
ALARM = (
    r"(?:\b(?:error|exception|fatal|panic|severe|crit(?:ical)?|fail(?:ed|ure|s)?|denied|refused|forbidden|killed"
    r"|timed ?out)"
    r"|[a-z](?:Error|Exception)\b|BackOff|Evicted|\b[EF]\d{4} |Traceback \(most)[^\n]*"
)
"""What sounds like an error, to the end of its line."""


class Place(NamedTuple):
    """A line of a log: the file (empty where there is but one), the number of the line, and how it reads."""

    file: str
    line: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        named = {"file": self.file} if self.file else {}
        return {**named, "line": self.line, "text": self.text}


@dataclass(slots=True)
class Occurrence:
    """A documented issue in a log: how often it came, and where first and last."""

    entry: Entry
    verdict: Verdict
    count: int
    first: Place
    last: Place

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "id": self.entry.id,
            "title": self.entry.title,
            "verdict": self.verdict.value,
            "count": self.count,
            "first": self.first.as_json(),
            "last": self.last.as_json(),
        }


@dataclass(slots=True)
class Undocumented:
    """An error shape that no entry documents: the message with its volatile parts masked, and how often it came.

    Of `count`, at most `inherited` may belong to rarer shapes that were forgotten.
    """

    shape: str
    count: int
    inherited: int
    first: Place
    last: Place

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "shape": self.shape,
            "count": self.count,
            "inherited": self.inherited,
            "first": self.first.as_json(),
            "last": self.last.as_json(),
        }


@dataclass(frozen=True)
class ScanReport:
    """What logs of `lines` lines and `size` bytes hold: issues, and the most frequent undocumented error shapes.

    `skipped` lines were no text.
    """

    lines: int
    size: int
    skipped: int
    issues: tuple[Occurrence, ...]
    undocumented: tuple[Undocumented, ...]

    def as_json(self) -> dict[str, Any]:
        """Return a tree that `json.dumps` takes."""
        return {
            "lines": self.lines,
            "bytes": self.size,
            "skipped": self.skipped,
            "issues": [issue.as_json() for issue in self.issues],
            "undocumented": [shape.as_json() for shape in self.undocumented],
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a record shows: documented issues, or the shape of an undocumented error, as a hash, or neither.

    `line` is the record's line, counted from 0, of which the shape is.
    """

    matches: tuple[Match, ...] = ()
    shape: int = 0
    line: int = 0


NOTHING = Judgement()
BINARY = Judgement()
"""What a record shows that is no text."""


class Unknown(NamedTuple):
    """Records to be judged: the key of those like each, how they read, and as one line without colours."""

    keys: list[bytes]
    texts: list[bytes]
    plain: list[bytes]


class Scanner:
    """Judges logs as they are read; `size` is what has been read of them, in bytes."""

    def __init__(self, matcher: Matcher, shortcuts: Shortcuts | None = None) -> None:
        """Take the matcher that judges, and shortcuts to its answers where they have been made before."""
        self.size = 0
        self._matcher = matcher
        spared = shortcuts or Shortcuts.of(matcher)
        self._sieve, self._second_look, self._folding = spared.sieve, spared.second_look, spared.folding
        self._file = ""
        self._records = Records(self._sieve.meeting)
        self._lines_before = 0
        self._last_skipped = 0
        self._skipped = 0
        self._issues: dict[str, Occurrence] = {}
        self._shapes: Frequent[int, tuple[str, int, bytes]] = Frequent(MOST_SHAPES)
        self._judged: Remembered[Judgement] = Remembered(MOST_REMEMBERED)
        self._passed_over: Remembered[Judgement] = Remembered(MOST_REMEMBERED)

    def begin(self, file: str = "") -> None:
        """Begin with another log; lines are counted from its first."""
        self._finish()
        self._file = file

    def feed(self, block: bytes) -> None:
        """Read on."""
        self.size += len(block)
        self._take(self._records.feed(block))

    def report(self) -> ScanReport:
        """Return what was found so far; what is read next is another log."""
        self._finish()
        return ScanReport(
            lines=self._lines_before,
            size=self.size,
            skipped=self._skipped,
            issues=tuple(sorted(self._issues.values(), key=lambda issue: (-issue.count, issue.entry.id))),
            undocumented=tuple(self._undocumented()[:SHOWN_SHAPES]),
        )

    def _finish(self) -> None:
        self._take(self._records.end())
        self._lines_before += self._records.lines
        self._records = Records(self._sieve.meeting)
        self._last_skipped = 0

    def _take(self, batch: Batch) -> None:
        """Judge records together, and count what they show; documented issues in the order in which they came."""
        judgements = self._judgements(batch.texts) if batch.texts else []
        shapes: dict[int, list[int]] = {}
        for at, judgement in enumerate(judgements):
            if judgement is NOTHING:
                continue
            if judgement is BINARY:
                self._count_skipped(batch.numbers[at])
            elif judgement.shape:
                shapes.setdefault(judgement.shape, []).append(at)
            for match in judgement.matches:
                self._count_issue(match, batch.numbers[at], batch.texts[at], is_new=at not in batch.continued)
        for shape, places in shapes.items():
            first, last = (
                self._example(batch.numbers[at], batch.texts[at], judgements[at].line) for at in (places[0], places[-1])
            )
            self._shapes.add(shape, first, last, len(places))

    def _example(self, number: int, text: bytes, line: int) -> tuple[str, int, bytes]:
        """Return a line of a record that begins on the line of this number, with its place."""
        return self._file, number + line, text.split(b"\n", line + 1)[line][:LONGEST_EXAMPLE]

    def _judgements(self, texts: Sequence[bytes]) -> list[Judgement]:
        """Return the judgement of each text; one that the sieve passed over is known again by all but its digits."""
        lines = bare.without_colours(blocks.lines(texts))
        judgements = self._passed_over.get(lines.translate(None, DIGITS).split(b"\n"))
        plain = lines.split(b"\n")
        patterns = {at: self._sieve.patterns_met(plain[at]) for at in self._sieve.meeting(lines)}
        met = {at: which for at, which in patterns.items() if which}
        unknown = [at for at, judgement in enumerate(judgements) if judgement is None or at in met]
        if unknown:
            for at, judgement in zip(unknown, self._by_folding(texts, plain, unknown, met), strict=True):
                judgements[at] = judgement
        return [judgement or NOTHING for judgement in judgements]

    def _by_folding(
        self, texts: Sequence[bytes], plain: Sequence[bytes], unknown: Sequence[int], met: Mapping[int, bytes]
    ) -> list[Judgement]:
        """Return the judgements of those texts that are unknown; what folds alike, and meets the same, is alike.

        `plain` holds the texts as lines without colours; `met` tells which of them meet patterns, and which ones.
        """
        keys = self._folding.fold([plain[at] for at in unknown])
        for number in [number for number, at in enumerate(unknown) if at in met]:
            keys[number] += met[unknown[number]]
        judgements = self._judged.get(keys)
        fresh = {key: at for key, at, known in zip(keys, unknown, judgements, strict=True) if known is None}
        if fresh:
            places = list(fresh.values())
            records = Unknown(list(fresh), [texts[at] for at in places], [plain[at] for at in places])
            meeting = [number for number, at in enumerate(places) if at in met]
            of_fresh = dict(zip(fresh, self._judge(records, meeting), strict=True))
            self._judged.put(records.keys, of_fresh.values())
            judgements = [judgement or of_fresh[key] for judgement, key in zip(judgements, keys, strict=True)]
        return [judgement or NOTHING for judgement in judgements]

    def _judge(self, records: Unknown, meeting: Sequence[int]) -> list[Judgement]:
        """Return the judgements of records, some of them meeting a pattern: all are sieved together, few are read."""
        lines = b"\n".join(records.plain)
        judgements = [NOTHING] * len(records.keys)
        for at in SOUNDS_LIKE_AN_ERROR.lines_of(lines):
            judgements[at] = self._undocumented_error(records.keys[at], records.texts[at])
        for at in _binary(records.texts) if b"\0" in lines else ():
            judgements[at] = BINARY
        quotations = self._sieve.quoting(records.plain)
        for at in {*meeting, *np.flatnonzero(self._second_look.worth_reading(records.plain, quotations)).tolist()}:
            judgements[at] = self._documented(records.texts[at], meets=at in meeting) or judgements[at]
        is_passed_over = np.ones(len(judgements), dtype=np.bool_)
        is_passed_over[meeting], is_passed_over[quotations.texts] = False, False
        without_digits = list(itertools.compress(lines.translate(None, DIGITS).split(b"\n"), is_passed_over))
        self._passed_over.put(without_digits, itertools.compress(judgements, is_passed_over))
        return judgements

    def _undocumented_error(self, key: bytes, text: bytes) -> Judgement:
        """Return the shape of an error: the line that says what is wrong, folded as the record was to its key."""
        first, below, _ = text.partition(b"\n")
        if not below or (TRACEBACK not in first and SOUNDS_LIKE_AN_ERROR.is_in(first)):
            return Judgement(shape=_shape_of(key.partition(b"\n")[0].partition(b"\r")[0]))
        lines = bare.without_colours(text).split(b"\n")
        at = _telling(lines)
        [folded] = self._folding.fold([lines[at]])
        return Judgement(shape=_shape_of(folded), line=at)

    def _documented(self, text: bytes, *, meets: bool) -> Judgement | None:
        """Return the documented issues that a record shows, if it shows any; `meets` tells of a pattern."""
        said = text.decode("utf-8", "replace")
        if not (meets or self._second_look.may_answer(said)):
            return None
        documented = tuple(match for match in self._matcher.match(said).answers if match.quoted)
        return Judgement(matches=documented) if documented else None

    def _count_skipped(self, number: int) -> None:
        self._skipped += number != self._last_skipped
        self._last_skipped = number

    def _count_issue(self, match: Match, number: int, text: bytes, *, is_new: bool) -> None:
        lines = text.split(b"\n")
        at = min(match.evidence.line, len(lines)) - 1  # the matcher also breaks lines at the separators of Unicode
        place = Place(self._file, number + at, _decoded(lines[at]))
        known = self._issues.get(match.entry.id)
        if known is None:
            self._issues[match.entry.id] = Occurrence(match.entry, match.verdict, 1, place, place)
            return
        if is_new or known.last[:2] != place[:2]:
            known.count += 1
            known.last = place
        if match.verdict is Verdict.SURE:
            known.verdict = Verdict.SURE

    def _undocumented(self) -> list[Undocumented]:
        """Return the shapes, the most frequent first; what masking makes alike is counted together."""
        shapes: dict[str, Undocumented] = {}
        for tally in self._shapes.most(MOST_SHAPES):
            first, last = (Place(file, number, _decoded(line)) for file, number, line in (tally.first, tally.last))
            shape = _shown(first.text)
            known = shapes.get(shape)
            if known is None:
                shapes[shape] = Undocumented(shape, tally.count, tally.inherited, first, last)
            else:
                known.count += tally.count
                known.inherited += tally.inherited
        return sorted(shapes.values(), key=lambda shape: -shape.count)


def _telling(lines: Sequence[bytes]) -> int:
    """Return which line of a record says what is wrong: its first, or the exception where that is calm or Python's."""
    messages = [at for at, line in enumerate(lines) if line and not line[:1].isspace() and TRACEBACK not in line]
    sounding = SOUNDS_LIKE_AN_ERROR.lines_of(b"\n".join(lines))
    return next((at for at in sounding if at in messages), messages[-1] if messages else 0)


def _binary(texts: Iterable[bytes]) -> list[int]:
    """Return which texts are no text."""
    return [at for at, text in enumerate(texts) if b"\0" in text and _is_binary(text)]


def _is_binary(text: bytes) -> bool:
    """Tell whether a line is no text; a log that was cut off while somebody wrote it begins with zeros."""
    rest = text.lstrip(b"\0")
    return len(rest) - len(rest.translate(None, CONTROLS)) >= LEAST_BINARY * max(len(rest), 1)


def _shape_of(folded: bytes) -> int:
    return hash(folded[:LONGEST_EXAMPLE])


def _shown(text: str) -> str:
    return masking.mask(" ".join(line.message for line in cleaning.clean(text))).strip() or text


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace").rstrip()


def _alarm() -> Finder:
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    return Finder(ALARM, options)


SOUNDS_LIKE_AN_ERROR = _alarm()
