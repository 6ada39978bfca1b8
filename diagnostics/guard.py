"""The second wall where it stands: in the connection pools under the client.

Every request of the client, of its generated methods and of its redirects goes through `urlopen` of a pool. A refusal
here cannot be bypassed by calling another method of the client.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import urllib3

from diagnostics import access


class _ReadOnly:
    """Mixed into a connection pool: verifies each request just before it is sent."""

    base_path = ""

    def urlopen(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **options: Any
    ) -> urllib3.BaseHTTPResponse:
        """Send a request that reads, refuse any other; redirects are not followed."""
        access.verify(method, url, headers or {}, base_path=self.base_path)
        options["redirect"] = False
        answer: urllib3.BaseHTTPResponse = super().urlopen(method, url, body, headers, **options)  # type: ignore[misc]
        return answer


def stand_in(manager: urllib3.PoolManager, host: str) -> None:
    """Make `manager`, which has not been used yet, send only requests that read from the API server at `host`."""
    base_path = urlsplit(host).path.rstrip("/")
    manager.pool_classes_by_scheme = {
        scheme: type(f"ReadOnly{pool.__name__}", (_ReadOnly, pool), {"base_path": base_path})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }
