"""The Corefile of CoreDNS, as far as a judgement needs it: server blocks, and the plugins in each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")


@dataclass(frozen=True)
class ServerBlock:
    """What a server answers for (`.:53`), and its plugins by name with their arguments."""

    zones: str
    plugins: tuple[tuple[str, str], ...]

    def arguments(self, plugin: str) -> list[str]:
        """Return the arguments of each use of a plugin."""
        return [arguments for name, arguments in self.plugins if name == plugin]

    @property
    def is_for_everything(self) -> bool:
        """Whether names that no other block has end here."""
        return any(zone.partition(":")[0].removeprefix("dns://") in (".", "") for zone in self.zones.split())


def parse(text: str) -> list[ServerBlock]:
    """Return the server blocks of a Corefile; snippets in parentheses are no servers and are left out.

    What cannot be read is left out too: a program that refuses its configuration says so in its log.
    """
    blocks = (ServerBlock(head, tuple(_plugins(body))) for head, body in _blocks(_COMMENT.sub("", text)))
    return [block for block in blocks if not block.zones.startswith("(")]


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Split a text at its outermost braces."""
    depth, start, head = 0, 0, ""
    for brace in re.finditer(r"[{}]", text):
        if brace[0] == "{":
            if depth == 0:
                head, start = text[start : brace.start()].strip(), brace.end()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield head, text[start : brace.start()]
                start = brace.end()


def _plugins(body: str) -> Iterator[tuple[str, str]]:
    """Go through the lines of a block that stand outside of inner braces."""
    depth = 0
    for line in body.splitlines():
        words = line.replace("{", " { ").split()
        if depth == 0 and words and words[0] not in "{}":
            yield words[0], " ".join(word for word in words[1:] if word != "{")
        depth += line.count("{") - line.count("}")
