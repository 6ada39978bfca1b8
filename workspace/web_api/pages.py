"""Cursors: lists that come in pages."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from workspace.errors import Refused
from workspace.shapes import Json
from workspace.web_api.method import Request

T = TypeVar("T")


def page(request: Request, rows: Sequence[T], *, limit: int, at_most: int = 1000) -> tuple[Sequence[T], Json]:
    """Return the rows that a request asks for, and the fields that say how to go on."""
    start = _position(request.text("cursor"))
    end = start + max(1, min(request.number("limit", limit), at_most))
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(rows) else ""
    return rows[start:end], {"response_metadata": {"next_cursor": following}}


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise Refused("invalid_cursor") from None
