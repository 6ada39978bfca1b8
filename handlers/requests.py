"""What the words of `words.WORDS` do, wherever they were said."""

from handlers import review, words
from handlers.desk import Desk
from handlers.diag import suggestion
from handlers.drafts import begin
from handlers.views import card, escaping, guide, layout, listing, page
from handlers.views.card import Style
from handlers.views.layout import Message
from handlers.votes import Tally
from handlers.words import Request
from knowledge.errors import EntryUnknown

FOUND = 10
"""Entries that a search shows."""


def answer(desk: Desk, asked: Request, style: Style, channel: str) -> Message:
    """Do what a request in a channel asks for; an unknown word is answered with help and the nearest one."""
    match asked.word:
        case "search":
            return _needs(asked, "TEXT", style) or search(desk, asked.rest, style)
        case "show":
            return _needs(asked, "ID", style) or show(desk, asked.rest, style)
        case "match":
            return _needs(asked, "TEXT", style) or match(desk, asked.rest, style, channel)
        case "list":
            return listing.index(desk.knowledge.entries(asked.rest or None), asked.rest, desk.knowledge.tags(), style)
        case "gaps":
            return review.gaps(desk, channel, style)
        case "help":
            return guide.guide(style.say)
        case _:
            return unknown(asked.word, style)


def search(desk: Desk, text: str, style: Style) -> Message:
    """Find entries that hold some words."""
    return listing.search_results(text, desk.knowledge.search(text, limit=FOUND), style)


def show(desk: Desk, entry_id: str, style: Style) -> Message:
    """Show one entry, or name those whose ids are near."""
    try:
        found = desk.knowledge.entry(entry_id)
    except EntryUnknown as problem:
        sentence = style.say.entry_unknown.format(id=escaping.quoted(entry_id))
        return guide.sentence(" ".join([sentence, *did_you_mean(problem.nearest, style)]))
    return layout.message(found.words(style.language).title, page.entry(found, style))


def match(desk: Desk, text: str, style: Style, channel: str) -> Message:
    """Say what is documented about a text, or that nothing is."""
    found, ask = desk.knowledge.match(text), suggestion.offered(desk, text, channel)
    if not found.answers:
        return listing.undocumented(found.matches, style, ask=ask, begin=begin.carried(text))
    return card.documented(card.sorted_out(found.matches), style, Tally(), ask=ask)


def unknown(word: str, style: Style) -> Message:
    """Say that there is no such word, which one is near, and which there are."""
    near = words.nearest(word)
    said = style.say.word_unknown.format(word=escaping.quoted(word, 40))
    note = " ".join([said, *did_you_mean((near,) if near else (), style)])
    return guide.guide(style.say, note=note)


def did_you_mean(near: tuple[str, ...], style: Style) -> list[str]:
    """Return the question whether one of these was meant, if there are any."""
    return [style.say.did_you_mean.format(words=", ".join(map(escaping.code, near)))] if near else []


def _needs(asked: Request, what: str, style: Style) -> Message | None:
    if asked.rest:
        return None
    return guide.guide(style.say, note=style.say.word_missing.format(word=asked.word, what=what))
