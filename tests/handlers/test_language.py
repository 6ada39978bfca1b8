import pytest
from slack_sdk import WebClient

from handlers.language import KEPT_SECONDS, UNTOLD_SECONDS, Languages


@pytest.fixture
def languages(workspace, clock):
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    return lambda fixed=None: Languages(client, fixed, clock=clock)


def test_everybody_is_spoken_to_in_their_slack_language(languages, workspace):
    known = languages()

    assert known.of(workspace.user("minji")) == "ko"
    assert known.of(workspace.user("alex")) == "en"


def test_a_locale_is_asked_for_once_in_a_while(languages, workspace, clock):
    known = languages()
    for _ in range(3):
        known.of(workspace.user("minji"))
    assert len(workspace.calls_to("users.info")) == 1

    clock.now += KEPT_SECONDS
    assert known.of(workspace.user("minji")) == "ko"
    assert len(workspace.calls_to("users.info")) == 2


def test_bots_and_strangers_are_spoken_to_in_english(languages):
    known = languages()

    assert known.of("") == "en"
    assert known.of("UNOBODY") == "en"


def test_a_locale_that_slack_did_not_tell_is_asked_for_again_soon(languages, workspace, clock):
    known = languages()
    workspace.fail("users.info", "internal_error")
    assert known.of(workspace.user("minji")) == "en"
    assert known.of(workspace.user("minji")) == "en"

    clock.now += UNTOLD_SECONDS
    assert known.of(workspace.user("minji")) == "ko"
    assert len(workspace.calls_to("users.info")) == 2


def test_a_fixed_language_asks_nobody(languages, workspace):
    assert languages("ko").of(workspace.user("alex")) == "ko"
    assert workspace.calls_to("users.info") == []
