"""`pastemortem diag`: ask the checks about a cluster, or about the recording of one, from a terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from diagnostics import diagnosis, sweep
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.diagnosis import Outcome, Report
from diagnostics.errors import DiagnosticsError
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Exhibit, Finding, Severity
from diagnostics.recording import Recording
from diagnostics.registry import Check
from diagnostics.source import Source
from diagnostics.sweep import Sweep
from diagnostics.target import Target

EXIT_STATUS = {Outcome.NOTHING_WRONG: 0, Outcome.FINDINGS: 1, Outcome.COULD_NOT_LOOK: 2}
_COLOURS = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

_WIDTH_OF_A_PIPE = 200


class ChecksGroup(click.Group):
    """A command for each registered check, with the check's own parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Return the ids of the checks, and the sweep."""
        return ["sweep", *(check.id for check in CHECKS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Make the command of a check; None when there is no such check."""
        if cmd_name == "sweep":
            return _sweep_command()
        known = {check.id: check for check in CHECKS}
        return _check_command(known[cmd_name]) if cmd_name in known else None


@click.group(cls=ChecksGroup, invoke_without_command=True)
@click.option("--list", "listed", is_flag=True, help="List the checks and end.")
@click.pass_context
def diag(ctx: click.Context, listed: bool) -> None:
    """Look at a Kubernetes cluster, reading only, and say what is wrong.

    TARGET is a namespace, or namespace/name; for what has no namespace it is a name. Without one the whole cluster is
    looked at. The exit status is 0 when nothing is wrong, 1 with findings, 2 when something could not be looked at.
    """
    if listed:
        _list_checks()
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _list_checks() -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("check")
    table.add_column("what it looks at")
    for check in CHECKS:
        table.add_row(check.id, check.title)
    _console().print(table)


def _options(command: Callable[..., Any]) -> list[click.Parameter]:
    """Return what every check takes."""
    shared = [
        click.argument("target", default=""),
        click.option("-n", "--namespace", default="", help="The namespace, when TARGET is a name alone."),
        click.option("--context", default="", help="The kubeconfig context; the current one by default."),
        click.option("--kubeconfig", default="", envvar="KUBECONFIG", help="The kubeconfig file."),
        click.option(
            "--recording",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Look at a recorded cluster.",
        ),
        click.option("--exclude", multiple=True, help="Leave out code:PATTERN, namespace:PATTERN or label:KEY=VALUE."),
        click.option("--json", "as_json", is_flag=True, help="Print what is found, shown or unread as JSON."),
    ]
    for decorate in reversed(shared):
        command = decorate(command)
    return list(reversed(command.__click_params__))  # type: ignore[attr-defined]


def _check_command(check: Check) -> click.Command:
    def run(**given: Any) -> NoReturn:
        arguments = {parameter.keyword: given.pop(parameter.keyword) for parameter in check.parameters}

        def ask(source: Source, exclusions: Exclusions, target: Target) -> Report:
            return diagnosis.run(source, check, target, check.bind(arguments), exclusions=exclusions)

        _answer(ask, given, namespaced=check.namespaced)

    own = [
        click.Option(
            [f"--{parameter.name}"],
            type=click.Choice(parameter.choices) if parameter.choices else parameter.type,
            default=parameter.default,
            is_flag=parameter.type is bool,
            show_default=parameter.type is not bool,
            help=parameter.meaning,
        )
        for parameter in check.parameters
    ]
    return click.Command(
        check.id, params=[*_options(run), *own], callback=run, help=check.description, short_help=check.title
    )


def _sweep_command() -> click.Command:
    def run(**given: Any) -> NoReturn:
        def ask(source: Source, exclusions: Exclusions, target: Target) -> Sweep:
            return sweep.run(source, CHECKS, target, exclusions=exclusions)

        _answer(ask, given, namespaced=True)

    return click.Command(
        "sweep", params=_options(run), callback=run, help="All checks, their findings grouped by cause."
    )


def _answer(
    ask: Callable[[Source, Exclusions, Target], Report | Sweep], given: dict[str, Any], *, namespaced: bool
) -> NoReturn:
    """Ask, print the answer, and end with the status that tells which of the three answers it was."""
    try:
        answer = ask(_source(given), Exclusions.parse(given["exclude"]), _target(given, namespaced=namespaced))
    except DiagnosticsError as error:
        if given["as_json"]:
            _print_json([_unknown(str(error))])
        _say_unread([str(error)])
        sys.exit(EXIT_STATUS[Outcome.COULD_NOT_LOOK])
    if given["as_json"]:
        shown = answer.exhibits if isinstance(answer, Report) else ()
        _print_json([*map(as_json, answer.findings), *map(_unknown, answer.unread), *map(_exhibit_as_json, shown)])
    else:
        _print(answer)
    _say_unread(answer.unread)
    sys.exit(EXIT_STATUS[answer.outcome])


def _print_json(documents: Sequence[Mapping[str, Any]]) -> None:
    click.echo(json.dumps(documents, ensure_ascii=False, indent=1))


def _say_unread(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        click.echo(f"could not look: {sentence}", err=True)


def _source(given: dict[str, Any]) -> Source:
    if given["recording"]:
        return Recording(given["recording"])
    return Clusters(given["kubeconfig"]).named(given["context"])


def _target(given: dict[str, Any], *, namespaced: bool) -> Target:
    text = (
        f"{given['namespace']}/{given['target']}"
        if given["namespace"] and "/" not in given["target"]
        else given["target"]
    )
    return Target.parse(text.rstrip("/"), namespaced=namespaced)


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as `--json` prints it."""
    return {
        "check": finding.check,
        "code": finding.code,
        "object": str(finding.object),
        "severity": finding.severity.value,
        "title": finding.title,
        "evidence": dict(finding.evidence),
        "next": finding.next,
    }


def _exhibit_as_json(exhibit: Exhibit) -> dict[str, Any]:
    """Return an exhibit as `--json` prints it: no finding has `exhibit`, and this has nothing of a finding."""
    return {"exhibit": exhibit.title, "columns": exhibit.columns, "rows": exhibit.rows}


def _unknown(sentence: str) -> dict[str, Any]:
    """Return what could not be read as `--json` prints it, so that no program takes silence for health."""
    return {
        "check": "",
        "code": "could-not-look",
        "object": "",
        "severity": "unknown",
        "title": sentence,
        "evidence": {},
        "next": "mend what the title names, then ask again",
    }


def _print(answer: Report | Sweep) -> None:
    console = _console()
    if isinstance(answer, Report):
        for exhibit in answer.exhibits:
            console.print(_exhibit_table(exhibit))
        for finding in answer.findings:
            _print_finding(console, finding)
    else:
        for group in answer.groups:
            console.rule(Text(group.cause.spoken, "bold"), align="left")
            for finding in group.findings:
                _print_finding(console, finding)
    if answer.outcome is Outcome.NOTHING_WRONG and _judges(answer):
        console.print(f"Nothing wrong with {answer.target} in {answer.cluster}.", markup=False)


def _judges(answer: Report | Sweep) -> bool:
    """Say whether no finding means that nothing is wrong: a log that was shown proves no health."""
    return isinstance(answer, Sweep) or not CHECKS.get(answer.check).only_shows


def _console() -> Console:
    """Return a console as wide as the terminal; what goes into a file or a pipe is not wrapped for one."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH_OF_A_PIPE)


def _print_finding(console: Console, finding: Finding) -> None:
    """Print what is wrong, the fields that show it, and what to do; nothing of it is taken for markup."""
    colour = _COLOURS[finding.severity]
    console.print(Text.assemble((finding.severity, colour), " ", (finding.object.spoken, "bold"), f" ({finding.code})"))
    console.print(Text(f"  {finding.title}"))
    for path, value in finding.evidence.items():
        console.print(Text.assemble((f"    {path}: ", "dim"), value.replace("\n", "\n      ")))
    console.print(Text(f"  next: {finding.next}\n"))


def _exhibit_table(exhibit: Exhibit) -> Table:
    table = Table(title=Text(exhibit.title), title_justify="left", box=None, pad_edge=False)
    for column in exhibit.columns:
        table.add_column(column, overflow="fold")
    for row in exhibit.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
