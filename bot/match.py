"""`pastemortem match`: the same answer as in Slack, on a terminal or as JSON."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from bot import json_output, terminal
from bot.pastes import read_paste
from bot.shelves import entries_option, matching_base
from bot.terminal import language_option
from handlers.diag import states
from handlers.views import card
from handlers.wording import wording
from knowledge import legible
from knowledge.entry import Language, Section
from knowledge.explanation import Explanation
from knowledge.match import Answer, Match, Verdict

NEAREST = 3
"""Entries that are named when none is the answer."""

EXPLAINED = 9
"""Columns by which an explanation goes on where the terminal was too narrow: those of a sum."""

COLOURS = {Verdict.SURE: "bold green", Verdict.LIKELY: "bold yellow", Verdict.NONE: "dim"}


@click.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@language_option
@click.option("--explain", is_flag=True, help="Show every candidate, the parts of its score, and why the verdict.")
@entries_option
def match(file: str, as_json: bool, language: Language, explain: bool, entries: tuple[str, ...]) -> None:
    """Find the documented issue that a pasted error shows.

    FILE holds the paste; without it, or with -, the paste is read from standard input.

    The exit status is 0 when there was an answer, be it that nothing is documented; `verdict` in --json tells which.
    """
    paste = read_paste(file, may_be_empty=as_json)
    with matching_base(entries) as base:
        answer = base.match(paste)
        explanation = base.matcher.explain(paste) if explain else None
    asked = states.question(paste)
    if as_json:
        _print_json(answer, language, asked, explanation)
    else:
        _print_text(answer, language, asked, explanation)


def _print_json(answer: Answer, language: Language, asked: str, explanation: Explanation | None) -> None:
    tree = answer_as_json(answer, language)
    if asked:
        tree["diag"] = asked
    if explanation is not None:
        tree["explanation"] = explanation.as_json()
    click.echo(json_output.text(tree))


def _print_text(answer: Answer, language: Language, asked: str, explanation: Explanation | None) -> None:
    console = terminal.console()
    _show(console, answer, language)
    if asked:
        told = wording(language).on_cluster_plain.format(command=f"pastemortem diag {asked}")
        console.print(Text(f"\n{told}", style="bold"))
    if explanation is not None:
        console.print()
        for line in explanation.lines():
            said = line.lstrip()
            terminal.show_paragraph(console, Text(said), indent=len(line) - len(said), hanging=EXPLAINED)


def answer_as_json(answer: Answer, language: str) -> dict[str, Any]:
    """Return the tree that `match --json` prints; its names are a promise to scripts."""
    return {
        "verdict": answer.verdict.value,
        "matches": [_match_as_json(match, language) for match in answer.matches],
        "took_ms": round(answer.took_ms, 3),
    }


def _match_as_json(match: Match, language: str) -> dict[str, Any]:
    return {
        "id": match.entry.id,
        "title": match.entry.words(language).title,
        "score": round(match.score, 4),
        "verdict": match.verdict.value,
        "evidence": {
            "text": match.evidence.text,
            "line": match.evidence.line,
            "signature": match.evidence.signature,
            **({"captured": dict(match.evidence.captured)} if match.evidence.captured else {}),
        },
        **({"rivals": list(match.rivals)} if match.rivals else {}),
    }


def _show(console: Console, answer: Answer, language: Language) -> None:
    say = wording(language)
    if not answer.answers:
        console.print(Text(say.undocumented_plain, style="bold"))
        for match in card.worth_showing(answer.matches)[:NEAREST]:
            title = match.entry.words(language).title
            terminal.show_row(console, say.nearest_plain, f"{match.entry.id}  {title}", style="dim")
        return
    for match in answer.answers:
        _show_match(console, match, language)
    best = answer.answers[0]
    for section in (Section.CAUSE, Section.FIX, Section.VERIFY):
        terminal.show_section(console, best.entry, section, language, best.evidence.captured)


def _show_match(console: Console, match: Match, language: Language) -> None:
    say, words, evidence = wording(language), match.entry.words(language), legible.evidence(match)
    verdict = say.sure_plain if match.verdict is Verdict.SURE else say.likely_plain
    # A probability is never one, however it is rounded.
    head = Text(f"{verdict} {min(match.score, 0.99):.0%}  ", style=COLOURS[match.verdict])
    terminal.show_paragraph(console, head + Text(words.title, style="bold"))
    terminal.show_row(console, say.entry_plain, match.entry.id, style="dim")
    terminal.show_row(console, say.line_plain.format(line=evidence.line), evidence.text)
    if evidence.signature:
        terminal.show_row(console, say.signature_plain, evidence.signature, style="dim")
    if match.rivals and words.tells:
        terminal.show_row(console, say.tells_plain, words.tells, style="italic")
