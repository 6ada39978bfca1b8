from handlers.shortcuts import CALLBACK


def test_a_documented_message_is_answered_in_its_thread(start, workspace, room, pastes, read):
    posted = workspace.post_as_app("somebot", "platform", pastes.shards)
    start()
    workspace.shortcut("jo", CALLBACK, posted, channel="platform")

    assert "Elasticsearch refuses new indices" in read(room().answer(posted))
    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "The answer stands in the thread" in read(workspace.whispers("jo", "platform")[0])


def test_it_works_in_threads(start, workspace, room, pastes, read):
    first = workspace.post("alex", "platform", pastes.chatter)
    below = workspace.post("alex", "platform", pastes.config, thread_ts=first["ts"])
    start()
    workspace.shortcut("jo", CALLBACK, below, channel="platform")

    assert "A pod waits for a ConfigMap" in read(room().answer(first, count=2))


def test_an_undocumented_message_is_answered_to_the_person_alone(bot, workspace, room, pastes, read, settled):
    posted = workspace.post("alex", "platform", pastes.chatter)
    workspace.shortcut("jo", CALLBACK, posted, channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    settled(bot)
    assert "Not documented." in read(workspace.whispers("jo", "platform")[0])
    assert room().replies(posted) == []


def test_where_the_bot_may_not_speak_the_person_is_answered_alone(bot, workspace, room, pastes, read):
    posted = workspace.post("alex", "random", pastes.shards)
    workspace.shortcut("jo", CALLBACK, posted, channel="random")

    workspace.wait_for(lambda: workspace.whispers("jo", "random"))
    assert "Elasticsearch refuses new indices" in read(workspace.whispers("jo", "random")[0])
    assert room("random").replies(posted) == []


def test_a_thread_that_has_the_answer_is_pointed_to(bot, workspace, room, pastes, read):
    first = workspace.post("alex", "platform", pastes.shards)
    room().answer(first)
    again = workspace.post("jo", "platform", pastes.shards, thread_ts=first["ts"])
    workspace.shortcut("jo", CALLBACK, again, channel="platform")

    workspace.wait_for(lambda: workspace.whispers("jo", "platform"))
    assert "Answered above in this thread" in read(workspace.whispers("jo", "platform")[0])
