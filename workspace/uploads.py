"""The three steps in which an app uploads a file: ask for a URL, post the bytes there, say where it is to be shared."""

from dataclasses import dataclass, field

from workspace.errors import Refused
from workspace.files import StoredFile
from workspace.team import Team

LARGEST = 50 * 1024 * 1024
"""Bytes of the largest file that this workspace keeps. Slack takes a gigabyte, which would be memory here."""


@dataclass
class Upload:
    """A file that the app announced; complete once its bytes are here."""

    file: StoredFile
    length: int
    received: bool = False


@dataclass
class Uploads:
    """Files under way, by id."""

    team: Team
    under_way: dict[str, Upload] = field(default_factory=dict)

    def announce(self, name: str, length: int, user: str, snippet_type: str = "") -> tuple[str, str]:
        """Return the URL to which the bytes go, and the id that the file will have."""
        if length <= 0:
            raise Refused("length_required" if not length else "invalid_arguments")
        if length > LARGEST:
            raise Refused("file_upload_size_restricted")
        upload = Upload(StoredFile(name, b"", user, snippet_type=snippet_type), length)
        self.under_way[upload.file.id] = upload
        return f"{self.team.base_url}/upload/v1/{upload.file.id}", upload.file.id

    def receive(self, file_id: str, content: bytes) -> bool:
        """Take the bytes of a file; return whether they are as many as were announced."""
        upload = self.under_way.get(file_id)
        if upload is None or len(content) != upload.length:
            return False
        upload.file.content = content
        upload.received = True
        return True

    def complete(self, file_id: str, title: str) -> StoredFile:
        """Return the finished file; raise Refused where its bytes never came."""
        upload = self.under_way.get(file_id)
        if upload is None or not upload.received:
            raise Refused("file_not_found")
        del self.under_way[file_id]
        upload.file.title = title
        return self.team.add_file(upload.file)
