"""Numbers that agree with their noun."""


class Count(int):
    """A number that can be written with its noun: `f"{Count(1):entry|entries}"` is `1 entry`."""

    def __format__(self, spec: str) -> str:
        """Write the number with its thousands, followed by the first noun for one and the second for any other."""
        one, several, many = spec.partition("|")
        if not several:
            return format(int(self), spec)
        return f"{int(self):,} {one if self == 1 else many}"
