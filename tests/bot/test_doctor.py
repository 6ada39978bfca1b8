from datetime import UTC, datetime
from itertools import pairwise

import click
import pytest
from click.testing import CliRunner

from bot import doctor as doctors
from bot import tokens
from bot.cli import main
from tests.joined import ENTRIES


@pytest.fixture
def doctor(workspace, monkeypatch, tmp_path):
    """Run the command in an environment that is right but for what the test changes."""

    def examine(*arguments, **changes):
        healthy = {
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "PASTEMORTEM_DATA": str(tmp_path / "data"),
            "PASTEMORTEM_ENTRIES": str(ENTRIES),
            "KUBECONFIG": str(tmp_path / "none"),
        }
        for name, value in {**healthy, **changes}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, ["doctor", *arguments])

    return examine


def test_where_all_is_well_the_status_is_zero(doctor):
    result = doctor()

    assert result.exit_code == 0, result.output
    for told in (
        "every variable can be used",
        "complete for the mode socket",
        "@pastemortem in",
        "that are needed",
        "Slack gives out Socket Mode connections",
        "#platform",
        "6 can be used",
    ):
        assert told in result.output


@pytest.mark.parametrize("scope", ["files:read", "chat:write", "users:read"])
def test_a_missing_scope_is_named_with_its_purpose_and_its_remedy(doctor, workspace, scope):
    workspace.revoke_scope(scope)
    result = doctor()

    assert result.exit_code == 1
    assert f"{scope} is missing, needed to " in result.output
    assert "reinstall the app" in result.output


def test_a_bot_in_no_channel_is_told_how_to_get_into_one(doctor, workspace):
    for channel in ("platform", "try-it", "general"):
        workspace.remove(channel, workspace.bot_user)
    result = doctor()

    assert result.exit_code == 1
    assert "the bot is in none" in result.output
    assert "/invite @pastemortem" in result.output


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack refuses it (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack gives out no connection"),
        ({"SLACK_APP_TOKEN": ""}, "the mode socket lacks SLACK_APP_TOKEN"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "cannot be reached"),
        ({"PASTEMORTEM_WORKERS": "many"}, "PASTEMORTEM_WORKERS"),
        ({"PASTEMORTEM_WORKER": "2"}, "did you mean PASTEMORTEM_WORKERS?"),
        ({"PASTEMORTEM_ENTRIES": "/nowhere"}, "/nowhere"),
    ],
)
def test_what_is_wrong_is_named_and_fails(doctor, changes, told):
    result = doctor(**changes)

    assert result.exit_code == 1
    assert told in result.output
    assert "→" in result.output


def remedies(output):
    """Return what the lines that failed say, each with its remedy."""
    lines = output.splitlines()
    return {
        line.split("FAILED  ")[1]: after.strip().removeprefix("→ ")
        for line, after in pairwise([*lines, ""])
        if "FAILED  " in line
    }


def test_tokens_in_each_others_place_are_to_be_swapped_and_nothing_else_is_complained_about(doctor, workspace):
    result = doctor(SLACK_BOT_TOKEN=workspace.app_token, SLACK_APP_TOKEN=workspace.bot_token)

    assert remedies(result.output) == {
        "SLACK_BOT_TOKEN: holds an app-level token, and SLACK_APP_TOKEN a bot token": "swap the two values"
    }
    assert workspace.bot_token not in result.output


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-2", "holds a user token, not the Bot User OAuth Token"),
        ("SLACK_BOT_TOKEN", "T0123", "does not begin with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "holds a bot token, not the app-level token"),
        ("SLACK_APP_TOKEN", '"xapp-1"', "begins or ends with a quote"),
        ("SLACK_SIGNING_SECRET", "xapp-1", "holds an app-level token, not the Signing Secret"),
    ],
)
def test_a_secret_that_is_another_thing_is_named_with_the_place_of_the_right_one(doctor, variable, value, told):
    result = doctor(**{variable: value})

    ((problem, remedy),) = remedies(result.output).items()
    assert problem.startswith(f"{variable}: {told}")
    assert remedy.startswith(f"set {variable} to the ")
    assert value not in result.output


