"""What can go wrong in the local workspace.

WorkspaceError
├── Refused         the Web API answers `ok: false`
├── Unknown         somebody named a person, a channel or a message that is not there
├── NotPermitted    a person may not do this, for a reason that can be shown to them
├── Undelivered     the app did not acknowledge what was sent to it
└── AddressRefused  the server was told to listen beyond this machine
"""

from typing import Any


class WorkspaceError(Exception):
    """Anything that this package raises on purpose."""


class Refused(WorkspaceError):
    """The Web API answers `ok: false`; `details` are further fields of the answer."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


class Unknown(WorkspaceError):
    """Somebody named a thing that this workspace does not have."""

    def __init__(self, kind: str, name: str, known: str = "") -> None:
        super().__init__(f"the workspace has no {kind} {name!r}" + (f"; it has {known}" if known else ""))


class NotPermitted(WorkspaceError):
    """A person may not do this; the message is what Slack would show them."""


class Undelivered(WorkspaceError):
    """The app did not acknowledge in time; `reason` is the word that Slack gives in a retry."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the app did not acknowledge: {reason}")
        self.reason = reason


class AddressRefused(WorkspaceError):
    """The workspace has no accounts and no passwords, so it listens on this machine alone."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"the local workspace listens on 127.0.0.1 only, not on {host!r}: "
            "anybody who reaches it can act as anybody; forward a port if you need it elsewhere"
        )
