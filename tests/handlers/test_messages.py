import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot import clients
from handlers.threads import EVENT_TYPE


def test_a_documented_error_is_answered_in_its_thread(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", pastes.shards)

    reply = room().answer(posted)
    said = read(reply)
    assert reply["thread_ts"] == posted["ts"]
    assert "Elasticsearch refuses new indices" in said
    assert "Sure." in said
    assert "1 │ validation_exception: this action would add [10] total shards" in said
    assert "The cluster holds 999 of 1000 shards." in said
    assert 'curl -X DELETE "$ES/logs-2021*"' in said
    assert "`shard-limit`" in said
    assert "<https://www.elastic.co/guide/shards|Shard allocation settings>" in said


def test_ordinary_talk_in_a_channel_is_left_alone(bot, workspace, room, pastes, settled):
    posted = workspace.post("alex", "platform", pastes.chatter)
    settled(bot)

    assert room().replies(posted) == []
    assert workspace.calls_to("chat.postMessage") == []


def test_a_direct_message_always_gets_an_answer(bot, workspace, read):
    direct = workspace.direct("alex")
    documented = workspace.post("alex", direct, 'Error: configmap "a" not found')
    unheard_of = workspace.post("alex", direct, "zygote::Panic flux capacitor 0x1234 unaligned in ring -3")

    workspace.wait_for(
        lambda: workspace.replies(direct, documented["ts"]) and workspace.replies(direct, unheard_of["ts"])
    )
    assert "A pod waits for a ConfigMap" in read(workspace.replies(direct, documented["ts"])[0])
    assert "Not documented." in read(workspace.replies(direct, unheard_of["ts"])[0])


def test_a_mention_always_gets_an_answer_and_arrives_twice_but_is_answered_once(bot, workspace, room, settled, read):
    posted = workspace.post("alex", "platform", f"<@{workspace.bot_user}> what on earth is a flux capacitor?", raw=True)

    assert "Not documented." in read(room().answer(posted))
    settled(bot)
    assert len(room().replies(posted)) == 1


def test_an_answer_in_a_thread_stays_in_that_thread(bot, workspace, room, pastes):
    first = workspace.post("alex", "platform", pastes.chatter)
    below = workspace.post("jo", "platform", pastes.config, thread_ts=first["ts"])

    reply = room().answer(below, count=2)
    assert reply["user"] == workspace.bot_user
    assert reply["thread_ts"] == first["ts"]


def test_the_same_thread_never_gets_the_same_answer_twice(bot, workspace, room, pastes, settled):
    first = workspace.post("alex", "platform", pastes.shards)
    room().answer(first)
    workspace.post("jo", "platform", pastes.shards.replace("999", "1000"), thread_ts=first["ts"])
    workspace.post("jo", "platform", pastes.config, thread_ts=first["ts"])

    room().answer(first, count=4)
    settled(bot)
    ours = [reply for reply in room().replies(first) if reply["user"] == workspace.bot_user]
    assert len(ours) == 2


def test_two_posts_of_one_thread_at_the_same_moment_get_one_answer(bot, workspace, room, pastes, settled):
    first = workspace.post("alex", "platform", pastes.chatter)
    for _ in range(6):
        workspace.post("jo", "platform", pastes.shards, thread_ts=first["ts"])
    settled(bot)

    assert [reply["user"] for reply in room().replies(first)].count(workspace.bot_user) == 1


def test_who_asks_again_is_pointed_to_the_answer_above(bot, workspace, room, pastes, read):
    first = workspace.post("alex", "platform", pastes.shards)
    answer = room().answer(first)
    workspace.post("jo", "platform", f"<@{workspace.bot_user}> {pastes.shards}", thread_ts=first["ts"], raw=True)

    said = read(room().answer(first, count=3))
    assert "Answered above in this thread" in said
    assert answer["ts"].replace(".", "") in said


def test_an_answer_that_somebody_removed_is_given_again_to_who_asks(bot, workspace, room, pastes, read, mention):
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    bot.app.client.chat_delete(channel=workspace.channel("platform"), ts=reply["ts"])
    mention(posted)

    assert "shard-limit" in read(room().answer(posted, count=2))


def test_a_bare_mention_in_a_thread_asks_about_what_began_it(bot, workspace, room, pastes, read):
    workspace.remove("platform", workspace.bot_user)
    first = workspace.post("alex", "platform", pastes.config)
    workspace.invite("alex", "platform", workspace.bot_user)
    workspace.post("jo", "platform", f"<@{workspace.bot_user}>", thread_ts=first["ts"], raw=True)

    assert "A pod waits for a ConfigMap" in read(room().answer(first, count=2))


@pytest.fixture
def mention(workspace):
    """Mention the bot without words in the thread of a post."""
    return lambda post: workspace.post("jo", "platform", f"<@{workspace.bot_user}>", thread_ts=post["ts"], raw=True)


@pytest.fixture
def unheard(workspace):
    """Post into a thread while the bot is not in the channel, so that it stands there unanswered."""

    def say(text, thread=None):
        workspace.remove("platform", workspace.bot_user)
        posted = workspace.post("alex", "platform", text, **({"thread_ts": thread["ts"]} if thread else {}))
        workspace.invite("alex", "platform", workspace.bot_user)
        return posted

    return say


def test_a_bare_mention_asks_about_the_paste_further_down_where_the_thread_began_with_talk(
    bot, room, pastes, read, unheard, mention
):
    first = unheard("something is wrong with the shop, who can help?")
    unheard(pastes.config, first)
    unheard("I will have a look after lunch", first)
    mention(first)

    assert "A pod waits for a ConfigMap" in read(room().answer(first, count=4))


@pytest.mark.parametrize("words", ["any idea?", "이거 뭔가요?"])
def test_a_mention_that_only_points_asks_about_the_paste_above(bot, workspace, room, pastes, read, unheard, words):
    first = unheard(pastes.config)
    workspace.post("jo", "platform", f"<@{workspace.bot_user}> {words}", thread_ts=first["ts"], raw=True)

    assert "A pod waits for a ConfigMap" in read(room().answer(first, count=2))


def test_a_mention_that_brings_an_error_of_its_own_is_not_answered_with_the_paste_above(
    bot, workspace, room, pastes, read, unheard
):
    first = unheard(pastes.config)
    own = f"<@{workspace.bot_user}> zygote::Panic flux capacitor 0x1234 unaligned"
    workspace.post("jo", "platform", own, thread_ts=first["ts"], raw=True)

    assert "Not documented." in read(room().answer(first, count=2))


def test_a_bare_mention_asks_about_the_newest_paste_that_has_no_answer_yet(
    bot, workspace, room, pastes, read, unheard, mention
):
    first = workspace.post("alex", "platform", pastes.config)
    room().answer(first)
    unheard(pastes.shards, first)
    unheard(pastes.config, first)
    mention(first)

    assert "the shard limit is reached" in read(room().answer(first, count=5))


def test_a_bare_mention_where_all_is_answered_points_to_the_answer(bot, workspace, room, pastes, read, mention):
    first = workspace.post("alex", "platform", pastes.config)
    room().answer(first)
    mention(first)

    assert "Answered above in this thread" in read(room().answer(first, count=3))


def test_a_bare_mention_where_nothing_is_documented_says_so(bot, room, read, unheard, mention):
    first = unheard("zygote::Panic flux capacitor 0x1234 unaligned in ring -3")
    mention(first)

    said = read(room().answer(first, count=2))
    assert "Not documented." in said
    assert "Did you mean" not in said


@pytest.mark.parametrize(
    ("text", "answer"),
    [("thanks!", "You are welcome."), ("고마워요 :smile:", "You are welcome."), ("hi there", "Paste an error, get")],
)
def test_small_talk_is_answered_as_such(bot, workspace, read, text, answer):
    direct = workspace.direct("alex")
    posted = workspace.post("alex", direct, text)
    workspace.wait_for(lambda: workspace.replies(direct, posted["ts"]))

    said = read(workspace.replies(direct, posted["ts"])[0])
    assert answer in said
    assert "Not documented" not in said


def test_a_mere_ok_needs_no_answer_even_in_private(bot, workspace, settled):
    workspace.post("alex", workspace.direct("alex"), "ok :+1:")
    settled(bot)

    assert workspace.calls_to("chat.postMessage") == []


def test_several_errors_in_one_paste_are_all_named(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", f"{pastes.config}\n{pastes.shards}")

    said = read(room().answer(posted))
    assert "Elasticsearch refuses new indices" in said
    assert "A pod waits for a ConfigMap" in said
    assert "Also in this paste" in said


def test_slack_markup_around_an_error_does_not_hide_it(bot, workspace, room, pastes, read):
    posted = workspace.post(
        "alex", "platform", f"look &lt;here&gt;:\n```{pastes.shards}```\n<https://a.b/c|a.b/c>", raw=True
    )

    assert "2 │" in read(room().answer(posted))


def test_a_retried_and_a_replayed_event_is_answered_once(bot, workspace, room, pastes, settled):
    workspace.duplicate_next()
    posted = workspace.post("alex", "platform", pastes.shards)
    room().answer(posted)
    event = next(d for d in workspace.deliveries if d.payload.get("event", {}).get("ts") == posted["ts"])
    workspace.redeliver(event.payload["event_id"])
    settled(bot)
    workspace.disconnect_sockets()
    workspace.wait_for_connection()
    workspace.redeliver(event.payload["event_id"])
    settled(bot)

    assert len(room().replies(posted)) == 1


def test_after_a_reconnect_pastes_are_answered_as_before(bot, workspace, room, pastes):
    workspace.disconnect_sockets()
    workspace.wait_for_connection()

    assert room().answer(workspace.post("alex", "platform", pastes.shards))


def test_an_edit_that_changes_the_text_updates_the_reply(bot, workspace, room, pastes, read, settled):
    posted = workspace.post("alex", "platform", pastes.shards)
    before = room().answer(posted)
    workspace.edit("alex", "platform", posted["ts"], pastes.config)

    workspace.wait_for(lambda: "A pod waits for a ConfigMap" in read(room().replies(posted)[0]))
    settled(bot)
    (after,) = room().replies(posted)
    assert after["ts"] == before["ts"]


def test_an_edit_that_leaves_nothing_documented_says_so(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", pastes.shards)
    room().answer(posted)
    workspace.edit("alex", "platform", posted["ts"], pastes.chatter)

    workspace.wait_for(lambda: "The text was edited" in read(room().replies(posted)[0]))


def test_an_edit_that_leaves_nothing_at_all_says_so_too(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", pastes.shards)
    room().answer(posted)
    workspace.edit("alex", "platform", posted["ts"], " ")

    workspace.wait_for(lambda: "The text was edited" in read(room().replies(posted)[0]))


def test_an_edit_can_turn_talk_into_a_paste(bot, workspace, room, pastes, settled):
    posted = workspace.post("alex", "platform", pastes.chatter)
    settled(bot)
    workspace.edit("alex", "platform", posted["ts"], pastes.shards)

    assert room().answer(posted)


def test_an_unfurl_is_no_edit(bot, workspace, room, pastes, settled):
    posted = workspace.post("alex", "platform", f"{pastes.shards} https://example.com")
    room().answer(posted)
    workspace.unfurl("platform", posted["ts"], {"from_url": "https://example.com", "title": pastes.config})
    settled(bot)

    assert len(room().replies(posted)) == 1
    assert workspace.calls_to("chat.update") == []


def test_when_a_post_is_deleted_its_answer_goes_too(bot, workspace, room, pastes):
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    workspace.delete("alex", "platform", posted["ts"])

    workspace.wait_for(lambda: workspace.message("platform", reply["ts"]) is None)


def test_a_post_of_which_slack_leaves_a_tombstone_is_a_deleted_one(bot, workspace, room, pastes):
    """So Slack tells that the first post of a thread was deleted; the local workspace takes it away as any other."""
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    left = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": posted["ts"]}
    told = {
        "type": "message",
        "subtype": "message_changed",
        "channel": workspace.channel("platform"),
        "channel_type": "channel",
        "message": left,
        "previous_message": posted,
    }
    body = {"type": "event_callback", "team_id": "T1", "event_id": "EvTombstone", "event": told}
    bot.app.dispatch(BoltRequest(body=body, mode="socket_mode"))

    workspace.wait_for(lambda: workspace.message("platform", reply["ts"]) is None)


def test_when_a_post_is_deleted_the_file_with_its_answer_goes_too(bot, workspace, room, pastes):
    first = workspace.post("alex", "platform", "good morning")
    posted = workspace.post("alex", "platform", pastes.endless, thread_ts=first["ts"])
    attached = room().answer(first, count=3)
    workspace.delete("alex", "platform", posted["ts"])

    workspace.wait_for(lambda: workspace.calls_to("chat.delete"))
    assert [call.arguments["file"] for call in workspace.calls_to("files.delete")] == [attached["files"][0]["id"]]


def test_other_bots_are_ignored(bot, workspace, room, pastes, settled):
    posted = workspace.post_as_app("alertmanager", "platform", pastes.shards)
    settled(bot)

    assert room().replies(posted) == []


ALERTS = [
    pytest.param({"text": "{error}"}, id="text"),
    pytest.param({"attachments": [{"fallback": "alert", "text": "{error}"}]}, id="attachment"),
    pytest.param({"attachments": [{"fallback": "{error}"}]}, id="fallback"),
    pytest.param({"attachments": [{"fields": [{"title": "log", "value": "{error}"}]}]}, id="field"),
    pytest.param({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "{error}"}}]}, id="block"),
    pytest.param(
        {"attachments": [{"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "{error}"}}]}]},
        id="block of an attachment",
    ),
]


def _filled(value, error):
    if isinstance(value, dict):
        return {key: _filled(inner, error) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, error) for inner in value]
    return value.replace("{error}", error)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_allowed_alert_bot_is_read_wherever_it_puts_the_error(start, workspace, room, pastes, alert):
    bot_id = workspace.post_as_app("alertmanager", "platform", "hello")["bot_id"]
    start(PASTEMORTEM_ALERT_BOTS=bot_id)
    posted = workspace.post_as_app("alertmanager", "platform", **_filled(alert, pastes.shards))

    assert room().answer(posted)


def test_the_bot_never_answers_itself(bot, workspace, room, pastes, settled):
    posted = workspace.post("alex", "platform", pastes.shards)
    room().answer(posted)
    settled(bot)

    assert len(room().replies(posted)) == 1


def test_its_own_messages_stay_unanswered_even_where_somebody_allows_them(start, workspace, pastes, settled):
    own = clients.identity(WebClient(workspace.bot_token, base_url=workspace.api_url)).bot_id
    bot = start(PASTEMORTEM_ALERT_BOTS=own)
    bot.app.client.chat_postMessage(channel=workspace.channel("platform"), text=pastes.shards)
    settled(bot)

    assert len(workspace.calls_to("chat.postMessage")) == 1


def test_people_are_answered_in_their_own_language(bot, workspace, room, pastes, read):
    english = workspace.post("alex", "platform", pastes.shards)
    korean = workspace.post("minji", "platform", pastes.shards)

    assert "Sure." in read(room().answer(english))
    said = read(room().answer(korean))
    assert "확실합니다." in said
    assert "샤드 수 한도에 걸려" in said
    assert "클러스터가 허용된 샤드 1000개 가운데 999개를" in said


def test_a_fixed_language_is_spoken_to_everybody(start, workspace, room, pastes, read):
    start(PASTEMORTEM_LANGUAGE="ko")

    assert "확실합니다." in read(room().answer(workspace.post("alex", "platform", pastes.shards)))
    assert workspace.calls_to("users.info") == []


def test_a_paste_cannot_mention_anybody_nor_break_its_fence(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", f"{pastes.shards} ``` <!channel> <@U123> & <b>")

    said = read(room().answer(posted))
    assert "<!" not in said
    assert "<@" not in said
    assert said.count("```") % 2 == 0


def test_an_entry_cannot_mention_anybody_either(bot, workspace, room, pastes, read):
    reply = room().answer(workspace.post("alex", "platform", pastes.hostile))

    said = read(reply) + reply["text"]
    assert "<!" not in said
    assert "<@" not in said
    assert "javascript:" in said
    assert "<javascript:" not in said


def test_what_does_not_fit_comes_as_a_file_in_the_thread(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", pastes.endless)

    attached = room().answer(posted, count=2)
    reply = room().replies(posted)[0]
    assert "the whole entry is attached as a file" in read(reply)
    assert [element["action_id"] for element in reply["blocks"][-1]["elements"]][:2] == ["helped", "not_this"]
    (file,) = attached["files"]
    assert file["name"] == "endless.md"
    assert b"Step 60" in workspace.file(file["id"])


def test_the_source_of_an_entry_is_linked_where_somebody_said_where_it_is(start, workspace, room, pastes, read):
    start(PASTEMORTEM_ENTRY_URL="https://example.com/kb/{file}")

    said = read(room().answer(workspace.post("alex", "platform", pastes.shards)))
    assert "<https://example.com/kb/shard-limit.md|source>" in said


def test_a_reply_names_in_slack_itself_what_it_answers(bot, workspace, room, pastes):
    posted = workspace.post("alex", "platform", pastes.shards)

    assert room().answer(posted)["metadata"] == {
        "event_type": EVENT_TYPE,
        "event_payload": {"source": posted["ts"]},
    }


def test_a_megabyte_in_one_line_is_read_and_answered(bot, workspace, room, pastes):
    posted = workspace.post("alex", "platform", files={"one-line.log": "all is well " * 80_000 + pastes.shards})

    assert room().answer(posted)


def test_words_after_a_mention_work_like_the_slash_command(bot, workspace, room, read):
    mention = f"<@{workspace.bot_user}>"
    shown = workspace.post("alex", "platform", f"{mention} show shard-limit", raw=True)
    found = workspace.post("alex", "platform", f"{mention} search configmap", raw=True)
    helped = workspace.post("alex", "platform", f"{mention} help", raw=True)

    assert "fewer shards" in read(room().answer(shown))
    assert "A pod waits for a ConfigMap" in read(room().answer(found))
    assert "/kb search TEXT" in read(room().answer(helped))


def test_a_paste_that_begins_like_a_command_is_still_a_paste(bot, workspace, room, pastes, read):
    direct = workspace.direct("alex")
    posted = workspace.post("alex", direct, f"list of errors:\n{pastes.shards}")

    workspace.wait_for(lambda: workspace.replies(direct, posted["ts"]))
    assert "Elasticsearch refuses new indices" in read(workspace.replies(direct, posted["ts"])[0])


def test_an_unknown_word_after_a_mention_names_the_nearest(bot, workspace, room, read):
    posted = workspace.post("alex", "platform", f"<@{workspace.bot_user}> serach dns", raw=True)

    said = read(room().answer(posted))
    assert "Did you mean `search`?" in said
