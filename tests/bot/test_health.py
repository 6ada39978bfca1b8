import pytest
from slack_sdk import WebClient

from bot.health import PULSE_SECONDS, Health, Pulse
from tests.loopback import Handler, LoopbackServer


class Babbler(Handler):
    def answer(self):
        """Say something that is no HTTP, as a broken proxy does."""
        self.wfile.write(b"what?\r\n\r\n")
        self.close_connection = True


@pytest.fixture
def pulse(workspace, clock):
    return Pulse(WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[]), clock=clock)


def test_a_bot_that_is_starting_is_not_ready():
    assert not Health().readiness().ready


def test_readiness_names_every_condition_that_is_not_met():
    health = Health()
    health.started({"token": lambda: "", "connection": lambda: "silent for 50 s"})

    assert health.readiness().wrong == {"connection": "silent for 50 s"}


def test_a_bot_that_is_draining_takes_nothing_more():
    health = Health()
    health.started({})
    assert health.readiness().ready

    health.draining()
    assert not health.readiness().ready


def test_a_token_that_slack_no_longer_takes_is_a_reason(pulse, workspace):
    pulse.take()
    assert pulse.check() == ""

    workspace.fail("auth.test", "token_revoked")
    pulse.take()
    assert pulse.check() == "token_revoked"

    pulse.take()
    assert pulse.check() == ""


def test_a_slack_that_nobody_could_ask_for_long_is_a_reason(pulse, clock):
    pulse.take()
    clock.now += 3 * PULSE_SECONDS + 1

    assert pulse.check() == "auth.test is overdue"


def test_an_answer_that_is_no_http_is_a_reason(clock):
    with LoopbackServer(Babbler) as proxy:
        pulse = Pulse(
            WebClient("xoxb-1", base_url=f"http://127.0.0.1:{proxy.port}/api/", retry_handlers=[]), clock=clock
        )
        pulse.take()

    assert pulse.check() == "BadStatusLine"
