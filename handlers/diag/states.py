"""States that Kubernetes has a name for, and the check that looks at each.

Where nobody documented what a paste shows, the cluster can still be asked about it.
"""

import re
from typing import NamedTuple

from handlers.diag import namespaces

_PODS = (
    r"OOMKill(?:ed|ing)|Out of memory: Killed process|Exit [Cc]ode:\s*137",
    r"ErrImagePull|ErrImageNeverPull|ImagePullBackOff|InvalidImageName|Failed to pull image|Back-off pulling image",
    r"FailedScheduling|Insufficient (?:cpu|memory|pods)|\d/\d+ nodes are available",
    r"(?:[Rr]eadiness|[Ll]iveness|[Ss]tartup) probe (?:failed|errored)",
    r"failed (?:readiness|liveness|startup) probe",
    r"CrashLoopBackOff|RunContainerError|[Bb]ack-off restarting failed container",
    r"CreateContainer(?:Config)?Error|ContainerStatusUnknown|ContainerCannotRun|StartError",
    r"PodInitializing|Init:(?:Error|CrashLoopBackOff|\d+/\d+)|ContainerCreating|\bEvicted\b|FailedPreStopHook",
)


class Sight(NamedTuple):
    """A check, expressions for the states that it looks at, and whether they are those of things in namespaces."""

    check: str
    names: tuple[str, ...]
    namespaced: bool = True


SIGHTS = (
    Sight("webhooks", (r"failed calling (?:admission )?webhook",), namespaced=False),
    Sight("quota", (r"exceeded quota:", r"(?:maximum|minimum) (?:cpu|memory) usage per (?:Container|Pod)")),
    Sight("hpa", (r"FailedGet(?:Resource|External|Object|Pods)Metric", r"FailedComputeMetricsReplicas")),
    Sight("metrics-api", (r"[Mm]etrics API not available", r"FailedDiscoveryCheck"), namespaced=False),
    Sight("storage", (r"FailedAttachVolume|FailedBinding|ProvisioningFailed|VolumeResizeFailed|Multi-Attach error",)),
    Sight("cni", (r"FailedCreatePodSandBox|NetworkPluginNotReady|cni plugin not initialized",), namespaced=False),
    Sight("disruption-budgets", (r"would violate the pod's disruption budget",)),
    Sight("node", (r"NodeNotReady|NodeStatusUnknown|(?:Disk|Memory|PID)Pressure\s+True",), namespaced=False),
    Sight("rollout", (r"ProgressDeadlineExceeded|exceeded its progress deadline",)),
    Sight("jobs", (r"BackoffLimitExceeded|reached the specified backoff limit",)),
    Sight("jvm", (r"java\.lang\.OutOfMemoryError",)),
    Sight("service", (r"no endpoints available for service",)),
    Sight("pods", _PODS),
)
"""What the kubelet, the scheduler and the controllers print, causes before the pods that wait because of them."""

_NAMES = re.compile("|".join(f"(?P<_{place}>{'|'.join(sight.names)})" for place, sight in enumerate(SIGHTS)))


def question(paste: str) -> str:
    """Return what to ask `/diag` about the state that a paste names (`pods payments`); '' if it names none.

    Of several it is the one that stands first in SIGHTS.
    """
    met = {found.lastgroup for found in _NAMES.finditer(paste)}
    sight = next((sight for place, sight in enumerate(SIGHTS) if f"_{place}" in met), None)
    if sight is None:
        return ""
    return f"{sight.check} {namespaces.named(paste) if sight.namespaced else ''}".strip()
