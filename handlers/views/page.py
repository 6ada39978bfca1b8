"""One entry, whole: as a view that opens over Slack, or as messages that only one person sees."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from handlers.views import blocks, card, escaping, evidence, layout
from handlers.views.blocks import Block
from handlers.views.candidate import Candidate
from handlers.views.card import Style
from knowledge.entry import Entry, Section

VIEW = "documented"
"""Callback id of our views."""


@dataclass(frozen=True)
class Origin:
    """The reply from which a view was opened: where votes in the view belong."""

    channel: str
    thread: str
    reply_ts: str
    ephemeral: bool = False


def entry(shown: Entry, style: Style, captured: Mapping[str, str] | None = None) -> list[Block]:
    """Return every section of an entry, with what was `captured` from the paste that it answers."""
    sections = [block for section in Section for block in card.section_blocks(shown, section, style, captured)]
    title = blocks.header(shown.words(style.language).title)
    return [title, *sections, blocks.context(_labels(shown)), *_further(shown, style)]


def entry_view(
    shown: Entry, style: Style, origin: Origin, captured: Mapping[str, str] | None = None, *, thanks: str = ""
) -> dict[str, Any]:
    """Return an entry as a view, with buttons to vote for it; after a vote with `thanks` in their place."""
    about = {"entry": shown.id, **({"captured": dict(captured)} if captured else {})}
    vote = [
        blocks.button(style.say.helped_plain, card.HELPED, about, style="primary"),
        blocks.button(style.say.not_this_plain, card.NOT_THIS, about),
    ]
    head, *body = entry(shown, style, captured)
    foot = blocks.section(thanks) if thanks else blocks.actions(*vote)
    content, _ = layout.fill([head], body, [foot], count=layout.VIEW_BLOCKS)
    return _view(style.say.entry_title_plain, content, style, origin)


def others_view(
    candidates: Sequence[Candidate], entries: dict[str, Entry], style: Style, origin: Origin
) -> dict[str, Any]:
    """Return the candidates behind the answer as a view."""
    return _view(style.say.others_title_plain, others(candidates, entries, style), style, origin)


def others(candidates: Sequence[Candidate], entries: dict[str, Entry], style: Style) -> list[Block]:
    """Return the candidates behind the answer, each with what spoke for it and a button to read it."""
    return [_candidate(shown, entries[shown.entry_id], style) for shown in candidates if shown.entry_id in entries]


def _candidate(shown: Candidate, its_entry: Entry, style: Style) -> Block:
    tells = escaping.escape(escaping.shorten(escaping.one_line(its_entry.words(style.language).tells), 300))
    text = "\n".join(filter(None, [f"*{card.title_of(its_entry, style)}*", tells, evidence.beside(shown.evidence)]))
    return blocks.section(text, show_button(its_entry, style))


def show_button(its_entry: Entry, style: Style) -> dict[str, Any]:
    """Return the button that opens an entry."""
    return blocks.button(style.say.show_plain, card.SHOW, {"entry": its_entry.id})


def _view(title: str, content: Sequence[Block], style: Style, origin: Origin) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": VIEW,
        "title": blocks.plain(title, blocks.VIEW_TITLE),
        "close": blocks.plain(style.say.close_plain, blocks.VIEW_TITLE),
        "private_metadata": json.dumps(asdict(origin)),
        "blocks": list(content),
    }


def _labels(shown: Entry) -> str:
    return " · ".join([escaping.code(shown.id), *(escaping.escape(f"#{tag}") for tag in shown.tags[:12])])


def _further(shown: Entry, style: Style) -> list[Block]:
    links = [
        *style.sources.link(shown, style.say.source),
        *(escaping.link(link.url, escaping.escape(link.title)) for link in shown.links),
    ]
    return [blocks.context("\n".join(links))] if links else []
