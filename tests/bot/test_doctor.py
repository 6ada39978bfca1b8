import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.joined import ENTRIES


@pytest.fixture
def doctor(workspace, monkeypatch, tmp_path):
    """Run the command in an environment that is right but for what the test changes."""

    def examine(**changes):
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
        return CliRunner().invoke(main, ["doctor"])

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


def test_an_entry_that_cannot_be_used_is_named_with_its_line(doctor, tmp_path):
    (tmp_path / "broken.md").write_text("---\nid: broken\ntitle: [\n---\n## Cause\n")
    result = doctor(PASTEMORTEM_ENTRIES=str(tmp_path))

    assert result.exit_code == 1
    assert "broken.md:" in result.output


def test_events_that_were_heard_are_told(bot, doctor, workspace, room, pastes):
    room().answer(workspace.post("alex", "platform", pastes.shards))

    assert "1 messages heard" in doctor().output


def test_a_bot_that_never_heard_anything_is_told_where_to_look(doctor):
    assert "Event Subscriptions" in doctor().output


def test_without_a_cluster_pastes_are_answered_all_the_same(doctor):
    assert "not set up; pastes are answered without it" in doctor().output
