"""The reply: what is documented about a paste, short enough for a phone."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.diag.wording import wording as diag_wording
from handlers.views import blocks, candidate, captures, escaping, evidence, layout, mrkdwn
from handlers.views.blocks import Block, Element
from handlers.views.layout import File, Message
from handlers.views.sources import Sources
from handlers.votes import Tally
from handlers.wording import Wording
from knowledge import legible, prose
from knowledge.entry import Entry, Language, Section
from knowledge.match import Match, Verdict

HELPED = "helped"
NOT_THIS = "not_this"
SHOW = "show_entry"
OTHERS = "show_others"
CHECK = "check_entry"
ASK = "ask_cluster"

MARKS = {Verdict.SURE: ":white_check_mark:", Verdict.LIKELY: ":large_orange_circle:", Verdict.NONE: ":grey_question:"}

_COUNT = " · "

RIVALS = 4
"""Other causes of the same line that are told apart in the reply itself."""

CHANCE = 0.06
"""Probability of being right below which a candidate is not offered."""

ALSO = 4
"""Other errors of the same paste that are named in the reply itself."""


@dataclass(frozen=True)
class Style:
    """How to speak: in which language, with which words, and where entries can be read in full."""

    language: Language
    say: Wording
    sources: Sources


@dataclass(frozen=True)
class Findings:
    """What is to be said about one paste: the answer, what else the paste holds, and what came next."""

    answer: Match
    rivals: tuple[Match, ...] = ()
    also: tuple[Match, ...] = ()
    others: tuple[Match, ...] = ()


def sorted_out(matches: Sequence[Match]) -> Findings:
    """Divide ranked matches, of which the first is the answer, by what they are to it."""
    answer, rest = matches[0], worth_showing(matches[1:])
    rivals = [match for match in rest if match.entry.id in answer.rivals]
    also = [match for match in rest if match.verdict is not Verdict.NONE and match not in rivals]
    return Findings(answer, tuple(rivals[:RIVALS]), tuple(also[:ALSO]), tuple(rest))


def worth_showing(matches: Sequence[Match]) -> list[Match]:
    """Return the matches that are no mere chance: shown, each of them costs somebody's attention."""
    return [match for match in matches if match.score >= CHANCE or match.verdict is not Verdict.NONE]


def documented(
    findings: Findings, style: Style, tally: Tally, *, check_in: str | None = None, ask: str = ""
) -> Message:
    """Return the reply to a paste that is documented.

    `check_in` is the namespace in which it can be checked whether it holds, '' for the whole cluster, None if nowhere.
    Where it cannot, `ask` may be what `/diag` can be asked about the paste.
    """
    match, say = findings.answer, style.say
    words = match.entry.words(style.language)
    verdict = say.sure if match.verdict is Verdict.SURE else say.likely
    head = [blocks.header(words.title), *_why(findings, style, verdict), *_also(findings, style)]
    foot = [
        blocks.context(small_print(match.entry, style)),
        blocks.actions(*_buttons(findings, style, tally, check_in, ask)),
    ]
    text = f"{words.title} — {verdict.replace('*', '')}"
    content, complete = layout.fill(head, _remedy(match, style), foot)
    if complete:
        return layout.message(text, content)
    content, _ = layout.fill(head, _remedy(match, style), [blocks.context(say.moved_to_file), *foot])
    return layout.message(text, content, whole(match, style))


