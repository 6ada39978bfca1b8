import threading

import pytest

from workspace.slack import Timing


@pytest.fixture
def timing():
    """A Slack that takes an acknowledgement for missing after one second."""
    return Timing(acknowledge_within=1.0)


@pytest.fixture
def occupied(start, workspace):
    """A bot whose every thread is held: all five of Bolt's, its whole pool and the queue behind it."""
    bot = start(PASTEMORTEM_WORKERS="2", PASTEMORTEM_QUEUE="1")
    let_go = threading.Event()
    for _ in range(5):
        bot.app.listener_runner.listener_executor.submit(let_go.wait, 60)
    for number in range(2):
        assert bot.pool.submit(f"held-{number}", lambda: let_go.wait(60))
        workspace.wait_for(lambda expected=number: bot.pool.load().running > expected)
    assert bot.pool.submit("queued", lambda: None)
    yield bot, let_go
    let_go.set()


def test_a_slash_command_is_acknowledged_while_every_thread_is_held(occupied, workspace):
    assert workspace.command("alex", "platform", "/kb", "help").acknowledged


def test_a_command_that_must_wait_is_told_so_and_answered_later(occupied, workspace, read):
    _, let_go = occupied
    workspace.command("alex", "platform", "/kb", "help")

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    assert "I am busy." in read(workspace.whispers("alex", "platform")[0])
    let_go.set()
    workspace.wait_for(lambda: len(workspace.whispers("alex", "platform")) == 2)
    assert "/kb search TEXT" in read(workspace.whispers("alex", "platform")[1])


def test_a_paste_that_must_wait_is_told_so_and_answered_later(occupied, workspace, room, pastes, read):
    _, let_go = occupied
    posted = workspace.post("minji", "platform", pastes.shards)

    workspace.wait_for(lambda: workspace.whispers("minji", "platform"))
    assert "지금 처리할 요청이 많습니다." in read(workspace.whispers("minji", "platform")[0])
    let_go.set()
    assert room().answer(posted)


def test_ordinary_talk_is_not_told_that_the_bot_is_busy(occupied, workspace, room, pastes, settled):
    bot, let_go = occupied
    workspace.post("alex", "platform", pastes.chatter)
    workspace.post("alex", "platform", pastes.shards)

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    let_go.set()
    settled(bot)
    assert len(workspace.whispers("alex", "platform")) == 1


def test_a_flood_of_pastes_is_answered_to_the_last(start, workspace, room, pastes, settled):
    bot = start(PASTEMORTEM_WORKERS="1", PASTEMORTEM_QUEUE="1")
    posts = [workspace.post("alex", "platform", pastes.shards) for _ in range(20)]
    settled(bot)

    assert [len(room().replies(posted)) for posted in posts] == [1] * 20
