"""What the matcher answers: ranked entries, each with the evidence that speaks for it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.entry import Entry


class Verdict(enum.StrEnum):
    """How far an answer can be trusted; see knowledge/matching/calibration.py for what each promises."""

    SURE = "sure"
    LIKELY = "likely"
    NONE = "none"


@dataclass(frozen=True)
class Evidence:
    """The part of a paste that speaks for an entry.

    `text` is the pasted line as it was pasted (without the paste's wrapping), `line` its 1-based number in the paste,
    `signature` what it met (a signature, a phrase or the title, as the entry has it), `captured` what the signature's
    named wildcards took from the paste.
    """

    text: str
    line: int
    signature: str
    captured: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """An entry that resembles the pasted text, its calibrated score in [0, 1], and what gave it away.

    `rivals` are the ids of other entries in the same answer that the same pasted line speaks for. `quoted` says whether
    the paste says half of a signature or meets its pattern, not only what somebody would say of it.
    """

    entry: Entry
    score: float
    verdict: Verdict
    evidence: Evidence
    rivals: tuple[str, ...] = ()
    quoted: bool = False


@dataclass(frozen=True)
class Answer:
    """The ranked candidates, best first, at most five, also when the verdict is `none`."""

    verdict: Verdict
    matches: tuple[Match, ...]
    took_ms: float

    @property
    def answers(self) -> tuple[Match, ...]:
        """The matches that can be said aloud: `sure` or `likely`."""
        return tuple(match for match in self.matches if match.verdict is not Verdict.NONE)
