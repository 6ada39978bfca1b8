"""What can go wrong between a question about a cluster and its answer.

DiagnosticsError
├── ClusterError          the API server gave no usable answer; its text is one sentence that can be shown to anybody
│   ├── Unreachable       no connection, no credential, or no answer in time
│   ├── NotAuthenticated  401
│   ├── Forbidden         403, with the verb and the resource that RBAC does not grant
│   ├── NotFound          404 for an object
│   ├── NotServed         404 for a whole API: the cluster does not have it
│   ├── PageExpired       410 for the rest of a list that took too long
│   ├── Overloaded        429
│   └── AnswerUnusable    any other status, or a body that is not what Kubernetes would send
├── BudgetSpent           the time or the requests allowed for one question are used up, or somebody cancelled it
├── RequestRefused        a request that might change the cluster was stopped before it left the process
├── NameInvalid           a name that Kubernetes could not have given
├── RightsExcessive       the credentials may do more than read, and somebody decided that such are not used
├── ClusterUnknown        no such context, or no configuration at all
├── RecordingInvalid      a file that is not the recording of a cluster
├── CheckUnknown          no check has this id
├── CheckTwice            two functions claim the same id or the same code
├── CodeForeign           a check reported a code that it did not declare
└── ParameterInvalid      a check was given an argument that it does not take, or a value of the wrong kind
"""

from collections.abc import Sequence
from pathlib import Path

from diagnostics import likeness


class DiagnosticsError(Exception):
    """Anything that this package raises on purpose."""


class ClusterError(DiagnosticsError):
    """The API server gave no usable answer; the text is one sentence, fit to be shown to anybody."""


class Unreachable(ClusterError):
    """No connection, no credential, or no answer in time."""


class NotAuthenticated(ClusterError):
    """The API server does not know who asks."""


class Forbidden(ClusterError):
    """RBAC does not grant what was asked."""


class NotFound(ClusterError):
    """The object does not exist."""


class NotServed(ClusterError):
    """The cluster does not have this API."""


class PageExpired(ClusterError):
    """The rest of a list was asked for too late."""


class Overloaded(ClusterError):
    """The API server asks for fewer requests."""


class AnswerUnusable(ClusterError):
    """The API server failed, or sent what Kubernetes would not send."""


class BudgetSpent(DiagnosticsError):
    """The time or the requests allowed for one question are used up, or somebody cancelled it."""


class RequestRefused(DiagnosticsError):
    """A request that might change the cluster was stopped before it left the process."""

    def __init__(self, method: str, path: str, reason: str) -> None:
        super().__init__(f"{method} {path} was not sent: {reason}; diagnostics only read")


class RightsExcessive(DiagnosticsError):
    """The credentials may do more than read, and somebody decided that such are not used."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"the cluster is not asked: {sentence}")


class NameInvalid(DiagnosticsError):
    """A name that Kubernetes could not have given, so that no request may be built from it."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(
            f"{name!r} is not a {what}; names have lower-case letters, digits, '-' and '.', and are never empty"
        )


class ClusterUnknown(DiagnosticsError):
    """No cluster can be reached under this name: no such context, or no configuration at all."""


class RecordingInvalid(DiagnosticsError):
    """A file that is not the recording of a cluster."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} is not a recording of a cluster: {problem}")


class CheckUnknown(DiagnosticsError):
    """No check has this id; `nearest` are ids that may have been meant, the likeliest first."""

    def __init__(self, word: str, nearest: Sequence[str]) -> None:
        super().__init__(f"there is no check {word!r}{likeness.hint(nearest)}")
        self.word = word
        self.nearest = tuple(nearest)


class CheckTwice(DiagnosticsError):
    """Two functions claim the same id or the same code."""


class CodeForeign(DiagnosticsError):
    """A check reported a code that it did not declare."""

    def __init__(self, check_id: str, code: str) -> None:
        super().__init__(f"the check {check_id!r} reported {code!r}; add it to the codes= of its decorator")


class ParameterInvalid(DiagnosticsError):
    """A check was given an argument that it does not take, or a value of the wrong kind."""
