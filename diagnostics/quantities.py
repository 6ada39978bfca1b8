"""Quantities of Kubernetes: `64Mi`, `250m`, `1e3`."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))([eE][+-]?\d{1,3}|[numkMGTPE]|[KMGTPE]i)?")
_SUFFIXES: dict[str, Decimal] = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
_BINARY = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki")


def parse(value: Any) -> Decimal | None:
    """Return a quantity as a number, bytes or cores; None when it is not one. A bare number is taken as it is."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _parse(str(value).strip())


@lru_cache(maxsize=1024)
def _parse(written: str) -> Decimal | None:
    """Read a quantity once: thousands of pods ask for the same few."""
    found = _QUANTITY.fullmatch(written)
    if found is None:
        return None
    digits, suffix = found.groups()
    if suffix is None:
        return Decimal(digits)
    if suffix in _SUFFIXES:
        return Decimal(digits) * _SUFFIXES[suffix]
    return Decimal(digits + suffix)


def amount(value: Any) -> Decimal:
    """Return a quantity as a number, nought when it is absent or cannot be read."""
    return parse(value) or Decimal(0)


def in_bytes(number: Decimal) -> str:
    """Return a number of bytes with the largest binary suffix that keeps at least one: `64Mi`, `1.5Gi`."""
    for suffix in _BINARY:
        if abs(number) >= _SUFFIXES[suffix]:
            return f"{round(number / _SUFFIXES[suffix], 1).normalize():f}{suffix}"
    return f"{number.normalize():f}"


def in_cores(number: Decimal) -> str:
    """Return a number of cores: `250m` below one, `1.5` above."""
    if abs(number) < 1:
        return f"{int(number * 1000)}m"
    return f"{round(number, 2).normalize():f}"
