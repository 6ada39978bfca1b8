"""From the words behind `/diag` to a check with its target, its arguments and its cluster.

People write these on phones and beside kubectl: dashes and quotes come as typographers like them, and `-n` works.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics import parameters
from diagnostics.errors import CheckUnknown
from diagnostics.parameters import Value
from diagnostics.registry import Check, Registry
from diagnostics.target import Target
from handlers import words
from handlers.diag.wording import Wording

WORD = "diag"
SWEEP = "sweep"
HELP = "help"

_HELP_WORDS = frozenset({HELP, "-h", "--help"})
_CLUSTER, _NAMESPACE = "cluster", "namespace"
_SHORT = {"c": "container", "n": _NAMESPACE, "p": "previous"}
"""As kubectl has them."""

_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_DASHES = "-–—"


@dataclass(frozen=True)
class Question:
    """One check, or all of them where `check` is None, about a target in a cluster ('' for the default one)."""

    check: Check | None
    target: Target
    arguments: Mapping[str, Value] = field(default_factory=dict)
    cluster: str = ""

    @property
    def word(self) -> str:
        """How people ask it."""
        return self.check.id if self.check else SWEEP


@dataclass(frozen=True)
class HelpWanted:
    """A request to say how to ask, perhaps about one check."""

    check: Check | None = None


class WordUnknown(Exception):
    """There is no check of this name; `nearest` is one that may have been meant."""

    def __init__(self, word: str, nearest: str | None) -> None:
        super().__init__(word)
        self.word = word
        self.nearest = nearest


class NotUnderstood(Exception):
    """The words cannot be read; `sentence` says why in a language."""

    def __init__(self, sentence: Callable[[Wording], str]) -> None:
        super().__init__()
        self.sentence = sentence


def spoken(text: str) -> str | None:
    """Return what stands behind `diag` in a message to the bot; None if the message says something else."""
    said = text.strip()
    first, _, rest = said.partition(" ")
    return rest.strip() if first.lower().lstrip("/") == WORD and "\n" not in said else None


def parse(text: str, checks: Registry) -> Question | HelpWanted:
    """Read a request; raises WordUnknown, NotUnderstood, or what `diagnostics` raises for a bad name or argument."""
    first, *rest = _split(text) or [HELP]
    word = first.lower()
    if word in _HELP_WORDS:
        return HelpWanted(_find(rest[0].lower(), checks) if rest else None)
    check = _find(word, checks)
    if not _HELP_WORDS.isdisjoint(rest):
        return HelpWanted(check)
    options, positions = _sorted_out(rest, check)
    cluster, namespace = options.pop(_CLUSTER, ""), options.pop(_NAMESPACE, "")
    arguments = check.bind(options) if check else parameters.bind((), options)
    return Question(check, _target(positions, namespace, check), arguments, cluster)


def is_namespaced(check: Check | None) -> bool:
    """Say whether a check is about things that live in namespaces; a sweep is."""
    return check is None or any(subject.namespaced for subject in check.subjects)


def _find(word: str, checks: Registry) -> Check | None:
    if word == SWEEP:
        return None
    try:
        return checks.get(word)
    except CheckUnknown:
        known = [SWEEP, HELP, *(check.id for check in checks)]
        raise WordUnknown(word, words.nearest(word, known)) from None


def _split(text: str) -> list[str]:
    try:
        parts = shlex.split(text.translate(_STRAIGHT))
    except ValueError:
        raise NotUnderstood(lambda say: say.quote_open) from None
    return [_with_plain_dashes(part) for part in parts]


def _with_plain_dashes(part: str) -> str:
    """Undo what a keyboard makes of two hyphens."""
    name = part.lstrip(_DASHES)
    dashes = part[: len(part) - len(name)]
    return f"--{name}" if name and any(dash != "-" for dash in dashes) else part


def _sorted_out(parts: Sequence[str], check: Check | None) -> tuple[dict[str, str], list[str]]:
    """Tell options, by name, from the rest."""
    flags = {parameter.name for parameter in check.parameters if parameter.type is bool} if check else set()
    options: dict[str, str] = {}
    positions: list[str] = []
    ahead = iter(parts)
    for part in ahead:
        if part.startswith("-") and part.strip("-"):
            name, value = _option(part, flags, ahead)
            options[name] = value
        else:
            positions.append(part)
    return options, positions


def _option(part: str, flags: set[str], ahead: Iterator[str]) -> tuple[str, str]:
    written, equals, value = part.lstrip("-").partition("=")
    name = _SHORT.get(written, written)
    if equals or name in flags:
        return name, value
    following = next(ahead, None)
    if following is None:
        raise NotUnderstood(lambda say: say.value_missing.format(option=f"--{name}"))
    return name, following


def _target(positions: Sequence[str], namespace: str, check: Check | None) -> Target:
    if len(positions) > 1:
        raise NotUnderstood(lambda say: say.one_target.format(first=positions[0], second=positions[1]))
    text = positions[0] if positions else ""
    if namespace and "/" not in text:
        text = f"{namespace}/{text}"
    return Target.parse(text.rstrip("/"), namespaced=is_namespaced(check))
