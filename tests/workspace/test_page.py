"""The page as the browser asks for it; how it looks and feels is in test_browser.py."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from tests.workspace.apps import bolt_app, joined
from workspace.manifest import Command, Manifest, Shortcut
from workspace.server import LocalWorkspace


@pytest.fixture
def page(workspace):
    return Page(workspace)


class Page:
    def __init__(self, workspace):
        self.workspace = workspace

    def get(self, path):
        with urllib.request.urlopen(self.workspace.url + path) as response:
            return response.status, dict(response.headers), response.read()

    def seen_by(self, user):
        return json.loads(self.get(f"/page/workspace?user={user}")[2])

    def do(self, act, **what):
        request = urllib.request.Request(
            f"{self.workspace.url}/page/acts/{act}", json.dumps(what).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)["outcome"]
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)["problem"]

    def feed(self, user):
        """Return the list to which the stream of somebody's page adds its news, until the workspace ends."""
        news = []
        response = urllib.request.urlopen(f"{self.workspace.url}/page/feed?user={user}")
        response.readline()

        def follow():
            with response:
                news.extend(json.loads(line.removeprefix(b"data: ")) for line in response if line.startswith(b"data: "))

        threading.Thread(target=follow).start()
        return news


def named(conversations, name):
    return next(each for each in conversations if each["name"] == name)


def test_the_page_runs_no_script_but_its_own(page):
    _, headers, body = page.get("/")

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert b"<script>" not in body
    assert b" style=" not in body


def test_everybody_sees_what_is_theirs(workspace, page):
    posted = workspace.post("alex", "try-it", "it broke")
    workspace.post("alex", workspace.direct("alex"), "between us")
    alex, minji = page.seen_by("alex"), page.seen_by("minji")

    assert [m["ts"] for m in named(minji["conversations"], "try-it")["messages"]] == [posted["ts"]]
    assert "between us" in json.dumps(alex)
    assert "between us" not in json.dumps(minji)
    assert minji["users"][minji["me"]]["locale"] == "ko-KR"


def test_who_is_not_known_is_the_first_of_the_people(workspace, page):
    assert page.seen_by("nobody")["me"] == workspace.user("alex")


def test_five_pastes_wait_to_be_tried(page):
    samples = page.seen_by("alex")["samples"]

    assert len(samples) == 5
    assert any("AssumeRoleWithWebIdentity" in sample["text"] for sample in samples)
    assert any("CreateContainerConfigError" in sample["text"] and "배포" in sample["text"] for sample in samples)


def test_commands_and_shortcuts_come_from_the_manifest():
    manifest = Manifest(
        commands=(Command("/kb", "Search", "search TEXT | help"),),
        shortcuts=(Shortcut("Find", "find"),),
        has_home=False,
    )
    with LocalWorkspace(manifest=manifest) as workspace:
        app = Page(workspace).seen_by("alex")["app"]

    assert [(command["name"], command["usage_hint"]) for command in app["commands"]] == [
        ("/kb", "search TEXT | help"),
        ("/invite", "@name"),
    ]
    assert app["shortcuts"] == [{"name": "Find", "callback_id": "find", "kind": "message"}]
    assert app["has_home"] is False


def test_what_is_done_on_the_page_is_done_in_the_workspace(workspace, page):
    here = {"user": "alex", "channel": "try-it"}
    posted = page.do("post", **here, text="it <brok>")
    page.do("edit", **here, ts=posted["ts"], text="it broke")
    page.do("react", **here, ts=posted["ts"], emoji="eyes")
    (message,) = workspace.messages("try-it")

    assert (message["text"], message["reactions"][0]["name"]) == ("it broke", "eyes")
    page.do("delete", **here, ts=posted["ts"])
    assert workspace.messages("try-it") == []


def test_a_file_is_attached_first_and_shared_with_the_message(workspace, page):
    request = urllib.request.Request(
        f"{workspace.url}/page/files?name=trace.log&user={workspace.user('alex')}", b"it broke"
    )
    with urllib.request.urlopen(request) as response:
        file_id = json.load(response)["id"]
    page.do("post", user="alex", channel="try-it", text="", files=[file_id])
    _, headers, content = page.get(f"/page/files/{file_id}")

    assert workspace.messages("try-it")[0]["files"][0]["name"] == "trace.log"
    assert content == b"it broke"
    assert (headers["x-content-type-options"], "sandbox" in headers["content-security-policy"]) == ("nosniff", True)


def test_what_is_read_stays_read(workspace, page):
    posted = workspace.post("jo", "try-it", "hello")
    assert named(page.seen_by("alex")["conversations"], "try-it")["read_up_to"] == ""
    page.do("read", user="alex", channel="try-it")

    assert named(page.seen_by("alex")["conversations"], "try-it")["read_up_to"] == posted["ts"]
    assert named(page.seen_by("minji")["conversations"], "try-it")["read_up_to"] == ""


def test_what_cannot_be_done_is_said(page):
    assert page.do("post", user="alex", channel="try-it", text=" ") == "a message needs some text or a file"
    assert "no channel 'nowhere'" in page.do("post", user="alex", channel="nowhere", text="hello")
    assert page.do("post", user="alex", channel="try-it") == "post needs 'text'"
    assert page.do("dance", user="alex") == "the page cannot do 'dance'"


def test_the_feed_tells_each_reader_what_they_may_see(workspace, page):
    news = page.feed("alex")
    root = workspace.post("jo", "try-it", "it broke")
    workspace.post("minji", workspace.direct("minji"), "not for alex")
    workspace.post("minji", "try-it", "me too", thread_ts=root["ts"])
    workspace.react("jo", "try-it", root["ts"], "eyes")
    workspace.delete("jo", "try-it", root["ts"])
    workspace.wait_for(lambda: len(news) == 5)

    assert "not for alex" not in json.dumps(news)
    assert [each["kind"] for each in news] == ["message"] * 5
    reply, root_again, with_reaction, gone = news[1:]
    assert (reply["message"]["text"], root_again["message"]["reply_count"]) == ("me too", 1)
    assert with_reaction["message"]["reactions"][0]["name"] == "eyes"
    assert (gone["ts"], gone["message"]) == (root["ts"], None)


def test_the_feed_tells_when_the_app_comes_and_goes(workspace, page):
    app = bolt_app(workspace)
    app.command("/open")(
        lambda ack, body, client: (
            ack("opened"),
            client.views_open(
                trigger_id=body["trigger_id"],
                view={"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": []},
            ),
        )
    )
    news = page.feed("alex")
    with joined(app, workspace):
        workspace.command("alex", "try-it", "/open")
        workspace.wait_for(lambda: len(news) == 3)
    workspace.wait_for(lambda: len(news) == 4)

    assert sorted(each["kind"] for each in news) == ["app", "app", "view", "whisper"]
    assert [each["app"]["joined"] for each in news if each["kind"] == "app"] == [True, False]


def test_a_permalink_leads_into_the_page(workspace, page):
    posted = workspace.post("alex", "try-it", "hello")
    channel = workspace.channel("try-it")
    request = urllib.request.Request(f"{workspace.url}/archives/{channel}/p{posted['ts'].replace('.', '')}")
    with urllib.request.urlopen(request) as response:
        assert response.url == f"{workspace.url}/#/{channel}/{posted['ts']}"
