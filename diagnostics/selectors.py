"""Label selectors: which objects they choose, and how people write them."""

import difflib
from collections.abc import Iterable, Mapping

from diagnostics.fields import Fields

_ALIKE = 0.6
"""Of 1; what difflib too takes for a close match."""


def chooses(selector: Fields, labels: Mapping[str, str]) -> bool:
    """Say whether a LabelSelector (`matchLabels`, `matchExpressions`) chooses an object with these labels.

    An empty selector chooses everything, as Kubernetes has it; whether an absent one does depends on the field, which
    the caller knows.
    """
    return is_part_of(selector.mapping("matchLabels"), labels) and all(
        _holds(requirement, labels) for requirement in selector.each("matchExpressions")
    )


def is_part_of(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Say whether `labels` has every pair of `wanted`."""
    return all(labels.get(key) == value for key, value in wanted.items())


def written(wanted: Mapping[str, str]) -> str:
    """Return equality requirements as kubectl takes them: `app=web,tier=front`."""
    return ",".join(f"{key}={value}" for key, value in sorted(wanted.items()))


def describe(selector: Fields) -> str:
    """Return a LabelSelector in words: `app=web, tier in (a, b)`; `everything` for an empty one."""
    parts = [f"{key}={value}" for key, value in sorted(selector.mapping("matchLabels").items())]
    parts += [_describe(requirement) for requirement in selector.each("matchExpressions")]
    return ", ".join(parts) or "everything"


def parse(text: str) -> dict[str, str]:
    """Return the pairs of a selector that only has `key=value` requirements, the only form this package sends."""
    pairs = (part.partition("=") for part in text.split(",") if part)
    return {key: value for key, _, value in pairs}


def nearest(
    wanted: Mapping[str, str], candidates: Iterable[Mapping[str, str]], name: str = ""
) -> Mapping[str, str] | None:
    """Return the labels that come closest to a selector that chose nothing, None when no value resembles a wanted one.

    `name` is what else the values may resemble: a Service is often called like the application it was meant for.
    """
    scored = [
        (sum(_likeness(labels[key], wanted[key], name) for key in wanted if key in labels), labels)
        for labels in candidates
    ]
    score, labels = max(scored, key=lambda pair: pair[0], default=(0.0, {}))
    return labels if score >= _ALIKE else None


def _likeness(value: str, *others: str) -> float:
    return max(difflib.SequenceMatcher(None, value, other).ratio() for other in others)


def _holds(requirement: Fields, labels: Mapping[str, str]) -> bool:
    key, values = requirement.text("key"), requirement.texts("values")
    match requirement.text("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False


def _describe(requirement: Fields) -> str:
    key, values = requirement.text("key"), ", ".join(requirement.texts("values"))
    match requirement.text("operator"):
        case "In":
            return f"{key} in ({values})"
        case "NotIn":
            return f"{key} not in ({values})"
        case "DoesNotExist":
            return f"no {key}"
        case _:
            return key
