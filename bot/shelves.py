"""The knowledge base that a command works on."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from handlers.count import Count
from knowledge import library
from knowledge.base import KnowledgeBase
from knowledge.library import Problem

Command = TypeVar("Command", bound=Callable[..., Any])


def entries_option(command: Command) -> Command:
    """Give a command the option `--entries FOLDER`, which may stand several times."""
    return click.option(
        "--entries",
        multiple=True,
        envvar="PASTEMORTEM_ENTRIES",
        show_envvar=True,
        type=click.Path(file_okay=False),
        help="A folder of entries, or `shipped` for those that come with Pastemortem; may be given several times, a "
        "later one replaces entries of the same id.  [default: shipped]",
    )(command)


def folders(entries: tuple[str, ...]) -> list[Path]:
    """Return the folders that `entries` names, or the shipped one."""
    return [library.folder(name) for name in entries] or [library.SHIPPED]


@contextmanager
def knowledge_base(entries: tuple[str, ...]) -> Iterator[KnowledgeBase]:
    """Open the knowledge base in memory and say on standard error, in one line, that files could not be used."""
    base = KnowledgeBase(folders(entries))
    if base.problems:
        click.echo(f"warning: {_left_out(base.problems, entries)}", err=True)
    try:
        yield base
    finally:
        base.close()


@contextmanager
def matching_base(entries: tuple[str, ...]) -> Iterator[KnowledgeBase]:
    """Open it for a command that says what is documented; raises UsageError where there are no entries at all."""
    with knowledge_base(entries) as base:
        if not base.entries():
            raise click.UsageError(
                "there are no entries to compare with; name folders of them with --entries or in PASTEMORTEM_ENTRIES, "
                "or neither for those that ship"
            )
        yield base


def _left_out(problems: Sequence[Problem], entries: tuple[str, ...]) -> str:
    """Return the one problem that there is; of several the files, and the command that tells all about them."""
    if len(problems) == 1:
        return str(problems[0])
    files = Count(len({problem.path for problem in problems}))
    command = shlex.join(["pastemortem", "kb", "lint", *(word for name in entries for word in ("--entries", name))])
    mistakes = Count(len(problems))
    return (
        f"{files:file or folder|files or folders} left out for {mistakes:mistake|mistakes}; each is named by: {command}"
    )
