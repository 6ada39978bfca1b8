"""Which requests may leave the process: the rule of the second wall, without the network.

What is not listed here is refused, so a method of the client that nobody thought of is refused too. Three things look
harmless and are not: a GET of `pods/exec`, `attach`, `portforward` or any `proxy` starts a session that can change the
cluster; a GET of a Secret returns its data; a watch never ends.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlsplit

from diagnostics.errors import RequestRefused
from diagnostics.resources import DOCUMENTS, READABLE, REVIEWS, Resource

_QUERY_KEYS = frozenset(
    {
        "container",
        "continue",
        "fieldSelector",
        "labelSelector",
        "limit",
        "limitBytes",
        "previous",
        "resourceVersion",
        "tailLines",
        "timestamps",
        "verbose",
    }
)

_HEADERS = frozenset(
    {"accept", "accept-encoding", "authorization", "connection", "content-type", "proxy-authorization", "user-agent"}
)
"""No upgrade, no impersonation, no override of the method."""

_NAME = r"[a-z0-9][-a-z0-9.:]*"


def verify(method: str, target: str, headers: Mapping[str, str], *, base_path: str = "") -> None:
    """Return when a request may be sent; raise RequestRefused otherwise.

    `target` is the path with its query, or a whole URL. `base_path` is the part of the path in front of the API server,
    as a kubeconfig has it for a server behind a gateway. What is sent through a proxy names its host beside that.
    """
    parts = urlsplit(target)
    path = parts.path.removeprefix(base_path.rstrip("/"))
    named = {name: value for name, value in headers.items() if (name.lower(), value) != ("host", parts.netloc)}
    refusal = _refusal(method, path, parts.query, named)
    if refusal:
        raise RequestRefused(method, path, refusal)


def _refusal(method: str, path: str, query: str, headers: Mapping[str, str]) -> str:
    """Return why a request may not be sent, or nothing."""
    foreign = sorted(name for name in headers if name.lower() not in _HEADERS)
    if foreign:
        return f"the header {foreign[0]} is not one that reading needs"
    if _is_upgrade(headers):
        return "it asks to upgrade the connection"
    if method == "POST":
        return "" if path in _REVIEW_PATHS and not query else "only reviews of one's own rights may be posted"
    if method != "GET":
        return f"{method} is not GET"
    if path not in DOCUMENTS and not _READABLE_PATH.fullmatch(path):
        return "this path is not on the list of what may be read"
    unknown = sorted({key for key, _ in parse_qsl(query, keep_blank_values=True)} - _QUERY_KEYS)
    return f"the parameter {unknown[0]} is not one that reading needs" if unknown else ""


def _is_upgrade(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "connection" and "upgrade" in value.lower() for name, value in headers.items())


def _pattern(resource: Resource) -> str:
    scope = f"(?:/namespaces/{_NAME})?" if resource.namespaced else ""
    return f"{re.escape(resource.root)}{scope}/{resource.plural}(?:/{_NAME})?"


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_LOG_PATTERN = f"/api/v1/namespaces/{_NAME}/pods/{_NAME}/log"
_READABLE_PATH = _any_of([*(_pattern(resource) for resource in READABLE), _LOG_PATTERN])
_REVIEW_PATHS = frozenset(REVIEWS.values())
