"""An entry on a terminal, or as text where somebody pipes it on."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from handlers.wording import LANGUAGES, wording
from knowledge import prose
from knowledge.entry import Entry, Language, Section

Command = TypeVar("Command", bound=Callable[..., Any])


def language_option(command: Command) -> Command:
    """Give a command the option `--lang`, which is `auto` unless the bot's own setting says otherwise."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["auto", *LANGUAGES]),
        default="auto",
        envvar="PASTEMORTEM_LANGUAGE",
        callback=lambda _context, _option, chosen: _locale() if chosen == "auto" else chosen,
        help="Language; PASTEMORTEM_LANGUAGE sets it for good, and auto is that of the terminal.",
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
    out.print(Markdown(text) if out.is_terminal else Text(text), soft_wrap=not out.is_terminal)
