"""Files: what people attach, what a long paste becomes, and what an app uploads."""

import mimetypes
import time
from dataclasses import dataclass, field
from pathlib import PurePath

from workspace import identifiers
from workspace.shapes import Json

PREVIEW_LINES = 6
"""As many lines of a text file as stand in the message that shares it."""

TEXT_TYPES = {
    ".log": ("text", "Plain Text"),
    ".txt": ("text", "Plain Text"),
    ".md": ("markdown", "Markdown (raw)"),
    ".yaml": ("yaml", "YAML"),
    ".yml": ("yaml", "YAML"),
    ".json": ("json", "JSON"),
    ".sh": ("shell", "Shell"),
    ".py": ("python", "Python"),
    ".java": ("java", "Java"),
    ".go": ("go", "Go"),
    ".csv": ("csv", "CSV"),
    ".xml": ("xml", "XML"),
    "": ("text", "Plain Text"),
}


@dataclass
class StoredFile:
    """A file and its bytes; `shares` says in which messages it stands, by conversation."""

    name: str
    content: bytes
    user: str
    title: str = ""
    snippet_type: str = ""
    id: str = field(default_factory=lambda: identifiers.new("F"))
    created: int = field(default_factory=lambda: int(time.time()))
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def mimetype(self) -> str:
        """The type that the name promises; plain text where the name promises nothing and the bytes are text."""
        guessed, _ = mimetypes.guess_type(self.name)
        if self.is_text:
            return guessed if guessed and guessed.startswith(("text/", "application/json")) else "text/plain"
        return guessed or "application/octet-stream"

    @property
    def is_text(self) -> bool:
        """Whether Slack would show this file as a snippet: a text name, and no zero byte inside."""
        suffix = PurePath(self.name).suffix.lower()
        return (suffix in TEXT_TYPES or bool(self.snippet_type)) and b"\0" not in self.content

    @property
    def text(self) -> str:
        """The content as text; bytes that are not UTF-8 show as replacement characters."""
        return self.content.decode("utf-8", errors="replace")

    def as_json(self, base_url: str, team_id: str) -> Json:
        """Return the file object that stands in messages and in `files.info`."""
        private = f"{base_url}/files-pri/{team_id}-{self.id}"
        suffix = PurePath(self.name).suffix.lower()
        filetype, pretty = TEXT_TYPES.get(
            suffix, (suffix.lstrip(".") or "binary", suffix.lstrip(".").upper() or "Binary")
        )
        described: Json = {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.snippet_type or filetype,
            "pretty_type": pretty,
            "user": self.user,
            "mode": "snippet" if self.is_text else "hosted",
            "editable": self.is_text,
            "size": len(self.content),
            "is_external": False,
            "is_public": True,
            "file_access": "visible",
            "url_private": f"{private}/{self.name}",
            "url_private_download": f"{private}/download/{self.name}",
            "permalink": f"{base_url}/files/{self.id}/{self.name}",
            "shares": {"public": {channel: [{"ts": ts} for ts in shared] for channel, shared in self.shares.items()}},
            "channels": list(self.shares),
        }
        return described | self._preview() if self.is_text else described

    def _preview(self) -> Json:
        lines = self.text.splitlines()
        return {
            "lines": len(lines),
            "lines_more": max(0, len(lines) - PREVIEW_LINES),
            "preview": "\n".join(line[:400] for line in lines[:PREVIEW_LINES]),
            "preview_is_truncated": len(lines) > PREVIEW_LINES,
        }
