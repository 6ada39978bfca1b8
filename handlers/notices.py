"""What people are told when an answer is late or will not come, wherever they pressed or typed something."""

from collections.abc import Callable
from functools import partial

from handlers import whispers
from handlers.desk import Desk
from handlers.inbox import Duty
from handlers.job import Job
from handlers.views import guide

Answer = Callable[..., None]


def duty(answer: Answer, desk: Desk, *, slow: bool = False) -> Duty:
    """Return the duty for jobs whose payload names the `user` and the address to `respond_at`.

    Where that is '', the payload may name a `channel` and a `thread` instead.
    """
    return Duty(
        answer=partial(answer, desk=desk),
        put_off=partial(_put_off, desk=desk),
        give_up=partial(_give_up, desk=desk),
        slow=slow,
    )


def _put_off(job: Job, *, desk: Desk) -> None:
    _respond(job, desk.style(job.payload["user"]).say.busy, desk)


def _give_up(job: Job, *, desk: Desk) -> None:
    _respond(job, desk.style(job.payload["user"]).say.failed.format(id=job.id), desk)


def _respond(job: Job, sentence: str, desk: Desk) -> None:
    payload, message = job.payload, guide.sentence(sentence)
    if payload["respond_at"]:
        whispers.respond(desk, payload["respond_at"], message)
    elif "channel" in payload:
        whispers.tell(desk, payload["channel"], payload["user"], message, thread=payload["thread"] or None)
