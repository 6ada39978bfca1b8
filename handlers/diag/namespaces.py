"""The namespace that a paste is about, as kubectl, the kubelet, RBAC and JSON logs name it."""

import re

LABEL = r"(?P<name>(?=[-0-9]*[a-z])[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)"

_NAMED = (
    re.compile(rf"(?i)\bnamespaces?\\?[\"']?\s*[=:]\s*\\?[\"']?{LABEL}"),
    re.compile(rf"\bin (?:the )?namespace \\?[\"']{LABEL}"),
    re.compile(rf"(?:^|\s)(?:-n|--namespace)[ =]{LABEL}"),
    re.compile(rf"system:serviceaccount:{LABEL}:"),
    re.compile(rf"\bpod=\\?[\"']?{LABEL}/"),
    re.compile(rf"\bin pod [-.a-z0-9]+_{LABEL}(?:\(|$|\s)"),
)


def named(paste: str) -> str:
    """Return the namespace that a paste names; '' if it names none, or several."""
    found = {match["name"] for pattern in _NAMED for match in pattern.finditer(paste)}
    return found.pop() if len(found) == 1 else ""
