"""Versions of Kubernetes, as far as its skew policy counts them: the minor."""

import json
import re

from diagnostics.fields import Fields
from diagnostics.needs import Document
from diagnostics.snapshot import Snapshot

VERSION = Document("/version")
"""What the API server says of itself."""

_MINOR = re.compile(r"\bv?1\.(?P<minor>\d+)")


def minor(version: str) -> int | None:
    """Return 30 of `v1.30.4-eks-a737599`, None of what is no version of Kubernetes."""
    found = _MINOR.search(version)
    return int(found["minor"]) if found else None


def of_api_server(seen: Snapshot) -> str:
    """Return the version of the API server, empty when it was not read."""
    try:
        return Fields(json.loads(seen.document(VERSION.path))).text("gitVersion")
    except ValueError:
        return ""


def behind(api_server: str, component: str) -> int | None:
    """Return by how many minors a component is older than the API server, negative when it is newer."""
    server, other = minor(api_server), minor(component)
    return None if server is None or other is None else server - other
