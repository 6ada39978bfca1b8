"""Foreign text in Slack's mrkdwn: it can neither mention anybody, nor leave its fence, nor hide what it says.

Foreign is whatever was pasted, comes from a cluster or stands in an entry. Slack asks for three characters to be
escaped (`&`, `<`, `>`); every mention and link needs `<`, so nothing that is escaped here can become one.
"""

import re

BREAK = "\u200b"
"""A zero-width space: shows nothing, and ends what the parser would otherwise read as one token."""

CUT = "…"

_ENTITY_CUT = re.compile(r"&(?:a(?:mp?)?|l(?:t)?|g(?:t)?)?$")
# Controls except tab and newline, the marks that reorder or hide text on the screen, and half surrogates, which
# cannot be sent at all.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BACKTICKS = re.compile("`{3,}")


def visible(text: str) -> str:
    """Return `text` without what cannot be seen, with every line break as `\\n`."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """Return `text` as mrkdwn shows it, in prose and in code; it neither opens a fence nor ends one."""
    return _entities(_without_fence(visible(text)))


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return " ".join(visible(text).split())


def length(text: str) -> int:
    """Return how long a text is by the stricter way to count: an emoji takes two, as in UTF-16."""
    return len(_utf16(text)) // 2


def head(text: str, limit: int) -> str:
    """Return as much of the beginning of a text as is at most `limit` long, never half an emoji."""
    return _utf16(text)[: 2 * limit].decode("utf-16-le", "ignore")


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of unescaped text, with an ellipsis where something was cut."""
    return text if length(text) <= limit else head(text, limit - len(CUT)).rstrip() + CUT


def cut(mrkdwn: str, limit: int) -> str:
    """Return at most `limit` characters of escaped text, never half an entity."""
    if length(mrkdwn) <= limit:
        return mrkdwn
    return _ENTITY_CUT.sub("", head(mrkdwn, limit - len(CUT))) + CUT


def fence(text: str) -> str:
    """Return `text` as a fenced block that nothing in it can end."""
    content = escape(text).strip("\n")
    return f"```\n{content}\n```"


def code(text: str) -> str:
    """Return `text` as inline code on one line; backticks, which would end it, become a look-alike."""
    content = one_line(text).replace("`", "ˋ")
    return f"`{escape(content)}`" if content else ""


def quoted(text: str, limit: int = 100) -> str:
    """Return at most `limit` characters of `text`, on one line, to stand between backticks of ours."""
    return escape(shorten(one_line(text), limit).replace("`", "'"))


def prose(text: str) -> str:
    """Return `text` on one line of a sentence of ours; what would begin bold or code in it becomes a look-alike."""
    return escape(one_line(text)).replace("*", "∗").replace("`", "ˋ")


def link(url: str, label: str) -> str:
    """Return a link, or the label alone where the address is of a kind that people should not follow blindly."""
    address = one_line(url)
    if not address.startswith(("https://", "http://", "mailto:")):
        return label
    target = escape(address).replace("|", "%7C").replace(" ", "%20")
    return f"<{target}|{label.replace('|', '¦')}>" if label else f"<{target}>"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "replace")


def _without_fence(text: str) -> str:
    return _BACKTICKS.sub(lambda run: BREAK.join(run[0]), text)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
