"""The `rich_text` block that Slack puts beside the text of what a person wrote."""

import re
from collections.abc import Iterator

from workspace import identifiers
from workspace.shapes import Json
from workspace.typed import unescaped

FENCE = re.compile(r"```\n?(.*?)\n?(?:```\n?|\Z)", re.DOTALL)
QUOTE = re.compile(r"((?:^&gt; ?.*(?:\n|\Z))+)", re.MULTILINE)
TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>|`([^`\n]+)`")


def block(text: str) -> Json:
    """Return the block for stored text: fences, quotes, links and mentions; other styles stay as they were typed."""
    return {"type": "rich_text", "block_id": identifiers.secret(length=6), "elements": list(_elements(text))}


def _elements(text: str) -> Iterator[Json]:
    for position, part in enumerate(FENCE.split(text)):
        if position % 2:
            yield {"type": "rich_text_preformatted", "elements": _inline(part), "border": 0}
        else:
            yield from _paragraphs(part)


def _paragraphs(text: str) -> Iterator[Json]:
    for position, part in enumerate(QUOTE.split(text)):
        if not part:
            continue
        if position % 2:
            yield {"type": "rich_text_quote", "elements": _inline(re.sub(r"^&gt; ?", "", part, flags=re.MULTILINE))}
        else:
            yield {"type": "rich_text_section", "elements": _inline(part)}


def _inline(text: str) -> list[Json]:
    elements, end = [], 0
    for match in TOKEN.finditer(text):
        if match.start() > end:
            elements.append({"type": "text", "text": unescaped(text[end : match.start()])})
        elements.append(_token(match))
        end = match.end()
    if end < len(text):
        elements.append({"type": "text", "text": unescaped(text[end:])})
    return elements


def _token(match: re.Match[str]) -> Json:
    sigil, target, label, code = match.groups()
    if code:
        return {"type": "text", "text": unescaped(code), "style": {"code": True}}
    if sigil == "@":
        return {"type": "user", "user_id": target}
    if sigil == "#":
        return {"type": "channel", "channel_id": target}
    if sigil == "!":
        return {"type": "broadcast", "range": target}
    return {"type": "link", "url": unescaped(target), **({"text": unescaped(label)} if label else {})}
