import threading

import pytest

from bot.pool import Load, Pool

SOON = 10.0


class Held:
    """A piece of work that lasts until it is let go."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.let_go = threading.Event()

    def __call__(self) -> None:
        self.started.set()
        assert self.let_go.wait(SOON)


@pytest.fixture
def pool():
    pool = Pool(workers=2, queue_length=2)
    yield pool
    pool.drain(SOON)


@pytest.fixture
def held(pool):
    pieces = [Held(), Held()]
    for number, piece in enumerate(pieces):
        pool.submit(f"held-{number}", piece)
        assert piece.started.wait(SOON)
    yield pieces
    for piece in pieces:
        piece.let_go.set()


def test_work_is_done(pool):
    done = threading.Event()

    assert pool.submit("lane", done.set)
    assert done.wait(SOON)


def test_a_full_queue_turns_work_away(pool, held):
    assert [pool.submit(f"lane-{number}", print) for number in range(3)] == [True, True, False]
    assert pool.load() == Load(running=2, queued=2)


def test_work_of_one_lane_keeps_its_order_and_never_overlaps(pool):
    first, order, done = Held(), [], threading.Event()
    pool.submit("thread", lambda: (first(), order.append("first")))
    assert first.started.wait(SOON)
    pool.submit("thread", lambda: (order.append("second"), done.set()))

    assert pool.load() == Load(running=1, queued=1)
    first.let_go.set()
    assert done.wait(SOON)
    assert order == ["first", "second"]


def test_a_lane_that_is_held_up_does_not_hold_up_another(pool):
    slow, done = Held(), threading.Event()
    pool.submit("slow", slow)
    assert slow.started.wait(SOON)
    pool.submit("slow", print)
    pool.submit("other", done.set)

    assert done.wait(SOON)
    slow.let_go.set()


def test_a_worker_outlives_work_that_raises(capsys):
    pool = Pool(workers=1, queue_length=5)
    done = threading.Event()
    pool.submit("lane", lambda: 1 / 0)
    pool.submit("lane", done.set)

    assert done.wait(SOON)
    assert pool.drain(SOON)
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_draining_finishes_what_is_queued_and_takes_nothing_more(pool, held):
    done = threading.Event()
    pool.submit("queued", done.set)
    drained: list[bool] = []
    draining = threading.Thread(target=lambda: drained.append(pool.drain(SOON)))
    draining.start()
    for piece in held:
        piece.let_go.set()
    draining.join(SOON)

    assert drained == [True]
    assert done.is_set()
    assert not pool.submit("late", print)


def test_draining_gives_up_when_its_time_is_over(pool, held):
    never = threading.Event()
    pool.submit("queued", never.set)

    assert not pool.drain(0)
    assert pool.load() == Load(running=2, queued=0)
    assert not never.is_set()


def test_slow_work_leaves_workers_to_quick_work():
    pool, slow, done = Pool(workers=2, queue_length=5, slow_at_once=1), [Held(), Held()], threading.Event()
    for number, piece in enumerate(slow):
        pool.submit(f"slow-{number}", piece, slow=True)
    assert slow[0].started.wait(SOON)
    pool.submit("quick", done.set)

    assert done.wait(SOON)
    assert not slow[1].started.is_set()
    slow[0].let_go.set()
    assert slow[1].started.wait(SOON)
    slow[1].let_go.set()
    assert pool.drain(SOON)


def test_a_pool_says_when_slow_work_waits_for_other_slow_work():
    pool, slow = Pool(workers=2, queue_length=5, slow_at_once=1), [Held(), Held()]
    crowded = []
    for number, piece in enumerate(slow):
        pool.submit(f"slow-{number}", piece, slow=True)
        crowded.append(pool.crowded())
    for piece in slow:
        piece.let_go.set()

    assert crowded == [False, True]
    assert pool.drain(SOON)
