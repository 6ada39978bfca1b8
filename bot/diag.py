"""`pastemortem diag`: ask the checks about a cluster, or about the recording of one, from a terminal."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from bot import json_output, report, terminal
from bot.interruption import INTERRUPTED
from bot.shelves import entries_option, knowledge_base
from bot.terminal import language_option
from diagnostics import background, diagnosis, invocation, sweep, vocabulary
from diagnostics.budget import CHECK_REQUESTS, CHECK_SECONDS, OBJECT_REQUESTS, SWEEP_REQUESTS, SWEEP_SECONDS, Budget
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.collector import Progress
from diagnostics.diagnosis import Outcome, Report
from diagnostics.errors import CheckUnknown, DiagnosticsError
from diagnostics.exclusions import Exclusions
from diagnostics.invocation import SWEEP
from diagnostics.parameters import Parameter
from diagnostics.recording import Recording
from diagnostics.registry import Check
from diagnostics.source import Source
from diagnostics.target import Target
from handlers.diag import documented
from handlers.diag.found import Found
from handlers.diag.wording import Wording, wording
from handlers.views.diagnosis import Diagnosis, Heading

EXIT_STATUS = {Outcome.NOTHING_WRONG: 0, Outcome.FINDINGS: 1, Outcome.COULD_NOT_LOOK: 2}

Ask = Callable[[Source, Target, Exclusions, Budget, Progress], Found]


class ChecksGroup(click.Group):
    """A command for each registered check, with the check's own parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Return the ids of the checks, and the sweep."""
        return [SWEEP, *(check.id for check in CHECKS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Make the command of a check, under any name that people have for it; raise what click shows for others."""
        try:
            check = invocation.named(cmd_name, CHECKS)
        except CheckUnknown as unknown:
            raise click.UsageError(f"{unknown}\n{_where_to_look(unknown)}", ctx) from None
        return _check_command(check) if check else _sweep_command()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C must not look like findings."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Read kubectl's `pod/api` as the check and its target."""
        word, target = invocation.divided(args[0])
        return super().resolve_command(ctx, [word, *([target] if target else []), *args[1:]])


def _where_to_look(unknown: CheckUnknown) -> str:
    if unknown.nearest:
        return "All checks: pastemortem diag --list"
    return f"A namespace stands behind the check: pastemortem diag {SWEEP} {unknown.word}. All: pastemortem diag --list"


@click.group(cls=ChecksGroup, invoke_without_command=True)
@click.option("--list", "listed", is_flag=True, help="List the checks and end.")
@click.pass_context
def diag(ctx: click.Context, listed: bool) -> None:
    """Look at a Kubernetes cluster, reading only, and say what is wrong.

    TARGET is a namespace, or namespace/name; for what has no namespace it is a name. Without one the whole cluster is
    looked at. Checks answer to kubectl's names too: po, svc, deploy/api -n shop.

    The exit status is 0 when nothing is wrong, 1 with findings, 2 when something could not be looked at, 130 after
    Ctrl-C, which shows what was found until then.
    """
    if listed:
        _list_checks()
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _list_checks() -> None:
    width = max(len(check.id) for check in CHECKS)
    for area, checks in vocabulary.by_area(CHECKS).items():
        click.echo(click.style(wording("en").area(area), bold=True))
        for check in checks:
            click.echo(f"  {check.id:<{width}}  {check.title}")


def _options(command: Callable[..., Any]) -> list[click.Parameter]:
    """Return what every check takes."""
    shared = [
        click.argument("target", default=""),
        click.option("-n", "--namespace", default="", help="The namespace, when TARGET is a name alone."),
        click.option("-A", "--all-namespaces", is_flag=True, help="The whole cluster, as without a TARGET."),
        click.option("--context", default="", help="The kubeconfig context; the current one by default."),
        click.option("--kubeconfig", default="", envvar="KUBECONFIG", show_envvar=True, help="The kubeconfig file."),
        click.option(
            "--recording",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Look at a recorded cluster.",
        ),
        click.option("--exclude", multiple=True, help="Leave out code:PATTERN, namespace:PATTERN or label:KEY=VALUE."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help=f"The most that it may take; {CHECK_SECONDS:g}, or {SWEEP_SECONDS:g} for a sweep, by default.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print what is found, shown or unread as JSON."),
        language_option,
        entries_option,
    ]
    for decorate in reversed(shared):
        command = decorate(command)
    return list(reversed(command.__click_params__))  # type: ignore[attr-defined]


def _check_command(check: Check) -> click.Command:
    def run(**given: Any) -> NoReturn:
        arguments = check.bind({parameter.keyword: given.pop(parameter.keyword) for parameter in check.parameters})

        def ask(source: Source, target: Target, exclusions: Exclusions, budget: Budget, progress: Progress) -> Found:
            return diagnosis.run(
                source, check, target, arguments, budget=budget, exclusions=exclusions, progress=progress
            )

        _answer(check, ask, given)

    own = [_option(parameter) for parameter in check.parameters]
    return click.Command(
        check.id, params=[*_options(run), *own], callback=run, help=check.description, short_help=check.title
    )


def _option(parameter: Parameter) -> click.Option:
    short = [f"-{letter}" for letter, name in invocation.SHORT.items() if name == parameter.name]
    return click.Option(
        [*short, f"--{parameter.name}"],
        type=click.Choice(parameter.choices) if parameter.choices else parameter.type,
        default=parameter.default,
        is_flag=parameter.type is bool,
        show_default=parameter.type is not bool and parameter.default != "",
        help=parameter.meaning,
    )


def _sweep_command() -> click.Command:
    def run(**given: Any) -> NoReturn:
        def ask(source: Source, target: Target, exclusions: Exclusions, budget: Budget, progress: Progress) -> Found:
            return sweep.run(source, CHECKS, target, budget=budget, exclusions=exclusions, progress=progress)

        _answer(None, ask, given)

    return click.Command(SWEEP, params=_options(run), callback=run, help="All checks, their findings grouped by cause.")


def _answer(check: Check | None, ask: Ask, given: Mapping[str, Any]) -> NoReturn:
    """Ask, print the answer, and end with the status that tells which answer it was."""
    say = wording(given["language"])
    try:
        target = invocation.target(given["target"], given["namespace"], check)
        exclusions = Exclusions.parse(given["exclude"])
        budget = _budget(check, target, given["timeout"])
        source = _source(given)
        found = _watched(partial(ask, source, target, exclusions, budget), budget, say)
    except DiagnosticsError as error:
        if given["as_json"]:
            click.echo(json_output.text([report.unread_as_json(str(error))]))
        _say_unread([str(error)], say)
        sys.exit(EXIT_STATUS[Outcome.COULD_NOT_LOOK])
    heading = Heading.of(check.id if check else SWEEP, target, found.cluster)
    described = _described(found, heading, given["entries"])
    if given["as_json"]:
        click.echo(json_output.text(report.as_json(described, given["language"])))
    else:
        report.show(described, terminal.console(), given["language"], say)
    _say_unread(described.unread, say)
    sys.exit(INTERRUPTED if budget.cancelled else EXIT_STATUS[described.outcome])


def _watched(ask: Callable[[Progress], Found], budget: Budget, say: Wording) -> Found:
    """Return the answer, with a line on the terminal that moves; Ctrl-C ends the reading, a second one all of it."""
    with Console(stderr=True).status(say.connecting) as status:
        asked = background.start(partial(ask, lambda words: status.update(say.doing(words))))
        try:
            return asked.result()
        except KeyboardInterrupt:
            budget.cancel()
            return asked.result()


def _described(found: Found, heading: Heading, entries: tuple[str, ...]) -> Diagnosis:
    """Return what was found with the entries that document it; where nothing was, nobody waits for the entries."""
    if not found.findings and not (isinstance(found, Report) and found.exhibits):
        return Diagnosis(heading, found.outcome, (), unread=found.unread)
    with knowledge_base(entries) as base:
        return documented.described(found, heading, base)


def _budget(check: Check | None, target: Target, seconds: float | None) -> Budget:
    if check is None:
        return Budget(seconds or SWEEP_SECONDS, SWEEP_REQUESTS)
    return Budget(seconds or CHECK_SECONDS, OBJECT_REQUESTS if target.name else CHECK_REQUESTS)


def _source(given: Mapping[str, Any]) -> Source:
    if given["recording"]:
        return Recording(given["recording"])
    return Clusters(given["kubeconfig"]).named(given["context"])


def _say_unread(sentences: Iterable[str], say: Wording) -> None:
    for sentence in sentences:
        click.echo(say.unread_plain.format(sentence=sentence), err=True)
