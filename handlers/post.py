"""A post: what somebody wrote in Slack, with everything in it that may be a pasted error."""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

Message = Mapping[str, Any]
"""A message as Slack's events and methods give it."""

_TOKEN = re.compile(r"<(?P<target>[^<>|\s][^<>|]*)(?:\|(?P<label>[^<>]*))?>")


@dataclass(frozen=True)
class Identity:
    """Who the bot is, as Slack sees it."""

    user: str
    bot_id: str


@dataclass(frozen=True)
class Attachment:
    """A file or snippet that came with a post."""

    id: str
    name: str
    mimetype: str
    mode: str
    size: int
    url: str


@dataclass(frozen=True)
class Post:
    """What somebody wrote: `thread` is the first post of its thread, itself if there is none.

    `direct` tells that it was written to the bot alone, `mentioned` that it names the bot. `user` is '' for a bot.
    """

    channel: str
    ts: str
    thread: str
    user: str
    direct: bool
    mentioned: bool
    text: str
    files: tuple[Attachment, ...] = ()

    @property
    def addressed(self) -> bool:
        """Whether somebody is waiting for an answer, whatever it is."""
        return self.direct or self.mentioned

    @property
    def subject(self) -> str:
        """What makes two deliveries be about the same post."""
        return f"post:{self.channel}:{self.ts}"

    @property
    def lane(self) -> str:
        """What is answered one after another: the posts of a thread."""
        return f"{self.channel}:{self.thread}"

    @property
    def fingerprint(self) -> str:
        """A short hash of the text and the files: an edit that leaves it alone changes nothing for us."""
        content = "\n".join([self.text, *(file.id for file in self.files)])
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]

    def packed(self) -> dict[str, Any]:
        """Return the post as JSON can hold it."""
        return asdict(self)


def unpacked(packed: Mapping[str, Any]) -> Post:
    """Return what `packed` made."""
    return replace(Post(**packed), files=tuple(Attachment(**file) for file in packed["files"]))


def post(message: Message, channel: str, me: Identity, *, direct: bool = False) -> Post:
    """Return a message as a post; what addresses the bot is no part of its text."""
    raw = "\n".join(_parts(message))
    mention = f"<@{me.user}>"
    return Post(
        channel=channel,
        ts=message["ts"],
        thread=message.get("thread_ts") or message["ts"],
        user="" if message.get("bot_id") else message.get("user", ""),
        direct=direct,
        mentioned=mention in raw,
        text=as_typed(raw.replace(mention, " ")).strip(),
        files=tuple(map(attached, _listed(message, "files"))),
    )


def attached(file: Mapping[str, Any]) -> Attachment:
    """Return a file as Slack's events and methods describe it."""
    return Attachment(
        id=str(file.get("id", "")),
        name=str(file.get("name") or file.get("title") or file.get("id", "")),
        mimetype=str(file.get("mimetype", "")),
        mode=str(file.get("mode", "")),
        size=int(file.get("size") or 0),
        url=str(file.get("url_private_download") or file.get("url_private") or ""),
    )


def as_typed(text: str) -> str:
    """Undo what Slack does to text that people type: entities, links and mentions become plain text again."""
    return html.unescape(_TOKEN.sub(_untagged, text))


def _untagged(token: re.Match[str]) -> str:
    target, label = token["target"], token["label"]
    if target.startswith("!date^"):
        return label or ""
    if target[:1] in ("@", "#", "!"):
        return f"{'#' if target[0] == '#' else '@'}{(label or target[1:]).lstrip('@#')}"
    return label or target.removeprefix("mailto:")


def _parts(message: Message) -> Iterator[str]:
    """Yield the texts of a message, each once: bots put theirs into attachments and blocks too, or only there."""
    seen = ""
    for part in (message.get("text") or "", *_of_blocks(_listed(message, "blocks")), *_of_attachments(message)):
        if part.strip() and _squeezed(part) not in seen:
            seen += _squeezed(part)
            yield part


def _listed(holder: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    """Return a list that Slack leaves out, or sets to null, where there is nothing in it."""
    found: Iterable[Mapping[str, Any]] | None = holder.get(name)
    return found or ()


def _of_attachments(message: Message) -> Iterator[str]:
    for attachment in _listed(message, "attachments"):
        if _is_unfurl(attachment):
            continue
        parts = [attachment.get(key) or "" for key in ("pretext", "title", "text")]
        for field in _listed(attachment, "fields"):
            parts += [field.get("title") or "", field.get("value") or ""]
        parts += _of_blocks(_listed(attachment, "blocks"))
        yield from parts if any(parts) else [attachment.get("fallback") or ""]


def _is_unfurl(attachment: Mapping[str, Any]) -> bool:
    """Tell what Slack adds to a link by itself from what somebody wrote or forwarded."""
    return "from_url" in attachment and not attachment.get("is_share")


def _of_blocks(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block.get("type") == "rich_text":
            yield "\n".join(_rich(element) for element in _listed(block, "elements"))
            continue
        if block.get("type") == "markdown":
            yield block.get("text") or ""
        for text in (block, *_listed(block, "fields"), *_listed(block, "elements")):
            yield _text_object(text)


def _text_object(holder: Mapping[str, Any]) -> str:
    inner = holder.get("text")
    if isinstance(inner, Mapping):
        return str(inner.get("text") or "") if holder.get("type") != "button" else ""
    return inner or "" if isinstance(inner, str) and holder.get("type") in ("mrkdwn", "plain_text") else ""


def _rich(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "text":
            return html.escape(element.get("text") or "", quote=False)
        case "link":
            return html.escape(element.get("text") or element.get("url") or "", quote=False)
        case "user":
            return f"<@{element.get('user_id', '')}>"
        case "channel":
            return f"<#{element.get('channel_id', '')}>"
        case "broadcast":
            return f"<!{element.get('range', '')}>"
        case "emoji":
            return f":{element.get('name', '')}:"
        case "rich_text_list":
            return "\n".join(_rich(item) for item in _listed(element, "elements"))
        case _:
            return "".join(_rich(part) for part in _listed(element, "elements"))


def _squeezed(text: str) -> str:
    """Reduce a text to what stays the same in every form that Slack gives it, to tell a repetition."""
    return re.sub(r"[^\w]+", "", as_typed(text)).replace("_", "").lower()
