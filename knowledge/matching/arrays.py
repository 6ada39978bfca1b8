"""Names for the arrays that the index is made of, and what is done to many of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


def run_starts(values: Ints) -> Ints:
    """Return where each run of equal values begins."""
    is_start = np.empty(len(values), dtype=np.bool_)
    is_start[:1] = True
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return is_start.nonzero()[0]
