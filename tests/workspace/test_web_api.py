import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from workspace.manifest import Manifest
from workspace.server import LocalWorkspace


def error_of(call, *args, **kwargs) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response["error"]


def test_a_token_says_whose_it_is_and_what_it_may_do(workspace, client):
    answer = client.auth_test()

    assert answer["user_id"] == workspace.bot_user
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_a_call_needs_a_token_that_the_workspace_made_of_the_right_kind(workspace):
    def asked_with(token):
        return error_of(WebClient(token, base_url=workspace.api_url).auth_test)

    assert [asked_with(None), asked_with("xoxb-made-up"), asked_with(workspace.app_token)] == [
        "not_authed",
        "invalid_auth",
        "not_allowed_token_type",
    ]


def test_a_method_that_nobody_knows_is_named_in_the_answer(client):
    assert error_of(client.api_call, "chat.shout") == "unknown_method"


def test_arguments_may_come_as_a_form_or_as_json(workspace, client):
    channel = workspace.channel("try-it")
    client.api_call("chat.postMessage", data={"channel": channel, "blocks": '[{"type":"divider"}]'})
    client.api_call("chat.postMessage", json={"channel": channel, "blocks": [{"type": "divider"}]})

    assert [message["blocks"][0]["type"] for message in workspace.messages("try-it")] == ["divider", "divider"]


def test_a_message_can_be_posted_changed_and_taken_back(workspace, client):
    posted = client.chat_postMessage(channel=workspace.channel("try-it"), text="first")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="second")
    assert [message["text"] for message in workspace.messages("try-it")] == ["second"]

    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert workspace.messages("try-it") == []


def test_an_update_of_the_text_keeps_the_blocks(workspace, client):
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Sure"}}]
    posted = client.chat_postMessage(channel=workspace.channel("try-it"), text="first", blocks=blocks)
    updated = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="second")

    assert updated["message"]["blocks"][0]["text"]["text"] == "Sure"


def test_nobody_changes_the_messages_of_somebody_else(workspace, client):
    posted = workspace.post("alex", "try-it", "mine")
    place = {"channel": workspace.channel("try-it"), "ts": posted["ts"]}

    assert error_of(client.chat_update, **place, text="yours") == "cant_update_message"
    assert error_of(client.chat_delete, **place) == "cant_delete_message"


def test_replies_stand_in_the_thread_and_not_in_the_channel(workspace, client):
    root = workspace.post("alex", "try-it", "it broke")
    channel = workspace.channel("try-it")
    for text in ("one", "two"):
        client.chat_postMessage(channel=channel, thread_ts=root["ts"], text=text)

    thread = client.conversations_replies(channel=channel, ts=root["ts"])["messages"]
    assert [message["text"] for message in thread] == ["it broke", "one", "two"]
    history = client.conversations_history(channel=channel)["messages"]
    assert [(message["text"], message["reply_count"]) for message in history] == [("it broke", 2)]


def test_a_reply_can_be_sent_to_the_channel_too(workspace, client):
    root = workspace.post("alex", "try-it", "it broke")
    client.chat_postMessage(
        channel=workspace.channel("try-it"), thread_ts=root["ts"], text="look", reply_broadcast=True
    )

    assert [message["text"] for message in workspace.messages("try-it")] == ["it broke", "look"]


