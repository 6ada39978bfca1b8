import urllib.request

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace.apps import Listener


def fetch(url, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response.status, response.headers["content-type"], response.read()


def test_a_long_paste_becomes_a_snippet(workspace):
    paste = "\n".join(f"at com.example.Class{number}.run(Class.java)" for number in range(400))
    message = workspace.post("alex", "try-it", paste)
    (file,) = message["files"]

    assert (message["text"], message["subtype"]) == ("", "file_share")
    assert (file["mode"], file["filetype"], file["lines"]) == ("snippet", "text", 400)
    assert file["preview"].startswith("at com.example.Class0.run")
    assert workspace.file(file["id"]).decode() == paste


def test_a_paste_that_fits_stays_a_message(workspace):
    assert "files" not in workspace.post("alex", "try-it", "a" * 12_000)


def test_a_shared_file_arrives_in_the_message_and_as_an_event_of_its_own(workspace):
    with Listener(workspace) as listener:
        workspace.wait_for_connection()
        workspace.post("alex", "try-it", "see this", files={"trace.log": "it broke", "core.bin": b"\0\1"})
        workspace.wait_for(lambda: len(listener.events("file_shared")) == 2)
        (message,) = listener.events()

    assert [(file["name"], file["mode"], file["mimetype"]) for file in message["files"]] == [
        ("trace.log", "snippet", "text/plain"),
        ("core.bin", "hosted", "application/octet-stream"),
    ]
    assert {event["file_id"] for event in listener.events("file_shared")} == {file["id"] for file in message["files"]}


def test_the_bytes_of_a_file_are_for_the_apps_token(workspace):
    (file,) = workspace.post("alex", "try-it", files={"trace.log": "it broke"})["files"]

    assert fetch(file["url_private_download"], workspace.bot_token) == (200, "text/plain; charset=utf-8", b"it broke")
    status, kind, page = fetch(file["url_private"])
    assert (status, kind, b"it broke" in page) == (200, "text/html; charset=utf-8", False)


def test_without_the_scope_a_download_is_a_login_page_with_status_200(workspace):
    (file,) = workspace.post("alex", "try-it", files={"trace.log": "it broke"})["files"]
    workspace.revoke_scope("files:read")
    status, kind, page = fetch(file["url_private"], workspace.bot_token)

    assert (status, kind, b"it broke" in page) == (200, "text/html; charset=utf-8", False)


def test_an_app_uploads_a_file_into_a_thread(workspace, client):
    root = workspace.post("alex", "try-it", "it broke")
    channel = workspace.channel("try-it")
    uploaded = client.files_upload_v2(
        channel=channel,
        thread_ts=root["ts"],
        content="long\nanswer",
        filename="answer.md",
        title="Answer",
        initial_comment="in full",
    )
    (reply,) = workspace.wait_for(lambda: workspace.replies("try-it", root["ts"]))

    assert (reply["text"], reply["files"][0]["title"], reply["files"][0]["lines"]) == ("in full", "Answer", 2)
    told = client.files_info(file=uploaded["file"]["id"])
    assert told["content"] == "long\nanswer"
    assert told["file"]["shares"]["public"][channel] == [{"ts": reply["ts"]}]
    client.files_delete(file=uploaded["file"]["id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_info(file=uploaded["file"]["id"])


def test_an_upload_is_refused_where_its_bytes_never_came_or_are_not_as_announced(workspace, client):
    announced = client.files_getUploadURLExternal(filename="answer.md", length=5)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(announced["upload_url"], b"more than five")
    caught.value.close()

    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "Answer"}])
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.files_upload_v2(channel=workspace.channel("random"), content="a", filename="a.txt")


def test_bytes_that_are_no_text_are_kept_as_they_are(workspace):
    content = bytes(range(1, 256))
    (file,) = workspace.post("alex", "try-it", files={"odd.log": content})["files"]

    assert fetch(file["url_private"], workspace.bot_token)[2] == content
    assert file["mode"] == "snippet"
