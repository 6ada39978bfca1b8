import asyncio
import json
import threading
from contextlib import ExitStack

import pytest
from slack_sdk.errors import SlackApiError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.workspace.apps import Listener, bolt_app, client_of, joined
from workspace.delivery import Dispatcher
from workspace.manifest import Manifest
from workspace.server import LocalWorkspace
from workspace.slack import Timing
from workspace.socket_mode import SocketMode


@pytest.fixture
def listener(workspace):
    with Listener(workspace) as listening:
        workspace.wait_for_connection()
        yield listening


def test_a_post_arrives_as_an_event_and_is_answered_in_its_thread(workspace):
    app = bolt_app(workspace)
    app.message("broke")(lambda message, say: say("try again", thread_ts=message["ts"]))

    with joined(app, workspace):
        posted = workspace.post("alex", "try-it", "it broke")
        (reply,) = workspace.wait_for(lambda: workspace.replies("try-it", posted["ts"]))

    assert (reply["text"], reply["user"]) == ("try again", workspace.bot_user)
    assert "bot_id" in reply


def test_a_mention_arrives_twice_once_as_mention_and_once_as_message(workspace, listener):
    posted = workspace.post("alex", "try-it", "@app does anybody know this?")
    workspace.wait_for(lambda: listener.events("app_mention") and listener.events("message"))

    (mention,), (message,) = listener.events("app_mention"), listener.events("message")
    assert mention["ts"] == message["ts"] == posted["ts"]
    assert mention["text"] == f"<@{workspace.bot_user}> does anybody know this?"
    assert len({request.payload["event_id"] for request in listener.requests}) == 2


def test_an_event_says_where_it_comes_from(workspace, listener):
    workspace.post("minji", workspace.direct("minji"), "안녕하세요")
    workspace.wait_for(lambda: listener.requests)
    (request,) = listener.requests

    assert (request.type, request.payload["type"]) == ("events_api", "event_callback")
    assert request.payload["api_app_id"]
    assert request.payload["authorizations"][0]["user_id"] == workspace.bot_user
    event = request.payload["event"]
    assert (event["channel_type"], event["user"], event["text"]) == ("im", workspace.user("minji"), "안녕하세요")
    assert event["blocks"][0]["type"] == "rich_text"


def test_the_app_hears_nothing_of_channels_in_which_it_is_not(workspace, listener):
    workspace.post("alex", "random", "@app are you there?")
    workspace.invite("alex", "random", "app")
    workspace.post("alex", "random", "and now?")
    workspace.wait_for(lambda: listener.events())

    assert [event["text"] for event in listener.events()] == ["and now?"]
    assert listener.events("app_mention") == []
    assert [event["user"] for event in listener.events("member_joined_channel")] == [workspace.bot_user]


def test_the_app_hears_only_what_its_manifest_subscribes_to():
    with LocalWorkspace(manifest=Manifest(events=("message.im",))) as workspace, Listener(workspace) as listener:
        workspace.wait_for_connection()
        workspace.post("alex", "try-it", "in a channel")
        workspace.post("alex", workspace.direct("alex"), "to the app")
        workspace.wait_for(lambda: listener.requests)

        assert [event["text"] for event in listener.events()] == ["to the app"]


def test_an_edit_an_unfurl_and_a_deletion_arrive_as_subtypes(workspace, listener):
    ts = workspace.post("alex", "try-it", "it brok https://example.com/run")["ts"]
    workspace.edit("alex", "try-it", ts, "it broke https://example.com/run")
    workspace.unfurl("try-it", ts, {"title": "Runbook", "from_url": "https://example.com/run"})
    workspace.delete("alex", "try-it", ts)
    _, edited, unfurled, deleted = workspace.wait_for(
        lambda: listener.events() if len(listener.events()) == 4 else None
    )

    assert [e["subtype"] for e in (edited, unfurled, deleted)] == [
        "message_changed",
        "message_changed",
        "message_deleted",
    ]
    assert edited["previous_message"]["text"] != edited["message"]["text"]
    assert unfurled["previous_message"]["text"] == unfurled["message"]["text"]
    assert unfurled["message"]["attachments"][0]["title"] == "Runbook"
    assert (deleted["deleted_ts"], deleted["previous_message"]["ts"]) == (ts, ts)


def test_another_app_speaks_as_an_incoming_webhook_does(workspace, listener):
    alert = {"color": "danger", "title": "KubePodCrashLooping", "text": "payments/api", "fallback": "alert"}
    workspace.post_as_app("alertmanager", "platform", attachments=[alert])
    workspace.wait_for(lambda: listener.requests)
    (event,) = listener.events()

    assert (event["subtype"], event["username"], "user" in event) == ("bot_message", "alertmanager", False)
    assert event["attachments"][0]["title"] == "KubePodCrashLooping"


def test_the_app_hears_its_own_messages_too(workspace, listener):
    client_of(workspace).chat_postMessage(channel=workspace.channel("try-it"), text="hello")
    workspace.wait_for(lambda: listener.requests)

    assert listener.events()[0]["user"] == workspace.bot_user


def test_reactions_arrive_as_events(workspace, listener):
    posted = workspace.post("alex", "try-it", "hello")
    workspace.react("jo", "try-it", posted["ts"], "+1")
    workspace.react("jo", "try-it", posted["ts"], "+1")
    workspace.wait_for(lambda: listener.events("reaction_removed"))
    (added,) = listener.events("reaction_added")

    assert (added["reaction"], added["item"]["ts"], added["item_user"]) == ("+1", posted["ts"], workspace.user("alex"))


