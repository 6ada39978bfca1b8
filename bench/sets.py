"""The sets of cases, by name: what is indexed, what is asked, and what must find nothing.

`../shared/bench` beside the repository, or the folder that `--data` names, holds the development data; its README says
where each set comes from. `synthetic` needs nothing.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench import synthetic
from bench.peers import Row
from knowledge import evaluation, library
from knowledge.entry import Entry
from knowledge.evaluation import Case
from knowledge.matching.clues import ClueKind, about, clues, prose

DATA = Path(__file__).parents[2] / "shared" / "bench"
"""Where the development data is looked for when nobody names its folder."""

SYNTHETIC = "synthetic"
SYNTHETIC_ROWS = 2_400
SYNTHETIC_QUERIES = 420
SYNTHETIC_NEGATIVES = 210

SCALES = {"scale-1k": 1_000, "scale-10k": 10_000, "scale-100k": 100_000, "scale-1m": 1_000_000}
MILLION = "scale-1m"

GENERATED = Path(__file__).parents[1] / "var" / "bench"
"""Where generated signatures are kept between runs."""


@dataclass(frozen=True)
class Question:
    """A case and the kind that its set gives it: how hard it is, how it was pasted, from which world it comes."""

    case: Case
    kind: str = ""


@dataclass(frozen=True)
class CaseSet:
    """One index and what it is asked.

    Where whole entries are indexed `entries` yields them, `documents` all texts of each as one document, and `rows`
    those texts that can be met one by one. Elsewhere there are only rows.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    queries: tuple[Question, ...]
    negatives: tuple[Question, ...] = ()
    several: tuple[Case, ...] = ()
    documents: Callable[[], Iterator[Row]] | None = None
    entries: Callable[[], Iterable[Entry]] | None = None


OWN = Path(__file__).with_name("own")
"""Pastes and near misses of our own, for the fit; what they are is said in README.md."""


def names(data: Path | None, *, million: bool = False) -> list[str]:
    """Return the sets that can be had: those of the folder `data` and the synthetic one."""
    if data is None:
        return [SYNTHETIC]
    scales = [name for name in SCALES if million or name != MILLION]
    return [SYNTHETIC, "pastes", "loghub", "cre-patterns", "cre-words", *scales]


def load(name: str, data: Path | None, *, size: int = SYNTHETIC_ROWS) -> CaseSet:
    """Read or make a set; `size` is the number of rows of the synthetic one."""
    if name == SYNTHETIC:
        return _synthetic(size)
    if data is None:
        raise FileNotFoundError(f"the set {name} needs the development data; name its folder with --data")
    if name == "pastes":
        return _pastes(name, data, _shipped_entries)
    if name == "pastes-short":
        return _pastes(name, data, _shortened_entries)
    if name == "own":
        return _own()
    if name in SCALES:
        return _folder(name, GENERATED / name)
    if name == "loghub":
        return _folder(name, data / "loghub-dev")
    return _folder(name, data / "cre-dev", signatures=f"signatures-{name.removeprefix('cre-')}.jsonl")


def generate(name: str, data: Path) -> None:
    """Write the signatures of a scale with the data's own generator, unless they are there."""
    if name not in SCALES or (GENERATED / name / "negatives.jsonl").exists():
        return
    partial = GENERATED / f"{name}.partial"
    command = [sys.executable, str(data / "make_scale.py"), str(SCALES[name]), str(partial)]
    subprocess.run(command, check=True)
    os.replace(partial, GENERATED / name)


def _synthetic(size: int) -> CaseSet:
    queries = synthetic.queries(size, SYNTHETIC_QUERIES)
    negatives = synthetic.negatives(size, SYNTHETIC_NEGATIVES)
    return CaseSet(
        SYNTHETIC,
        rows=lambda: synthetic.rows(size),
        queries=tuple(_question_of(example) for example in queries),
        negatives=tuple(_question_of(example) for example in negatives),
    )


def _question_of(example: synthetic.Example) -> Question:
    return Question(Case(example.id, example.text, (example.expect,) if example.expect else ()), example.kind)


def _pastes(name: str, data: Path, entries: Callable[[], Iterable[Entry]]) -> CaseSet:
    return CaseSet(
        name,
        rows=_shipped_rows,
        queries=_questions(data / "pastes-dev.jsonl", "difficulty"),
        negatives=_questions(data / "negatives-dev.jsonl", "kind"),
        several=tuple(evaluation.read_cases(data / "multi-dev.jsonl")),
        documents=_shipped_documents,
        entries=entries,
    )


def _own() -> CaseSet:
    return CaseSet(
        "own",
        rows=_shipped_rows,
        queries=_questions(OWN / "pastes.jsonl", "difficulty"),
        negatives=_questions(OWN / "negatives.jsonl", "kind"),
        documents=_shipped_documents,
        entries=_shipped_entries,
    )


def _shipped_entries() -> Iterable[Entry]:
    return library.load([library.SHIPPED]).entries.values()


def _shortened_entries() -> Iterator[Entry]:
    """Yield the shipped entries as somebody in a hurry writes them: titles, tags and signatures, hardly a sentence."""
    for entry in _shipped_entries():
        variants = {
            language: replace(variant, sections={}, phrases=variant.phrases[:1])
            for language, variant in entry.variants.items()
        }
        yield replace(entry, variants=variants)


def _shipped_rows() -> Iterator[Row]:
    """Yield title, signatures, phrases and sentences of the symptom, one row each."""
    for entry in _shipped_entries():
        for clue in clues(entry):
            if clue.kind is not ClueKind.COUNTEREXAMPLE:
                yield entry.id, clue.text


def _shipped_documents() -> Iterator[Row]:
    for entry in _shipped_entries():
        yield entry.id, "\n".join([*about(entry), *prose(entry)])


def _folder(name: str, folder: Path, *, signatures: str = "signatures.jsonl") -> CaseSet:
    return CaseSet(
        name,
        rows=lambda: ((row["id"], row["text"]) for row in evaluation.read_rows(folder / signatures, "id", "text")),
        queries=_questions(folder / "queries.jsonl", "variant"),
        negatives=_questions(folder / "negatives.jsonl", "variant"),
    )


def _questions(path: Path, kind: str) -> tuple[Question, ...]:
    cases = evaluation.read_cases(path)
    return tuple(Question(case, row.get(kind, "")) for case, row in zip(cases, evaluation.read_rows(path), strict=True))
