"""Signatures that are more than literal text: wildcards and regular expressions, run by RE2, which cannot backtrack.

All patterns of an index are asked at once: RE2's filter looks for their literal pieces first and only runs those whose
pieces stand in the paste.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import re2

from knowledge.entry import Signature, SignatureKind
from knowledge.errors import SignatureInvalid

GAP = r"[^\n]*?"
"""What a wildcard stands for. A bound such as `{0,400}` costs RE2 a state a character: 75 MB in all."""

NAMED = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
TOKEN = re.compile(r"\{\{\s*[\w-]+\s*\}\}|\*+|\d+|\s+|[^\s\d*{]+|\{")
BLANK = re.compile(r"\\Q.*?(?:\\E|$)|\\.| ", re.DOTALL)
"""A blank of a regular expression, and what is passed over while looking for one: quoted text and escapes."""
OPTIONS = re2.Options()
OPTIONS.case_sensitive = False
OPTIONS.log_errors = False
OPTIONS.max_mem = 8 << 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that stands in a text: which, where, and what its named wildcards took."""

    number: int
    start: int
    end: int
    captured: Mapping[str, str]


def expression(signature: Signature) -> str:
    """Return a signature as a regular expression in RE2's syntax; numbers and white space in it may vary."""
    if signature.kind is SignatureKind.REGEX:
        return BLANK.sub(lambda found: r"\s" if found[0] == " " else found[0], signature.text)
    return "".join(_expressions(signature.text))


def _expressions(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for token in TOKEN.findall(text.strip()):
        named = NAMED.fullmatch(token)
        if named and named[1] not in seen:
            seen.add(named[1])
            yield rf"(?P<{named[1].replace('-', '_')}>{GAP})"
        elif named or token.startswith("*"):
            yield GAP
        elif token.isspace():
            yield r"\s+"
        elif token.isdigit():
            yield r"\d+"
        else:
            yield re2.escape(token)


def compiled(signature: Signature) -> "re2._Regexp[str]":
    """Return a signature compiled, or raise `SignatureInvalid` saying what RE2 has against it."""
    try:
        return re2.compile(expression(signature), OPTIONS)
    except re2.error as error:
        raise _invalid(signature, error) from error


def _invalid(signature: Signature, error: Exception) -> SignatureInvalid:
    reason = error.args[0] if error.args else "cannot be compiled"
    problem = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return SignatureInvalid(signature.text, problem, "write it in RE2 syntax: no look-around, no back-references")


class PatternSet:
    """Patterns that are asked together; each is compiled when it is first needed."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = signatures
        self._compiled: dict[int, re2._Regexp[str]] = {}
        self._filter = re2.Filter()
        for signature in signatures:
            try:
                self._filter.Add(expression(signature), OPTIONS)
            except re2.error as error:
                raise _invalid(signature, error) from error
        if signatures:
            self._filter.Compile()

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the patterns that stand in `text`, each at its first place."""
        if not self.signatures:
            return
        for number in self._filter.Match(text, potential=True) or ():
            found = self._expression(number).search(text)
            if found is not None and found.end() > found.start():
                captured = {name: value for name, value in found.groupdict().items() if value}
                yield Hit(number, found.start(), found.end(), captured)

    def meets(self, number: int, text: str) -> bool:
        """Tell whether a pattern stands in `text`."""
        return self._expression(number).search(text) is not None

    def _expression(self, number: int) -> "re2._Regexp[str]":
        known = self._compiled.get(number)
        if known is None:
            known = self._compiled[number] = compiled(self.signatures[number])
        return known
