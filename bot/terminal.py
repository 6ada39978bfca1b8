"""An entry on a terminal, or as text where somebody pipes it on."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.containers import Lines
from rich.markdown import CodeBlock, Markdown
from rich.syntax import Syntax
from rich.text import Text

from handlers.views import escaping
from handlers.wording import LANGUAGES, wording
from knowledge import prose
from knowledge.entry import Entry, Language, Section

Command = TypeVar("Command", bound=Callable[..., Any])

NARROWEST = 20
"""Columns that a paragraph takes at least, however narrow the terminal is."""

LABEL = 10
"""Columns that a label takes."""

INDENT = 2
"""Columns that stand before it."""

HANGING = 2
"""Columns by which the second line of a paragraph stands further in than the first."""

WORD = re.compile(r"\S+\s*|\s+")
"""A word and the blanks after it, or the blanks before the first."""


def language_option(command: Command) -> Command:
    """Give a command the option `--lang`, which is `auto` unless the bot's own setting says otherwise."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["auto", *LANGUAGES]),
        default="auto",
        envvar="PASTEMORTEM_LANGUAGE",
        callback=lambda _context, _option, chosen: _locale() if chosen == "auto" else chosen,
        show_envvar=True,
        help="Language; auto is that of the terminal.",
    )(command)


def _locale() -> Language:
    """Return the language of the terminal, by the variables in which POSIX has it."""
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return next((language for language in LANGUAGES if spoken.startswith(language)), "en")


def console() -> Console:
    """Return a console that folds nothing by itself: what is copied from it must be what was meant."""
    return Console(highlight=False, soft_wrap=True)


def show_section(
    out: Console, entry: Entry, section: Section, language: str, captured: Mapping[str, str] | None = None
) -> None:
    """Print a section under its heading, if the entry has it; on a terminal as rendered markdown, else as it stands."""
    text = prose.filled(entry, section, language, captured)
    if not text:
        return
    out.print()
    out.print(Text(wording(language).heading(section), style="bold"))
    if out.is_terminal:
        out.print(_Prose(text), soft_wrap=False, crop=False)
    else:
        out.print(Text(text))


def show_paragraph(out: Console, text: Text, *, indent: int = 0, hanging: int = HANGING) -> None:
    """Print text with its lines indented; what a terminal is too narrow for goes on `hanging` columns further in.

    A word that is wider than the terminal is left for it to fold, so that it is copied whole.
    """
    text = _visible(text)
    width = max(out.width - indent - hanging, NARROWEST)
    lines = text.split("\n")
    if out.is_terminal:
        lines = Lines(part for line in lines for part in line.divide(_breaks(line.plain, width)))
    for number, line in enumerate(lines):
        line.rstrip()
        out.print(Text(" " * (indent + (hanging if number else 0))).append_text(line), soft_wrap=True)


def _breaks(line: str, width: int) -> list[int]:
    """Return where a line goes on below, between two words; a word for which no line is wide enough begins none."""
    breaks = []
    used = 0
    for word in WORD.finditer(line):
        wide = cell_len(word.group().rstrip())
        if used and used + wide > width >= wide:
            breaks.append(word.start())
            used = 0
        used += cell_len(word.group())
    return breaks


def show_line(out: Console, text: Text) -> None:
    """Print text on one line, cut where the terminal ends."""
    text = _visible(text)
    if out.is_terminal:
        text.truncate(out.width, overflow="ellipsis")
    out.print(text, soft_wrap=True)


def row(label: str, text: str, style: str = "") -> Text:
    """Return a line under a title, its text in a column, however wide the letters of the label are."""
    return Text(f"{' ' * INDENT}{_column(label)}{text}", style=style)


def show_row(out: Console, label: str, text: str, style: str = "") -> None:
    """Print such a line; what a terminal is too narrow for goes on in the column of the text."""
    wide = _column(label)
    show_paragraph(out, Text(f"{wide}{text}", style=style), indent=INDENT, hanging=cell_len(wide))


def _column(label: str) -> str:
    return f"{set_cell_size(label, max(LABEL, cell_len(label)))} "


def _visible(text: Text) -> Text:
    """Return text whose control characters move no cursor, for it quotes what programs print."""
    seen = text.copy()
    seen.plain = escaping.visible(text.plain)
    return seen


class _Code(CodeBlock):
    """Code of which no line is folded here: what a terminal folds itself is copied as it was meant."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        lines = Syntax(code, self.lexer_name, theme="ansi_dark").highlight(code)
        lines.rstrip()
        if options.max_width == console.width:
            lines.no_wrap, lines.overflow = True, "ignore"
        # Inside a list rich cuts what is wider than the list, so there it is folded after all.
        yield lines


class _Prose(Markdown):
    """The markdown of a section."""

    elements = {**Markdown.elements, "fence": _Code, "code_block": _Code}  # noqa: RUF012 - rich's interface
