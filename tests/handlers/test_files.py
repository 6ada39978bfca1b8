import pytest

from handlers import files
from handlers.post import Attachment, attached
from handlers.wording import ENGLISH


def test_a_long_paste_that_slack_turned_into_a_snippet_is_read(bot, workspace, room, pastes, read):
    trace = "\n".join(f"    at com.acme.Service.call(Service.java:{number})" for number in range(200))
    posted = workspace.post(
        "alex", "platform", "what is this?", files={"paste.txt": f"{trace}\n{pastes.shards}\n{trace}"}
    )

    assert "Elasticsearch refuses new indices" in read(room().answer(posted))


def test_a_file_without_a_word_is_read_too(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", files={"error.log": pastes.config})

    assert "A pod waits for a ConfigMap" in read(room().answer(posted))


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(lambda text: text.encode("utf-16"), id="utf-16"),
        pytest.param(lambda text: b"\xff\xfa " + text.encode() + b" \xc3\x28", id="invalid utf-8"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(lambda text: f"배포 후 {text}".encode("euc-kr", "replace"), id="euc-kr"),
    ],
)
def test_odd_encodings_are_read(bot, workspace, room, pastes, encoded):
    assert room().answer(workspace.post("alex", "platform", files={"error.log": encoded(pastes.shards)}))


def test_a_missing_scope_is_named_to_whoever_waits(bot, workspace, room, pastes, read):
    workspace.revoke_scope("files:read")
    direct = workspace.direct("alex")
    posted = workspace.post("alex", direct, files={"error.log": pastes.shards})

    workspace.wait_for(lambda: workspace.replies(direct, posted["ts"]))
    assert "`files:read`" in read(workspace.replies(direct, posted["ts"])[0])


def test_in_a_channel_only_the_person_hears_of_the_missing_scope(bot, workspace, room, pastes, read, settled):
    workspace.revoke_scope("files:read")
    posted = workspace.post("alex", "platform", files={"error.log": pastes.shards})

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    settled(bot)
    assert "`files:read`" in read(workspace.whispers("alex", "platform")[0])
    assert room().replies(posted) == []


def test_only_the_beginning_of_a_large_file_is_read_and_that_is_said(start, workspace, pastes, read):
    start(PASTEMORTEM_SNIPPET_BYTES="1000")
    direct = workspace.direct("alex")
    posted = workspace.post("alex", direct, files={"error.log": "fine\n" * 1000 + pastes.shards})

    workspace.wait_for(lambda: workspace.replies(direct, posted["ts"]))
    said = read(workspace.replies(direct, posted["ts"])[0])
    assert "Only the first 1 kB of `error.log` were read." in said
    assert "Not documented." in said


@pytest.mark.parametrize(
    ("name", "content"), [("core.log", b"\x7fELF\x00\x00"), ("shot.png", b"\x89PNG\r\n\x1a\n\x00\x00")]
)
def test_a_binary_file_is_refused_clearly(bot, workspace, name, content, read):
    direct = workspace.direct("alex")
    posted = workspace.post("alex", direct, files={name: content})

    workspace.wait_for(lambda: workspace.replies(direct, posted["ts"]))
    said = read(workspace.replies(direct, posted["ts"])[0])
    assert "not a text file" in said or "no text here to look for" in said


def test_a_file_of_another_organisation_is_looked_up_before_it_is_read(bot, workspace, pastes):
    posted = workspace.post("alex", "platform", files={"error.log": pastes.shards})
    told = {"id": posted["files"][0]["id"], "mode": "file_access", "file_access": "check_file_info"}

    assert files.read(bot.app.client, (attached(told),), ENGLISH, 10_000).text == pastes.shards


def test_a_file_that_slack_does_not_describe_is_named_with_the_reason(bot):
    reading = files.read(bot.app.client, (attached({"id": "F0", "mode": "file_access"}),), ENGLISH, 1000)

    assert reading.notes == ("`F0` could not be read from Slack (file_not_found); paste the error message itself.",)


def test_the_token_is_sent_to_nobody_but_slack(bot):
    elsewhere = Attachment("F1", "x.log", "text/plain", "external", 10, "http://127.0.0.1:9/somebody-elses")
    reading = files.read(bot.app.client, (elsewhere,), ENGLISH, 1000)

    assert reading.text == ""
    assert "not kept in Slack" in reading.notes[0]
