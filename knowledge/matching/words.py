"""The words of a masked line, as the index knows them.

A word is lower case and cut to its stem; identifiers fall apart into their words (`OutOfMemoryError`, `out_of_memory`
and "out of memory" read alike), and one in camel case is first a word as a whole: `RedisCommandTimeoutException` and
`RedisCommandExecutionException` are not nearly the same, and people write "configmap". Korean, whose particles are
glued to the noun, becomes pairs of syllables. Words of a host, a path or a package are told apart by their role: they
say where something happened, seldom what.
"""

import enum
import errno
import functools
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

STATES = "none|unknown|pending|invalid|nil|unset|error"
"""What kubectl and programs put in angle brackets themselves; other names there are masks."""
CHUNK = re.compile(rf"<(?!(?:{STATES})>)[a-z]+>|[^\W\d_][\w.$/:@\\-]*")
PIECE = re.compile(r"[^\W\d_]+\d{0,3}(?:[a-z]+\d?(?![\w]))?")
CAMEL = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|[^\W\d_]+\d*")
HANGUL = re.compile("[가-힣]+")
SEPARATOR = re.compile(r"(?:(?<=\w)|^)[/\\.](?=\w)")
DEEP = 3
"""From how many separators on a dotted or slashed name is a path: packages, folders, not `amazonaws.com`."""
LONGEST_CHUNK = 400
LONGEST_WORD = 40


class Role(enum.IntEnum):
    """What a word does in its line.

    `SYSTEM` words belong to what an operating system or a runtime says to everyone, `SYLLABLES` are those of a Korean
    word after its first two.
    """

    WORD = 0
    NAME = 1
    PATH = 2
    SYSTEM = 3
    SYLLABLES = 4
    SURROUNDING = 5
    FRAME = 6


class Form(enum.IntEnum):
    """The ending that a word lost to its stem."""

    BARE = 0
    PLURAL = 1
    PAST = 2
    CONTINUOUS = 3


ENDING_BEGUN = {"in": "g", "i": "ng"}
"""The beginnings of the ending that is long enough to be cut, with their rest."""

MESSAGES_OF_RUNTIMES = (
    "context deadline exceeded", "context canceled", "i/o timeout", "no such host", "connection reset by peer",
    "unexpected EOF", "operation not permitted", "connection timed out", "broken pipe", "read timed out",
    "connect timed out", "connection refused", "permission denied", "access denied", "no space left on device",
    "no such file or directory", "too many open files", "address already in use", "no route to host",
)  # fmt: skip
"""What Go, Java and libc say for the causes that errno names; see `system_messages`."""


