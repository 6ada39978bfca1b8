"""The process as an operator starts it: `pastemortem run`, killed, stopped and started again."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.joined import ENTRIES

SOON = 30


def environment(workspace, tmp_path, **more):
    return {
        **os.environ,
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "PASTEMORTEM_DATA": str(tmp_path / "data"),
        "PASTEMORTEM_ENTRIES": str(ENTRIES),
        "PASTEMORTEM_PORT": "0",
        "PASTEMORTEM_LOG_FORMAT": "json",
        **more,
    }


@pytest.fixture
def run(workspace, tmp_path):
    """Start `pastemortem run` with some arguments; its log goes to a file."""
    processes = []

    def begin(*arguments, **more):
        log = (tmp_path / "log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run", *arguments],
            env=environment(workspace, tmp_path, **more),
            stdout=log,
            stderr=log,
        )
        log.close()
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def log(tmp_path):
    return lambda: (tmp_path / "log").read_text()


def port(workspace, log):
    return int(workspace.wait_for(lambda: re.search(r'"port": (\d+)', log()), SOON)[1])


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_paste_is_answered_after_the_process_was_killed_between_hearing_and_answering(
    run, workspace, room, pastes, log
):
    first = run()
    workspace.wait_for_connection(SOON)
    # Slack's rate limit holds the answer up: the event is acknowledged and the reply is not posted yet.
    workspace.rate_limit("chat.postMessage", 60)
    posted = workspace.post("alex", "platform", pastes.shards)
    workspace.wait_for(lambda: workspace.calls_to("chat.postMessage"))
    assert all(delivery.acknowledged for delivery in workspace.deliveries)
    first.kill()
    first.wait()
    workspace.wait_for(lambda: not workspace.connected)
    assert room().replies(posted) == []

    run()
    workspace.wait_for(lambda: room().replies(posted), SOON)
    workspace.wait_for_connection(SOON)
    workspace.redeliver(workspace.deliveries[0].event_id)
    workspace.wait_for(lambda: "seen before" in log(), SOON)
    assert len(room().replies(posted)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_begun_work_finish(run, workspace, room, pastes, number, log):
    process = run()
    workspace.wait_for_connection(SOON)
    workspace.rate_limit("chat.postMessage", 1)
    posted = workspace.post("alex", "platform", pastes.shards)
    workspace.wait_for(lambda: workspace.calls_to("chat.postMessage"))
    process.send_signal(number)

    assert process.wait(SOON) == 0
    assert len(room().replies(posted)) == 1
    assert "Traceback" not in log()


def test_what_takes_too_long_to_drain_is_answered_after_the_next_start(run, workspace, room, pastes):
    process = run(PASTEMORTEM_DRAIN_SECONDS="0")
    workspace.wait_for_connection(SOON)
    workspace.rate_limit("chat.postMessage", 60)
    posted = workspace.post("alex", "platform", pastes.shards)
    workspace.wait_for(lambda: workspace.calls_to("chat.postMessage"))
    process.terminate()
    assert process.wait(SOON) == 0
    assert room().replies(posted) == []

    run()
    workspace.wait_for(lambda: room().replies(posted), SOON)


def test_no_log_holds_what_was_pasted_nor_a_secret(run, workspace, room, pastes, log):
    process = run(PASTEMORTEM_LOG_LEVEL="debug")
    workspace.wait_for_connection(SOON)
    room().answer(workspace.post("alex", "platform", f"password=hunter2 {pastes.shards}"))
    process.terminate()
    process.wait(SOON)

    said = log()
    assert '"answered"' in said
    for secret in ("hunter2", "total shards", workspace.bot_token, workspace.app_token, workspace.signing_secret):
        assert secret not in said


def test_the_health_pages_tell_life_from_readiness(run, workspace, log):
    run()
    base = f"http://127.0.0.1:{port(workspace, log)}"
    workspace.wait_for_connection(SOON)

    assert status(f"{base}/healthz") == 200
    workspace.wait_for(lambda: status(f"{base}/readyz") == 200)
    assert status(f"{base}/slack/events") == 404


def test_prometheus_is_told_the_figures_of_the_bot_once_it_is_ready(run, workspace, log):
    run()
    base = f"http://127.0.0.1:{port(workspace, log)}"
    workspace.wait_for(lambda: status(f"{base}/readyz") == 200, SOON)

    with urllib.request.urlopen(f"{base}/metrics", timeout=5) as response:
        assert response.headers["content-type"].startswith("text/plain; version=")
        told = response.read().decode()
    assert "pastemortem_ready 1.0" in told
    assert re.search(r"^pastemortem_entries \d+\.0$", told, re.MULTILINE)


def test_over_http_the_same_bot_answers(run, workspace, room, pastes, log, read):
    process = run("--mode", "http")
    base = f"http://127.0.0.1:{port(workspace, log)}"
    workspace.wait_for(lambda: status(f"{base}/readyz") == 200, SOON)
    assert workspace.send_events_to(f"{base}/slack/events")

    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    workspace.press("jo", reply, "helped", channel="platform")
    workspace.wait_for(lambda: "👍 This helped · 1" in read(room().replies(posted)[0]))
    assert workspace.command("alex", "platform", "/kb", "help").acknowledged
    process.terminate()
    assert process.wait(SOON) == 0


def test_over_http_an_unsigned_request_is_refused(run, workspace, log):
    run("--mode", "http")
    base = f"http://127.0.0.1:{port(workspace, log)}"
    workspace.wait_for(lambda: status(f"{base}/readyz") == 200, SOON)
    forged = urllib.request.Request(f"{base}/slack/events", data=b'{"type":"event_callback"}')

    assert status(forged) == 401


def test_over_http_a_request_without_end_is_refused(run, workspace, log):
    run("--mode", "http")
    base = f"http://127.0.0.1:{port(workspace, log)}"
    workspace.wait_for(lambda: status(f"{base}/readyz") == 200, SOON)

    assert status(urllib.request.Request(f"{base}/slack/events", data=b"x" * 5_000_000)) == 413


def refused(workspace, tmp_path, *arguments, **more):
    finished = subprocess.run(
        [sys.executable, "-m", "bot.cli", "run", *arguments],
        env=environment(workspace, tmp_path, **more),
        capture_output=True,
        text=True,
        timeout=SOON,
    )
    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
    return finished.stderr


@pytest.fixture
def refused_at_once(pastemortem, workspace, tmp_path, monkeypatch):
    """Start with settings that are refused before anything is begun, which takes no process of its own."""

    def said(**more):
        for name, value in environment(workspace, tmp_path, **more).items():
            monkeypatch.setenv(name, value)
        answer = pastemortem("run")
        assert isinstance(answer.exception, SystemExit)
        assert answer.exit_code != 0
        return answer.stderr

    return said


def test_without_tokens_three_lines_say_what_to_set_and_how_to_try_it(refused_at_once):
    said = refused_at_once(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")

    assert len(said.splitlines()) == 3
    for word in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "docs/slack.md", "pastemortem demo"):
        assert word in said


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_refused_token_ends_the_start_with_its_name(workspace, tmp_path, variable):
    assert f"{variable}: Slack refuses this token" in refused(workspace, tmp_path, **{variable: "wrong"})


def test_tokens_in_each_others_place_end_the_start_with_the_remedy_even_while_slack_cannot_be_reached(
    refused_at_once, workspace
):
    swapped = {"SLACK_BOT_TOKEN": workspace.app_token, "SLACK_APP_TOKEN": workspace.bot_token}
    said = refused_at_once(SLACK_API_URL="http://127.0.0.1:9/api/", **swapped)

    told = "SLACK_BOT_TOKEN: holds an app-level token, and SLACK_APP_TOKEN a bot token; swap the two values"
    assert said == f"Error: {told}\n"


def test_a_token_of_another_kind_ends_the_start_only_where_the_mode_needs_it(run, refused_at_once, workspace):
    said = refused_at_once(SLACK_APP_TOKEN="xoxp-1-2")
    assert "SLACK_APP_TOKEN: holds a user token, not the app-level token; set SLACK_APP_TOKEN to" in said

    run(SLACK_SIGNING_SECRET="xoxp-1-2")
    workspace.wait_for_connection(SOON)


def test_a_token_that_slack_refuses_is_said_to_look_odd_where_it_does(workspace, tmp_path):
    said = refused(workspace, tmp_path, SLACK_BOT_TOKEN="T0123")

    assert "Slack refuses this token" in said
    assert "SLACK_BOT_TOKEN: does not begin with xoxb- as every Bot User OAuth Token does" in said


def test_a_data_folder_in_which_nobody_may_write_ends_the_start_with_its_name(workspace, tmp_path):
    said = refused(workspace, tmp_path, PASTEMORTEM_DATA="/proc/pastemortem")

    assert "/proc/pastemortem: cannot be written; set PASTEMORTEM_DATA to a folder in which" in said


def test_a_wrong_setting_ends_the_start_with_its_name(refused_at_once):
    assert "PASTEMORTEM_WORKERS: " in refused_at_once(PASTEMORTEM_WORKERS="many")


def test_a_second_bot_on_the_same_data_is_refused(run, workspace, tmp_path):
    running = run()
    workspace.wait_for_connection(SOON)

    said = refused(workspace, tmp_path)
    assert f"another pastemortem (process {running.pid}) uses this folder" in said


def test_a_taken_port_is_named(run, workspace, tmp_path, log):
    run()
    taken = port(workspace, log)

    said = refused(workspace, tmp_path, PASTEMORTEM_DATA=str(tmp_path / "other"), PASTEMORTEM_PORT=str(taken))
    assert f"cannot listen on 127.0.0.1:{taken}" in said
    assert "PASTEMORTEM_PORT" in said


def test_a_slack_that_cannot_be_reached_yet_is_waited_for(run, workspace, log):
    workspace.fail("auth.test", "internal_error", status=503)
    run()

    workspace.wait_for_connection(SOON)
    assert "Slack cannot be reached, will try again" in log()


def test_changed_entries_are_answered_with_after_a_moment(run, workspace, room, tmp_path):
    folder = tmp_path / "entries"
    folder.mkdir()
    run(PASTEMORTEM_ENTRIES=f"{ENTRIES}{os.pathsep}{folder}", PASTEMORTEM_RELOAD_SECONDS="0.1")
    workspace.wait_for_connection(SOON)
    entry = (ENTRIES / "missing-config.md").read_text()
    (folder / "missing-secret.md").write_text(
        entry.replace("missing-config", "missing-secret").replace("configmap", "secret").replace("ConfigMap", "Secret")
    )

    def answered():
        posted = workspace.post("alex", "platform", 'Warning Failed kubelet Error: secret "shop-env" not found')
        workspace.wait_for(lambda: all(delivery.acknowledged for delivery in workspace.deliveries))
        return any("Secret" in reply["text"] for reply in room().replies(posted))

    workspace.wait_for(answered, SOON)


@pytest.mark.parametrize("file", ["knowledge.db", "knowledge.index"])
def test_tables_and_an_index_that_cannot_be_kept_end_the_start_with_a_sentence(run, log, tmp_path, file):
    (tmp_path / "data" / file).mkdir(parents=True)

    assert run().wait(SOON) == 1
    assert "knowledge.db: the search tables and the index cannot be kept (" in log()
    assert "see that the disk has room and that this user may write there" in log()
    assert "Traceback" not in log()
