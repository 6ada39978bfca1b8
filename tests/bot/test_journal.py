import sqlite3
import threading

import pytest

from bot.journal import ATTEMPTS, Journal, State
from handlers.gaps import Gap, Recurring
from handlers.job import Job
from handlers.replies import Reply
from handlers.votes import Ballot, Tally, Vote


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path, clock):
    journal = Journal(path, clock=clock)
    yield journal
    journal.close()


def a_job(number=1, *, subject=None):
    return Job(f"Ev{number}", subject or f"post:C1:{number}", "C1:1", "post", {"text": "boom", "n": number})


def a_reply(source="1.0", *, thread="1.0", entries=("dns",), fingerprint="abc", reply_ts="9.0"):
    return Reply("C1", source, thread, reply_ts, entries, fingerprint)


def test_a_job_is_kept_with_everything_that_its_answer_needs(journal):
    assert journal.record(a_job())

    assert [a_job()] == [Job(**{**vars(job), "attempt": 1}) for job in journal.waiting(limit=5)]


def test_the_same_delivery_is_kept_once(journal):
    assert journal.record(a_job(1))
    assert not journal.record(a_job(1, subject="post:C1:other"))


def test_two_deliveries_about_one_post_are_one_job(journal):
    assert journal.record(a_job(1, subject="post:C1:7.1"))
    assert not journal.record(a_job(2, subject="post:C1:7.1"))


def test_beginning_counts_the_attempt_and_happens_once(journal):
    journal.record(a_job())

    assert journal.begin("Ev1").attempt == 1
    assert journal.begin("Ev1") is None


def test_what_was_pasted_is_wiped_once_the_job_is_over(journal, path):
    for number, end in ((1, journal.finish), (2, lambda job_id: journal.fail(job_id, "SlackApiError"))):
        journal.record(a_job(number))
        journal.begin(f"Ev{number}")
        end(f"Ev{number}")
    journal.record(a_job(3))
    journal.withdraw("post:C1:3")
    journal.close()

    assert b"boom" not in path.read_bytes()


def test_a_withdrawn_job_is_never_begun(journal):
    journal.record(a_job(1, subject="post:C1:7.1"))
    journal.withdraw("post:C1:7.1")

    assert journal.begin("Ev1") is None
    assert not journal.record(a_job(2, subject="post:C1:7.1"))


def test_a_job_waits_for_its_next_attempt(journal, clock):
    journal.record(a_job())
    journal.begin("Ev1")
    journal.retry("Ev1", 5.0)

    assert journal.waiting(limit=5) == []
    clock.now += 5
    assert [job.id for job in journal.waiting(limit=5)] == ["Ev1"]


def test_attempts_run_out(journal):
    journal.record(a_job())
    for _ in range(ATTEMPTS - 1):
        journal.begin("Ev1")
        assert journal.retry("Ev1", 0)
    journal.begin("Ev1")

    assert not journal.retry("Ev1", 0)


def test_the_oldest_waiting_jobs_come_first_without_those_in_hand(journal, clock):
    for number in (3, 1, 2):
        clock.now += 1
        journal.record(a_job(number))

    assert [job.id for job in journal.waiting(limit=2, without={"Ev1"})] == ["Ev3", "Ev2"]


def test_a_new_process_takes_up_what_the_last_one_left(path, journal, clock):
    journal.record(a_job(1))
    journal.record(a_job(2))
    journal.begin("Ev2")
    journal.close()

    restarted = Journal(path, clock=clock)
    given_up = restarted.recover()

    assert given_up == []
    assert [job.id for job in restarted.waiting(limit=5)] == ["Ev1", "Ev2"]
    assert restarted.begin("Ev2").attempt == 2
    restarted.close()


def test_a_job_that_takes_the_process_down_is_given_up(journal):
    journal.record(a_job())
    for _ in range(ATTEMPTS):
        assert journal.recover() == []
        journal.begin("Ev1")

    assert [job.id for job in journal.recover()] == ["Ev1"]
    assert journal.states() == {State.FAILED: 1}


