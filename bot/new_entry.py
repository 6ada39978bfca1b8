"""`pastemortem kb new`: the file of an entry, begun out of a paste."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from bot.pastes import read_paste
from bot.shelves import entries_option, knowledge_base
from diagnostics import redaction
from knowledge import draft, schema
from knowledge.draft import Draft
from knowledge.match import Answer

NEXT = """\
{path} begins an entry.
Correct its title and signatures, write the cause and the fix, and put a paste that looks alike under
`counterexamples`. Then:
  pastemortem kb lint --entries {folder}
  pastemortem kb test {id} --entries shipped --entries {folder}"""


@click.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--into",
    "folder",
    default=".",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of entries to write it to; it is made if it is not there.",
)
@click.option("--id", "identity", help="Name of the file without .md.  [default: from the error]")
@click.option("--title", help="What is wrong, in one line.  [default: the error]")
@entries_option
def new(file: str, folder: Path, identity: str | None, title: str | None, entries: tuple[str, ...]) -> None:
    """Begin an entry out of a pasted error.

    FILE holds the paste; without it, or with -, the paste is read from standard input. What looks like a secret is
    masked. No file is replaced.
    """
    paste = read_paste(file)
    if identity is not None and not schema.is_id(identity):
        raise click.BadParameter("use lower-case letters, digits and hyphens, 120 at most", param_hint="--id")
    clean = redaction.text(paste)
    with knowledge_base(_among(entries, folder)) as base:
        taken = {entry.id for entry in base.entries()} | {path.stem for path in folder.glob("*.md")}
        begun = draft.begun(clean, taken)
        answer = base.match(paste)
    begun = replace(begun, id=identity or begun.id, title=title or begun.title)
    path = _written(begun, folder)
    for note in _notes(answer, masked=clean != paste):
        click.echo(f"note: {note}", err=True)
    click.echo(NEXT.format(path=path, folder=folder, id=begun.id))


def _among(entries: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """Return the folders whose entries may answer the paste already, `folder` among them.

    Only if it was named: the working folder may hold any markdown.
    """
    return (*(entries or ("shipped",)), str(folder)) if folder.is_dir() and folder != Path() else entries


def _written(begun: Draft, folder: Path) -> Path:
    path = folder / begun.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(begun.markdown())
    except FileExistsError as error:
        raise click.ClickException(f"{path} is there already; name another with --id") from error
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    return path


def _notes(answer: Answer, *, masked: bool) -> Iterator[str]:
    if answer.answers:
        known = answer.answers[0]
        yield (
            f"{known.entry.id} answers this paste already ({known.verdict.value}); if it is the same, the paste may "
            "rather be one more of its `examples`"
        )
    if masked:
        yield "what looks like a secret is masked in the file; read it through before you commit it"
