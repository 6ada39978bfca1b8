"""Signed HTTP: the app is a small server of its own, with Bolt behind it or with nothing but a list."""

import json
import threading
import urllib.parse

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from tests.workspace.apps import Endpoint, bolt_app


def echo_of_challenge(body):
    return json.loads(body)["challenge"] if body.startswith("{") and "challenge" in body else ""


def behind(app: App):
    def answer(headers, body):
        response = app.dispatch(BoltRequest(body=body, headers=headers))
        return response.status, response.body or ""

    return answer


def test_bolt_takes_signed_events_commands_and_buttons_over_http(workspace):
    app = bolt_app(workspace)
    buttons = [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}]
    blocks = [{"type": "actions", "elements": buttons}]
    app.message("broke")(lambda message, say: say("press", blocks=blocks, thread_ts=message["ts"]))
    app.command("/kb")(lambda ack: ack("found"))

    @app.action("go")
    def pressed(ack, respond):
        ack()
        respond("pressed")

    with Endpoint(behind(app)) as endpoint:
        assert workspace.send_events_to(endpoint.url)
        posted = workspace.post("alex", "try-it", "it broke")
        (reply,) = workspace.wait_for(lambda: workspace.replies("try-it", posted["ts"]))
        outcome = workspace.command("alex", "try-it", "/kb", "search i/o timeout & more")
        workspace.press("alex", reply, "go", channel="try-it")
        workspace.wait_for(lambda: len(workspace.whispers("alex", "try-it")) == 2)

    assert (outcome.acknowledged, outcome.answer) == (True, {"text": "found"})
    assert [message["text"] for message in workspace.whispers("alex", "try-it")] == ["found", "pressed"]


def test_every_request_is_signed(workspace):
    verifier = SignatureVerifier(workspace.signing_secret)
    with Endpoint(lambda headers, body: (200, echo_of_challenge(body))) as endpoint:
        workspace.send_events_to(endpoint.url)
        workspace.command("alex", "try-it", "/kb", "한국어 & more")
        workspace.post("alex", "try-it", "hello")
        workspace.wait_for(lambda: len(endpoint.requests) == 3)

    assert all(verifier.is_valid_request(body, headers) for headers, body in endpoint.requests)
    form = dict(urllib.parse.parse_qsl(endpoint.requests[1][1]))
    assert (form["command"], form["text"]) == ("/kb", "한국어 & more")


def test_a_url_that_does_not_repeat_the_challenge_is_not_used(workspace):
    with Endpoint(lambda headers, body: (200, "ok")) as endpoint:
        assert not workspace.send_events_to(endpoint.url)


def test_an_event_that_fails_is_sent_again_with_the_reason(impatient):
    def answer(headers, body):
        return (200, echo_of_challenge(body)) if "challenge" in body or "x-slack-retry-num" in headers else (500, "")

    with Endpoint(answer) as endpoint:
        impatient.send_events_to(endpoint.url)
        impatient.post("alex", "try-it", "hello")
        impatient.wait_for(lambda: impatient.deliveries and impatient.deliveries[0].acknowledged)

    (_, first), (retry, second) = endpoint.requests[1:]
    assert (retry["x-slack-retry-num"], retry["x-slack-retry-reason"]) == ("1", "http_error")
    assert json.loads(first)["event_id"] == json.loads(second)["event_id"]


def test_a_slow_app_and_an_absent_one_are_told_apart(impatient):
    release = threading.Event()

    def answer(headers, body):
        if "challenge" not in body:
            release.wait(5)
        return 200, echo_of_challenge(body)

    with Endpoint(answer) as endpoint:
        impatient.send_events_to(endpoint.url)
        slow = impatient.command("alex", "try-it", "/kb")
        release.set()
    gone = impatient.command("alex", "try-it", "/kb")

    assert "operation_timeout" in slow.problem
    assert "dispatch_failed" in gone.problem


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "slack"])
def test_only_http_addresses_are_request_urls(workspace, url):
    with pytest.raises(ValueError, match="begins with http"):
        workspace.send_events_to(url)
