"""What may have been meant by a word that nothing is called by."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

NEAR = 72
"""Similarity, in percent, from which a word is taken for a slip of another."""

_SHOWN = 3


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known words that are most like `word`, the likeliest first.

    It is also like those that it begins, and like those that begin it as the name of a workload begins that of a pod.
    """
    words = sorted(known)
    begun = [each for each in words if len(word) > 1 and (each.startswith(word) or word.startswith(f"{each}-"))]
    alike = process.extract(word, words, scorer=fuzz.ratio, score_cutoff=NEAR, limit=_SHOWN)
    return tuple(dict.fromkeys([*(found for found, _, _ in alike), *begun]))[:_SHOWN]


def hint(near: Iterable[str]) -> str:
    """Return the end of a sentence that asks whether one of these was meant; '' when there is none."""
    named = " or ".join(near)
    return f"; did you mean {named}?" if named else ""
