"""The texts of clues, kept as one block of bytes: a million strings would cost more memory than what they say."""

from collections.abc import Iterable, Iterator

import numpy as np

from knowledge.matching.arrays import Bytes, Ints


class Texts:
    """An immutable list of strings."""

    def __init__(self, block: Bytes, ends: Ints) -> None:
        self.block = block
        self.ends = ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Return the list of some texts; what is not valid Unicode is replaced."""
        block = bytearray()
        ends = []
        for text in texts:
            block += text.encode("utf-8", "replace")
            ends.append(len(block))
        return cls(np.frombuffer(bytes(block), dtype=np.uint8), np.array(ends, dtype=np.int64))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.ends)

    def __getitem__(self, index: int) -> str:
        """Return one text."""
        start = int(self.ends[index - 1]) if index else 0
        return self.block[start : int(self.ends[index])].tobytes().decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        """Yield all texts in order."""
        return (self[index] for index in range(len(self)))
