from pathlib import Path

import pytest

from bot import settings
from bot.settings import Mode, Settings, SettingsInvalid
from knowledge import library

DOCS = Path(__file__).parents[2] / "docs"


def test_everything_has_a_default():
    assert settings.read().slack_api_url == "https://slack.com/api/"


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch):
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "do-not-show")
    read = settings.read()

    assert "do-not-show" not in repr(read) + str(read)
    assert (read.bot_token(), read.app_token(), read.signing_secret()) == ("do-not-show",) * 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASTEMORTEM_WORKERS", "many"),
        ("PASTEMORTEM_WORKERS", "0"),
        ("PASTEMORTEM_PORT", "70000"),
        ("PASTEMORTEM_LANGUAGE", "fr"),
        ("PASTEMORTEM_ENTRY_URL", "example.com/{id}"),
        ("PASTEMORTEM_ENTRY_URL", "https://example.com/entries"),
        ("SLACK_API_URL", "slack.com"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsInvalid) as refused:
        settings.read()

    (line,) = str(refused.value).splitlines()
    problem, _, remedy = line.removeprefix(f"{name}: ").partition("; ")
    assert problem.startswith(("is ", "cannot "))
    assert remedy.startswith("write ")
    assert value not in problem
    assert "input" not in line.lower()


def test_a_remedy_names_the_bounds_and_the_default(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_WORKERS", "many")

    with pytest.raises(SettingsInvalid) as refused:
        settings.read()

    assert str(refused.value) == (
        "PASTEMORTEM_WORKERS: is not a whole number; write a whole number from 1 up to 64, or unset it for `8`"
    )


def test_the_variable_that_is_blamed_is_the_one_that_was_set(monkeypatch):
    monkeypatch.setenv("PORT", "many")

    with pytest.raises(SettingsInvalid, match=r"^PORT: is not a whole number"):
        settings.read()


def test_every_wrong_value_is_reported_at_once(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_PORT", "x")
    monkeypatch.setenv("PASTEMORTEM_QUEUE", "-1")

    with pytest.raises(SettingsInvalid) as refused:
        settings.read()

    assert {line.split(":")[0] for line in str(refused.value).splitlines()} == {"PASTEMORTEM_PORT", "PASTEMORTEM_QUEUE"}


def test_lists_are_written_with_their_usual_separators(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_ENTRIES", "/a:shipped:/b")
    monkeypatch.setenv("PASTEMORTEM_ALERT_BOTS", "B1, A2 ,")
    read = settings.read()

    assert read.entries == (Path("/a"), library.SHIPPED, Path("/b"))
    assert read.alert_bots == ("B1", "A2")


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_ENTRIES", "")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")

    assert settings.read() == Settings()


def test_the_port_that_a_platform_gives_is_taken_unless_ours_is_set(monkeypatch):
    monkeypatch.setenv("PORT", "5000")
    assert settings.read().port == 5000

    monkeypatch.setenv("PASTEMORTEM_PORT", "6000")
    assert settings.read().port == 6000


def test_the_base_address_of_slack_ends_with_a_slash(monkeypatch):
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api")

    assert settings.read().slack_api_url == "https://slack-gov.com/api/"


@pytest.mark.parametrize(
    ("mode", "missing"),
    [
        (Mode.SOCKET, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        (Mode.HTTP, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
    ],
)
def test_each_mode_needs_its_own_secrets(mode, missing):
    assert settings.read().missing_for(mode) == missing


def test_a_misspelt_variable_is_noticed(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_WORKER", "3")
    monkeypatch.setenv("PASTEMORTEM_WORKERS", "3")

    assert settings.unknown() == ["PASTEMORTEM_WORKER"]


def test_the_settings_page_is_up_to_date():
    assert (DOCS / "settings.md").read_text() == settings.document()


def test_findings_to_leave_out_are_read_as_rules(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_DIAG_EXCLUDE", "code:pods.restarted, namespace:sandbox-*")

    assert settings.read().diag_exclude.codes == ("pods.restarted",)
    assert settings.read().diag_exclude.namespaces == ("sandbox-*",)


def test_a_rule_that_leaves_nothing_out_is_named(monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_DIAG_EXCLUDE", "pods.restarted")

    with pytest.raises(SettingsInvalid, match=r"PASTEMORTEM_DIAG_EXCLUDE: 'pods\.restarted' excludes nothing"):
        settings.read()
