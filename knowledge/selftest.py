"""Entries carry their own tests: examples that must find them, counterexamples that must not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.entry import Entry
from knowledge.match import Answer, Verdict
from knowledge.matcher import Matcher


@dataclass(frozen=True)
class Failure:
    """A paste that was not answered as its entry says. `field` names it: `examples[2]`."""

    entry_id: str
    field: str
    paste: str
    problem: str


def failures(entries: Iterable[Entry], matcher: Matcher) -> Iterator[Failure]:
    """Hold each entry to its examples and counterexamples against everything that `matcher` knows."""
    for entry in entries:
        for number, paste in enumerate(entry.examples):
            answer = matcher.match(paste)
            if answer.verdict is Verdict.NONE or answer.matches[0].entry.id != entry.id:
                yield Failure(entry.id, f"examples[{number}]", paste, _unsaid(entry, answer))
        for number, paste in enumerate(entry.counterexamples):
            answer = matcher.match(paste)
            if any(match.entry.id == entry.id for match in answer.answers):
                yield Failure(entry.id, f"counterexamples[{number}]", paste, f"expected silence, got {_said(answer)}")


def _unsaid(entry: Entry, answer: Answer) -> str:
    """Return why an entry does not answer its example."""
    best = next(iter(answer.matches), None)
    if best is None or best.entry.id != entry.id:
        return f"expected this entry first, got {_said(answer)}"
    rivals = f"; the same line speaks for {', '.join(best.rivals)}" if best.rivals else ""
    return f"this entry comes first, but its score of {best.score:.2f} is too low to be said{rivals}"


def _said(answer: Answer) -> str:
    if not answer.matches:
        return "nothing"
    best = answer.matches[0]
    return f"{best.entry.id} ({best.verdict}, {best.score:.2f})"
