"""The journal: what Slack delivered, what was answered or not, and what people thought of it, in one SQLite file.

A job is written here before Slack is told that it arrived, so a crash loses nothing; its payload is wiped as soon as
the job is done, because a paste may hold secrets. There is one connection behind one lock: SQLite has one writer
anyway, and a `sqlite_utils.Database` otherwise belongs to the thread that opened it.
"""

import enum
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from bot.data import DataUnusable
from handlers.gaps import Gap, Recurring
from handlers.job import Job
from handlers.replies import Reply
from handlers.votes import Ballot, Tally, Vote

HELD = "see that this user may write it, that the disk has room, and that nothing else holds it open"
DAMAGED = "put a backup in its place, or move it away: the bot then begins anew, without the votes"
"""What mends a journal that cannot be opened, and one that is no database."""

BUSY_SECONDS = 5.0
"""How long a statement waits for a reader from outside, such as datasette or a backup."""

ATTEMPTS = 3
"""How often a job is begun before it is given up: one that takes the process down must not do so for ever."""


class State(enum.StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    WORKING = "working"
    ANSWERED = "answered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Seen:
    """How many deliveries of one kind the journal holds, and when the newest came (seconds since the epoch)."""

    kind: str
    count: int
    newest: float


class Journal:
    """Jobs, replies, votes and gaps. Every method may be called from any thread."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Open or create the file; `clock` tells the seconds since the epoch. Raises DataUnusable if it is damaged."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._problem = ""
        connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS, check_same_thread=False)
        self._db = sqlite_utils.Database(connection)
        self._lock = threading.RLock()
        self._clock = clock
        try:
            self._db.enable_wal()
            # What was acknowledged must outlive a power cut too, hence not WAL's usual NORMAL.
            self._db.execute("pragma synchronous = full")
            # What is wiped is overwritten: SQLite would only forget where it stands.
            self._db.execute("pragma secure_delete = on")
            # Together: each transaction of its own would be written to the disk.
            with self._db.atomic():
                self._create_tables()
        except sqlite3.DatabaseError as problem:
            connection.close()
            remedy = HELD if isinstance(problem, sqlite3.OperationalError) else DAMAGED
            raise DataUnusable(path, f"the journal cannot be used ({problem})", remedy) from problem
        self._file = path.stat()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def check(self) -> str:
        """Return why nothing can be kept, '' if it can: the last thing failed to be written, or the file is gone."""
        try:
            there = os.path.samestat(self._path.stat(), self._file)
        except OSError:
            there = False
        return self._problem if there else f"{self._path} was removed or replaced; start the bot again"

    def record(self, job: Job) -> bool:
        """Keep a job; False if it, or another delivery about the same subject, is known already."""
        row = (job.id, job.subject, job.lane, job.kind, json.dumps(dict(job.payload)), State.WAITING, self._clock())
        return (
            self._write(
                "insert or ignore into jobs (id, subject, lane, kind, payload, state, attempts, due_at, received_at)"
                " values (?, ?, ?, ?, ?, ?, 0, 0, ?)",
                row,
            )
            == 1
        )

    def begin(self, job_id: str) -> Job | None:
        """Take up a waiting job and count the attempt; None if it was withdrawn meanwhile."""
        with self._lock:
            taken = self._write(
                "update jobs set state = ?, attempts = attempts + 1 where id = ? and state = ?",
                (State.WORKING, job_id, State.WAITING),
            )
            rows = self._read("select * from jobs where id = ?", (job_id,)) if taken else []
        return _job(rows[0]) if rows else None

    def finish(self, job_id: str) -> None:
        """The job is done."""
        self._end(job_id, State.ANSWERED, "")

    def fail(self, job_id: str, reason: str) -> None:
        """The job will not be done; `reason` is kept and must not quote what was pasted."""
        self._end(job_id, State.FAILED, reason)

    def retry(self, job_id: str, delay: float) -> bool:
        """Let a job that could not be done wait for `delay` seconds; False if it had its attempts."""
        return (
            self._write(
                "update jobs set state = ?, due_at = ? where id = ? and attempts < ?",
                (State.WAITING, self._clock() + delay, job_id, ATTEMPTS),
            )
            == 1
        )

    def waiting(self, *, limit: int, without: Collection[str] = ()) -> list[Job]:
        """Return jobs that are due, oldest first, leaving out those `without`."""
        rows = self._read(
            "select * from jobs where state = ? and due_at <= ? and id not in (select value from json_each(?))"
            " order by received_at, rowid limit ?",
            (State.WAITING, self._clock(), json.dumps(list(without)), limit),
        )
        return [_job(row) for row in rows]

    def recover(self) -> list[Job]:
        """After a crash: let what was being worked on wait again, and return the jobs that had their attempts."""
        with self._lock:
            rows = self._read("select * from jobs where state = ? and attempts >= ?", (State.WORKING, ATTEMPTS))
            self._write("update jobs set state = ? where state = ?", (State.WAITING, State.WORKING))
            for row in rows:
                self.fail(row["id"], f"the process ended {ATTEMPTS} times while it worked on this")
        return [_job(row) for row in rows]

    def withdraw(self, subject: str) -> None:
        """Drop what waits under this subject, since the post itself is gone."""
        self._write(
            "update jobs set state = ?, payload = '{}', finished_at = ? where subject = ? and state = ?",
            (State.WITHDRAWN, self._clock(), subject, State.WAITING),
        )

    def states(self) -> Mapping[State, int]:
        """Return how many jobs stand where."""
        rows = self._read("select state, count(*) as jobs from jobs group by state", ())
        return {State(row["state"]): row["jobs"] for row in rows}

    def seen(self) -> tuple[Seen, ...]:
        """Return which kinds of job have ever arrived; a kind that never did may not be subscribed."""
        rows = self._read("select kind, count(*) as jobs, max(received_at) as newest from jobs group by kind", ())
        return tuple(Seen(row["kind"], row["jobs"], row["newest"]) for row in rows)

    def keep_reply(self, reply: Reply) -> None:
        """Remember a reply; one to the same post is replaced."""
        self._write(
            "insert or replace into replies"
            " (channel, source_ts, thread_ts, reply_ts, entries, fingerprint, posted_at) values (?, ?, ?, ?, ?, ?, ?)",
            (
                reply.channel,
                reply.source_ts,
                reply.thread_ts,
                reply.reply_ts,
                json.dumps(reply.entries),
                reply.fingerprint,
                self._clock(),
            ),
        )

    def reply_to(self, channel: str, source_ts: str) -> Reply | None:
        """Return the reply to a post."""
        rows = self._read("select * from replies where channel = ? and source_ts = ?", (channel, source_ts))
        return _reply(rows[0]) if rows else None

    def entries_in(self, channel: str, thread_ts: str) -> Mapping[str, Reply]:
        """Return the entries that were given as answers in a thread, each with the first reply that named it."""
        rows = self._read(
            "select * from replies where channel = ? and thread_ts = ? order by posted_at desc", (channel, thread_ts)
        )
        return {entry_id: reply for reply in map(_reply, rows) for entry_id in reply.entries}

    def forget_reply(self, channel: str, source_ts: str) -> None:
        """Forget the reply to a post, since it was deleted."""
        self._write("delete from replies where channel = ? and source_ts = ?", (channel, source_ts))

    def cast(self, ballot: Ballot) -> Tally:
        """Keep a vote in place of the person's earlier one, and return the new count."""
        with self._lock:
            self._write(
                "insert or replace into votes (channel, reply_ts, entry_id, user, vote, cast_at)"
                " values (?, ?, ?, ?, ?, ?)",
                (ballot.channel, ballot.reply_ts, ballot.entry_id, ballot.user, ballot.vote, self._clock()),
            )
            return self.tally(ballot.channel, ballot.reply_ts, ballot.entry_id)

    def tally(self, channel: str, reply_ts: str, entry_id: str) -> Tally:
        """Return the count for one entry in one reply."""
        rows = self._read(
            "select vote, count(*) as people from votes where channel = ? and reply_ts = ? and entry_id = ?"
            " group by vote",
            (channel, reply_ts, entry_id),
        )
        counted = {row["vote"]: row["people"] for row in rows}
        return Tally(counted.get(Vote.HELPED, 0), counted.get(Vote.NOT_THIS, 0))

    def answered(self) -> Mapping[str, int]:
        """Return how many replies name each entry."""
        rows = self._read(
            "select value as entry, count(*) as replies from replies, json_each(replies.entries) group by value", ()
        )
        return {row["entry"]: row["replies"] for row in rows}

    def votes(self) -> Mapping[tuple[str, ...], int]:
        """Return how many votes there are, by entry and by what they say."""
        rows = self._read("select entry_id, vote, count(*) as people from votes group by entry_id, vote", ())
        return {(row["entry_id"], row["vote"]): row["people"] for row in rows}

    def gaps(self) -> int:
        """Return how many posts show what nothing documents."""
        (row,) = self._read("select count(*) as posts from gaps", ())
        return int(row["posts"])

    def keep_gap(self, gap: Gap) -> None:
        """Remember a post that shows what nothing documents."""
        self._write(
            "insert or replace into gaps (channel, ts, thread, shape, noticed_at) values (?, ?, ?, ?, ?)",
            (gap.channel, gap.ts, gap.thread, gap.shape, self._clock()),
        )

    def close_gap(self, channel: str, ts: str) -> None:
        """Forget a post that is gone, or says something else."""
        self._write("delete from gaps where channel = ? and ts = ?", (channel, ts))

    def close_shape(self, channel: str, shape: str) -> None:
        """Forget all posts of a channel that show the same error, since it is documented."""
        self._write("delete from gaps where channel = ? and shape = ?", (channel, shape))

    def gaps_in(self, channel: str) -> list[Recurring]:
        """Return what is not documented in a channel, the most frequent first."""
        # SQLite takes the other columns from the row that holds the maximum.
        rows = self._read(
            "select channel, max(ts) as ts, thread, shape, count(*) as posts from gaps where channel = ?"
            " group by shape order by posts desc, ts desc",
            (channel,),
        )
        return [Recurring(row["posts"], Gap(row["channel"], row["ts"], row["thread"], row["shape"])) for row in rows]

    def gaps_elsewhere(self, channel: str) -> int:
        """Return how many posts of other channels show what is not documented."""
        (row,) = self._read("select count(*) as posts from gaps where channel <> ?", (channel,))
        return int(row["posts"])

    def prune(self, older_than: float) -> int:
        """Delete jobs, replies and gaps of more than `older_than` seconds ago; votes are kept. Return how many went."""
        before = self._clock() - older_than
        with self._lock:
            jobs = self._write("delete from jobs where finished_at < ?", (before,))
            replies = self._write("delete from replies where posted_at < ?", (before,))
            gaps = self._write("delete from gaps where noticed_at < ?", (before,))
            # The log that SQLite writes ahead still holds what was wiped since it was emptied last.
            self._db.execute("pragma wal_checkpoint(truncate)")
        return jobs + replies + gaps

    def _end(self, job_id: str, state: State, reason: str) -> None:
        self._write(
            "update jobs set state = ?, reason = ?, payload = '{}', finished_at = ? where id = ?",
            (state, reason, self._clock(), job_id),
        )

    def _write(self, statement: str, values: tuple[Any, ...]) -> int:
        with self._lock:
            try:
                written = self._db.execute(statement, values).rowcount
            except sqlite3.Error as problem:
                self._problem = f"the journal cannot be written ({problem})"
                raise
            self._problem = ""
            return written

    def _read(self, statement: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._db.query(statement, values))

    def _create_tables(self) -> None:
        jobs = self._db.table("jobs").create(
            {
                "id": str,
                "subject": str,
                "lane": str,
                "kind": str,
                "payload": str,
                "state": str,
                "attempts": int,
                "due_at": float,
                "received_at": float,
                "finished_at": float,
                "reason": str,
            },
            pk="id",
            if_not_exists=True,
        )
        jobs.create_index(["subject"], unique=True, if_not_exists=True)
        jobs.create_index(["state", "due_at"], if_not_exists=True)
        replies = self._db.table("replies").create(
            {
                "channel": str,
                "source_ts": str,
                "thread_ts": str,
                "reply_ts": str,
                "entries": str,
                "fingerprint": str,
                "posted_at": float,
            },
            pk=("channel", "source_ts"),
            if_not_exists=True,
        )
        replies.create_index(["channel", "thread_ts"], if_not_exists=True)
        self._db.table("votes").create(
            {"channel": str, "reply_ts": str, "entry_id": str, "user": str, "vote": str, "cast_at": float},
            pk=("channel", "reply_ts", "entry_id", "user"),
            if_not_exists=True,
        )
        self._db.table("gaps").create(
            {"channel": str, "ts": str, "thread": str, "shape": str, "noticed_at": float},
            pk=("channel", "ts"),
            if_not_exists=True,
        )


def _job(row: Mapping[str, Any]) -> Job:
    return Job(row["id"], row["subject"], row["lane"], row["kind"], json.loads(row["payload"]), row["attempts"])


def _reply(row: Mapping[str, Any]) -> Reply:
    entries = tuple(json.loads(row["entries"]))
    return Reply(row["channel"], row["source_ts"], row["thread_ts"], row["reply_ts"], entries, row["fingerprint"])
