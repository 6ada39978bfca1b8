"""The shape of what goes over the wire: JSON objects, as Slack sends and takes them."""

from typing import Any

Json = dict[str, Any]
