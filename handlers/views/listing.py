"""Several entries at once: what a search found, what a tag holds, what came near a paste."""

from collections.abc import Mapping, Sequence

from handlers.count import Count
from handlers.diag.wording import wording as diag_wording
from handlers.drafts.wording import wording as draft_wording
from handlers.views import blocks, card, diag_guide, escaping, evidence, layout, page
from handlers.views.blocks import Block
from handlers.views.card import Style
from handlers.views.layout import Message
from handlers.views.mrkdwn import Piece
from knowledge import legible, prose
from knowledge.base import Found
from knowledge.entry import Entry, Section
from knowledge.match import Match

BEGIN = "begin_entry"
"""Action id of the button with which an entry is begun."""

NEAREST = 3
"""Entries that are shown when none is the answer."""

_SUMMARY = 200
"""Characters of an entry's symptom in a list."""

_TAGS = 30


def search_results(text: str, found: Found, style: Style) -> Message:
    """Return what a search found, each entry with a button to read it."""
    asked = escaping.escape(escaping.shorten(escaping.one_line(text), 100))
    if not found.entries:
        return layout.message(text, [blocks.section(style.say.found_none.format(text=asked))])
    told = style.say.found_nearest if found.instead else style.say.found
    words = escaping.escape(" ".join(found.instead))
    head = blocks.section(told.format(count=Count(len(found.entries)), text=asked, words=words))
    content, _ = layout.fill([head], [_row(entry, style) for entry in found.entries], [])
    return layout.message(text, content)


def index(entries: Sequence[Entry], tag: str, tags: Mapping[str, int], style: Style) -> Message:
    """Return the titles of all entries or of those with `tag`, and the tags that there are."""
    say, asked = style.say, escaping.escape(escaping.shorten(escaping.one_line(tag), 60))
    all_tags = blocks.context(
        say.tags.format(tags=" ".join(escaping.code(f"{name} {tags[name]}") for name in list(tags)[:_TAGS]))
    )
    if not entries:
        return layout.message(tag, [blocks.section(say.tag_unknown.format(tag=asked)), all_tags])
    title = (say.listed_tag if tag else say.listed).format(count=Count(len(entries)), tag=asked)
    lines = [Piece(f"• {escaping.code(entry.id)} {card.title_of(entry, style)}") for entry in entries]
    body = [blocks.section(text) for text in layout.paragraphs(lines)]
    content, complete = layout.fill([blocks.section(title)], body, [all_tags])
    if not complete:
        left_out = len(entries) - sum(block["text"]["text"].count("•") for block in content[1:-1])
        content.insert(-1, blocks.context(say.and_more.format(count=left_out)))
    return layout.message(title, content)


def undocumented(
    nearest: Sequence[Match],
    style: Style,
    *,
    note: str = "",
    hint: str = "",
    ask: str = "",
    begin: Mapping[str, str] | None = None,
) -> Message:
    """Return the honest answer when nothing fits; `note` and `hint` are mrkdwn of ours.

    `ask` is what `/diag` can be asked about the state that the paste names, '' if nothing; `begin` is what the button
    carries with which an entry is begun.
    """
    say = style.say
    near = [_near(match, style) for match in card.worth_showing(nearest)[:NEAREST]]
    middle = [blocks.section(say.nearest), *near] if near else [blocks.section(say.nothing_near)]
    head = [blocks.section("\n".join(filter(None, [note, say.not_documented]))), *_on_the_cluster(ask, style)]
    foot = [blocks.context(" ".join(filter(None, [hint, say.how_to_ask])))]
    if begin:
        foot.append(blocks.actions(blocks.button(draft_wording(style.language).begin_plain, BEGIN, begin)))
    content, _ = layout.fill(head, middle, foot)
    return layout.message(say.not_documented.replace("*", ""), content)


def _on_the_cluster(ask: str, style: Style) -> list[Block]:
    if not ask:
        return []
    told = diag_wording(style.language).state_named.format(command=escaping.code(f"{diag_guide.COMMAND} {ask}"))
    return [blocks.section(told, card.ask_button(ask, style))]


def _row(entry: Entry, style: Style) -> Block:
    symptom = escaping.one_line(prose.filled(entry, Section.SYMPTOM, style.language))
    summary = escaping.escape(escaping.shorten(symptom.replace("`", ""), _SUMMARY))
    text = "\n".join(filter(None, [f"*{card.title_of(entry, style)}*  {escaping.code(entry.id)}", summary]))
    return blocks.section(text, page.show_button(entry, style))


def _near(match: Match, style: Style) -> Block:
    text = f"*{card.title_of(match.entry, style)}*\n{evidence.beside(legible.evidence(match))}"
    return blocks.section(text, page.show_button(match.entry, style))