def test_history_is_newest_first_and_comes_in_pages(workspace, client):
    for number in range(5):
        workspace.post("alex", "try-it", f"message {number}")
    pages = client.conversations_history(channel=workspace.channel("try-it"), limit=2)

    assert [[message["text"][-1] for message in page["messages"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]


def test_history_can_be_cut_by_time(workspace, client):
    stamps = [workspace.post("alex", "try-it", str(number))["ts"] for number in range(4)]
    channel = workspace.channel("try-it")

    between = client.conversations_history(channel=channel, oldest=stamps[0], latest=stamps[3])["messages"]
    assert [message["text"] for message in between] == ["2", "1"]
    whole = client.conversations_history(channel=channel, oldest=stamps[0], latest=stamps[3], inclusive=True)[
        "messages"
    ]
    assert len(whole) == 4


def test_metadata_is_kept_and_given_back_to_who_asks_for_it(workspace, client):
    root = workspace.post("alex", "try-it", "it broke")
    metadata = {"event_type": "answered", "event_payload": {"event": "Ev1"}}
    client.chat_postMessage(channel=workspace.channel("try-it"), thread_ts=root["ts"], text="answer", metadata=metadata)

    place = {"channel": workspace.channel("try-it"), "ts": root["ts"]}
    asked = client.conversations_replies(**place, include_all_metadata=True)["messages"][1]
    not_asked = client.conversations_replies(**place)["messages"][1]
    assert (asked["metadata"], "metadata" in not_asked) == (metadata, False)


def test_an_app_can_only_speak_where_it_is_and_only_know_what_it_may():
    with LocalWorkspace(manifest=Manifest(scopes=("chat:write", "channels:history", "channels:join"))) as workspace:
        client = WebClient(workspace.bot_token, base_url=workspace.api_url)
        random = workspace.channel("random")

        assert error_of(client.chat_postMessage, channel=random, text="hello") == "not_in_channel"
        assert error_of(client.chat_postMessage, channel="C404", text="hello") == "channel_not_found"
        assert error_of(client.conversations_history, channel=random) == "not_in_channel"
        client.conversations_join(channel=random)
        assert client.chat_postMessage(channel=random, text="hello")["ok"]


def test_a_missing_scope_is_named(workspace, client):
    workspace.revoke_scope("reactions:write", "channels:history")
    place = {"channel": workspace.channel("try-it"), "timestamp": workspace.post("alex", "try-it", "hello")["ts"]}

    with pytest.raises(SlackApiError) as caught:
        client.reactions_add(**place, name="eyes")
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "reactions:write")
    assert error_of(client.conversations_history, channel=place["channel"]) == "missing_scope"


def test_a_user_in_place_of_a_channel_is_a_direct_message(workspace, client):
    posted = client.chat_postMessage(channel=workspace.user("minji"), text="안녕하세요")

    assert posted["channel"] == workspace.direct("minji")
    assert client.conversations_info(channel=posted["channel"])["channel"]["user"] == workspace.user("minji")
    assert client.conversations_open(users=workspace.user("minji"))["channel"]["id"] == posted["channel"]


def test_the_locale_of_a_user_is_told_on_request_only(workspace, client):
    asked = client.users_info(user=workspace.user("minji"), include_locale=True)["user"]
    not_asked = client.users_info(user=workspace.user("minji"))["user"]

    assert (asked["locale"], "locale" in not_asked) == ("ko-KR", False)
    assert error_of(client.users_info, user="U404") == "user_not_found"


def test_channels_are_listed_by_kind_and_in_pages(workspace, client):
    names = [
        channel["name"]
        for page in client.conversations_list(types="public_channel,private_channel", limit=3)
        for channel in page["channels"]
    ]

    assert names == ["try-it", "platform", "general", "random"]
    assert {channel["id"] for channel in client.users_conversations(types="im")["channels"]} == {
        workspace.direct(person) for person in ("alex", "minji", "jo")
    }
    assert workspace.bot_user not in client.conversations_members(channel=workspace.channel("random"))["members"]


def test_an_ephemeral_message_is_seen_by_one_person_and_by_no_api(workspace, client):
    channel = workspace.channel("try-it")
    client.chat_postEphemeral(channel=channel, user=workspace.user("alex"), text="only you")

    assert [message["text"] for message in workspace.whispers("alex", "try-it")] == ["only you"]
    assert workspace.whispers("jo", "try-it") == []
    assert client.conversations_history(channel=channel)["messages"] == []


def test_reactions_are_counted_once_a_person(workspace, client):
    posted = workspace.post("alex", "try-it", "hello")
    place = {"channel": workspace.channel("try-it"), "timestamp": posted["ts"]}
    client.reactions_add(**place, name="eyes")
    workspace.react("jo", "try-it", posted["ts"], "eyes")

    assert error_of(client.reactions_add, **place, name="eyes") == "already_reacted"
    assert client.reactions_get(**place)["message"]["reactions"] == [
        {"name": "eyes", "users": [workspace.bot_user, workspace.user("jo")], "count": 2}
    ]
    client.reactions_remove(**place, name="eyes")
    assert error_of(client.reactions_remove, **place, name="eyes") == "no_reaction"
    assert error_of(client.reactions_add, **place, name="not an emoji") == "invalid_name"


def test_a_permalink_leads_to_the_message_on_the_page(workspace, client):
    posted = workspace.post("alex", "try-it", "hello")
    channel = workspace.channel("try-it")
    link = client.chat_getPermalink(channel=channel, message_ts=posted["ts"])["permalink"]

    assert link == f"{workspace.url}/archives/{channel}/p{posted['ts'].replace('.', '')}"


def test_a_rate_limit_holds_for_as_many_calls_as_it_was_told_to(workspace, client):
    workspace.rate_limit("chat.postMessage", 7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=workspace.channel("try-it"), text="hello")

    assert (caught.value.response.status_code, caught.value.response.headers["retry-after"]) == (429, "7")
    assert client.chat_postMessage(channel=workspace.channel("try-it"), text="hello")["ok"]


def test_a_client_that_waits_as_it_is_told_gets_through(workspace, client):
    workspace.rate_limit("chat.postMessage", 0, times=2)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))

    assert client.chat_postMessage(channel=workspace.channel("try-it"), text="hello")["ok"]
    assert [call.ok for call in workspace.calls_to("chat.postMessage")] == [False, False, True]


def test_a_method_can_be_made_to_fail(workspace, client):
    workspace.fail("auth.test", "account_inactive")
    workspace.fail("auth.test", status=503)

    assert error_of(client.auth_test) == "account_inactive"
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 503


def test_the_log_of_calls_holds_arguments_and_answers_but_no_token(workspace, client):
    client.chat_postMessage(channel=workspace.channel("try-it"), text="hello")
    (call,) = workspace.calls_to("chat.postMessage")

    assert (call.arguments["text"], call.response["ok"]) == ("hello", True)
    assert workspace.bot_token not in str(call)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": ""}, "no_text"),
        ("chat.postMessage", {"text": "a" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"text": "a", "thread_ts": "1.000001"}, "thread_not_found"),
        ("chat.postMessage", {"blocks": "{not json"}, "invalid_blocks_format"),
        ("chat.postEphemeral", {"text": "a", "user": "U404"}, "user_not_found"),
        ("conversations.replies", {"ts": "1.000001"}, "thread_not_found"),
        ("conversations.history", {"cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"limit": "many"}, "invalid_arguments"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_arguments_are_refused_in_slacks_words(workspace, client, method, arguments, error):
    assert error_of(client.api_call, method, params={"channel": workspace.channel("try-it"), **arguments}) == error


def test_an_update_takes_less_text_than_a_post(workspace, client):
    posted = client.chat_postMessage(channel=workspace.channel("try-it"), text="a" * 40_000)

    assert error_of(client.chat_update, channel=posted["channel"], ts=posted["ts"], text="a" * 4_001) == "msg_too_long"
