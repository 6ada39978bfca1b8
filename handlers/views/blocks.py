"""Block Kit's elements, each within Slack's limits by construction."""

import json
from collections.abc import Sequence
from typing import Any

from handlers.views import escaping

Block = dict[str, Any]
Element = dict[str, Any]

SECTION = 3000
HEADER = 150
CONTEXT_ELEMENTS = 10
CONTEXT_TEXT = 2000
ACTIONS = 25
BUTTON = 75
BUTTON_VALUE = 2000
VIEW_TITLE = 24
LABEL = 2000

_LOOK_ALIKES = str.maketrans("<>", "‹›")


def mrkdwn(text: str, limit: int = SECTION) -> Element:
    """A text object; `verbatim` keeps Slack from turning `@here` or `#general` in it into mentions."""
    return {"type": "mrkdwn", "text": escaping.cut(text, limit), "verbatim": True}


def plain(text: str, limit: int) -> Element:
    """A text object without any markup; angle brackets, which some clients still read in it, become look-alikes."""
    literal = escaping.one_line(text).translate(_LOOK_ALIKES)
    # Slack takes no empty text, and a title may consist of nothing that can be seen.
    return {"type": "plain_text", "text": escaping.shorten(literal, limit) or escaping.CUT, "emoji": True}


def header(title: str) -> Block:
    """A large line."""
    return {"type": "header", "text": plain(title, HEADER) | {"emoji": False}}


def section(text: str, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn, perhaps with a button beside it."""
    return {"type": "section", "text": mrkdwn(text), **({"accessory": accessory} if accessory else {})}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT_TEXT) for text in texts[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def button(label: str, action_id: str, value: Any, *, style: str | None = None) -> Element:
    """A button that brings `value`, as JSON, to the listener of `action_id`."""
    carried = _carried(value)
    length = escaping.length(carried)
    if length > BUTTON_VALUE:
        raise ValueError(f"the value of the button {action_id!r} has {length} characters, Slack takes {BUTTON_VALUE}")
    return {
        "type": "button",
        "text": plain(label, BUTTON),
        "action_id": action_id,
        "value": carried,
        **({"style": style} if style else {}),
    }


def fits_button(value: Any) -> bool:
    """Tell whether a button can bring `value`."""
    return escaping.length(_carried(value)) <= BUTTON_VALUE


def _carried(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def actions(*elements: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements[:ACTIONS])}


def size(blocks: Sequence[Block]) -> int:
    """Return what blocks count against Slack's limit for a message; their JSON is never less than what Slack counts."""
    return len(json.dumps(blocks, ensure_ascii=False))
