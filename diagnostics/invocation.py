"""A question as it is written in a chat message: `service payments/api --cluster staging`."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics import likeness, parameters, vocabulary
from diagnostics.errors import CheckUnknown, ParameterInvalid
from diagnostics.parameters import Value
from diagnostics.registry import Check, Registry
from diagnostics.target import Target

SWEEP = "sweep"
SHORT = {"n": "namespace", "A": "all-namespaces", "c": "container", "p": "previous"}
"""Short options and what they stand for, as kubectl has them."""

_SWEEPS = frozenset({SWEEP, "all"})
_NAMESPACE, _EVERYWHERE = "namespace", "all-namespaces"
_CLUSTER = ("cluster", "context")
_PLACEHOLDERS = {_NAMESPACE: "NAMESPACE", **dict.fromkeys(_CLUSTER, "NAME")}


@dataclass(frozen=True)
class Invocation:
    """Which check (None for the sweep), about what, with which arguments, on which cluster (empty for the default)."""

    check: Check | None
    target: Target
    arguments: dict[str, Value] = field(default_factory=dict)
    cluster: str = ""

    @property
    def word(self) -> str:
        """The word by which it is asked."""
        return self.check.id if self.check else SWEEP


def parse(text: str, registry: Registry) -> Invocation:
    """Read a question; raise CheckUnknown, ParameterInvalid or NameInvalid with what would have been right.

    The first word is the check, or kubectl's `pod/api`. A word without hyphens is the target; `--key value`,
    `--key=value` and `-n value` are options, and a yes-or-no option needs no value.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ParameterInvalid(f"{text!r} cannot be read: {error}") from error
    asked, *rest = words or [SWEEP]
    word, name = divided(asked)
    check = named(word, registry)
    targets, options = _sorted_out(rest, check)
    targets = [*([name] if name else []), *targets]
    if len(targets) > 1:
        raise ParameterInvalid(_several(targets))
    options.pop(_EVERYWHERE, "")
    cluster = next((options.pop(key) for key in _CLUSTER if key in options), "")
    about = target(targets[0] if targets else "", options.pop(_NAMESPACE, ""), check)
    return Invocation(check, about, check.bind(options) if check else {}, cluster)


def named(word: str, registry: Registry) -> Check | None:
    """Return the check that a word asks for, None for the sweep; raise CheckUnknown."""
    if word.lower() in _SWEEPS:
        return None
    try:
        return vocabulary.find(word, registry)
    except CheckUnknown as unknown:
        raise CheckUnknown(word, (*likeness.nearest(word.lower(), [SWEEP]), *unknown.nearest)) from None


def divided(word: str) -> tuple[str, str]:
    """Return the check and the target in kubectl's `pod/api`: `pod` and `/api`; of any other word the word and ''."""
    check, slash, name = word.partition("/")
    return check, slash + name


def target(text: str, namespace: str, check: Check | None) -> Target:
    """Return what a question is about: `payments/api`, or `api` beside the option that names the namespace.

    Raises NameInvalid, or ParameterInvalid where the two name different namespaces.
    """
    if check and not check.namespaced:
        return Target.parse(text, namespaced=False)
    written, slash, name = text.partition("/")
    if not namespace:
        return Target.parse(text)
    if slash and written not in ("", namespace):
        raise ParameterInvalid(f"{text} is in the namespace {written}, and --namespace says {namespace}; write one")
    return Target.parse(f"{namespace}/{name if slash else written}")


def _sorted_out(words: Sequence[str], check: Check | None) -> tuple[list[str], dict[str, str]]:
    """Return the targets and the options among the words after the check."""
    placeholders = _placeholders(check)
    targets: list[str] = []
    options: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("-"):
            targets.append(word)
            continue
        written, equals, value = word.lstrip("-").partition("=")
        name = SHORT.get(written, written).replace("_", "-")
        if name not in placeholders:
            raise parameters.unknown(name, sorted(placeholders))
        placeholder = placeholders[name]
        if placeholder and not equals:
            if not waiting or waiting[0].startswith("-"):
                raise ParameterInvalid(f"--{name} lacks its value; write --{name} {placeholder}")
            value = waiting.pop(0)
        options[name] = value
    return targets, options


def _placeholders(check: Check | None) -> Mapping[str, str]:
    """Return all options that a check takes, each with what stands for its value; '' for one that has none."""
    own = {parameter.name: parameter.placeholder for parameter in check.parameters} if check else {}
    return {**_PLACEHOLDERS, _EVERYWHERE: "", **own}


def _several(targets: Sequence[str]) -> str:
    sentence = f"{' and '.join(targets)} are {len(targets)} targets; ask about one"
    if len(targets) == 2 and "/" not in "".join(targets):
        return f"{sentence}, or write {'/'.join(targets)} for an object in a namespace"
    return sentence
