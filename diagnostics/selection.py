"""Which objects of a resource are asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """A namespace (empty for all of them), and selectors as kubectl writes them."""

    namespace: str = ""
    labels: str = ""
    fields: str = ""
