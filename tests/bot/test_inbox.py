import threading
from dataclasses import dataclass, field

import pytest
from slack_sdk.errors import SlackApiError

from bot.inbox import Inbox
from bot.journal import Journal, State
from bot.pool import Pool
from handlers.inbox import Duty, Receipt
from handlers.job import Job

SOON = 10.0


@dataclass
class Desk:
    """An inbox whose jobs end as the test says, and what was said about them."""

    inbox: Inbox
    journal: Journal
    pool: Pool
    begun: list[Job] = field(default_factory=list)
    answered: list[Job] = field(default_factory=list)
    put_off: list[Job] = field(default_factory=list)
    given_up: list[Job] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def answer(self, job: Job) -> None:
        self._note(self.begun, job)
        assert self.let_go.wait(SOON)
        if self.problems:
            raise self.problems.pop(0)
        self._note(self.answered, job)

    def _note(self, where: list[Job], job: Job) -> None:
        with self.changed:
            where.append(job)
            self.changed.notify_all()

    def until(self, condition) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, SOON)

    def duty(self) -> Duty:
        return Duty(self.answer, lambda job: self._note(self.put_off, job), lambda job: self._note(self.given_up, job))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def opened(path):
    desks: list[Desk] = []

    def make(*, workers=2, queue=10) -> Desk:
        journal, pool = Journal(path), Pool(workers, queue)
        desk = Desk(Inbox(journal, pool), journal, pool)
        desk.inbox.assign("post", desk.duty())
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.let_go.set()
        desk.inbox.close(SOON)
        desk.journal.close()


def a_job(number=1):
    return Job(f"Ev{number}", f"post:{number}", f"lane-{number}", "post", {})


def test_a_job_is_kept_before_the_receipt_is_given(opened):
    desk = opened()

    assert desk.inbox.receive(a_job()) is Receipt.NEW
    assert sum(desk.journal.states().values()) == 1


def test_a_job_is_answered_once_however_often_it_arrives(opened):
    desk = opened()
    desk.inbox.open()
    desk.let_go.set()

    assert [desk.inbox.receive(a_job()) for _ in range(3)] == [Receipt.NEW, Receipt.SEEN, Receipt.SEEN]
    desk.until(lambda: desk.answered)
    assert desk.inbox.close(SOON)
    assert len(desk.answered) == 1


def test_once_it_is_closed_nobody_asks_the_journal_for_jobs_any_more(opened):
    desk = opened()
    desk.inbox.open()

    assert desk.inbox.close(SOON)
    assert "inbox" not in {thread.name for thread in threading.enumerate()}


def test_when_the_queue_is_full_the_person_is_told_and_answered_later(opened):
    desk = opened(workers=1, queue=1)
    desk.inbox.open()
    receipts = [desk.inbox.receive(a_job(number)) for number in range(8)]

    assert receipts.count(Receipt.LATE) >= 6
    desk.until(lambda: len(desk.put_off) == receipts.count(Receipt.LATE))
    desk.let_go.set()
    desk.until(lambda: len(desk.answered) == len(receipts))
    assert {job.id for job in desk.answered} == {f"Ev{number}" for number in range(8)}


def an_outage():
    return SlackApiError("no", {"ok": False, "error": "internal_error"})


@pytest.mark.parametrize("problem", [an_outage(), ConnectionResetError(), TimeoutError()])
def test_an_outage_lets_a_job_wait_for_its_next_attempt(opened, problem):
    desk = opened()
    desk.problems = [problem, problem]
    desk.let_go.set()
    desk.inbox.receive(a_job())
    desk.until(lambda: desk.begun)
    desk.inbox.close(SOON)

    assert desk.journal.states() == {State.WAITING: 1}
    assert desk.given_up == []


@pytest.mark.parametrize(
    "problem", [ValueError("bug"), SlackApiError("no", {"ok": False, "error": "channel_not_found"})]
)
def test_what_no_later_attempt_would_mend_is_given_up_at_once(opened, problem):
    desk = opened()
    desk.problems = [problem]
    desk.let_go.set()
    desk.inbox.receive(a_job())

    desk.until(lambda: desk.given_up)
    assert desk.journal.states() == {State.FAILED: 1}


def test_the_next_start_answers_what_the_last_run_left(opened):
    before = opened(workers=1)
    for number in range(3):
        before.inbox.receive(a_job(number))
    before.until(lambda: before.begun)
    assert not before.inbox.close(0)

    after = opened()
    after.let_go.set()
    after.inbox.open()
    after.until(lambda: len(after.answered) == 3)
    attempts = {job.id: job.attempt for job in after.answered}
    assert max(attempts.values()) == 2
    before.let_go.set()


def test_what_an_earlier_version_kept_and_this_one_does_not_know_is_dropped(opened):
    desk = opened()
    desk.journal.record(Job("Ev1", "old", "lane", "of-old", {}))
    desk.inbox.open()
    assert desk.inbox.receive(a_job(2)) is Receipt.NEW
    desk.let_go.set()
    desk.until(lambda: desk.answered)

    desk.inbox.close(SOON)
    assert desk.journal.states() == {State.ANSWERED: 2}


def test_two_duties_for_one_kind_are_a_mistake(opened):
    desk = opened()

    with pytest.raises(ValueError, match="two duties"):
        desk.inbox.assign("post", desk.duty())