PARTICLES = re.compile(
    "(?<=[가-힣]{2})(?:"
    "에서는|에서도|에서|에게|한테|까지|부터|으로|이라고|라고|이랑|처럼|보다|마다|밖에|이나|하고|에는|에도"
    "|입니다|합니다|됩니다|습니다|입니까|인가요|있나요|하나요|되나요|나요|는데요|은데요|해요|돼요|어요|아요|네요|는데|은데|지만|하면|되면|해서|돼서|되어|하는|되는|했는데|됐는데|했습니다|됐습니다"
    "|은|는|이|가|을|를|에|로|와|과|도|만|의|요)$"
)
IRREGULAR = {
    "fails": "fail", "failed": "fail", "failing": "fail", "failure": "fail", "failures": "fail",
    "denied": "deny", "denies": "deny", "refused": "refuse", "refuses": "refuse", "died": "die", "dies": "die",
    "lost": "lose", "loses": "lose", "stuck": "stuck", "sent": "send", "ran": "run", "running": "run",
    "killed": "kill", "oomkilled": "oomkill", "dns": "dns", "was": "be", "is": "be", "are": "be",
    "were": "be", "been": "be",
    "cannot": "not", "can't": "not", "couldn": "not", "couldnt": "not", "unable": "not", "could": "can",
    "queries": "query", "retries": "retry", "retried": "retry", "retrying": "retry", "replicas": "replica",
    "indices": "index", "indexes": "index", "series": "series", "alias": "alias", "always": "always", "has": "have",
    "had": "have", "saving": "save", "saved": "save", "using": "use", "used": "use", "taking": "take", "taken": "take",
    "moving": "move", "moved": "move", "firing": "fire", "fired": "fire", "making": "make", "trying": "try",
    "tried": "try", "writing": "write", "written": "write",
    "does": "do", "did": "do", "this": "this", "its": "it", "status": "status", "access": "access",
    "process": "process", "address": "address", "redis": "redis", "less": "less", "across": "across",
    "kubernetes": "kubernetes", "aws": "aws", "eks": "eks", "class": "class", "pods": "pod", "bytes": "byte",
    "ingress": "ingress", "egress": "egress", "tls": "tls", "https": "https", "ops": "ops",
    "memory": "memory", "string": "string", "spring": "spring", "during": "during", "thing": "thing",
    "nothing": "nothing",
    "existing": "exist", "exists": "exist", "existed": "exist", "expired": "expire", "expires": "expire",
    "pending": "pending", "missing": "miss", "missed": "miss", "scaling": "scale", "scaled": "scale", "scales": "scale",
    "seconds": "second", "minutes": "minute", "blocked": "block", "need": "need", "speed": "speed", "feed": "feed",
}  # fmt: skip
"""Words whose stem the three rules of `_stem` get wrong, or that logs use in many forms."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order, with the role and the form of each, which are bytes, as arrays are made of them."""

    stems: list[str]
    roles: bytes
    forms: bytes


def words(text: str) -> Words:
    """Return the words of a masked text."""
    chunks = [_words_of_chunk(chunk) for chunk in CHUNK.findall(text)]
    stems = [stem for chunk, _, _ in chunks for stem in chunk]
    roles = b"".join([roles for _, roles, _ in chunks])
    forms = b"".join([forms for _, _, forms in chunks])
    return Words(stems, _with_system_messages(stems, roles), forms)


def stems(text: str) -> list[str]:
    """Return the words of a masked text alone."""
    return [stem for chunk in CHUNK.findall(text) for stem in _words_of_chunk(chunk)[0]]


def _with_system_messages(stems: list[str], roles: bytes) -> bytes:
    """Return the roles after the words of messages that everyone gets (strerror and its like) got theirs."""
    messages = system_messages()
    if messages.keys().isdisjoint(stems):
        return roles
    marked = bytearray(roles)
    for at, stem in enumerate(stems):
        for message in messages.get(stem, ()):
            if stems[at : at + len(message)] == message:
                marked[at : at + len(message)] = [Role.SYSTEM] * len(message)
                break
    return bytes(marked)


@functools.cache
def system_messages() -> dict[str, list[list[str]]]:
    """Return the stems of the messages that errno and the runtimes have for common causes, by their first stem."""
    texts = {os.strerror(code) for code in errno.errorcode} | set(MESSAGES_OF_RUNTIMES)
    found: dict[str, list[list[str]]] = {}
    for message in sorted((stems(text) for text in texts), key=lambda message: (-len(message), message)):
        if len(message) > 1:
            found.setdefault(message[0], []).append(message)
    return found


@functools.lru_cache(maxsize=8192)
def _words_of_chunk(chunk: str) -> tuple[tuple[str, ...], bytes, bytes]:
    if chunk[0] == "<":
        return (), b"", b""
    if chunk[:3].lower() == "i/o":
        chunk = "io" + chunk[3:]
    chunk = chunk[:LONGEST_CHUNK]
    depth = len(SEPARATOR.findall(chunk))
    stems: list[str] = []
    roles: list[int] = []
    forms: list[int] = []
    for piece in PIECE.findall(chunk):
        role = _role(piece, depth)
        parts = _words_of_piece(piece)
        if len(parts) > 1 and piece.isascii():
            stems.append(sys.intern("".join(parts)[:LONGEST_WORD]))
            roles.append(role)
            forms.append(Form.BARE)
        for at, word in enumerate(parts):
            stems.append(sys.intern(_stem(word)))
            roles.append(Role.SYLLABLES if _goes_on(parts, at) else role)
            forms.append(_form(word))
    return tuple(stems), bytes(roles), bytes(forms)


