"""What one trial measured, as the process that ran it tells the one that prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.match import Verdict

Scored = tuple[float, bool]
"""The score of a first answer, and whether it was right; where silence is right no answer is."""


@dataclass(frozen=True)
class Upkeep:
    """What it costs to take over one changed entry, and to keep our index on disk."""

    update_ms: float
    save_s: float
    load_s: float
    disk_mb: float


@dataclass(frozen=True)
class Said:
    """How often a verdict was said aloud, and how often it was right; silence is not counted."""

    times: int
    right: int


@dataclass(frozen=True)
class LeftOut:
    """What weights and thresholds that never saw a set make of it: shares of its queries, and its negatives."""

    set: str
    top1: float
    answered: float
    negatives: int
    false_alarms: int
    said: Mapping[Verdict, Said]


@dataclass(frozen=True)
class Outcome:
    """The measures of one contender on one set. `failure` says why there are none.

    Shares are in [0, 1], times in the unit that the name ends with. `asked` is how many queries there was time for.
    `by_kind` holds top-1 and the share answered of each kind of query, and the share of false alarms of each kind of
    negative. `mb` is what the process holds after the queries, `peak_mb` the most that it ever held.
    """

    set: str
    contender: str
    preparation: str = ""
    failure: str = ""
    signatures: int = 0
    asked: int = 0
    queries: int = 0
    top1: float = 0.0
    mrr5: float = 0.0
    recall_1pct: float = 0.0
    recall_near: float = 0.0
    answered: float = 0.0
    false_alarms: float = 0.0
    all_in_three: float | None = None
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    p50_20_ms: float = 0.0
    p99_20_ms: float = 0.0
    build_s: float = 0.0
    mb: float = 0.0
    peak_mb: float = 0.0
    by_kind: dict[str, dict[str, float]] = field(default_factory=dict)
    upkeep: Upkeep | None = None
    said: dict[str, Said] = field(default_factory=dict)
    scored: tuple[Scored, ...] = ()

    @property
    def quality(self) -> float:
        """One number to choose the preparation that serves a peer best: the mean of its three shares."""
        return (self.top1 + self.recall_1pct + self.recall_near) / 3

    @classmethod
    def of(cls, table: dict[str, Any]) -> "Outcome":
        """Return the outcome that `dataclasses.asdict` made a table of."""
        upkeep = table.pop("upkeep", None)
        said = {verdict: Said(**counts) for verdict, counts in table.pop("said", {}).items()}
        scored = tuple((score, right) for score, right in table.pop("scored", ()))
        return cls(**table, upkeep=Upkeep(**upkeep) if upkeep else None, said=said, scored=scored)
