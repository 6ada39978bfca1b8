"""Commands that stand in a sentence: set as code, so that they can be told from the words around them and copied."""

import re
from collections.abc import Iterator

from handlers.views import escaping

_COMMAND = re.compile(
    r"""(?<![\w/.-])(?:kubectl|aws|eksctl|helm|cmctl|crictl|journalctl)
    (?:\ (?:'[^']*'|[^\s']*[^\s',;:()?]))+?
    (?=$|[,;:)?]|\ \(|\ (?:shows?|says?|tells?|and|or|unless|where|with\ the)\b)""",
    re.VERBOSE,
)
"""A program that people have at hand and its arguments, up to where our sentence goes on."""


def set_as_code(sentence: str) -> str:
    """Return a sentence of foreign text as mrkdwn, with each command in it as code."""
    return "".join(_parts(escaping.one_line(sentence)))


def _parts(sentence: str) -> Iterator[str]:
    end = 0
    for command in _COMMAND.finditer(sentence):
        yield _prose(sentence[end : command.start()])
        yield escaping.code(command[0])
        end = command.end()
    yield _prose(sentence[end:])


def _prose(text: str) -> str:
    """Return a part of a sentence with the spaces at its ends, which separate it from a command."""
    inner = text.strip()
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head}{escaping.prose(inner)}{tail}" if inner else text
