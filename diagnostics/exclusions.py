"""What people do not want to hear: findings left out by code, namespace, label or annotation."""

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

from diagnostics.errors import ParameterInvalid
from diagnostics.finding import Finding
from diagnostics.snapshot import Snapshot

ANNOTATION = "pastemortem.io/ignore"
"""On any object: codes separated by commas, `*` for all of them, `pods.*` for those of a check."""


@dataclass(frozen=True)
class Exclusions:
    """Patterns of codes and namespaces, and labels as `key=value` or `key`; what any of them meets is not said."""

    codes: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @classmethod
    def parse(cls, rules: Iterable[str]) -> "Exclusions":
        """Read rules such as `code:pods.restarts`, `namespace:sandbox-*`, `label:team=infra`."""
        sorted_out: dict[str, list[str]] = {"code": [], "namespace": [], "label": []}
        for rule in rules:
            kind, _, pattern = rule.partition(":")
            if kind not in sorted_out or not pattern:
                raise ParameterInvalid(f"{rule!r} excludes nothing; write code:…, namespace:… or label:…")
            sorted_out[kind].append(pattern)
        return cls(*(tuple(sorted_out[kind]) for kind in ("code", "namespace", "label")))

    def covers(self, finding: Finding, seen: Snapshot) -> bool:
        """Say whether a finding is not to be said."""
        if _meets(finding.code, self.codes) or _meets(finding.object.namespace, self.namespaces):
            return True
        thing = seen.get(finding.object)
        if thing is None:
            return False
        ignored = [part.strip() for part in thing.annotations.get(ANNOTATION, "").split(",")]
        return _meets(finding.code, ignored) or any(_has_label(thing.labels, label) for label in self.labels)


def _meets(text: str, patterns: Iterable[str]) -> bool:
    return any(pattern and fnmatch.fnmatchcase(text, pattern) for pattern in patterns)


def _has_label(labels: dict[str, str], wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)
