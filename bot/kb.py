"""`pastemortem kb`: the knowledge base on the command line, for curators and their merge gate."""

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click
from rich.text import Text

from bot import json_output, lint_report, terminal
from bot.new_entry import new
from bot.shelves import entries_option, folders, knowledge_base
from bot.terminal import language_option
from diagnostics.checks import CHECKS
from handlers.count import Count
from handlers.diag import checkup
from knowledge import library, lint, selftest
from knowledge.base import KnowledgeBase
from knowledge.entry import Entry, Language, Section
from knowledge.errors import EntryUnknown
from knowledge.lint import Advice, Hint

MOST_TAGS = 20
"""Tags that are named to somebody who asks for one that there is not."""


@click.group()
def kb() -> None:
    """Check, test, search and show the documented issues."""


@kb.command("lint")
@entries_option
@click.option("--strict", is_flag=True, help="Fail on advice too, not only on files that cannot be used.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(lint_report.FORMATS)),
    default="text",
    show_default=True,
    help="github makes annotations of a pull request.",
)
def lint_entries(entries: tuple[str, ...], strict: bool, form: str) -> None:
    """Say which files cannot be used, and what the others lack.

    The status is 1 if a file or a folder cannot be used, with --strict also if one lacks something.
    """
    shelf = library.load(folders(entries))
    advice = [*lint.advise(shelf), *_checks_that_do_not_exist(shelf.entries.values())]
    summary = (
        f"{Count(len(shelf.entries)):entry|entries}",
        f"{Count(len(shelf.problems)):error|errors}",
        f"{Count(len(advice)):piece|pieces} of advice",
    )
    click.echo(lint_report.FORMATS[form](lint_report.complaints(shelf.problems, advice), ", ".join(summary)))
    sys.exit(1 if shelf.problems or (strict and advice) else 0)


@kb.command("test")
@entries_option
@click.argument("ids", nargs=-1)
def test_entries(entries: tuple[str, ...], ids: tuple[str, ...]) -> None:
    """Hold entries (all, or the given IDS) to their examples and counterexamples against the whole index.

    The status is 1 if a paste is answered otherwise, if there is no entry, or, where no IDS are given, if a file had to
    be left out: what it would have answered is not known.
    """
    with knowledge_base(entries) as base:
        chosen = [_entry(base, entry_id) for entry_id in ids] or base.entries()
        failed = list(selftest.failures(chosen, base.matcher))
    for failure in failed:
        click.echo(f"{failure.entry_id} {failure.field}: {failure.problem}\n    {failure.paste.strip()[:300]!r}")
    pastes = sum(len(entry.examples) + len(entry.counterexamples) for entry in chosen)
    left_out = len({problem.path for problem in base.problems})
    summary = (
        f"{Count(len(chosen)):entry|entries}",
        f"{Count(pastes):paste|pastes}",
        f"{Count(len(failed)):failure|failures}",
        *([f"{Count(left_out):file or folder|files or folders} left out"] if left_out else []),
    )
    click.echo(", ".join(summary))
    if chosen and not pastes:
        click.echo("nothing was tested: give entries `examples` and `counterexamples`, see docs/entries.md", err=True)
    sys.exit(1 if failed or not chosen or (left_out and not ids) else 0)


@kb.command()
@entries_option
@click.argument("text", nargs=-1, required=True)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def search(entries: tuple[str, ...], text: tuple[str, ...], language: Language, as_json: bool) -> None:
    """Find entries by words; where none holds them, by the words that are nearest."""
    with knowledge_base(entries) as base:
        found = base.search(" ".join(text))
    if as_json:
        rows = [{**row, "nearest": bool(found.instead)} for row in _rows(found.entries, language)]
        click.echo(json_output.text(rows))
        sys.exit(0 if rows else 1)
    if found.instead:
        click.echo(f"no entry holds these words; nearest, for {' '.join(found.instead)}:", err=True)
    _print_rows(_rows(found.entries, language))
    if not found.entries:
        click.echo("no entry holds these words", err=True)
    sys.exit(0 if found.entries else 1)


@kb.command("list")
@entries_option
@click.argument("tag", default="")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def list_entries(entries: tuple[str, ...], tag: str, language: Language, as_json: bool) -> None:
    """List all entries, or those with TAG."""
    with knowledge_base(entries) as base:
        found, tags = base.entries(tag or None), base.tags()
    if as_json:
        click.echo(json_output.text(list(_rows(found, language))))
        sys.exit(0 if found else 1)
    _print_rows(_rows(found, language))
    if not found:
        click.echo(_without_tag(tag, list(tags)) if tags else "there are no entries", err=True)
    sys.exit(0 if found else 1)


@kb.command()
@entries_option
@click.argument("entry_id", metavar="ID")
@language_option
def show(entries: tuple[str, ...], entry_id: str, language: str) -> None:
    """Show one entry."""
    with knowledge_base(entries) as base:
        entry = _entry(base, entry_id)
    console = terminal.console()
    console.print(Text(entry.words(language).title, style="bold"))
    console.print(Text(f"{entry.id}  {' '.join(entry.tags)}  {entry.path or ''}", style="dim"))
    for section in Section:
        terminal.show_section(console, entry, section, language)
    for link in entry.links:
        console.print(Text(f"{link.title}: {link.url}", style="dim"))


kb.add_command(new)


def _rows(entries: Iterable[Entry], language: Language) -> list[dict[str, Any]]:
    return [{"id": entry.id, "title": entry.words(language).title, "tags": list(entry.tags)} for entry in entries]


def _print_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        click.echo(f"{row['id']}\n    {row['title']}")


def _without_tag(tag: str, tags: Sequence[str]) -> str:
    """Return what to tell somebody who asks for a tag that no entry has; `tags` are the others, the most used first."""
    if near := difflib.get_close_matches(tag.lower(), tags):
        return f"no entry has the tag {tag!r}; did you mean {', '.join(near)}?"
    return f"no entry has the tag {tag!r}; the most used are {', '.join(tags[:MOST_TAGS])}"


def _checks_that_do_not_exist(entries: Iterable[Entry]) -> Iterator[Advice]:
    """Find what no diagnosis answers: the knowledge base does not know the checks that its entries name."""
    for entry in entries:
        hints = [Hint(f"checks: {problem}", ("checks",)) for problem in checkup.problems(entry, CHECKS)]
        yield from lint.located(entry, hints)


def _entry(base: KnowledgeBase, entry_id: str) -> Entry:
    try:
        return base.entry(entry_id)
    except EntryUnknown as error:
        raise click.ClickException(str(error)) from error
