"""The knowledge base that a command works on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from knowledge import library
from knowledge.base import KnowledgeBase

Command = TypeVar("Command", bound=Callable[..., Any])


def entries_option(command: Command) -> Command:
    """Give a command the option `--entries FOLDER`, which may stand several times."""
    return click.option(
        "--entries",
        multiple=True,
        envvar="PASTEMORTEM_ENTRIES",
        type=click.Path(file_okay=False),
        help="A folder of entries, or `shipped` for those that come with Pastemortem; may be given several times, a "
        "later one replaces entries of the same id.  [default: shipped]",
    )(command)


def folders(entries: tuple[str, ...]) -> list[Path]:
    """Return the folders that `entries` names, or the shipped one."""
    return [library.folder(name) for name in entries] or [library.SHIPPED]


@contextmanager
def knowledge_base(entries: tuple[str, ...]) -> Iterator[KnowledgeBase]:
    """Open the knowledge base in memory and say on standard error which files could not be used."""
    base = KnowledgeBase(folders(entries))
    for problem in base.problems:
        click.echo(f"warning: {problem}", err=True)
    try:
        yield base
    finally:
        base.close()
