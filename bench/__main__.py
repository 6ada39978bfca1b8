"""The command: `python -m bench`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from bench import report, sets, trial
from bench.contenders import OURS, PEERS
from bench.outcome import Outcome
from bench.preparation import Preparation
from bench.trial import Trial

ALL_PREPARATIONS_UP_TO = 1_000
"""Signatures up to which each peer is tried with every preparation; above, with the one that serves most peers best."""

SYNTHETIC_BUDGET_S = 4.0


@click.command()
@click.argument("names", nargs=-1, metavar="[SET]...")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The development data.")
@click.option("--engine", "engines", multiple=True, type=click.Choice([OURS, *PEERS]), help="Measure only this one.")
@click.option("--million", is_flag=True, help="A million signatures too: half an hour, and 12 GB for some peers.")
@click.option("--budget", type=float, default=15.0, show_default=True, help="Seconds of queries for each peer and set.")
@click.option(
    "--size", type=int, default=sets.SYNTHETIC_ROWS, show_default=True, help="Signatures of the synthetic set."
)
@click.option("--every-text", is_flag=True, help="Show peers with every preparation, not with the best for each.")
@click.option("--write", is_flag=True, help="Put the tables into bench/README.md.")
def main(
    names: tuple[str, ...],
    data: Path | None,
    engines: tuple[str, ...],
    million: bool,
    budget: float,
    size: int,
    every_text: bool,
    write: bool,
) -> None:
    """Measure our matcher and its peers, on every SET or on those named.

    Without the development data (--data, or ../shared/bench beside the repository) there is one set, `synthetic`.
    What is written is whole: no table of some engines, and no summary of some sets.
    """
    data = data or (sets.DATA if sets.DATA.is_dir() else None)
    known = sets.names(data, million=million or sets.MILLION in names)
    unknown = set(names) - set(known)
    if unknown:
        raise click.UsageError(f"there is no set {', '.join(sorted(unknown))} here; there are {', '.join(known)}")
    figures: dict[str, str] = {}
    measured: list[Outcome] = []
    for name in names or known:
        if data:
            sets.generate(name, data)
        planned = Trial(name, OURS, data=str(data) if data else None, size=size)
        affordable = min(budget, SYNTHETIC_BUDGET_S) if name == sets.SYNTHETIC else budget
        outcomes = list(_measured(planned, engines or (OURS, *PEERS), budget_s=affordable))
        measured += outcomes
        table = report.of_set(outcomes if every_text else report.best_of_each(outcomes))
        click.echo(f"\n{name}\n\n{table}")
        if not engines:
            figures[name] = table
    summary = report.summary(measured)
    if summary:
        click.echo(f"\n{summary}")
    if summary and data and not names:
        figures[report.SUMMARY] = summary
    click.echo(f"\nMeasured {report.machine()}.")
    if write:
        _write(figures)


def _measured(planned: Trial, engines: Sequence[str], *, budget_s: float) -> Iterator[Outcome]:
    """Yield the outcome of every engine; only peers may run out of time."""
    for contender in engines:
        for preparation in _preparations(planned, contender):
            one = replace(planned, contender=contender, preparation=preparation)
            if contender != OURS:
                one = replace(one, budget_s=budget_s)
            outcome = _refused(one) or trial.run(one)
            click.echo(f"{planned.set}: {contender} {outcome.preparation}: {_in_short(outcome)}", err=True)
            yield outcome


def _in_short(outcome: Outcome) -> str:
    return outcome.failure or f"top-1 {outcome.top1:.3f}, p50 {outcome.p50_ms:.2f} ms"


def _preparations(planned: Trial, contender: str) -> Sequence[Preparation]:
    if contender == OURS:
        return (Preparation.RAW,)
    if _size(planned) > ALL_PREPARATIONS_UP_TO or PEERS[contender].absent:
        return (Preparation.MASKED,)
    return tuple(Preparation)


def _refused(planned: Trial) -> Outcome | None:
    """Return the outcome of a trial that is not worth starting, with the reason."""
    peer = PEERS.get(planned.contender)
    if peer is None:
        return None
    if peer.absent:
        return planned.outcome(failure=f"{peer.needs} is not installed: make bench")
    if _size(planned) > peer.largest:
        return planned.outcome(failure=f"not measured above {peer.largest:,} signatures")
    return None


def _size(planned: Trial) -> int:
    return sets.SCALES.get(planned.set, planned.size if planned.set == sets.SYNTHETIC else 0)


def _write(figures: dict[str, str]) -> None:
    for name in report.write(figures):
        click.echo(f"bench/README.md has no place for {name}: <!-- figures: {name} --> and <!-- end -->", err=True)


if __name__ == "__main__":
    main()
