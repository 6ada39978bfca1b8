"""What the documents tell people to type can be typed."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "deploy/README.md", *sorted((ROOT / "docs").glob("*.md"))]

FENCED = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]*\bpastemortem [^`\n]+)`")
COMMAND = re.compile(r"(?:^|[|] |-- |\$ |[A-Z_]+=\S+ )pastemortem +(?P<arguments>[^|&]*)")
"""At the beginning of a line, behind a pipe, a prompt or variables, and inside a pod."""


def commands(page):
    """Yield the command lines of ours on a page, without what is piped into them."""
    text = page.read_text()
    for line in (*"\n".join(FENCED.findall(text)).splitlines(), *INLINE.findall(text)):
        found = COMMAND.search(line.partition("  #")[0])
        if found:
            yield found["arguments"].strip()


TYPED = sorted({(page.relative_to(ROOT).as_posix(), line) for page in PAGES for line in commands(page)})


@pytest.mark.parametrize(("page", "line"), TYPED, ids=lambda value: value)
def test_every_command_line_of_the_documents_is_understood(page, line):
    command, arguments = main, shlex.split(line)
    context = click.Context(main)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        _, command, arguments = command.resolve_command(context, arguments)
        context = click.Context(command, parent=context)

    assert command.make_context(command.name, list(arguments), parent=context.parent)


def test_the_entry_in_the_readme_does_what_is_said_of_it(tmp_path):
    (entry,) = re.findall(r"^```markdown\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "ledger-disk-full.md").write_text(entry)
    shelf = ("--entries", str(tmp_path))
    run = CliRunner().invoke

    assert run(main, ["kb", "lint", "--strict", *shelf]).output == "1 entry, 0 errors, 0 pieces of advice\n"
    assert run(main, ["kb", "test", "--entries", "shipped", *shelf]).exit_code == 0
    said = run(main, ["match", *shelf], input="ledgerd: no extent left on volume 3").output
    assert said.startswith("sure")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_documents_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))

    assert [link for link in links if not (page.parent / link).exists()] == []
