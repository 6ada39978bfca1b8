"""What was asked and is not documented, each with a button to begin its entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagnostics import redaction
from handlers.count import Count
from handlers.drafts.wording import wording as draft_wording
from handlers.views import blocks, escaping, layout
from handlers.views.blocks import Block
from handlers.views.card import Style
from handlers.views.layout import Message
from handlers.views.listing import BEGIN
from knowledge import draft

_WIDTH = 200
"""Characters of an error in the list."""


@dataclass(frozen=True)
class Row:
    """An error that nothing documents: a post that shows it, how many there are, and what the button carries."""

    text: str
    count: int
    link: str
    begin: Mapping[str, str]


def gaps(rows: Sequence[Row], elsewhere: int, style: Style) -> Message:
    """Return the list; `elsewhere` is how many posts there are in other channels."""
    say = style.say
    head = say.gaps if rows else say.gaps_none
    foot = [blocks.context(say.gaps_elsewhere.format(count=Count(elsewhere)))] if elsewhere else []
    content, _ = layout.fill([blocks.section(head)], [_listed(row, style) for row in rows], foot)
    return layout.message(head.replace("*", ""), content)


def _listed(row: Row, style: Style) -> Block:
    text = redaction.text(row.text)
    told = next(iter(draft.begun(text).signatures), "") or draft.description(text)
    where = style.say.gap.format(count=Count(row.count), link=escaping.link(row.link, style.say.gap_newest))
    line = escaping.fence(escaping.shorten(escaping.one_line(told), _WIDTH))
    return blocks.section(
        f"{line}\n{where}", blocks.button(draft_wording(style.language).begin_plain, BEGIN, row.begin)
    )
