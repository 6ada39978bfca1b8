import json
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from slack_sdk import WebClient

from workspace import seed
from workspace.__main__ import main
from workspace.manifest import SCOPES, Manifest, ManifestInvalid
from workspace.server import LocalWorkspace

MANIFEST = """
display_information: {name: Pastemortem, description: Finds it}
features:
  bot_user: {display_name: pm}
  slash_commands:
    - {command: /kb, description: Search, usage_hint: search TEXT}
  shortcuts:
    - {name: Find it, type: message, callback_id: find, description: On a message}
oauth_config: {scopes: {bot: [chat:write, commands]}}
settings: {event_subscriptions: {bot_events: [message.im]}}
"""


@contextmanager
def running(*options):
    """Run the command; yields its first line and the process."""
    command = [sys.executable, "-m", "workspace", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline(), process
        finally:
            process.kill()


def test_it_prints_what_an_app_needs_to_join(tmp_path):
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    with running("--json", "--manifest", str(tmp_path / "manifest.yaml")) as (line, process):
        told = json.loads(line)
        variables = told["environment"]
        client = WebClient(variables["SLACK_BOT_TOKEN"], base_url=variables["SLACK_API_URL"])
        assert client.auth_test()["user"] == "pm"
        assert client.apps_connections_open(app_token=variables["SLACK_APP_TOKEN"])["url"].startswith("ws://127.0.0.1:")
        with urllib.request.urlopen(told["url"]) as page:
            assert page.status == 200

        process.send_signal(signal.SIGINT)
        assert (process.wait(10), process.stderr.read()) == (0, "")


def test_for_people_it_prints_lines_to_copy():
    with running() as (line, process):
        rest = [process.stdout.readline().strip() for _ in range(7)]

    assert line.startswith("The workspace is at http://127.0.0.1:")
    assert [each.split("=")[0] for each in rest if each.startswith("export")] == [
        "export SLACK_API_URL",
        "export SLACK_BOT_TOKEN",
        "export SLACK_APP_TOKEN",
        "export SLACK_SIGNING_SECRET",
    ]


def test_what_keeps_it_from_starting_is_said_in_a_line(tmp_path):
    (tmp_path / "broken.yaml").write_text("[")
    with LocalWorkspace() as workspace:
        taken = CliRunner().invoke(main, ["--port", workspace.url.rpartition(":")[2]])
    outside = CliRunner().invoke(main, ["--host", "0.0.0.0"])
    broken = CliRunner().invoke(main, ["--manifest", str(tmp_path / "broken.yaml")])
    samples = CliRunner().invoke(main, ["--samples", str(tmp_path / "absent.yaml")])

    assert [each.exit_code for each in (taken, outside, broken, samples)] == [1, 1, 1, 1]
    assert "choose another with --port" in taken.output
    assert "127.0.0.1 only" in outside.output
    assert "cannot be read as an app manifest" in broken.output
    assert "expected a list of `title` and `text`" in samples.output


def test_a_manifest_says_what_the_app_offers_and_may_do(tmp_path):
    path = tmp_path / "manifest.yaml"
    path.write_text(MANIFEST)
    manifest = Manifest.read(path)

    assert (manifest.name, manifest.bot_name, manifest.scopes) == ("Pastemortem", "pm", ("chat:write", "commands"))
    assert manifest.command("/kb").usage_hint == "search TEXT"
    assert manifest.command("/diag") is None
    assert [shortcut.callback_id for shortcut in manifest.shortcuts] == ["find"]
    assert manifest.events == ("message.im",)


def test_without_a_manifest_an_app_may_do_everything():
    assert set(Manifest().scopes) == set(SCOPES)
    assert Manifest().command("/anything") is not None


def test_a_manifest_is_a_mapping(tmp_path):
    (tmp_path / "list.yaml").write_text("- 1")

    with pytest.raises(ManifestInvalid, match="is a mapping"):
        Manifest.read(tmp_path / "list.yaml")


def test_the_samples_that_ship_can_be_sent():
    with LocalWorkspace() as workspace:
        for sample in seed.Sample.read(seed.SAMPLES):
            assert workspace.post("alex", "try-it", sample.text)["text"]
