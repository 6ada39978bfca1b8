"""What goes wrong in the credential plugins of a kubeconfig (`exec:`).

The kubernetes package writes into the log that a plugin failed and goes on without credentials, so that all that
anybody sees is a refusal of the API server. What is written is kept here, to be the reason.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from diagnostics import redaction


class Complaint(logging.Handler):
    """The last error that one thread has logged, without secrets; '' as long as there is none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record of our own thread."""
        if record.thread == self._thread:
            self.text = redaction.text(record.getMessage().removeprefix("exec: ").strip())


@contextmanager
def complaint() -> Iterator[Complaint]:
    """Listen to what this thread complains about, as long as the block lasts."""
    heard = Complaint()
    logging.getLogger().addHandler(heard)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(heard)
