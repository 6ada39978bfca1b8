"""The containers of a pod: what each was to be, what it is, and how it last ended."""

import enum
from dataclasses import dataclass

from diagnostics.fields import Fields
from diagnostics.objects import Object


class Role(enum.Enum):
    """What a container is for."""

    INIT = "init container"
    SIDECAR = "sidecar"
    MAIN = "container"


@dataclass(frozen=True)
class Container:
    """One container of a pod, by its specification and its status; either can be empty when the pod is odd."""

    name: str
    role: Role
    spec: Fields
    status: Fields
    restart_policy: str = "Always"
    """When it is started again once it has ended: its own rule, or that of its pod."""

    @property
    def spoken(self) -> str:
        """How a sentence names it: `container app`, `init container wait-for-db`."""
        return f"{self.role.value} {self.name}"

    @property
    def waits_for(self) -> str:
        """The reason why it does not run, such as `ImagePullBackOff`; empty when it runs or has ended."""
        return self.status.text("state.waiting.reason")

    @property
    def is_underway(self) -> bool:
        """Whether nothing is known to keep it from starting, or it has started."""
        return self.waits_for in ("", "ContainerCreating", "PodInitializing")

    @property
    def ended(self) -> Fields:
        """How the last run ended: the current state's or the one before; empty when it never ended."""
        now = self.status.at("state.terminated")
        return now or self.status.at("lastState.terminated")

    @property
    def ended_well(self) -> bool:
        """Whether the last run ended with 0, as far as it ended."""
        return self.ended.number("exitCode") == 0

    @property
    def log_is_previous(self) -> bool:
        """Whether the log of the run that ended is the previous one by now."""
        return not self.status.has("state.terminated")

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return self.status.number("restartCount")

    @property
    def is_crashing(self) -> bool:
        """Whether it keeps ending: it waits for its next try, or ended between two tries."""
        if self.waits_for == "CrashLoopBackOff":
            return True
        return self.restarts > 0 and self.status.has("state.terminated") and not self.ended_well

    @property
    def has_failed(self) -> bool:
        """Whether it ended badly and nobody starts it again; `restartPolicy` is its own or that of its pod."""
        return self.status.has("state.terminated") and not self.ended_well and self.restart_policy == "Never"

    @property
    def is_ready(self) -> bool:
        """Whether its readiness probe, if it has one, is content."""
        return self.status.flag("ready")


def of(pod: Object) -> list[Container]:
    """Return the containers of a pod in the order in which they start."""
    init_statuses = {status.text("name"): status for status in pod.each("status.initContainerStatuses")}
    statuses = {status.text("name"): status for status in pod.each("status.containerStatuses")}
    policy, nothing = pod.text("spec.restartPolicy", "Always"), Fields(None)
    members = [
        *((_role(spec), spec, init_statuses) for spec in pod.each("spec.initContainers")),
        *((Role.MAIN, spec, statuses) for spec in pod.each("spec.containers")),
    ]
    return [
        Container(
            spec.text("name"), role, spec, known.get(spec.text("name"), nothing), spec.text("restartPolicy", policy)
        )
        for role, spec, known in members
    ]


def _role(spec: Fields) -> Role:
    return Role.SIDECAR if spec.text("restartPolicy") == "Always" else Role.INIT
