"""A question as it is written in a chat message: `service payments/api --cluster staging`."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from diagnostics.errors import ParameterInvalid
from diagnostics.parameters import Value
from diagnostics.registry import Check, Registry
from diagnostics.target import Target

SWEEP = "sweep"
_NAMESPACE = "namespace"
_CLUSTER = ("cluster", "context")
_SHORT = {"n": _NAMESPACE, "c": "container", "p": "previous"}
"""As kubectl has them."""


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

    The first word is the check. A word without hyphens is the target; `--key value`, `--key=value` and `-n value` are
    parameters, and a yes-or-no parameter needs no value.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ParameterInvalid(f"{text!r} cannot be read: {error}") from error
    check_id, *rest = words or [SWEEP]
    check = None if check_id == SWEEP else registry.get(check_id)
    targets, options = _sorted_out(rest, check)
    cluster = next((options.pop(key) for key in _CLUSTER if key in options), "")
    namespace = options.pop(_NAMESPACE, "")
    if len(targets) > 1:
        raise ParameterInvalid(f"{' and '.join(targets)} are {len(targets)} targets; ask about one")
    if check is None and options:
        raise ParameterInvalid(f"--{next(iter(options))} is not known to the sweep; there is --namespace and --cluster")
    return Invocation(check, _target(targets, namespace, check), check.bind(options) if check else {}, cluster)


def _sorted_out(words: Sequence[str], check: Check | None) -> tuple[list[str], dict[str, str]]:
    """Return the targets and the options among the words after the check."""
    flags = {parameter.name for parameter in check.parameters if parameter.type is bool} if check else set()
    targets: list[str] = []
    options: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("-"):
            targets.append(word)
            continue
        written, equals, value = word.lstrip("-").partition("=")
        name = _SHORT.get(written, written)
        if not equals and name not in flags:
            if not waiting:
                raise ParameterInvalid(f"--{name} lacks its value")
            value = waiting.pop(0)
        options[name] = value
    return targets, options


def _target(targets: Sequence[str], namespace: str, check: Check | None) -> Target:
    text = targets[0] if targets else ""
    namespaced = check is None or check.namespaced
    if namespace and "/" not in text:
        text = f"{namespace}/{text}".rstrip("/")
    return Target.parse(text, namespaced=namespaced)
