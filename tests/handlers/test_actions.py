import pytest


@pytest.fixture
def answered(bot, workspace, room, pastes):
    """A reply to a documented paste, as it stands at the moment."""
    posted = workspace.post("alex", "platform", pastes.shards)
    room().answer(posted)
    return lambda: room().replies(posted)[0]


def labels(reply):
    return [element["text"]["text"] for element in reply["blocks"][-1]["elements"]]


def test_a_vote_is_counted_on_the_reply(workspace, answered):
    workspace.press("jo", answered(), "helped", channel="platform")

    workspace.wait_for(lambda: "👍 This helped · 1" in labels(answered()))


def test_everybody_has_one_vote(workspace, answered, bot, settled):
    for _ in range(3):
        workspace.press("jo", answered(), "helped", channel="platform")
    workspace.press("alex", answered(), "helped", channel="platform")
    settled(bot)

    assert "👍 This helped · 2" in labels(answered())


def test_a_vote_can_be_changed(workspace, answered, bot, settled):
    workspace.press("jo", answered(), "helped", channel="platform")
    workspace.press("jo", answered(), "not_this", channel="platform")
    settled(bot)

    assert {"👍 This helped", "👎 Not this · 1"} <= set(labels(answered()))


def test_a_reply_keeps_the_language_in_which_it_was_written(workspace, answered, bot, settled):
    workspace.press("minji", answered(), "helped", channel="platform")
    settled(bot)

    assert "👍 This helped · 1" in labels(answered())


def test_votes_outlive_the_process(start, workspace, room, pastes):
    first = start()
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    workspace.press("jo", reply, "helped", channel="platform")
    workspace.wait_for(lambda: "👍 This helped · 1" in labels(room().replies(posted)[0]))

    tally = first.journal.tally(workspace.channel("platform"), reply["ts"], "shard-limit")
    assert (tally.helped, tally.not_this) == (1, 0)


def test_an_edit_that_keeps_the_entry_keeps_its_votes(workspace, answered, pastes, room):
    workspace.press("jo", answered(), "helped", channel="platform")
    workspace.wait_for(lambda: "👍 This helped · 1" in labels(answered()))
    source = answered()["thread_ts"]
    workspace.edit("alex", "platform", source, pastes.shards.replace("999", "998"))

    workspace.wait_for(lambda: "998" in str(answered()["blocks"]))
    assert "👍 This helped · 1" in labels(answered())


