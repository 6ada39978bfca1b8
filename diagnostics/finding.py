"""What a check says: a finding with its evidence, or something to show."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType

from diagnostics.objects import Object, Reference


class Severity(enum.StrEnum):
    """How bad it is, worst first."""

    CRITICAL = "critical"
    """Something does not work now."""
    WARNING = "warning"
    """Something will not work when the next thing happens."""
    NOTE = "note"
    """Worth knowing; nothing is wrong."""

    @property
    def rank(self) -> int:
        """Nought for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one object.

    `title` says what, in a sentence; `evidence` holds the fields that were read, by their path, log lines and event
    messages among them; `next` says what to do. `code` is stable: it is `<check>.<what>` and can be excluded by.
    `cause` is the object that is at fault for sure, even when no check looks at it (a ConfigMap that is missing).
    `blames` are objects that explain it if something is wrong with them (its pods, their node), likeliest first. A
    sweep shows it under those. `tells` are patterns of codes that would say less of the same object.
    """

    code: str
    object: Reference
    severity: Severity
    title: str
    evidence: Mapping[str, str]
    next: str
    cause: Reference | None = None
    blames: tuple[Reference, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def check(self) -> str:
        """The id of the check that said it."""
        return self.code.partition(".")[0]

    def implies(self, other: "Finding") -> bool:
        """Say whether another finding on the same object adds nothing to this one; a milder one never tells a worse."""
        told = any(fnmatchcase(other.code, pattern) for pattern in self.tells)
        return told and self.object == other.object and self.severity.rank <= other.severity.rank


@dataclass(frozen=True)
class Code:
    """A kind of finding: what a check can say, how bad that usually is, who else says it, and what it makes needless.

    `id` is `<check>.<what>`, and stays what it is for ever. `peers` name what k8sgpt, popeye and detek flag alike, as
    `k8sgpt Pod`, `popeye 203`. `tells` are patterns of codes, such as `pods.*`: what they say of an object need not be
    said beside this, since this says it too and why.
    """

    id: str
    severity: Severity
    meaning: str
    peers: tuple[str, ...] = field(default=())
    tells: tuple[str, ...] = field(default=())

    def found(
        self,
        subject: Object | Reference,
        title: str,
        *,
        evidence: Mapping[str, str] = MappingProxyType({}),
        next: str,
        severity: Severity | None = None,
        cause: Reference | None = None,
        blames: Sequence[Reference] = (),
    ) -> Finding:
        """Return a finding of this kind about an object; `severity` only where this case differs from the usual."""
        return Finding(
            code=self.id,
            object=subject.reference if isinstance(subject, Object) else subject,
            severity=severity or self.severity,
            title=title,
            evidence=dict(evidence),
            next=next,
            cause=cause,
            blames=tuple(blames),
            tells=self.tells,
        )


@dataclass(frozen=True)
class Unread:
    """Something that a check wanted to look at in the end and could not: the sentence that says why."""

    sentence: str


@dataclass(frozen=True)
class Exhibit:
    """Something to show that is no finding: a log, a rollout's history, what uses most memory."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
