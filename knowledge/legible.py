"""Evidence as people read it: what a regular expression met stands there in the words of the paste."""

from dataclasses import replace

from knowledge.entry import Signature, SignatureKind
from knowledge.match import Evidence, Match, Verdict
from knowledge.matching import patterns


def evidence(match: Match) -> Evidence:
    """Return the evidence of a match, the part of the pasted line that met it in the place of a regular expression.

    In the place of an expression that the line only comes near to stands nothing: it says nothing to people.
    """
    told = match.evidence
    expression = Signature(told.signature, SignatureKind.REGEX)
    if expression not in match.entry.signatures:
        return told
    met = patterns.compiled(expression).search(told.text)
    if met is None and match.verdict is Verdict.NONE:
        return replace(told, signature="")
    # What met over several lines is shown by the first of them.
    return replace(told, signature=met[0] if met else told.text)
