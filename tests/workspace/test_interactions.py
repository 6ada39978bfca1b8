import json
import urllib.request

import pytest
from slack_sdk import WebhookClient
from slack_sdk.errors import SlackApiError

from tests.workspace.apps import Listener, bolt_app, joined
from workspace.errors import NotPermitted, Unknown
from workspace.manifest import Command, Manifest
from workspace.server import LocalWorkspace
from workspace.slack import Timing


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id="go", **more):
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


OPTIONS = [{"text": plain(name), "value": name} for name in ("en", "ko")]
NAME = {
    "type": "input",
    "block_id": "name",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "text"},
}
LANGUAGE = {
    "type": "input",
    "block_id": "language",
    "label": plain("Language"),
    "optional": True,
    "element": {"type": "static_select", "action_id": "choice", "options": OPTIONS},
}


def modal(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


@pytest.fixture
def app(workspace):
    """An app with a command `/open` that opens a modal, and a button that says what was pressed."""
    app = bolt_app(workspace)
    app.pressed = []

    @app.command("/open")
    def open_modal(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(NAME, LANGUAGE, private_metadata="kept"))

    @app.action("go")
    def go(ack, body):
        ack()
        app.pressed.append(body)

    with joined(app, workspace):
        yield app


def buttons_in(workspace, app, **more):
    blocks = [{"type": "actions", "block_id": "row", "elements": [button(value="42")]}]
    posted = app.client.chat_postMessage(channel=workspace.channel("try-it"), text="choose", blocks=blocks, **more)
    return workspace.message("try-it", posted["ts"])


def test_a_command_is_acknowledged_with_its_words_and_the_answer_is_for_one_person(workspace, app):
    app.command("/kb")(lambda ack, command: ack(f"you asked: {command['text']}"))
    outcome = workspace.command("minji", "try-it", "/kb", "search i/o timeout")

    assert (outcome.acknowledged, outcome.took < 3) == (True, True)
    assert [message["text"] for message in workspace.whispers("minji", "try-it")] == ["you asked: search i/o timeout"]
    assert workspace.messages("try-it") == []


def test_an_answer_for_everybody_stands_in_the_channel(workspace, app):
    app.command("/kb")(lambda ack: ack(text="look", response_type="in_channel"))
    workspace.command("alex", "try-it", "/kb")

    assert [message["text"] for message in workspace.messages("try-it")] == ["look"]


def test_a_command_that_the_manifest_does_not_name_is_no_command():
    with LocalWorkspace(manifest=Manifest(commands=(Command("/kb"),))) as workspace:
        outcome = workspace.command("alex", "try-it", "/bk")

    assert outcome.problem == "/bk is not a valid command."


def test_a_command_that_nobody_acknowledges_is_reported_to_who_gave_it(impatient):
    with Listener(impatient, acknowledges=lambda request: False):
        impatient.wait_for_connection()
        unanswered = impatient.command("alex", "try-it", "/kb")
    impatient.wait_for(lambda: not impatient.connected)
    undelivered = impatient.command("alex", "try-it", "/kb")

    assert "operation_timeout" in unanswered.problem
    assert "dispatch_failed" in undelivered.problem
    assert [message["user"] for message in impatient.whispers("alex", "try-it")] == ["USLACKBOT"] * 2


def test_the_app_is_invited_by_a_command(workspace, client):
    random = workspace.channel("random")
    assert not client.conversations_info(channel=random)["channel"]["is_member"]
    workspace.command("alex", "random", "/invite", "@app")

    assert client.conversations_info(channel=random)["channel"]["is_member"]


def test_a_button_tells_who_pressed_what_and_where(workspace, app):
    root = workspace.post("alex", "try-it", "it broke")
    message = buttons_in(workspace, app, thread_ts=root["ts"])
    assert workspace.press("jo", message, "go", channel="try-it").acknowledged
    (body,) = workspace.wait_for(lambda: app.pressed)

    assert body["user"]["id"] == workspace.user("jo")
    assert body["container"]["message_ts"] == message["ts"]
    assert body["container"]["thread_ts"] == root["ts"]
    assert body["message"]["text"] == "choose"
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("42", "row")


def test_what_is_not_there_cannot_be_pressed(workspace, app):
    message = buttons_in(workspace, app)

    with pytest.raises(NotPermitted, match="nothing here to press"):
        workspace.press("alex", message, "stop", channel="try-it")


def test_a_menu_in_a_message_tells_the_choice_and_refuses_what_it_does_not_offer(workspace, app):
    menu = {"type": "static_select", "action_id": "go", "options": OPTIONS}
    blocks = [{"type": "section", "block_id": "row", "text": plain("In which language?"), "accessory": menu}]
    posted = app.client.chat_postMessage(channel=workspace.channel("try-it"), text="choose", blocks=blocks)
    message = workspace.message("try-it", posted["ts"])
    workspace.press("alex", message, "go", "ko", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)

    assert body["actions"][0]["selected_option"]["value"] == "ko"
    assert body["state"]["values"]["row"]["go"]["selected_option"]["value"] == "ko"
    with pytest.raises(NotPermitted, match="does not offer 'fr'"):
        workspace.press("alex", message, "go", "fr", channel="try-it")


def test_a_button_in_an_attachment_can_be_pressed(workspace, app):
    attachments = [{"color": "#0f766e", "blocks": [{"type": "actions", "elements": [button(value="in attachment")]}]}]
    posted = app.client.chat_postMessage(channel=workspace.channel("try-it"), text="alert", attachments=attachments)
    workspace.press("alex", workspace.message("try-it", posted["ts"]), "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)

    assert body["actions"][0]["value"] == "in attachment"


def test_a_response_url_answers_replaces_and_deletes(workspace, app):
    message = buttons_in(workspace, app)
    workspace.press("alex", message, "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)
    respond = WebhookClient(body["response_url"]).send

    respond(text="for you")
    respond(text="for all", response_type="in_channel", replace_original=False)
    respond(text="replaced", replace_original=True)
    assert [m["text"] for m in workspace.whispers("alex", "try-it")] == ["for you"]
    assert [m["text"] for m in workspace.messages("try-it")] == ["replaced", "for all"]
    respond(delete_original=True)
    assert [m["text"] for m in workspace.messages("try-it")] == ["for all"]


def test_a_response_url_replaces_what_only_one_person_sees(workspace, app):
    blocks = [{"type": "actions", "elements": [button()]}]
    channel = workspace.channel("try-it")
    app.client.chat_postEphemeral(channel=channel, user=workspace.user("alex"), text="fold", blocks=blocks)
    (whisper,) = workspace.whispers("alex", "try-it")
    workspace.press("alex", whisper, "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)
    assert body["container"]["is_ephemeral"]

    WebhookClient(body["response_url"]).send(text="unfolded", replace_original=True)
    assert [m["text"] for m in workspace.whispers("alex", "try-it")] == ["unfolded"]


def test_a_response_url_works_five_times(workspace, app):
    workspace.press("alex", buttons_in(workspace, app), "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)
    answers = [WebhookClient(body["response_url"]).send(text=str(number)) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert json.loads(answers[5].body)["error"] == "used_url"


def test_a_response_url_holds_answers_to_the_limits_of_blocks(workspace, app):
    workspace.press("alex", buttons_in(workspace, app), "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)
    answer = WebhookClient(body["response_url"]).send(blocks=[{"type": "divider"}] * 51)

    assert (answer.status_code, json.loads(answer.body)["error"]) == (400, "invalid_blocks")
    request = urllib.request.Request(body["response_url"], b"not json", {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as caught, urllib.request.urlopen(request):
        pass
    caught.value.close()
    assert caught.value.code == 400


def test_a_form_is_filled_in_checked_and_sent(workspace, app):
    sent = []
    app.view("form")(lambda ack, view: (ack(), sent.append(view)))
    workspace.command("alex", "try-it", "/open")
    view = workspace.wait_for(lambda: workspace.view("alex"))

    assert workspace.submit("alex", view).errors == {"name": "Please complete this required field."}
    assert workspace.submit("alex", view, {"text": "a name", "language": "ko"}).acknowledged
    assert workspace.view("alex") is None
    values = workspace.wait_for(lambda: sent)[0]["state"]["values"]
    assert values["name"]["text"] == {"type": "plain_text_input", "value": "a name"}
    assert values["language"]["choice"]["selected_option"]["value"] == "ko"
    assert sent[0]["private_metadata"] == "kept"


def test_a_form_that_the_app_refuses_stays_open_with_the_reasons(workspace, app):
    app.view("form")(lambda ack: ack(response_action="errors", errors={"name": "too short"}))
    workspace.command("alex", "try-it", "/open")
    view = workspace.wait_for(lambda: workspace.view("alex"))

    assert workspace.submit("alex", view, {"text": "x"}).errors == {"name": "too short"}
    assert workspace.view("alex")["id"] == view["id"]


def test_the_answer_to_a_form_can_change_it_or_lay_another_on_top(workspace, app):
    answers = [{"response_action": "update", "view": modal(NAME)}, {"response_action": "push", "view": modal(LANGUAGE)}]
    app.view("form")(lambda ack: ack(**answers.pop(0)))
    workspace.command("alex", "try-it", "/open")
    first = workspace.wait_for(lambda: workspace.view("alex"))
    workspace.submit("alex", first, {"text": "a name"})
    updated = workspace.view("alex")
    workspace.submit("alex", updated)
    pushed = workspace.view("alex")

    assert (updated["id"], len(updated["blocks"])) == (first["id"], 1)
    assert updated["state"]["values"]["name"]["text"]["value"] == "a name"
    assert (pushed["previous_view_id"], pushed["root_view_id"]) == (first["id"], first["id"])
    workspace.close("alex", pushed)
    assert workspace.view("alex")["id"] == first["id"]


def test_the_app_hears_of_a_closed_form_if_it_asked_to(workspace, app):
    closed = []
    app.command("/ask")(
        lambda ack, body, client: (
            ack(),
            client.views_open(trigger_id=body["trigger_id"], view=modal(NAME, notify_on_close=True)),
        )
    )
    app.view_closed("form")(lambda ack, body: (ack(), closed.append(body)))
    workspace.command("alex", "try-it", "/ask")
    workspace.close("alex", workspace.wait_for(lambda: workspace.view("alex")))

    assert workspace.view("alex") is None
    assert workspace.wait_for(lambda: closed)[0]["is_cleared"] is False


def test_a_button_in_a_modal_can_change_the_modal(workspace, app):
    with_button = modal(NAME, {"type": "actions", "elements": [button("more")]})
    app.command("/ask")(
        lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=with_button))
    )

    @app.action("more")
    def more(ack, body, client):
        ack()
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(NAME, LANGUAGE))

    workspace.command("alex", "try-it", "/ask")
    view = workspace.wait_for(lambda: workspace.view("alex"))
    workspace.press_in_view("alex", view, "more")

    assert workspace.wait_for(lambda: workspace.view("alex")["blocks"][1]["block_id"] == "language")
    with pytest.raises(SlackApiError, match="hash_conflict"):
        app.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(NAME))


def test_a_trigger_opens_one_modal_and_only_for_a_moment(workspace, app):
    message = buttons_in(workspace, app)
    workspace.press("alex", message, "go", channel="try-it")
    (body,) = workspace.wait_for(lambda: app.pressed)
    app.client.views_open(trigger_id=body["trigger_id"], view=modal(NAME))

    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        app.client.views_open(trigger_id=body["trigger_id"], view=modal(NAME))
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        app.client.views_open(trigger_id="1.made-up", view=modal(NAME))


def test_a_trigger_that_is_too_old_opens_nothing():
    with LocalWorkspace(timing=Timing(trigger_lifetime=-1)) as workspace:
        app = bolt_app(workspace)
        app.command("/open")(
            lambda ack, body: (ack(), app.client.views_open(trigger_id=body["trigger_id"], view=modal(NAME)))
        )
        with joined(app, workspace):
            workspace.command("alex", "try-it", "/open")
            (call,) = workspace.wait_for(lambda: workspace.calls_to("views.open"))

    assert call.response["error"] == "expired_trigger_id"


def test_a_shortcut_on_a_message_carries_the_message(workspace, app):
    used = []
    app.message_shortcut("find")(lambda ack, shortcut: (ack(), used.append(shortcut)))
    root = workspace.post("alex", "try-it", "root")
    posted = workspace.post("alex", "try-it", "it broke", thread_ts=root["ts"])

    assert workspace.shortcut("jo", "find", posted, channel="try-it").acknowledged
    (shortcut,) = workspace.wait_for(lambda: used)
    assert (shortcut["message"]["text"], shortcut["message"]["thread_ts"]) == ("it broke", root["ts"])
    assert shortcut["channel"]["id"] == workspace.channel("try-it")


def test_a_shortcut_from_anywhere_can_open_a_modal(workspace, app):
    app.global_shortcut("new")(
        lambda ack, shortcut, client: (ack(), client.views_open(trigger_id=shortcut["trigger_id"], view=modal(NAME)))
    )
    workspace.shortcut("jo", "new")

    assert workspace.wait_for(lambda: workspace.view("jo"))["callback_id"] == "form"


def test_the_home_is_published_when_it_is_opened(workspace, app):
    blocks = [{"type": "header", "text": plain("45 issues")}, {"type": "actions", "elements": [button(value="home")]}]
    app.event("app_home_opened")(
        lambda event, client: client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
    )
    workspace.open_home("minji")
    home = workspace.wait_for(lambda: workspace.home("minji"))
    workspace.press_in_view("minji", home, "go")

    assert home["blocks"][0]["text"]["text"] == "45 issues"
    assert workspace.home("alex") is None
    assert workspace.wait_for(lambda: app.pressed)[0]["container"] == {"type": "view", "view_id": home["id"]}


def test_a_menu_can_be_filled_by_the_app(workspace, app):
    app.options("entry")(lambda ack, payload: ack(options=[{"text": plain(payload["value"]), "value": "1"}]))
    menu = {"type": "external_select", "action_id": "entry", "min_query_length": 1}
    app.command("/ask")(
        lambda ack, body, client: (
            ack(),
            client.views_open(
                trigger_id=body["trigger_id"],
                view=modal({"type": "input", "block_id": "b", "label": plain("Entry"), "element": menu}),
            ),
        )
    )
    workspace.command("alex", "try-it", "/ask")
    view = workspace.wait_for(lambda: workspace.view("alex"))

    assert workspace.suggestions("alex", view, "entry", "shard")[0]["text"]["text"] == "shard"


def test_who_is_named_wrongly_is_said_with_those_who_are_there(workspace):
    with pytest.raises(Unknown, match="no user 'bob'; it has alex, minji, jo, app"):
        workspace.post("bob", "try-it", "hello")
    with pytest.raises(Unknown, match="no channel 'nowhere'; it has try-it"):
        workspace.post("alex", "nowhere", "hello")
    with pytest.raises(NotPermitted, match="only your own messages"):
        workspace.edit("jo", "try-it", workspace.post("alex", "try-it", "mine")["ts"], "yours")
    with pytest.raises(NotPermitted, match="needs some text"):
        workspace.post("alex", "try-it", "  ")