def test_each_envelope_goes_to_one_connection(workspace):
    with Listener(workspace) as one, Listener(workspace) as other:
        workspace.wait_for(lambda: workspace.connected == 2)
        for number in range(6):
            workspace.post("alex", "try-it", str(number))
        workspace.wait_for(lambda: len(one.requests) + len(other.requests) == 6)

        assert len(one.requests) == len(other.requests) == 3


def test_an_event_without_acknowledgement_is_sent_again_under_its_id(impatient):
    with Listener(impatient, acknowledges=lambda request: request.retry_attempt == 2) as listener:
        impatient.wait_for_connection()
        impatient.post("alex", "try-it", "hello")
        impatient.wait_for(lambda: impatient.deliveries and impatient.deliveries[0].acknowledged)

        assert [(r.retry_attempt, r.retry_reason) for r in listener.requests] == [
            (0, ""),
            (1, "timeout"),
            (2, "timeout"),
        ]
        assert len({r.payload["event_id"] for r in listener.requests}) == 1
        assert len({r.envelope_id for r in listener.requests}) == 3


def test_an_event_is_given_up_after_three_retries(impatient):
    impatient.post("alex", "try-it", "is anybody there?")
    (delivery,) = impatient.deliveries
    impatient.wait_for(lambda: len(delivery.attempts) == 4)

    assert (delivery.acknowledged, delivery.reason) == (False, "no_connection")


def test_an_app_that_joins_late_gets_what_is_still_being_retried():
    with LocalWorkspace(timing=Timing(retry_after=[0.1] * 200)) as workspace:
        workspace.post("alex", "try-it", "hello")
        with Listener(workspace) as listener:
            workspace.wait_for(lambda: listener.requests)

        assert listener.events()[0]["text"] == "hello"


def test_an_event_can_be_doubled_and_delivered_again(workspace, listener):
    workspace.duplicate_next()
    workspace.post("alex", "try-it", "hello")
    workspace.wait_for(lambda: len(listener.requests) == 2)
    event_id = listener.requests[0].payload["event_id"]
    workspace.redeliver(event_id)
    workspace.wait_for(lambda: len(listener.requests) == 3)

    assert {request.payload["event_id"] for request in listener.requests} == {event_id}
    assert listener.requests[2].retry_attempt == 1


@pytest.mark.parametrize("warned", [True, False], ids=["announced", "unannounced"])
def test_a_client_comes_back_after_a_disconnect(workspace, listener, warned):
    workspace.disconnect_sockets(warned=warned)
    workspace.wait_for(
        lambda: len(workspace.calls_to("apps.connections.open")) == 2 and workspace.connected, timeout=20
    )
    workspace.post("alex", "try-it", "welcome back")
    workspace.wait_for(lambda: listener.requests)

    assert listener.events()[0]["text"] == "welcome back"


class Wire:
    """The socket of a client that listens and says nothing, until it is cut."""

    client_state = WebSocketState.CONNECTED

    def __init__(self, ticket):
        self.query_params = {"ticket": ticket}
        self.cut = asyncio.Event()
        self.sent = []

    async def accept(self):
        """Open it."""

    async def send_text(self, text):
        self.sent.append(json.loads(text)["type"])

    async def receive_text(self):
        await self.cut.wait()
        raise WebSocketDisconnect


def test_an_event_is_given_up_at_the_end_even_if_its_connection_is_lost_in_the_same_moment():
    async def end_while_the_connection_is_lost():
        sockets = SocketMode("A1", changed=list)
        wire = Wire(sockets.ticket())
        serving = asyncio.create_task(sockets.serve(wire))
        dispatcher = Dispatcher(lambda: sockets)
        dispatcher.event({"event_id": "Ev1"})
        while "events_api" not in wire.sent:
            await asyncio.sleep(0)
        wire.cut.set()
        await serving
        async with asyncio.timeout(30):
            await dispatcher.close()
        return dispatcher.deliveries[0]

    delivery = asyncio.run(end_while_the_connection_is_lost())

    assert (len(delivery.attempts), delivery.acknowledged) == (1, False)


def test_a_connection_says_hello_and_answers_pings(workspace):
    with connect(socket_url(workspace)) as socket:
        hello = json.loads(socket.recv())
        answered = socket.ping().wait(5)

    assert (hello["type"], hello["num_connections"], answered) == ("hello", 1, True)


def test_an_address_opens_one_connection_only(workspace):
    url = socket_url(workspace)
    with connect(url) as socket:
        socket.recv()
        with pytest.raises(Exception, match="403"), connect(url):
            pass


def test_no_more_than_ten_connections_are_kept(workspace):
    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(socket_url(workspace))) for _ in range(11)]
        greetings = [json.loads(socket.recv()) for socket in sockets]
        with pytest.raises(ConnectionClosed):
            sockets[-1].recv()

    assert [greeting["type"] for greeting in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"


def test_what_is_no_json_and_what_nobody_waits_for_does_no_harm(workspace):
    with connect(socket_url(workspace)) as socket:
        socket.recv()
        for message in ("{", "[]", '{"envelope_id": "E404"}', "{}"):
            socket.send(message)
        workspace.post("alex", "try-it", "still there?")

        assert json.loads(socket.recv())["payload"]["event"]["text"] == "still there?"


def test_only_the_apps_own_token_opens_connections(workspace):
    client = client_of(workspace)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token=workspace.bot_token)


def test_two_hundred_events_at_once_all_arrive(workspace, listener):
    people = [
        threading.Thread(target=post_fifty, args=(workspace, person)) for person in ("alex", "minji", "jo", "alex")
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    workspace.wait_for(lambda: len(listener.requests) == 200)

    assert len({event["ts"] for event in listener.events()}) == 200


def post_fifty(workspace, person):
    for number in range(50):
        workspace.post(person, "try-it", f"{person} {number}")


def socket_url(workspace):
    return client_of(workspace).apps_connections_open(app_token=workspace.app_token)["url"]
