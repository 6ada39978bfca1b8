import re
from pathlib import Path

import yaml

from bot import manifest
from handlers import permissions, shortcuts
from handlers.drafts import begin

ROOT = Path(__file__).parents[2]


def test_the_shipped_manifest_is_up_to_date():
    assert (ROOT / "deploy" / "slack-manifest.yaml").read_text() == manifest.document()


def test_the_manifest_asks_for_what_the_handlers_need_and_nothing_else():
    asked = yaml.safe_load(manifest.document())

    assert asked["oauth_config"]["scopes"]["bot"] == list(permissions.SCOPES)
    assert asked["settings"]["event_subscriptions"]["bot_events"] == list(permissions.EVENTS)


def test_every_command_and_shortcut_of_the_manifest_is_answered(bot, workspace, pastes):
    asked = yaml.safe_load(manifest.document())
    posted = workspace.post("alex", "platform", pastes.chatter)

    for command in asked["features"]["slash_commands"]:
        assert workspace.command("alex", "platform", command["command"], "help").acknowledged
    callbacks = [shortcut["callback_id"] for shortcut in asked["features"]["shortcuts"]]
    assert callbacks == [shortcuts.CALLBACK, begin.CALLBACK]
    assert all(workspace.shortcut("jo", callback, posted, channel="platform").acknowledged for callback in callbacks)


def test_the_documentation_says_what_every_scope_and_event_is_for():
    told = (ROOT / "docs" / "slack.md").read_text()

    for scope, why in {**permissions.SCOPES, **permissions.APP_SCOPES, **permissions.EVENTS}.items():
        assert re.search(rf"^\| `{re.escape(scope)}` \| {re.escape(why)} \|$", told, re.MULTILINE)
