"""Signatures for markdown that nobody wrote for us: the lines of its code blocks that look like errors."""

import re
from collections.abc import Iterable

from knowledge.entry import Signature
from knowledge.sections import Fence

MAX_SIGNATURES = 20
"""A runbook with more error lines than this is a log; the first ones tell what it is about."""

SHORTEST, LONGEST = 12, 400
"""Characters of a line that can be told from others, and of one that somebody wrote down to be recognised."""

_LOOKS_LIKE_AN_ERROR = re.compile(
    r"""(?x)
    [A-Z]\w*(?:Error|Exception|Failure|Denied|Timeout|BackOff|Killed)\b
    | \b(?i:error|exception|fatal|panic|denied|forbidden|refused|timed\ ?out|timeout|unable\ to|cannot|could\ ?n.t
        |failed|failure|not\ found|no\ such|unauthori[sz]ed|invalid|exceeded|unavailable|too\ many|blocked
        |aborted|crash(?:ed|es|ing)?|deadlock|dropped|evicted|expired|insufficient|killed|missing|out\ of\ memory
        |prematurely|rejected|reset\ by\ peer|no\ space|not\ (?:allowed|available|permitted|ready|supported))\b
    """
)
_IS_CODE = re.compile(
    r"""(?x)^\s*(?:[$#>]\s|//|--\s|/\*|\*\s|(?:kubectl|helm|aws|docker|sudo|if|return|export|echo)\b|[\w.]+\(.*\)\s*[;{]$)"""
)
_IS_FRAME = re.compile(r'^\s*(?:at\s+\S+[.(]|File ".*", line \d+|\.\.\. \d+ more)')
_PROGRAMS = frozenset(
    {"python", "java", "javascript", "js", "go", "dockerfile", "ruby", "c", "rust", "typescript", "sql"}
)


def signatures(fences: Iterable[Fence]) -> tuple[Signature, ...]:
    """Return the error lines of `fences`, in order, each once; program listings and stack frames are passed over."""
    found: dict[str, None] = {}
    for fence in fences:
        if fence.language in _PROGRAMS:
            continue
        for line in fence.text.splitlines():
            text = line.strip()
            if SHORTEST <= len(text) <= LONGEST and looks_like_an_error(text):
                found.setdefault(text)
    return tuple(Signature(text) for text in list(found)[:MAX_SIGNATURES])


def looks_like_an_error(line: str) -> bool:
    """Tell a line that a program printed about a failure from code, commands and stack frames."""
    return bool(_LOOKS_LIKE_AN_ERROR.search(line)) and not _IS_CODE.search(line) and not _IS_FRAME.search(line)
