"""What is known of texts, in constant memory: of two halves, the older is forgotten when the newer is full.

What is asked for again moves to the newer half, so that it stays as long as it is used.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")

BESIDE_TEXT = 150
"""Bytes that remembering costs beside those of the text."""


class Remembered(Generic[Value]):
    """Values by texts, whose newer half takes at most `room` bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._left = room
        self._newer: dict[bytes, Value] = {}
        self._older: dict[bytes, Value] = {}

    def get(self, texts: Sequence[bytes]) -> list[Value | None]:
        """Return the value of each text; None for one that is not known, or no more."""
        values = list(map(self._newer.get, texts))
        older = self._older
        for at in [at for at, value in enumerate(values) if value is None] if older else ():
            values[at] = value = older.get(texts[at])
            if value is not None:
                self.put(texts[at], value)
        return values

    def put(self, text: bytes, value: Value) -> None:
        """Remember the value of a text."""
        if text not in self._newer:
            needed = len(text) + BESIDE_TEXT
            if needed > self._left:
                self._older, self._newer = self._newer, {}
                self._left = self._room
            self._left -= needed
        self._newer[text] = value
