"""CommonMark, as entries are written, to mrkdwn, as Slack shows it.

The text comes out in pieces, one for each block, so that a layout can fill messages without tearing a fence apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from handlers.views import escaping, table

# Without HTML: `<like-this>` is a placeholder in our prose, and Slack would not render a tag anyway.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_INDENT = "    "
_BULLETS = ("•", "◦", "▪")


@dataclass(frozen=True)
class Piece:
    """One block of mrkdwn. A fenced one, if it has to be split, is fenced again on both sides of the cut."""

    text: str
    fenced: bool = False


def pieces(markdown: str) -> list[Piece]:
    """Return the blocks of a CommonMark text, in order."""
    return list(_blocks(SyntaxTreeNode(_PARSER.parse(markdown)).children, ""))


def _blocks(nodes: Iterable[SyntaxTreeNode], indent: str) -> Iterator[Piece]:
    for node in nodes:
        yield from _block(node, indent)


def _block(node: SyntaxTreeNode, indent: str) -> Iterator[Piece]:
    match node.type:
        case "paragraph":
            yield _lines(_inline(node), indent)
        case "heading":
            yield Piece(f"{indent}*{_inline(node).replace('*', '')}*")
        case "fence" | "code_block":
            yield Piece(escaping.fence(node.content), fenced=True)
        case "bullet_list" | "ordered_list":
            yield from _list(node, indent)
        case "blockquote":
            for piece in _blocks(node.children, ""):
                yield piece if piece.fenced else Piece("\n".join(f"> {line}" for line in piece.text.split("\n")))
        case "table":
            yield Piece(escaping.fence(_table(node)), fenced=True)
        case "hr":
            yield Piece("———")
        case _:
            yield from _blocks(node.children, indent)


def _list(node: SyntaxTreeNode, indent: str) -> Iterator[Piece]:
    depth = len(indent) // len(_INDENT)
    first = int(node.attrs.get("start", 1))
    text: list[str] = []
    for number, item in enumerate(node.children, first):
        mark = f"{number}." if node.type == "ordered_list" else _BULLETS[min(depth, len(_BULLETS) - 1)]
        for position, piece in enumerate(_blocks(item.children, indent + _INDENT)):
            if piece.fenced:
                if position == 0:
                    text.append(f"{indent}{mark}")
                if text:
                    yield Piece("\n".join(text))
                text = []
                yield piece
            elif position == 0:
                text.append(f"{indent}{mark} {piece.text.lstrip()}")
            else:
                text.append(piece.text)
    if text:
        yield Piece("\n".join(text))


def _lines(text: str, indent: str) -> Piece:
    return Piece("\n".join(indent + line for line in text.split("\n")))


@dataclass(frozen=True)
class _Span:
    """A run of inline text; Slack takes a styled one for what it is only beside a space or a punctuation mark."""

    text: str
    styled: bool = False


def _inline(node: SyntaxTreeNode) -> str:
    return _joined([_span(child) for child in node.children])


def _joined(spans: Sequence[_Span]) -> str:
    text = ""
    styled = False
    for span in spans:
        if not span.text:
            continue
        # Korean particles stand right behind a word: `kubectl`을. Without a break Slack would show the backticks.
        if text and (styled or span.styled) and _touches(text[-1], styled) and _touches(span.text[0], span.styled):
            text += escaping.BREAK
        text += span.text
        styled = span.styled
    return text


def _touches(character: str, styled: bool) -> bool:
    return styled or character.isalnum() or character in "_*~`"


def _span(node: SyntaxTreeNode) -> _Span:
    match node.type:
        case "text":
            return _Span(escaping.escape(node.content))
        case "softbreak":
            return _Span(" ")
        case "hardbreak":
            return _Span("\n")
        case "code_inline":
            return _Span(escaping.code(node.content), styled=True)
        case "strong":
            return _styled("*", node)
        case "em":
            return _styled("_", node)
        case "s":
            return _styled("~", node)
        case "link":
            return _Span(escaping.link(str(node.attrs.get("href", "")), _inline(node)))
        case "image":
            return _Span(escaping.link(str(node.attrs.get("src", "")), escaping.escape(node.content)))
        case _:
            return _Span(_inline(node))


def _styled(mark: str, node: SyntaxTreeNode) -> _Span:
    content = _inline(node).strip()
    return _Span(f"{mark}{content}{mark}" if content else "", styled=True)


def _table(node: SyntaxTreeNode) -> str:
    return table.aligned([[_plain(cell) for cell in row.children] for part in node.children for row in part.children])


def _plain(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    return "".join(_plain(child) for child in node.children)
