"""Replace the volatile parts of a line, so that the same error said twice reads the same.

Only a word that holds a digit (or a URL's query, or names a user) can be volatile, which spares most words the
alternation below. Its order matters: a URL holds a host, a host an address, an address numbers.
"""

import re
from collections.abc import Iterable

BOUNDARY = r"\s\"'`,;()\[\]{}<>=|"
WORD_WITH_DIGIT = re.compile(rf"(?<![^{BOUNDARY}])[^{BOUNDARY}\d]*+\d[^{BOUNDARY}]*+")
NUMBERS = re.compile(rf"(?<![^{BOUNDARY}])[^{BOUNDARY}a-zA-Z\x80-\U0010ffff]++(?![^{BOUNDARY}])")

LEAST_ID = 6
"""From how many digits on a bare number is an id."""

LONGEST_WORD = 300
"""A word with a digit that is longer than this is volatile as a whole."""

VOLATILE = {
    "api": r"\bv\d{1,2}(?:alpha|beta)\d{1,2}\b",
    "arn": r"\barn:aws[\w-]*:[^\s\"',]+",
    "email": r"[\w.+-]++@[\w-]+(?:\.[\w-]+)+",
    "uuid": r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{4,12}",
    "time": r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T_:-]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?:Z\b|[+-]\d{2}:?\d{2})?"
    r"|\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?Z?",
    "node": r"\bip-\d{1,3}(?:-\d{1,3}){3}(?:\.[\w-]+)*",
    "host": r"\b(?:[\w-]*[a-zA-Z_.-])?\d{1,3}(?:[.-]\d{1,3}){3}(?:[a-zA-Z_-][\w-]*)?(?:\.[\w-]+)+"
    r"\.(?!local|internal|log|gz|xz|bz)[a-zA-Z]{2,}\b",
    "ip": r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}\b)?(?::\d{1,5}\b)?"
    r"|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}\b|::1\b",
    "digest": r"\bsha\d{1,3}:[0-9a-fA-F]+",
    "hex": r"\b0x[0-9a-fA-F]+|\b(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{6,}\b|@[0-9a-f]{6,8}\b"
    r"|\b(?=[a-f]*\d)(?=\d*[a-f]\d*[a-f])[0-9a-f]{4,5}\b",
    "pod": r"(?<![\w-])(?P<head>[a-z][a-z-]*[a-z])-[0-9a-f]{5,10}-[a-z0-9]{5}\b"
    r"|(?<=[a-z0-9])-(?=[a-z]*\d)[bcdf-hj-np-tv-xz24-9]{5}\b",
    "region": r"\b(?:us|eu|ap|ca|sa|me|af|cn|il|mx)-(?:gov-)?(?:north|south|east|west|central)[a-z]*-\d[a-f]?\b",
    "duration": r"(?<![\w.])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+\b",
    "size": r"(?<![\w.])\d+(?:\.\d+)?(?:[KMGTPE]i?B?|m|B)\b",
    "version": r"\bv?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?\b",
    "id": r"\b(?=[a-z_-]*\d)(?=(?:[\w-]*\d){3})[\w-]{6,}\b|\b\d+[a-zA-Z_]\w*|\b[a-zA-Z]+\d+[a-zA-Z_]+\d\w*",
    "times": r"\bx(?!(?:509|86|64|32|11)\b)\d{1,5}\b",
    "word": r"\b[a-zA-Z]{1,14}\d{1,3}(?:[a-zA-Z]{1,12}\d?)?\b",
    "number": r"(?<![\w)-])[-+]\d+(?:[.,]\d+)*\b|\d+(?:[.,]\d+)*",
}
"""What is volatile, by name; `api` and `word` are not: `v1beta1`, `x509`, `s3` and `wafv2` hold digits and stay."""

USER = re.compile(r"(?:(?<=\bfor user )|(?<=\buser )(?=[\w.-]+ from ))[A-Za-z_][\w.-]*")
"""Who somebody is, where it stands without quotes: a name that holds no digit, yet another one each time."""

MASKS = (*VOLATILE, "user")
"""Names that stand in angle brackets for what is volatile."""

PUNCTUATED = frozenset(("arn", "email", "host", "ip", "digest", "version"))
"""What holds a dot, a colon or an at sign: words without, which most are, are spared the search for it."""


def _alternation(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{VOLATILE[name]})" for name in names))


ALTERNATION = _alternation(VOLATILE)
PLAIN_ALTERNATION = _alternation(name for name in VOLATILE if name not in PUNCTUATED)


def mask(text: str) -> str:
    """Return `text` with every volatile part replaced by its name in angle brackets; masking twice changes nothing."""
    if "user" in text:
        text = USER.sub("<user>", text)
    return WORD_WITH_DIGIT.sub(_mask_word, text)


def without_numbers(text: str) -> str:
    """Return `text` without words of digits and signs alone, which masks leave no word of: times, addresses, counts."""
    return NUMBERS.sub("", text)


def _mask_word(found: re.Match[str]) -> str:
    word = found.group()
    if word.isdecimal():
        return "<number>" if len(word) < LEAST_ID else "<id>"  # as the alternation says, which tries all else before
    if len(word) > LONGEST_WORD:
        return "<id>"
    is_punctuated = "." in word or ":" in word or "@" in word
    return (ALTERNATION if is_punctuated else PLAIN_ALTERNATION).sub(_name_of, word)


def _name_of(found: re.Match[str]) -> str:
    """Return what stands for a volatile part; a pod keeps the name of its workload, which tells what runs there."""
    name = found.lastgroup
    if name in ("api", "word"):
        return found.group()
    return f"{found['head'] or ''}<pod>" if name == "pod" else f"<{name}>"
