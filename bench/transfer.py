"""Whether what is learnt on some sets of cases holds on another that had no part in it.

    python -m bench.transfer [--data FOLDER] [--write]

Set by set: the weights, and the odds from which on an answer is `likely` or `sure`, are fitted anew on the other sets,
from nothing, and held to the one left out. `bench.calibrate` holds out single entries instead, whose sets it knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import numpy as np

from bench import calibrate, reliability, report, sets, tables
from bench.calibrate import Asked, Weights
from bench.outcome import Scored
from bench.reliability import HeldOut
from knowledge.matching.evidence import Part

GROUPS = (("pastes", "pastes-short"), ("loghub",), ("cre-patterns", "cre-words"), ("scale-10k",))
"""Sets that are left out together, since they share their queries."""

NOTHING = Weights(np.zeros(len(Part)), 0.0)


def transferred(all_asked: Sequence[Asked]) -> Iterator[HeldOut]:
    """Leave each group of sets out in turn."""
    for group in GROUPS:
        others = [one for one in all_asked if one.set_name not in group]
        weights = calibrate.fit(others, NOTHING)
        thresholds = reliability.fitted(_by_set(calibrate.held_out(others, NOTHING)))
        for name in group:
            answers = [calibrate.answer(one, weights) for one in all_asked if one.set_name == name]
            yield HeldOut(name, thresholds, reliability.said(_scored(answers), thresholds))


def _by_set(answers: Iterable[calibrate.Said]) -> list[list[Scored]]:
    by_set: dict[str, list[Scored]] = {}
    for answer in answers:
        by_set.setdefault(answer.asked.set_name, []).append((answer.odds, answer.right))
    return list(by_set.values())


def _scored(answers: Iterable[calibrate.Said]) -> list[Scored]:
    return [(answer.odds, answer.right) for answer in answers]


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True), default=sets.DATA)
@click.option("--write", is_flag=True, help="Put the table into bench/README.md.")
def main(data: Path, write: bool) -> None:
    """Leave every set out in turn, and print how often each verdict is right on it."""
    table = tables.of_transfer(list(transferred(calibrate.asked_of_all(data))))
    click.echo(table)
    if write:
        report.write({"transfer": table})


if __name__ == "__main__":
    main()
