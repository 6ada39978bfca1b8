"""Snippets and text files: Slack turns long pastes into them."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message as Headers
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import encodings
from handlers.post import Attachment, Post, attached
from handlers.views import escaping
from handlers.wording import Wording

FILES = 5
"""Files of one post that are read."""

_TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/x-sh",
    "application/javascript",
    "application/toml",
)

_UNKNOWN = ("", "application/octet-stream")
"""Types of files that Slack could not make out; their content will tell."""

_LEFT_OUT = ("", "file_access")
"""Modes of a file of which an event tells no more than the id."""

_SLACK_HOSTS = (".slack.com", ".slack-gov.com", ".slack-edge.com", ".slack-files.com")

log = structlog.get_logger()


@dataclass(frozen=True)
class Reading:
    """What was read of a post's files: their text, what to tell the person (mrkdwn), and whether a scope is missing."""

    text: str = ""
    notes: tuple[str, ...] = ()
    scope_missing: bool = False


class _NotGiven(Exception):
    """Slack did not hand the file out; the message says why, in a few words."""


class _ScopeMissing(Exception):
    """Slack sent its login page instead of the file, with status 200: the token lacks `files:read`."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token belongs to Slack's own host, and a redirect leads to the login page anyway."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""
        raise _ScopeMissing


def read(client: WebClient, files: tuple[Attachment, ...], say: Wording, limit: int) -> Reading:
    """Return the text of the files that hold text, at most `limit` bytes of each."""
    texts: list[str] = []
    notes: list[str] = []
    scope_missing = False
    for mentioned in files[:FILES]:
        name = escaping.quoted(mentioned.name)
        try:
            file = _described(client, mentioned)
            if not _may_be_text(file):
                continue
            raw = _fetch(client, file, limit + 1)
            texts.append(encodings.decoded(raw[:limit]))
            if len(raw) > limit:
                notes.append(say.file_too_large.format(name=name, limit=_sized(limit)))
        except _ScopeMissing:
            scope_missing = True
            log.error("file not read: the app lacks the scope files:read", file=mentioned.id)
        except encodings.NotText:
            notes.append(say.file_not_text.format(name=name))
        except _NotGiven as problem:
            log.warning("file not read", file=mentioned.id, problem=str(problem))
            notes.append(say.file_unavailable.format(name=name, reason=str(problem)))
    return Reading("\n".join(texts), (*((say.file_scope,) if scope_missing else ()), *notes), scope_missing)


def with_text(client: WebClient, said: Post, say: Wording, limit: int) -> str:
    """Return the text of a post and of its files, at most `limit` bytes of each."""
    return "\n".join(filter(None, (said.text, read(client, said.files, say, limit).text)))


def _described(client: WebClient, file: Attachment) -> Attachment:
    """Return a file with its type and address: of those from another organisation, events hold the id alone."""
    if file.url or file.mode not in _LEFT_OUT:
        return file
    try:
        return attached(client.files_info(file=file.id)["file"])
    except SlackApiError as problem:
        raise _NotGiven(str(problem.response.get("error"))) from None


def _may_be_text(file: Attachment) -> bool:
    return file.mode == "snippet" or file.mimetype in _UNKNOWN or file.mimetype.startswith(_TEXTS)


def _fetch(client: WebClient, file: Attachment, limit: int) -> bytes:
    if not _belongs_to_slack(file.url, client.base_url):
        raise _NotGiven("not kept in Slack")
    request = urllib.request.Request(file.url, headers={"Authorization": f"Bearer {client.token}"})  # noqa: S310 - checked
    proxies = [urllib.request.ProxyHandler({"http": client.proxy, "https": client.proxy})] if client.proxy else []
    opener = urllib.request.build_opener(_Stay, urllib.request.HTTPSHandler(context=client.ssl), *proxies)
    try:
        with opener.open(request, timeout=client.timeout) as response:
            if _is_login_page(response.headers, file):
                raise _ScopeMissing
            content: bytes = response.read(limit)
            return content
    except urllib.error.HTTPError as problem:
        problem.close()
        if problem.code >= 500:
            raise
        raise _NotGiven(f"HTTP {problem.code}") from None


def _belongs_to_slack(url: str, base_url: str) -> bool:
    """Tell whether the token may be sent to this address; an external file lies on a host of somebody else."""
    address, base = urlsplit(url), urlsplit(base_url)
    if (address.scheme, address.netloc) == (base.scheme, base.netloc):
        return True
    return address.scheme == "https" and f".{address.hostname or ''}".endswith(_SLACK_HOSTS)


def _is_login_page(headers: Headers, file: Attachment) -> bool:
    return headers.get_content_type() == "text/html" and file.mimetype != "text/html"


def _sized(limit: int) -> str:
    return f"{limit / 1_000_000:.3g} MB" if limit >= 1_000_000 else f"{limit / 1000:.3g} kB"
