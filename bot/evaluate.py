"""`pastemortem eval`: measure the matcher on cases whose answer is known."""

import json
import resource
import sys
import time
from pathlib import Path

import click

from bot.shelves import entries_option, knowledge_base
from knowledge import evaluation
from knowledge.errors import CaseInvalid
from knowledge.evaluation import RetrievalScores, Scores
from knowledge.matcher import Matcher

JSONL = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("eval")
@click.argument("cases", required=False, type=JSONL)
@click.option("--signatures", type=JSONL, help='Index these {"id", "text"} rows instead of the knowledge base.')
@click.option("--queries", type=JSONL, help='Cases {"id", "text", "expect"} to ask the index of --signatures.')
@click.option("--negatives", type=JSONL, help='Texts {"id", "text"} that nothing in that index documents.')
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@entries_option
def evaluate(
    cases: Path | None,
    signatures: Path | None,
    queries: Path | None,
    negatives: Path | None,
    as_json: bool,
    entries: tuple[str, ...],
) -> None:
    """Measure the matcher.

    CASES is a file of {"id", "text", "expect": [ids], "also_ok": [ids]}, one a line; an empty "expect" means that it
    must stay silent.
    """
    try:
        if signatures is not None and queries is not None:
            scores: Scores = _on_signatures(signatures, queries, negatives)
        elif cases is not None and signatures is None and queries is None:
            with knowledge_base(entries) as base:
                scores = evaluation.evaluate(base.matcher, evaluation.read_cases(cases))
        else:
            raise click.UsageError("give CASES, or --signatures with --queries (and --negatives)")
    except CaseInvalid as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        json.dump(scores.as_json(), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        _show(scores)


def _on_signatures(signatures: Path, queries: Path, negatives: Path | None) -> RetrievalScores:
    started = time.perf_counter()
    rows = ((row["id"], row["text"]) for row in evaluation.read_rows(signatures, "id", "text"))
    matcher = Matcher.of_signatures(rows)
    build_s = time.perf_counter() - started
    return evaluation.evaluate_retrieval(
        matcher,
        evaluation.read_cases(queries),
        evaluation.read_cases(negatives) if negatives else [],
        build_s=build_s,
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _show(scores: Scores) -> None:
    values = scores.as_json()
    misses = values.pop("misses")
    for name, value in values.items():
        click.echo(f"{name:<20} {value:.4f}" if isinstance(value, float) else f"{name:<20} {value}")
    for miss in misses:
        expected = ", ".join(miss["expect"]) or "silence"
        got = ", ".join(miss["got"][:3]) or "nothing"
        click.echo(f"miss {miss['id']}: expected {expected}; got {got} ({miss['verdict']}, {miss['score']:.2f})")
