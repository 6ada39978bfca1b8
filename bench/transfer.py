"""Whether what is learnt on some sets of cases holds on another that had no part in it.

    python -m bench.transfer [--data FOLDER] [--write]

Set by set: the weights, and the scores from which on an answer is `likely` or `sure`, are found on the other sets as
`bench.calibrate` finds those that ship, from nothing, and held to the one left out. `bench.calibrate` holds out single
entries instead, whose sets it knows.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np

from bench import calibrate, report, sets, tables
from bench.calibrate import Asked, FirstAnswer, Scale, Weights
from bench.outcome import LeftOut, Said
from bench.reliability import PROMISES
from knowledge.matching.evidence import Part

GROUPS = (("pastes", "pastes-short"), ("own",), ("loghub",), ("cre-patterns", "cre-words"), ("scale-10k",))
"""Sets that are left out together, since they share their queries."""

NOTHING = Weights(np.zeros(len(Part)), 0.0)


def transferred(all_asked: Sequence[Asked]) -> Iterator[LeftOut]:
    """Leave each group of sets out in turn."""
    for group in GROUPS:
        others = [one for one in all_asked if one.set_name not in group]
        weights = calibrate.fit(others, NOTHING)
        scale = calibrate.scale(calibrate.held_out(others, NOTHING))
        for name in group:
            yield _left_out(name, [calibrate.answer(one, weights) for one in all_asked if one.set_name == name], scale)


def _left_out(name: str, answers: Sequence[FirstAnswer], scale: Scale) -> LeftOut:
    queries = [answer for answer in answers if answer.asked.case.expect]
    verdicts = [(scale.verdict(answer), answer) for answer in answers]
    return LeftOut(
        name,
        top1=sum(answer.right for answer in queries) / len(queries),
        answered=sum(verdict in PROMISES and answer.right for verdict, answer in verdicts if answer.asked.case.expect)
        / len(queries),
        negatives=len(answers) - len(queries),
        false_alarms=sum(verdict in PROMISES for verdict, answer in verdicts if not answer.asked.case.expect),
        said={
            promised: Said(
                sum(verdict is promised for verdict, _ in verdicts),
                sum(verdict is promised and answer.right for verdict, answer in verdicts),
            )
            for promised in PROMISES
        },
    )


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
