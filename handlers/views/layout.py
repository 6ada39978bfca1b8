"""Filling messages and views up to Slack's limits, and never beyond."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from handlers.views import blocks, escaping
from handlers.views.blocks import Block
from handlers.views.mrkdwn import Piece

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

MESSAGE_SIZE = 12_500
"""Characters in all. Slack refuses at about 13,200 (`msg_blocks_too_long`), a figure that it does not document."""

FALLBACK_TEXT = 300
"""Characters of a message's `text`, which notifications and screen readers show instead of the blocks."""

_FENCE = "```"


@dataclass(frozen=True)
class File:
    """What did not fit into a message."""

    name: str
    title: str
    content: str


@dataclass(frozen=True)
class Message:
    """A message to post: blocks, the text that notifications show, and a file where the blocks cannot hold all."""

    text: str
    blocks: tuple[Block, ...]
    file: File | None = None


def message(text: str, content: Iterable[Block], file: File | None = None) -> Message:
    """Return a message whose plain `text` is foreign."""
    return Message(escaping.cut(escaping.escape(escaping.one_line(text)), FALLBACK_TEXT), tuple(content), file)


def paragraphs(pieces: Iterable[Piece], limit: int = blocks.SECTION) -> list[str]:
    """Join pieces into as few texts of at most `limit` characters as their order allows."""
    texts: list[str] = []
    for part in (part for piece in pieces for part in _split(piece, limit)):
        if texts and escaping.length(texts[-1]) + 1 + escaping.length(part) <= limit:
            texts[-1] += "\n" + part
        else:
            texts.append(part)
    return texts


def fill(
    head: Sequence[Block], body: Sequence[Block], foot: Sequence[Block], *, count: int = MESSAGE_BLOCKS
) -> tuple[list[Block], bool]:
    """Return head, as much of the body as fits, and foot; and whether the whole body did."""
    room = MESSAGE_SIZE - blocks.size([*head, *foot])
    places = count - len(head) - len(foot)
    taken: list[Block] = []
    for block in body:
        room -= blocks.size([block])
        if room < 0 or len(taken) >= places:
            break
        taken.append(block)
    return [*head, *taken, *foot], len(taken) == len(body)


def split(content: Sequence[Block], *, count: int = MESSAGE_BLOCKS) -> list[list[Block]]:
    """Deal blocks out to as many messages as they need."""
    messages: list[list[Block]] = [[]]
    for block in content:
        full = len(messages[-1]) >= count or blocks.size([*messages[-1], block]) > MESSAGE_SIZE
        if messages[-1] and full:
            messages.append([])
        messages[-1].append(block)
    return messages


def _split(piece: Piece, limit: int) -> Iterator[str]:
    if escaping.length(piece.text) <= limit:
        yield piece.text
        return
    fence = f"{_FENCE}\n" if piece.fenced else ""
    content = piece.text.removeprefix(fence).removesuffix(f"\n{_FENCE}") if piece.fenced else piece.text
    room = limit - 2 * len(fence)
    for part in _by_lines(content, room):
        yield f"{fence}{part}\n{_FENCE}" if piece.fenced else part


def _by_lines(text: str, limit: int) -> Iterator[str]:
    taken = ""
    for line in (part for whole in text.split("\n") for part in _by_length(whole, limit)):
        if taken and escaping.length(taken) + 1 + escaping.length(line) > limit:
            yield taken
            taken = line
        else:
            taken = f"{taken}\n{line}" if taken else line
    if taken:
        yield taken


def _by_length(line: str, limit: int) -> Iterator[str]:
    while escaping.length(line) > limit:
        part = escaping.cut(line, limit + 1).removesuffix(escaping.CUT)
        yield part
        line = line[len(part) :]
    yield line
