"""What a person types, as Slack stores it.

Only three characters are escaped; mentions, channels and addresses become tokens in angle brackets, bare domains
included, which is why a pasted host name arrives as `<http://sts.amazonaws.com|sts.amazonaws.com>`.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workspace.team import Team

CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)

SPECIAL = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}

TOP_LEVEL_DOMAINS = "com|org|net|io|dev|app|cloud|co|kr|jp|de|uk|eu|info|sh|ai"
"""The endings by which the composer takes a bare word for a host name; a selection of what Slack knows."""

TOKEN = re.compile(
    r"(?P<link>https?://[^\s<>\"|`]*[^\s<>\"|`.,;:!?)\]}'])"
    r"|(?P<email>(?<![\w.@/])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b)"
    rf"|(?P<host>(?<![\w.@/:-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+(?:{TOP_LEVEL_DOMAINS})(?![\w.-]*\w))"
    r"|(?P<user><@[UW][A-Z0-9]+>)"
    r"|(?P<mention>(?<![\w.@])@[\w.-]*\w)"
    r"|(?P<channel>(?<![\w&#])#[\w-]+)",
    re.IGNORECASE,
)
LINK = re.compile(r"https?://[^\s<>\"|`]*[^\s<>\"|`.,;:!?)\]}']")


def escaped(text: str) -> str:
    """Return text in which nothing is a token."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Return escaped text as it was typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def stored(text: str, team: "Team") -> str:
    """Return typed text as it stands in a message: escaped, with tokens for what the composer recognises.

    `<@U…>` of a known user may be typed too, since a client sends it when somebody picks a name from the list.
    """
    parts = CODE.split(text)
    return "".join(
        _replaced(part, LINK, _linked) if part.startswith("`") else _replaced(part, TOKEN, lambda m: _token(m, team))
        for part in parts
    )


def _replaced(text: str, pattern: re.Pattern[str], token: Callable[[re.Match[str]], str]) -> str:
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [escaped(text[end : match.start()]), token(match)]
        end = match.end()
    return "".join([*pieces, escaped(text[end:])])


def _linked(match: re.Match[str]) -> str:
    return f"<{escaped(match[0])}>"


def _token(match: re.Match[str], team: "Team") -> str:
    written = match[0]
    if match["link"]:
        return _linked(match)
    if match["email"]:
        return f"<mailto:{written}|{written}>"
    if match["host"]:
        return f"<http://{written}|{written}>"
    if match["channel"]:
        channel = next((c for c in team.conversations.values() if c.name == written[1:]), None)
        return f"<#{channel.id}|{channel.name}>" if channel else escaped(written)
    if match["mention"] and written[1:] in SPECIAL:
        return SPECIAL[written[1:]]
    names = (written[2:-1],) if match["user"] else (written[1:],)
    user = next((u for u in team.users.values() if u.id in names or u.name in names), None)
    return f"<@{user.id}>" if user else escaped(written)
