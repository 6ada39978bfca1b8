"""Blocks of bytes without what stands inside words, as the matcher reads a text without it: colours, escapes and such.

What the matcher takes away only where it opens an envelope is taken away everywhere, all at once.
"""

import html
import re

from knowledge.matching import cleaning

RARELY = 24
"""Bytes a backslash from which on they are sought one by one."""

ESCAPED = re.compile(rb"\\\\*u([0-9a-fA-F]{4})")
ENTITY = re.compile(rb"&#?[0-9a-zA-Z]+;")
BEFORE_QUOTE = re.compile(rb"\\\\*(?=[\"'/])")
ESCAPED_BLANK = re.compile(rb"\\\\*[nrt]")
BREAK = re.compile(rb"[\r\n]")
COLOUR = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\xc2\x9b[0-9;]*m")
TYPOGRAPHY = {chr(code).encode(): plain.encode().replace(b"\n", b"\r") for code, plain in cleaning.TYPOGRAPHY.items()}
TYPOGRAPHIC = re.compile(rb"|".join(map(re.escape, TYPOGRAPHY)))
INVISIBLE = re.compile(rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81\xa0|\xef\xbb\xbf|\xc2\xad")
LEADS = {written[:1] for written in TYPOGRAPHY} | {b"\xe2", b"\xef", b"\xc2"}
"""The first bytes of all of these."""

CONTROLS = bytes(code for code in [*range(32), 127] if code not in b"\t\n\r\x1b")


def without_colours(block: bytes) -> bytes:
    """Return a block without what makes a terminal show colours."""
    return COLOUR.sub(b"", block) if b"\x1b" in block or b"\x9b" in block else block


def stripped(text: bytes) -> bytes:
    """Return a text whose lines end where they are said to end."""
    text = text.rstrip()
    is_broken = b"\r" in text or b"\n" in text
    return b"\r".join(map(bytes.rstrip, BREAK.split(text))) if is_broken else text


def bare(block: bytes) -> bytes:
    """Return a block without what stands inside words: colours, escapes, invisible characters."""
    if b"\\" in block:
        block = _without_escaped_quotes(block)
        block = ESCAPED.sub(lambda found: _encoded(chr(int(found[1], 16))), block)
    if b"&" in block:
        block = ENTITY.sub(lambda found: _encoded(html.unescape(found[0].decode())), block)
    block = without_colours(block)
    if not block.isascii():
        block = block.decode("utf-8", "replace").encode()
        if any(lead in block for lead in LEADS):
            block = TYPOGRAPHIC.sub(lambda found: TYPOGRAPHY[found[0]], INVISIBLE.sub(b"", block))
    return block.translate(None, CONTROLS)


def _without_escaped_quotes(block: bytes) -> bytes:
    """Return a block whose quotes are bare; one backslash before them is usual, more are those of nested records."""
    if block.count(b"\\") * RARELY < len(block) or b"\\\\" in block:
        return BEFORE_QUOTE.sub(b"", block)
    for quote in (b'"', b"'", b"/"):
        block = block.replace(b"\\" + quote, quote)
    return block


def _encoded(text: str) -> bytes:
    """Return a text that stands in a line."""
    return text.replace("\n", "\r").encode("utf-8", "replace")
