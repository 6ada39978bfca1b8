"""The inbox: journal first, then the pool; what the pool has no room for is taken up from the journal later."""

import threading
from collections.abc import Callable
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError

from bot import clients
from bot.journal import Journal
from bot.pool import Pool
from handlers.inbox import Duty, Receipt
from handlers.job import Job

RETRY_DELAYS = (5.0, 30.0)
"""Seconds before the second and the third attempt at a job that met an outage."""

LOOK_SECONDS = 1.0
"""How often the journal is asked for jobs that wait for their next attempt."""

PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
"""Errors of Slack's that a later attempt may not meet; the last is said while a workspace moves into an Enterprise."""

log = structlog.get_logger()


def _leave(job: Job) -> None:
    log.warning("nobody answers jobs of this kind any more, it is dropped", job=job.id, kind=job.kind)


NOBODYS = Duty(answer=_leave, put_off=_leave, give_up=_leave)
"""What happens to a job that an earlier version kept and this one does not know."""


class Inbox:
    """Keeps jobs until they are answered, across restarts and outages."""

    def __init__(self, journal: Journal, pool: Pool) -> None:
        self._journal = journal
        self._pool = pool
        self._duties: dict[str, Duty] = {}
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._behind = threading.Event()
        self._closing = threading.Event()
        # One worker of its own for notices: they are owed exactly when the pool is full.
        self._notices = Pool(workers=1, queue_length=1000)
        self._clerk = threading.Thread(target=self._take_up_what_waits, name="inbox", daemon=True)

    def assign(self, kind: str, duty: Duty) -> None:
        """Say what jobs of this kind ask for."""
        if kind in self._duties:
            raise ValueError(f"two duties for jobs of the kind {kind!r}; give one of them another name")
        self._duties[kind] = duty

    def open(self) -> None:
        """Take up what an earlier process left, and from now on what is put off."""
        for job in self._journal.recover():
            self._tell(job, self._duty(job).give_up)
        self._behind.set()
        self._clerk.start()

    def receive(self, job: Job) -> Receipt:
        """Keep the job and hand it to a worker; it is safe to acknowledge once this has returned."""
        if not self._journal.record(job):
            log.info("seen before", job=job.id, kind=job.kind)
            return Receipt.SEEN
        if self._hand_over(job):
            if self._duty(job).slow and self._pool.crowded():
                self._tell(job, self._duty(job).put_off)
            return Receipt.NEW
        log.warning("queue full, put off", job=job.id, kind=job.kind)
        self._behind.set()
        self._tell(job, self._duty(job).put_off)
        return Receipt.LATE

    def close(self, timeout: float) -> bool:
        """Finish what is queued; False if `timeout` seconds were too few: the rest waits for the next start."""
        self._closing.set()
        self._behind.set()
        if self._clerk.is_alive():
            # It asks the journal, which whoever closes this closes next.
            self._clerk.join()
        finished = self._pool.drain(timeout)
        return self._notices.drain(timeout if finished else 0) and finished

    def _hand_over(self, job: Job) -> bool:
        with self._lock:
            if job.id in self._held:
                return True
            self._held.add(job.id)
        if self._pool.submit(job.lane, partial(self._work, job), slow=self._duty(job).slow):
            return True
        with self._lock:
            self._held.discard(job.id)
        return False

    def _work(self, job: Job) -> None:
        begun = self._journal.begin(job.id)
        try:
            if begun is not None:
                self._answer(begun)
        finally:
            with self._lock:
                self._held.discard(job.id)
            self._behind.set()

    def _answer(self, job: Job) -> None:
        try:
            self._duty(job).answer(job)
        except Exception as problem:  # noqa: BLE001 - the outermost edge: whatever happens, the worker lives
            self._after(job, problem)
        else:
            self._journal.finish(job.id)
            log.info("answered", job=job.id, kind=job.kind, attempt=job.attempt)

    def _after(self, job: Job, problem: Exception) -> None:
        told = {"job": job.id, "kind": job.kind, "attempt": job.attempt, "problem": _named(problem)}
        if _passes(problem) and self._journal.retry(job.id, RETRY_DELAYS[min(job.attempt, len(RETRY_DELAYS)) - 1]):
            log.warning("not answered yet, will try again", **told)
            return
        self._journal.fail(job.id, _named(problem))
        log.error("not answered", **told, exc_info=problem)
        self._tell(job, self._duty(job).give_up)

    def _duty(self, job: Job) -> Duty:
        return self._duties.get(job.kind, NOBODYS)

    def _tell(self, job: Job, notice: Callable[[Job], None]) -> None:
        def tell() -> None:
            try:
                notice(job)
            except Exception as problem:  # noqa: BLE001 - a notice that cannot be given is lost, the job is not
                log.warning("notice not given", job=job.id, kind=job.kind, problem=_named(problem))

        self._notices.submit(job.lane, tell)

    def _take_up_what_waits(self) -> None:
        while not self._closing.is_set():
            self._behind.wait(LOOK_SECONDS)
            self._behind.clear()
            while not self._closing.is_set() and self._take_up_one():
                pass

    def _take_up_one(self) -> bool:
        with self._lock:
            held = frozenset(self._held)
        waiting = self._journal.waiting(limit=1, without=held)
        return bool(waiting) and self._hand_over(waiting[0])


def _passes(problem: Exception) -> bool:
    if isinstance(problem, SlackApiError):
        response = problem.response
        return response.get("error") in PASSING or getattr(response, "status_code", 200) >= 500
    return isinstance(problem, clients.UNREACHABLE)


def _named(problem: Exception) -> str:
    """Name a problem without its message, which may quote what was pasted."""
    error = f" {problem.response.get('error')}" if isinstance(problem, SlackApiError) else ""
    return type(problem).__name__ + error
