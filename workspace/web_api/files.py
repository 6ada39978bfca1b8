"""Methods about files."""

import asyncio
from typing import Any

from workspace.conversations import Conversation
from workspace.errors import Refused
from workspace.files import StoredFile
from workspace.shapes import Json
from workspace.web_api.method import Request, method


@method("files.getUploadURLExternal", scope="files:write")
def get_upload_url(request: Request) -> Json:
    """Begin an upload: return where to post the bytes."""
    slack = request.slack
    url, file_id = slack.uploads.announce(
        request.required("filename"), request.number("length", 0), slack.app.user.id, request.text("snippet_type")
    )
    return {"upload_url": url, "file_id": file_id}


@method("files.completeUploadExternal", scope="files:write")
def complete_upload(request: Request) -> Json:
    """End an upload, and share the files where `channel_id` or `channels` say. The message that shares them appears
    after the answer, as at Slack."""
    listed = request.structure("files")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments")
    places = [_place(request, name) for name in _channels(request)]
    files = [request.slack.uploads.complete(str(f.get("id")), str(f.get("title") or "")) for f in listed]
    for conversation in places:
        asyncio.get_running_loop().call_soon(_share, request, conversation, files)
    return {"files": [request.slack.team.file_json(file) for file in files]}


@method("files.info", scope="files:read")
def info(request: Request) -> Json:
    """Describe a file, and say where it is shared."""
    file = request.slack.team.files.get(request.required("file", "file_not_found"))
    if file is None:
        raise Refused("file_not_found")
    described = request.slack.team.file_json(file)
    return {"file": described, "content": file.text if file.is_text else "", "comments": []}


@method("files.delete", scope="files:write")
def delete(request: Request) -> Json:
    """Forget a file of the app."""
    file = request.slack.team.files.get(request.required("file", "file_not_found"))
    if file is None:
        raise Refused("file_not_found")
    if file.user != request.slack.app.user.id:
        raise Refused("cant_delete_file")
    del request.slack.team.files[file.id]
    return {}


def _channels(request: Request) -> list[str]:
    several = request.structure("channels") if request.text("channels").startswith("[") else request.text("channels")
    names: list[Any] = several if isinstance(several, list) else str(several or "").split(",")
    return [str(name) for name in (request.text("channel_id"), *names) if name]


def _place(request: Request, name: str) -> Conversation:
    return Request(request.slack, {"channel": name}).conversation(member=True)


def _share(request: Request, conversation: Conversation, files: list[StoredFile]) -> None:
    slack = request.slack
    shared: Json = {
        **slack.app.authorship(slack.team.id),
        "subtype": "file_share",
        "text": request.text("initial_comment"),
        "files": [slack.team.file_json(file) for file in files],
        "upload": True,
    }
    if thread_ts := request.text("thread_ts"):
        shared["thread_ts"] = thread_ts
    slack.team.post(conversation, shared)
