"""What Slack refuses, loses or takes too long for."""

from bot import clients
from handlers.job import Job
from handlers.post import post


def test_who_is_too_fast_waits_as_long_as_slack_says(bot, workspace, room, pastes):
    workspace.rate_limit("chat.postMessage", 1)

    assert room().answer(workspace.post("alex", "platform", pastes.shards))


def test_a_person_who_waits_hears_that_no_answer_will_come(bot, workspace, read):
    workspace.fail("chat.postMessage", "restricted_action")
    workspace.post("alex", "platform", f"<@{workspace.bot_user}> help", raw=True)

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    assert "I could not answer this." in read(workspace.whispers("alex", "platform")[0])


def test_a_locale_that_slack_does_not_tell_is_no_reason_for_silence(bot, workspace, room, pastes, read):
    workspace.revoke_scope("users:read")

    assert "Sure." in read(room().answer(workspace.post("minji", "platform", pastes.shards)))


def test_a_file_that_cannot_be_attached_leaves_the_reply(bot, workspace, room, pastes, settled):
    workspace.revoke_scope("files:write")
    posted = workspace.post("alex", "platform", pastes.endless)
    settled(bot)

    assert len(room().replies(posted)) == 1


def test_a_reply_that_somebody_removed_is_written_anew_after_an_edit(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "platform", pastes.shards)
    first = room().answer(posted)
    bot.app.client.chat_delete(channel=workspace.channel("platform"), ts=first["ts"])
    workspace.edit("alex", "platform", posted["ts"], pastes.config)

    assert "A pod waits for a ConfigMap" in read(room().answer(posted))


def test_a_reply_whose_posting_a_crash_cut_short_is_found_and_not_posted_again(start, workspace, room, pastes, settled):
    first = start()
    posted = workspace.post("alex", "platform", pastes.shards)
    reply = room().answer(posted)
    settled(first)
    # The reply stands in Slack, but the process died before it could write that down.
    first.journal.forget_reply(workspace.channel("platform"), posted["ts"])
    said = post(posted, workspace.channel("platform"), clients.identity(first.app.client))
    first.journal.record(Job("Ev-again", "again", said.lane, "post", {"post": said.packed()}))
    first.journal.begin("Ev-again")
    first.journal.recover()
    settled(first)

    assert [each["ts"] for each in room().replies(posted)] == [reply["ts"]]
    assert first.journal.reply_to(workspace.channel("platform"), posted["ts"]).reply_ts == reply["ts"]
