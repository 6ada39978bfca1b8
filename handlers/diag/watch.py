"""Long work with somebody watching: a line that moves, and a button that ends it."""

import threading
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import replace
from functools import partial
from typing import TypeVar

from diagnostics import background
from diagnostics.collector import Progress
from handlers.diag.runs import Run
from handlers.diag.stage import Stage
from handlers.diag.wording import Wording
from handlers.views import diagnosis
from handlers.views.diagnosis import Heading

PATIENCE = 0.8
"""Seconds before anything is shown: most checks are over by then, and their answer needs no line before it."""

BEAT = 2.0
SLOWEST_BEAT = 6.0
"""Seconds between two changes of the line, at first and in the end; Slack takes about 50 changes a minute in all."""

T = TypeVar("T")


class _Heard:
    """What the work last said it is doing, and how many things it has said."""

    def __init__(self, say: Wording) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._number = 0
        self._words = say.connecting
        self._begun = time.monotonic()

    def __call__(self, words: str) -> None:
        with self._lock:
            self._number += 1
            self._words = self._say.doing(words)

    def line(self) -> str:
        with self._lock:
            seconds = round(time.monotonic() - self._begun)
            return self._say.step.format(doing=self._words, number=self._number, seconds=seconds)


def follow(stage: Stage, run: Run, heading: Heading, say: Wording, work: Callable[[Progress], T]) -> T:
    """Return what `work` returns; as long as it lasts, say what it is doing and let it be cancelled."""
    heard = _Heard(say)
    call = background.start(partial(work, heard))
    pause = PATIENCE
    while not futures.wait([call], pause).done:
        seen = replace(heading, cancelled_by=run.cancelled_by)
        stage.try_to_show(diagnosis.progress(seen, heard.line(), run.id, say))
        pause = BEAT if pause < BEAT else min(1.5 * pause, SLOWEST_BEAT)
    return call.result()