def test_not_this_is_thanked_for_in_private(workspace, answered, read):
    workspace.press("jo", answered(), "not_this", channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "this is something else" in read(workspace.whispers("jo", "platform")[0])


def test_the_whole_entry_opens_over_slack(workspace, answered, read):
    workspace.press("jo", answered(), "show_entry", channel="platform")

    view = workspace.wait_for(lambda: workspace.view("jo"))
    assert "*Verify*" in read(view)


def test_the_whole_entry_shows_what_the_paste_told_as_the_answer_does(workspace, answered, read):
    said = "The cluster holds 999 of 1000 shards."
    assert said in read(answered())
    workspace.press("jo", answered(), "show_entry", channel="platform")

    view = workspace.wait_for(lambda: workspace.view("jo"))
    assert said in read(view)

    workspace.press_in_view("jo", view, "helped")
    workspace.wait_for(lambda: "Thank you" in read(workspace.view("jo")))
    assert said in read(workspace.view("jo"))


def test_a_vote_in_the_opened_entry_counts_on_the_reply(workspace, answered, read):
    workspace.press("jo", answered(), "show_entry", channel="platform")
    view = workspace.wait_for(lambda: workspace.view("jo"))
    workspace.press_in_view("jo", view, "helped")

    workspace.wait_for(lambda: "👍 This helped · 1" in labels(answered()))
    workspace.wait_for(lambda: "Thank you" in read(workspace.view("jo")))


def test_a_vote_counts_although_the_entry_was_closed_meanwhile(workspace, answered, bot, settled):
    workspace.press("jo", answered(), "show_entry", channel="platform")
    view = workspace.wait_for(lambda: workspace.view("jo"))
    workspace.fail("views.update", "not_found")
    workspace.press_in_view("jo", view, "helped")
    settled(bot)

    assert "👍 This helped · 1" in labels(answered())
    assert bot.journal.states().get("failed", 0) == 0


def test_a_vote_on_an_answer_that_was_removed_meanwhile_does_no_harm(workspace, answered, bot, settled):
    workspace.fail("chat.update", "message_not_found")
    workspace.press("jo", answered(), "helped", channel="platform")
    settled(bot)

    assert bot.journal.states().get("failed", 0) == 0


def test_an_entry_can_be_read_from_a_search(bot, workspace, read):
    workspace.command("jo", "platform", "/kb", "search configmap")
    found = workspace.wait_for(lambda: workspace.whispers("jo", "platform"))[0]
    shown = next(block["block_id"] for block in found["blocks"] if "missing-config" in str(block))
    workspace.press("jo", found, "show_entry", channel="platform", block_id=shown)

    assert "Make it." in read(workspace.wait_for(lambda: workspace.view("jo")))


def test_a_vote_on_an_answer_that_only_one_person_sees_is_thanked_for(bot, workspace, pastes, read):
    workspace.command("jo", "platform", "/kb", f"match {pastes.shards}")
    answer = workspace.wait_for(lambda: workspace.whispers("jo", "platform"))[0]
    workspace.press("jo", answer, "helped", channel="platform")

    workspace.wait_for(lambda: len(workspace.whispers("jo", "platform")) == 2)
    assert "Noted: this helped." in read(workspace.whispers("jo", "platform")[-1])


def test_other_candidates_unfold(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", f"{pastes.config}\n{pastes.shards}")
    reply = room().answer(posted)
    workspace.press("jo", reply, "show_others", channel="platform")

    view = workspace.wait_for(lambda: workspace.view("jo"))
    assert "A pod waits for a ConfigMap" in read(view)
    assert 'configmap "shop-env" not found' in read(view).replace("'", '"')

    workspace.press_in_view("jo", view, "show_entry")
    workspace.wait_for(lambda: "Make it." in read(workspace.view("jo")))


def test_not_this_shows_what_came_next(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", f"{pastes.config}\n{pastes.shards}")
    workspace.press("jo", room().answer(posted), "not_this", channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    said = read(workspace.whispers("jo", "platform")[0])
    assert "These came next:" in said
    assert "A pod waits for a ConfigMap" in said


def test_a_view_that_comes_too_late_becomes_a_whisper(workspace, answered, read):
    workspace.fail("views.open", "expired_trigger_id")
    workspace.press("jo", answered(), "show_entry", channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "*Verify*" in "\n".join(map(read, workspace.whispers("jo", "platform")))


def test_an_entry_that_is_gone_is_said_to_be_gone(start, workspace, room, pastes, read, tmp_path):
    bot = start()
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    bot.knowledge.entry("shard-limit")
    reply["blocks"][-1]["elements"][2]["value"] = '{"entry":"removed"}'
    bot.app.client.chat_update(
        channel=workspace.channel("platform"), ts=reply["ts"], text=reply["text"], blocks=reply["blocks"]
    )
    workspace.press("jo", reply, "show_entry", channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "`removed` is no longer" in read(workspace.whispers("jo", "platform")[0])


def test_candidates_that_are_gone_are_said_to_be_gone(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", f"{pastes.config}\n{pastes.shards}")
    reply = room().answer(posted)
    others = next(each for each in reply["blocks"][-1]["elements"] if each["action_id"] == "show_others")
    others["value"] = '{"others":[["removed",1,"a line","a signature"]]}'
    bot.app.client.chat_update(
        channel=workspace.channel("platform"), ts=reply["ts"], text=reply["text"], blocks=reply["blocks"]
    )
    workspace.press("jo", reply, "show_others", channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "None of the other candidates" in read(workspace.whispers("jo", "platform")[0])