def test_any_thread_may_write(journal):
    numbers = range(40)
    threads = [threading.Thread(target=journal.record, args=(a_job(number),)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert journal.states() == {State.WAITING: len(numbers)}


def test_a_reply_is_found_by_its_post_and_by_its_thread(journal):
    journal.keep_reply(a_reply("1.0", entries=("dns", "irsa")))

    assert journal.reply_to("C1", "1.0") == a_reply("1.0", entries=("dns", "irsa"))
    assert set(journal.entries_in("C1", "1.0")) == {"dns", "irsa"}
    assert journal.reply_to("C2", "1.0") is None
    assert journal.entries_in("C1", "2.0") == {}


def test_an_entry_of_a_thread_points_to_the_first_reply_that_named_it(journal, clock):
    journal.keep_reply(a_reply("1.0", reply_ts="first"))
    clock.now += 1
    journal.keep_reply(a_reply("1.5", reply_ts="second"))

    assert journal.entries_in("C1", "1.0")["dns"].reply_ts == "first"


def test_a_later_reply_to_the_same_post_replaces_the_earlier(journal):
    journal.keep_reply(a_reply(entries=("dns",)))
    journal.keep_reply(a_reply(entries=("irsa",), fingerprint="def"))

    assert journal.reply_to("C1", "1.0").entries == ("irsa",)
    assert set(journal.entries_in("C1", "1.0")) == {"irsa"}


def test_a_forgotten_reply_frees_its_entries(journal):
    journal.keep_reply(a_reply())
    journal.forget_reply("C1", "1.0")

    assert journal.entries_in("C1", "1.0") == {}


def a_ballot(user, vote, *, entry="dns"):
    return Ballot("C1", "9.0", entry, user, vote)


def test_everybody_has_one_vote_and_may_change_it(journal):
    journal.cast(a_ballot("U1", Vote.HELPED))
    journal.cast(a_ballot("U1", Vote.HELPED))
    assert journal.cast(a_ballot("U2", Vote.HELPED)) == Tally(helped=2)

    assert journal.cast(a_ballot("U1", Vote.NOT_THIS)) == Tally(helped=1, not_this=1)


def test_votes_are_counted_by_entry_and_outlive_the_process(journal, path, clock):
    journal.cast(a_ballot("U1", Vote.HELPED))
    journal.cast(a_ballot("U1", Vote.HELPED, entry="irsa"))
    journal.close()

    restarted = Journal(path, clock=clock)
    assert restarted.tally("C1", "9.0", "dns") == Tally(helped=1)
    restarted.close()


def test_pruning_takes_what_is_over_and_leaves_what_waits_and_every_vote(journal, clock):
    for number in (1, 2):
        journal.record(a_job(number))
    journal.begin("Ev1")
    journal.finish("Ev1")
    journal.keep_reply(a_reply())
    journal.cast(a_ballot("U1", Vote.HELPED))
    clock.now += 100

    assert journal.prune(older_than=200) == 0
    assert journal.prune(older_than=50) == 2
    assert journal.states() == {State.WAITING: 1}
    assert journal.reply_to("C1", "1.0") is None
    assert journal.tally("C1", "9.0", "dns") == Tally(helped=1)


def test_the_journal_tells_which_kinds_have_ever_arrived(journal, clock):
    journal.record(a_job(1))
    clock.now += 5
    journal.record(a_job(2))

    (seen,) = journal.seen()
    assert (seen.kind, seen.count, seen.newest) == ("post", 2, clock.now)


def a_gap(ts, shape="shark", channel="C1"):
    return Gap(channel, ts, ts, shape)


def test_gaps_are_counted_by_shape_with_the_newest_of_each(journal):
    for gap in (a_gap("1.0"), a_gap("3.0"), a_gap("2.0", "coelacanth"), a_gap("3.0"), a_gap("9.0", channel="C2")):
        journal.keep_gap(gap)

    assert journal.gaps_in("C1") == [Recurring(2, a_gap("3.0")), Recurring(1, a_gap("2.0", "coelacanth"))]
    assert journal.gaps_elsewhere("C1") == 1


def test_a_gap_is_closed_alone_or_with_all_that_show_the_same(journal):
    for gap in (a_gap("1.0"), a_gap("2.0"), a_gap("3.0"), a_gap("4.0", channel="C2")):
        journal.keep_gap(gap)

    journal.close_gap("C1", "3.0")
    assert journal.gaps_in("C1") == [Recurring(2, a_gap("2.0"))]
    journal.close_shape("C1", "shark")
    assert journal.gaps_in("C1") == []
    assert journal.gaps_elsewhere("C1") == 1


def test_old_gaps_are_forgotten(journal, clock):
    journal.keep_gap(a_gap("1.0"))
    clock.now += 100
    journal.keep_gap(a_gap("2.0"))

    assert journal.prune(older_than=50) == 1
    assert journal.gaps_in("C1") == [Recurring(1, a_gap("2.0"))]


def test_what_was_pasted_is_on_the_disk_no_more_once_it_is_answered_and_the_journal_is_pruned(journal, path):
    for number in range(50):
        journal.record(Job(f"Ev{number}", f"post:{number}", "C1:1", "post", {"text": f"megalodon {number} " * 200}))
        journal.begin(f"Ev{number}")
        journal.finish(f"Ev{number}")
    journal.prune(older_than=1_000)

    assert not [file for file in path.parent.iterdir() if b"megalodon" in file.read_bytes()]


def test_a_journal_that_can_be_written_has_no_problem(journal):
    assert journal.check() == ""


def test_a_journal_whose_file_was_removed_under_it_says_so(journal, path):
    path.unlink()
    assert journal.check() == f"{path} was removed or replaced; start the bot again"

    path.write_bytes(b"")
    assert "was removed or replaced" in journal.check()


def test_a_journal_that_could_not_be_written_says_so_until_it_can_be(journal, path):
    meddling = sqlite3.connect(path)
    meddling.execute("alter table gaps rename to hidden")
    with pytest.raises(sqlite3.OperationalError):
        journal.keep_gap(a_gap("1.0"))
    assert journal.check() == "the journal cannot be written (no such table: gaps)"

    meddling.execute("alter table hidden rename to gaps")
    meddling.close()
    journal.keep_gap(a_gap("1.0"))
    assert journal.check() == ""
