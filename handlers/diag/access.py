"""Who may ask about a cluster."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Access:
    """Ids of channels and of people; an empty list lets everybody through, and both lists must."""

    channels: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()

    def allows_in(self, channel: str) -> bool:
        """Say whether anybody may ask in a channel."""
        return not self.channels or channel in self.channels

    def allows(self, channel: str, user: str) -> bool:
        """Say whether somebody may ask in a channel."""
        return self.allows_in(channel) and (not self.users or user in self.users)
