"""Names for things, in the shapes that Slack gives them."""

import secrets
import string
import time
from collections.abc import Callable

ALPHABET = string.ascii_uppercase + string.digits


def new(prefix: str) -> str:
    """Return an id such as `C7K2M0Q9XWE`; ids are random, so that no two runs of a workspace share one."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(10))


def secret(prefix: str = "", length: int = 24) -> str:
    """Return something that cannot be guessed: a token, a signing secret, the tail of a URL."""
    return prefix + secrets.token_hex(length // 2)


class Timestamps:
    """Hands out message timestamps: seconds with six decimals, each later than the one before."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return the timestamp of something that happens now."""
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
