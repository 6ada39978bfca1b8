"""What people say about a reply: it helped, or it is something else."""

import enum
from dataclasses import dataclass
from typing import Protocol


class Vote(enum.StrEnum):
    """A person's word on an entry that a reply named."""

    HELPED = "helped"
    NOT_THIS = "not_this"


@dataclass(frozen=True)
class Tally:
    """How many people said what about one entry in one reply."""

    helped: int = 0
    not_this: int = 0


@dataclass(frozen=True)
class Ballot:
    """One person's vote: on which entry, in which reply."""

    channel: str
    reply_ts: str
    entry_id: str
    user: str
    vote: Vote


class Votes(Protocol):
    """Votes, one for each person, entry and reply; the newest counts."""

    def cast(self, ballot: Ballot) -> Tally:
        """Keep a vote in place of the person's earlier one, and return the new count."""

    def tally(self, channel: str, reply_ts: str, entry_id: str) -> Tally:
        """Return the count for one entry in one reply."""
