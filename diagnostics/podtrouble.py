"""What can be wrong with a pod: the codes by which it is told, and one such trouble with what bears it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics.containers import Container
from diagnostics.finding import Code, Severity
from diagnostics.objects import Object, Reference

_LESS = ("rollout.unavailable",)
"""What need not be said beside a finding that tells why the pods of a workload are not ready."""

OOM_KILLED = Code(
    "pods.oom-killed",
    Severity.CRITICAL,
    "A container reached its memory limit and was killed",
    ("k8sgpt Pod", "popeye 203", "popeye 205"),
    tells=_LESS,
)
CRASH_LOOP = Code(
    "pods.crash-loop",
    Severity.CRITICAL,
    "A container ends again and again",
    ("k8sgpt Pod", "k8sgpt Log", "popeye 203", "popeye 205", "detek failed_pod"),
    tells=_LESS,
)
CANNOT_START = Code(
    "pods.cannot-start",
    Severity.CRITICAL,
    "The runtime cannot start a container's command",
    ("k8sgpt Pod", "popeye 203"),
    tells=_LESS,
)
LIVENESS_KILLED = Code(
    "pods.liveness-killed",
    Severity.CRITICAL,
    "The kubelet restarts a container whose liveness probe fails",
    ("popeye 205",),
    tells=_LESS,
)
STARTUP_KILLED = Code(
    "pods.startup-killed",
    Severity.CRITICAL,
    "The kubelet restarts a container whose startup probe never succeeds",
    ("popeye 205",),
    tells=_LESS,
)
INIT_FAILING = Code(
    "pods.init-failing",
    Severity.CRITICAL,
    "An init container fails, so the others never start",
    ("k8sgpt Pod",),
    tells=_LESS,
)
INIT_LASTS = Code(
    "pods.init-lasts",
    Severity.WARNING,
    "An init container runs for long, and the others wait for it",
    tells=_LESS,
)
IMAGE_PULL = Code(
    "pods.image-pull",
    Severity.CRITICAL,
    "An image cannot be pulled",
    ("k8sgpt Pod", "popeye 203", "popeye 305"),
    tells=_LESS,
)
CONFIG_MISSING = Code(
    "pods.config-missing",
    Severity.CRITICAL,
    "A ConfigMap, a Secret or a key of one that a container wants does not exist",
    ("k8sgpt Pod", "popeye 203", "popeye 304"),
    tells=_LESS,
)
UNSCHEDULABLE = Code(
    "pods.unschedulable",
    Severity.CRITICAL,
    "No node takes a pod",
    ("k8sgpt Pod", "popeye 207"),
    tells=_LESS,
)
GATED = Code(
    "pods.gated",
    Severity.WARNING,
    "A pod is kept from the scheduler by gates that nobody takes off",
    ("k8sgpt Pod", "popeye 207"),
    tells=_LESS,
)
UNSEEN = Code(
    "pods.unseen-by-scheduler",
    Severity.CRITICAL,
    "The scheduler has not looked at a pod",
    ("popeye 207",),
    tells=_LESS,
)
STUCK_CREATING = Code(
    "pods.stuck-creating",
    Severity.CRITICAL,
    "A pod has a node, and its sandbox or volumes cannot be made",
    ("k8sgpt Pod", "popeye 202"),
    tells=_LESS,
)
NOT_READY = Code(
    "pods.not-ready",
    Severity.CRITICAL,
    "A container runs, and its readiness probe fails",
    ("k8sgpt Pod", "popeye 204", "detek service_partially_available"),
    tells=_LESS,
)
RESIZE_REFUSED = Code(
    "pods.resize-refused",
    Severity.WARNING,
    "The requests or limits of a running pod were changed, and its node cannot follow",
)
NODE_GONE = Code(
    "pods.node-gone",
    Severity.WARNING,
    "A pod is on a node that does not answer",
    ("popeye 207",),
    tells=_LESS,
)
STUCK_TERMINATING = Code(
    "pods.stuck-terminating", Severity.WARNING, "A pod was deleted and does not go", ("popeye 200", "popeye 201")
)
EVICTED = Code("pods.evicted", Severity.WARNING, "A node evicted pods to save itself", ("k8sgpt Pod", "popeye 207"))
FAILED = Code(
    "pods.failed",
    Severity.WARNING,
    "A pod that no Job owns has failed, or a container of it that is not started again",
    ("popeye 207", "detek failed_pod"),
    tells=_LESS,
)
RESTARTED = Code("pods.restarted", Severity.NOTE, "A container was restarted lately, and is well now", ("popeye 205",))

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one pod; the same trouble of a workload's other pods is told together with it."""

    code: Code
    pod: Object
    title: str
    next: str
    container: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    cause: Reference | None = None
    blames: tuple[Reference, ...] = ()
    severity: Severity | None = None
    log_of: Container | None = None


def event(reason: str, message: str) -> dict[str, str]:
    """Return an event's message as evidence, nothing when there was no such event."""
    return {f"event {reason}": message} if message else {}