def with_tallies(content: Sequence[Block], tally_of: Callable[[str], Tally]) -> list[Block]:
    """Return the blocks of a reply with the votes for its entry counted on its buttons, in the words that they have."""

    def counted(element: Element) -> Element:
        if element.get("action_id") not in (HELPED, NOT_THIS):
            return element
        tally = tally_of(json.loads(element["value"])["entry"])
        votes = tally.helped if element["action_id"] == HELPED else tally.not_this
        label = element["text"]["text"].split(_COUNT)[0]
        return {**element, "text": blocks.plain(_counted(label, votes), blocks.BUTTON)}

    return [
        {**block, "elements": [counted(element) for element in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in content
    ]


def title_of(entry: Entry, style: Style) -> str:
    """Return an entry's title as mrkdwn that may stand in bold."""
    title = escaping.shorten(escaping.one_line(entry.words(style.language).title), blocks.HEADER)
    return escaping.escape(title).replace("*", "∗")


def small_print(entry: Entry, style: Style) -> str:
    """Return the line that says where an entry comes from and what the vendors write about it."""
    links = [escaping.link(link.url, escaping.escape(link.title)) for link in entry.links[:2]]
    return " · ".join([escaping.code(entry.id), *style.sources.link(entry, style.say.source), *links])


def whole(match: Match, style: Style) -> File:
    """Return an entry as a markdown file, with what the paste told filled in."""
    entry, words = match.entry, match.entry.words(style.language)
    parts = [
        f"## {style.say.heading(section)}\n\n{text.strip()}\n"
        for section in Section
        if (text := prose.filled(entry, section, style.language, match.evidence.captured))
    ]
    title = escaping.one_line(words.title)
    return File(f"{entry.id}.md", title, "\n".join([f"# {title}\n", *parts]))


def _why(findings: Findings, style: Style, verdict: str) -> Iterator[Block]:
    say, match = style.say, findings.answer
    where = say.evidence.format(line=match.evidence.line)
    yield blocks.section(f"{MARKS[match.verdict]} {verdict}\n{where}\n{evidence.beside(legible.evidence(match))}")
    if findings.rivals:
        told_apart = [_telling(rival.entry, style) for rival in (match, *findings.rivals)]
        yield blocks.section("\n".join([say.rivals, *told_apart]))


def _telling(entry: Entry, style: Style) -> str:
    tells = escaping.escape(escaping.shorten(escaping.one_line(entry.words(style.language).tells), 300))
    title = f"*{title_of(entry, style)}*"
    return f"• {title}: {tells}" if tells else f"• {title}"


def _remedy(match: Match, style: Style) -> list[Block]:
    """Cause and fix; an entry that has neither, a plain note for instance, shows what it has."""
    wanted = [
        section for section in (Section.CAUSE, Section.FIX) if section in match.entry.words(style.language).sections
    ]
    return [
        block
        for section in wanted or list(Section)
        for block in section_blocks(match.entry, section, style, match.evidence.captured)
    ]


def section_blocks(
    entry: Entry, section: Section, style: Style, captured: Mapping[str, str] | None = None
) -> list[Block]:
    """Return one section of an entry under its heading; nothing if the entry does not have it."""
    pieces = mrkdwn.pieces(prose.filled(entry, section, style.language, captured))
    if not pieces:
        return []
    heading = mrkdwn.Piece(f"*{style.say.heading(section)}*")
    return [blocks.section(text) for text in layout.paragraphs([heading, *pieces])]


def _also(findings: Findings, style: Style) -> Iterator[Block]:
    if findings.also:
        lines = [
            "• "
            + style.say.also_line.format(
                line=match.evidence.line,
                title=title_of(match.entry, style),
            )
            for match in findings.also
        ]
        yield blocks.section("\n".join([style.say.also, *lines]))


def ask_button(ask: str, style: Style) -> Element:
    """Return the button that asks the cluster what `/diag` would be asked in words."""
    return blocks.button(diag_wording(style.language).check_plain, ASK, {"ask": ask})


def _buttons(findings: Findings, style: Style, tally: Tally, check_in: str | None, ask: str) -> Iterator[Element]:
    say = style.say
    about = {"entry": findings.answer.entry.id}
    yield blocks.button(_counted(say.helped_plain, tally.helped), HELPED, about, style="primary")
    yield blocks.button(_counted(say.not_this_plain, tally.not_this), NOT_THIS, about)
    if check_in is not None:
        yield blocks.button(diag_wording(style.language).check_plain, CHECK, {**about, "namespace": check_in})
    elif ask:
        yield ask_button(ask, style)
    captured = captures.carried(findings.answer.evidence.captured)
    yield blocks.button(say.whole_entry_plain, SHOW, {**about, **({"captured": captured} if captured else {})})
    others = candidate.carried(findings.others)
    if others:
        yield blocks.button(say.others_plain.format(count=len(others)), OTHERS, {"others": others})


def _counted(label: str, votes: int) -> str:
    return f"{label}{_COUNT}{votes}" if votes else label
