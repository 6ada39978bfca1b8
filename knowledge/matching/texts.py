"""The texts of clues, kept as one block of bytes: a million strings would cost more memory than what they say."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class Texts(Sequence[str]):
    """An immutable sequence of strings."""

    def __init__(self, block: bytes, ends: NDArray[np.int64]) -> None:
        self.block = block
        self.ends = ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Return the sequence of some texts; what is not valid Unicode is replaced."""
        block = bytearray()
        ends = []
        for text in texts:
            block += text.encode("utf-8", "replace")
            ends.append(len(block))
        return cls(bytes(block), np.array(ends, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        start = int(self.ends[index - 1]) if index else 0
        return self.block[start : int(self.ends[index])].decode("utf-8")