def test_a_token_that_expires_is_no_mistake():
    assert list(tokens.mixups({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-a"})) == []


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "the mode socket lacks SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "5" * 32, "SLACK_BOT_TOKEN": ""}, "the mode http lacks"),
        ({"SLACK_APP_TOKEN": "", "SLACK_BOT_TOKEN": ""}, "the mode socket lacks SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
    ],
    ids=["socket", "http", "neither"],
)
def test_only_the_mode_that_somebody_sets_up_counts(doctor, changes, failing):
    ((problem, remedy),) = remedies(doctor(**changes).output).items()

    assert failing in problem
    assert "SLACK_BOT_TOKEN is in OAuth & Permissions" in remedy


@pytest.mark.parametrize(
    "changes",
    [{"SLACK_BOT_TOKEN": ""}, {"SLACK_BOT_TOKEN": "xoxb-nobody"}, {"SLACK_APP_TOKEN": "xoxb-1"}],
    ids=["no token", "a refused token", "another token"],
)
def test_no_remedy_has_the_asterisks_of_slack(doctor, changes):
    assert "*" not in doctor(**changes).output


def test_http_needs_no_app_token(doctor, workspace):
    result = doctor(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=workspace.signing_secret)

    assert result.exit_code == 0, result.output
    assert "complete for the mode http" in result.output


def test_the_mode_that_is_asked_for_is_the_one_that_is_looked_at(doctor):
    result = doctor("--mode", "http")

    ((problem, remedy),) = remedies(result.output).items()
    assert problem == "tokens: the mode http lacks SLACK_SIGNING_SECRET"
    assert "Basic Information > App Credentials" in remedy
    assert "Socket Mode connections" not in result.output


def test_a_journal_that_is_no_database_is_named(doctor, tmp_path):
    (tmp_path / "journal.db").write_text("what is this? " * 100)

    ((problem, remedy),) = remedies(doctor(PASTEMORTEM_DATA=str(tmp_path)).output).items()
    assert f"{tmp_path / 'journal.db'}: the journal cannot be used (file is not a database)" in problem
    assert "move it away" in remedy


def test_a_data_folder_that_is_a_file_is_named(doctor, tmp_path):
    (tmp_path / "taken").write_text("")

    ((problem, remedy),) = remedies(doctor(PASTEMORTEM_DATA=str(tmp_path / "taken" / "data")).output).items()
    assert "taken is no folder" in problem
    assert remedy == "set PASTEMORTEM_DATA to a folder"


def test_an_entry_that_cannot_be_used_is_named_with_its_line(doctor, tmp_path):
    (tmp_path / "broken.md").write_text("---\nid: broken\ntitle: [\n---\n## Cause\n")
    result = doctor(PASTEMORTEM_ENTRIES=str(tmp_path))

    assert result.exit_code == 1
    assert "broken.md:" in result.output


def test_events_that_were_heard_are_told(bot, doctor, workspace, room, pastes):
    room().answer(workspace.post("alex", "platform", pastes.shards))

    assert "1 message heard, the last " in doctor().output


def test_a_bot_that_never_heard_anything_is_told_where_to_look(doctor):
    assert "Event Subscriptions" in doctor().output


def test_without_a_cluster_pastes_are_answered_all_the_same(doctor):
    assert "not set up; pastes are answered without it" in doctor().output


def test_a_kubeconfig_that_is_not_there_is_named(doctor, tmp_path):
    absent = str(tmp_path / "absent.yaml")

    assert f"no cluster is named in {absent}: correct KUBECONFIG" in doctor(KUBECONFIG=absent).output


@pytest.mark.parametrize(
    ("told", "findings"),
    [
        ("Sat, 21 Nov 2026 12:00:20 GMT", [("ok", "agrees with Slack's")]),
        ("Sat, 21 Nov 2026 11:53:00 GMT", [("FAILED", "7 minutes away from Slack's")]),
        ("Sat, 21 Nov 2026 12:07:00 GMT", [("FAILED", "7 minutes away from Slack's")]),
        ("", []),
    ],
    ids=["right", "behind", "ahead", "not told"],
)
def test_a_clock_by_which_signatures_are_too_old_is_named(told, findings):
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    assert [(each.state.value, each.told) for each in doctors.clock(told, now)] == findings


def test_the_clock_matters_in_http_mode_alone(doctor):
    signed = {"SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}

    assert "clock: agrees with Slack's" in doctor("--mode", "http", **signed).output
    assert "clock:" not in doctor("--mode", "socket").output


def test_a_terminal_folds_what_is_wrong_and_how_to_mend_it(doctor, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    told = [click.unstyle(line) for line in doctor(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="").stdout.splitlines()]

    wrong = told.index("FAILED  tokens: the mode socket lacks SLACK_BOT_TOKEN and")
    assert max(map(len, told[wrong : wrong + 6])) <= 80
    assert told[wrong + 1] == "        SLACK_APP_TOKEN"
    assert told[wrong + 2].startswith("        → SLACK_BOT_TOKEN is in OAuth & Permissions")
    assert told[wrong + 3].startswith("          ")