def _goes_on(parts: Sequence[str], at: int) -> bool:
    """Tell whether a part is of the Korean word of the part before: each pair of its syllables is not a word more."""
    return at > 0 and bool(HANGUL.match(parts[at]) and HANGUL.match(parts[at - 1]))


def _form(word: str) -> Form:
    if word.endswith("ing"):
        return Form.CONTINUOUS
    if word.endswith("ed"):
        return Form.PAST
    return Form.PLURAL if word.endswith("s") else Form.BARE


def _role(piece: str, depth: int) -> Role:
    is_class = piece[0].isupper() and not piece[1:].islower()
    if depth >= DEEP and not is_class:
        return Role.PATH
    return Role.NAME if (depth and not is_class) or piece[-1].isdigit() else Role.WORD


def _words_of_piece(piece: str) -> list[str]:
    """Return the words of an identifier in lower case, or the syllable pairs of Korean."""
    if piece.isascii():
        parts = CAMEL.findall(piece)
        return [part.lower() for part in parts if 1 < len(part) <= LONGEST_WORD]
    found: list[str] = []
    for part in re.findall("[가-힣]+|[^가-힣]+", piece):
        if HANGUL.match(part):
            found += _syllable_pairs(part)
        elif part.isascii():
            found += _words_of_piece(part)
        else:
            found.append(part.lower()[:LONGEST_WORD])
    return found


def _syllable_pairs(word: str) -> list[str]:
    """Return overlapping pairs of syllables of a Korean word without its particle."""
    stem = PARTICLES.sub("", word)
    return [stem[at : at + 2] for at in range(len(stem) - 1)]


def _stem(word: str) -> str:
    """Cut plural, past and continuous endings, as far as three rules can; both sides of a comparison are cut alike."""
    known = IRREGULAR.get(word)
    if known is not None:
        return known
    if len(word) > 4:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("ing") and len(word) > 6:
            return _without_doubled(word[:-3])
        if word.endswith("ed") and len(word) > 5:
            return _without_doubled(word[:-2])
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def stem_of_cut(letters: str) -> str:
    """Return the stem of the word that may break off in its ending here: `leavin` and `leavi` for "leaving"."""
    begun = next((begun for begun in ENDING_BEGUN if letters.endswith(begun)), "")
    return _stem(letters + ENDING_BEGUN[begun]) if begun else ""


def cut_in_ending(stem: str) -> set[str]:
    """Return the letters at which words with this stem may break off in their ending."""
    cut = {form.removesuffix(rest) for form in forms(stem) for rest in ENDING_BEGUN.values()}
    return {letters for letters in cut if stem_of_cut(letters) == stem}


def beginnings(stem: str) -> set[str]:
    """Return the letters that some form of a word with this stem begins with."""
    return {stem, *_irregular_words().get(stem, ())}


@functools.cache
def _irregular_words() -> dict[str, list[str]]:
    """Return the irregular words by their stem."""
    found: dict[str, list[str]] = {}
    for word, stem in IRREGULAR.items():
        found.setdefault(stem, []).append(word)
    return found


def forms(stem: str) -> set[str]:
    """Return every word that has this stem, and some that nobody writes."""
    doubled = stem + stem[-1]
    endings = {stem + ending for ending in ("", "s", "e", "es", "ed", "ing")}
    return endings | {f"{doubled}ed", f"{doubled}ing", f"{stem[:-1]}ies"} | beginnings(stem)


def _without_doubled(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    return stem
