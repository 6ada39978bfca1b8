"""Pods that do not do what they were made for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from diagnostics import (
    clues,
    containers,
    endings,
    excerpts,
    imagepulls,
    kubectl,
    needs,
    nodes,
    owners,
    remedies,
    scheduling,
)
from diagnostics.containers import Container, Role
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import NODES, POD_METRICS, PODS
from diagnostics.snapshot import Snapshot

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
FAILED = Code("pods.failed", Severity.WARNING, "A pod that no Job owns has failed", ("popeye 207", "detek failed_pod"))
RESTARTED = Code("pods.restarted", Severity.NOTE, "A container was restarted lately, and is well now", ("popeye 205",))

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_START_REASONS = frozenset({"StartError", "ContainerCannotRun"})
_CREATE_REASONS = frozenset(
    {"CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError", "PostStartHookError"}
)
_CREATING = frozenset({"", "ContainerCreating", "PodInitializing"})
_CREATION_EVENTS = (
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedCreatePodContainer",
    "NetworkNotReady",
    "FailedMapVolume",
)
_MISSING = re.compile(
    r'(?P<kind>configmap|secret) "(?P<name>[^"]+)" not found|key (?P<key>\S+) in (?P<of>ConfigMap|Secret) (?P<path>\S+)'
)
_KEY_MISSING = re.compile(r'volume "(?P<volume>[^"]+)" : references non-existent (?P<kind>secret|config) key')
_STOPPED = (0, 137, 143)
"""How a container ends that the kubelet stops: by itself when asked, or killed."""

_RESTARTS_WORTH_A_NOTE = 3
_LATELY = timedelta(hours=1)
_BETWEEN_TWO_ENDS = timedelta(minutes=10)
"""A container that is stopped again and again waits 5 minutes at most, and then has to fail its probe once more."""

_TIME_TO_START = timedelta(minutes=1)
_TIME_TO_BE_MADE = timedelta(minutes=5)
_TIME_TO_PREPARE = timedelta(minutes=10)
_MOST_LOGS_OF_RUNNING = 6
"""Logs of containers that run and are not ready; a sweep has others to read, too."""

_DEFAULT_SCHEDULER = "default-scheduler"
_OF_NAMED_PODS = "StatefulSet"
"""The kind of workload whose pods have names that people know: `kafka-1`."""


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


@check(
    "pods",
    subject=PODS,
    needs=(PODS,),
    helps=(needs.about(PODS), NODES, needs.if_served(POD_METRICS)),
    codes=CODES,
)
def pods(seen: Snapshot) -> Iterable[Finding]:
    """Pods that crash, wait, are not ready, were evicted or do not go, told once for each workload.

    A crash comes with its exit code and the last telling lines of its log, an OOM kill with the limit, a pod that no
    node takes with what the scheduler's reason means. Completed pods and pods of Jobs that failed are left to `jobs`.
    """
    shared = [
        trouble
        for workload, members in owners.by_workload(seen.within(PODS)).items()
        for trouble in _alike(workload, members, [each for pod in members for each in _troubles(seen, pod, members)])
    ]
    running = [each for each in shared if each.is_running]
    yield from (_told_once(seen, each) for each in shared if not each.is_running)
    for position, each in enumerate(running):
        yield _told_once(seen, each, with_log=position < _MOST_LOGS_OF_RUNNING or not seen.spares_logs)


@dataclass(frozen=True)
class Shared:
    """The same trouble of one or more of a workload's pods, of which there are `total`."""

    workload: Reference
    troubles: Sequence[Trouble]
    total: int

    @property
    def is_running(self) -> bool:
        """Whether the container runs, so that its log may be of the present and need not speak of any failure."""
        return self.troubles[0].code in (NOT_READY, INIT_LASTS)

    @property
    def subject(self) -> Object | Reference:
        """Whom to tell it of: the workload, unless one pod of several has it and people know that pod by its name."""
        alone = len(self.troubles) == 1 < self.total
        return self.troubles[0].pod if alone and self.workload.kind == _OF_NAMED_PODS else self.workload


def _alike(workload: Reference, members: Sequence[Object], troubles: Iterable[Trouble]) -> list[Shared]:
    alike: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in troubles:
        alike.setdefault((trouble.code.id, trouble.container), []).append(trouble)
    return [Shared(workload, group, len(members)) for group in alike.values()]


def _told_once(seen: Snapshot, shared: Shared, *, with_log: bool = True) -> Finding:
    first = _with_log(seen, shared) if with_log else shared.troubles[0]
    several = f" ({len(shared.troubles)} of {shared.total} pods)" if shared.total > 1 else ""
    return first.code.found(
        shared.subject,
        first.title + several,
        evidence={"pod": ", ".join(trouble.pod.name for trouble in shared.troubles), **first.evidence},
        next=first.next,
        severity=first.severity,
        cause=first.cause,
        blames=tuple(dict.fromkeys(blame for trouble in (first, *shared.troubles) for blame in trouble.blames)),
    )


def _with_log(seen: Snapshot, shared: Shared) -> Trouble:
    """Return a trouble with the log lines that tell why, and whom they point at.

    They are read for one pod of those alike, since each log is a request.
    """
    trouble = shared.troubles[0]
    container = trouble.log_of
    if container is None:
        return trouble
    log = seen.logs(trouble.pod, container.name, previous=container.log_is_previous and not shared.is_running)
    lines = excerpts.failures(log.lines) if shared.is_running else excerpts.telling(log.lines)
    lead = "; its log: " if shared.is_running else ": "
    said = "".join(f"{lead}{excerpts.saying(line, 200)}" for line in lines[-1:])
    return replace(
        trouble,
        title=f"{trouble.title}{said}",
        evidence={**trouble.evidence, **(excerpts.of_log(log) if lines or not shared.is_running else {})},
        blames=(*clues.blamed(seen, trouble.pod, log.lines), *trouble.blames),
    )


def _troubles(seen: Snapshot, pod: Object, members: Sequence[Object]) -> Iterator[Trouble]:
    """Go from what concerns the whole pod to its containers; the first that applies explains the rest."""
    phase = pod.text("status.phase")
    if pod.is_going:
        yield from _going(seen, pod)
    elif phase == "Failed":
        yield from _failed(pod, members)
    elif phase == "Pending" and not pod.has("spec.nodeName"):
        yield from _unscheduled(seen, pod)
    elif phase in ("Pending", "Running", "Unknown"):
        of_containers = [trouble for each in containers.of(pod) if (trouble := _container(seen, pod, each))]
        yield from of_containers or _without_container(seen, pod)


def _going(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    deleted = pod.time("metadata.deletionTimestamp")
    if seen.since(deleted) < _TIME_TO_START:
        return
    node = _node_of(seen, pod)
    lost = node is not None and node.condition("Ready").text("status") != "True"
    unkilled = next((event.text("message") for event in seen.events_of(pod, "FailedKillPod")), "")
    yield Trouble(
        STUCK_TERMINATING,
        pod,
        f"was to be gone {seen.age(deleted)} ago and is still Terminating"
        + (", its node does not answer" if lost else _what_holds(pod, unkilled)),
        f"{kubectl.describe(node.reference)}; mend or remove the node, the pod goes with it"
        if lost and node
        else f"{kubectl.get(pod.reference, as_yaml=True)}; see what its finalizers wait for, "
        "and whether the kubelet of its node is well",
        evidence={
            **pod.quote("metadata.deletionTimestamp", "metadata.finalizers", "spec.nodeName"),
            **_quoted("FailedKillPod", unkilled),
        },
        blames=_node_reference(pod),
    )


def _what_holds(pod: Object, unkilled: str) -> str:
    if unkilled:
        return f", its kubelet cannot end it: {excerpts.first(unkilled)}"
    finalizers = pod.texts("metadata.finalizers")
    return f", held by its finalizers: {', '.join(finalizers)}" if finalizers else ""


def _failed(pod: Object, members: Sequence[Object]) -> Iterator[Trouble]:
    """A pod of a workload that has others in its place is only worth a note."""
    if pod.owner.text("kind") == "Job":
        return
    reason, message = pod.text("status.reason"), pod.text("status.message")
    others = [other for other in members if other.text("status.phase") not in ("Failed", "Succeeded")]
    recovered = bool(others) and all(other.condition("Ready").text("status") == "True" for other in others)
    disruption = pod.condition("DisruptionTarget").text("message")
    ended = next((each for each in containers.of(pod) if each.ended and not each.ended_well), None)
    own = f"{ended.spoken} ended with {endings.words(ended)}" if ended else "no reason is given"
    yield Trouble(
        EVICTED if reason == "Evicted" else FAILED,
        pod,
        f"{reason or 'Failed'}: {excerpts.first(disruption or message or own)}",
        f"{kubectl.describe(Reference('Node', '', pod.text('spec.nodeName')))}; see what fills the node, "
        "set requests and limits for it"
        if reason == "Evicted" and pod.has("spec.nodeName")
        else kubectl.describe(pod.reference),
        evidence={
            **pod.quote("status.phase", "status.reason", "status.message"),
            **_quoted("DisruptionTarget", disruption),
        },
        blames=_node_reference(pod),
        severity=Severity.NOTE if recovered else None,
        container=ended.name if ended and not reason else "",
        log_of=None if reason else ended,
    )


def _unscheduled(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    scheduled = pod.condition("PodScheduled")
    if not scheduled:
        yield from _unseen(seen, pod)
        return
    if scheduled.text("reason") == "SchedulingGated":
        yield from _gated(seen, pod)
        return
    message = scheduled.text("message")
    found = scheduling.obstacles(seen, pod, message)
    evidence = {**pod.quote("status.phase"), **scheduled.quote("reason", "message")}
    for obstacle in found:
        evidence.update(obstacle.evidence)
    yield Trouble(
        UNSCHEDULABLE,
        pod,
        f"is Pending, no node takes it: {'; '.join(obstacle.words for obstacle in found)}",
        "; ".join(dict.fromkeys(obstacle.next for obstacle in sorted(found, key=lambda each: not each.blames))),
        evidence=evidence,
        blames=tuple(blame for obstacle in found for blame in obstacle.blames),
    )


def _gated(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """Jobs are queued by gates; elsewhere somebody should take them off soon."""
    if pod.owner.text("kind") == "Job" or seen.since(pod.created) < _TIME_TO_PREPARE:
        return
    gates = ", ".join(gate.text("name") for gate in pod.each("spec.schedulingGates"))
    yield Trouble(
        GATED,
        pod,
        f"is Pending for {seen.age(pod.created)}, kept from the scheduler by its scheduling gates: {gates}",
        f"{kubectl.get(pod.reference, as_yaml=True)}; see the controller that is to take each gate off",
        evidence={**pod.quote("status.phase", "spec.schedulingGates"), **pod.condition("PodScheduled").quote("reason")},
    )


def _unseen(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    if seen.since(pod.created) < _TIME_TO_START:
        return
    name = pod.text("spec.schedulerName", _DEFAULT_SCHEDULER)
    schedulers = [thing.reference for thing in seen.all(PODS, "kube-system") if thing.name.startswith("kube-scheduler")]
    yield Trouble(
        UNSEEN,
        pod,
        f"is Pending for {seen.age(pod.created)} and the scheduler {name} has not looked at it",
        f"{kubectl.listing('pods', 'kube-system', 'component=kube-scheduler')}; it should run and be ready"
        if name == _DEFAULT_SCHEDULER
        else f"see whether a scheduler of the name {name} runs (spec.schedulerName): kubectl get pods -A -o wide",
        evidence={**pod.quote("status.phase", "spec.schedulerName"), "status.conditions[PodScheduled]": "absent"},
        blames=tuple(schedulers),
    )


def _container(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """Return what is wrong with one container, None when nothing is or it only waits for another."""
    reason = container.waits_for
    if reason in imagepulls.REASONS:
        return _image(seen, pod, container)
    if reason == "CreateContainerConfigError":
        return _config(pod, container, container.status.text("state.waiting.message"))
    if reason in _CREATE_REASONS:
        return _start(pod, container, container.status.text("state.waiting.message"))
    if container.is_crashing or (container.role is Role.INIT and container.ended and not container.ended_well):
        return _crash(seen, pod, container)
    if container.status.has("state.running"):
        return _preparing(seen, pod, container) if container.role is Role.INIT else _running(seen, pod, container)
    return None


def _image(seen: Snapshot, pod: Object, container: Container) -> Trouble:
    waiting = container.status.quote("state.waiting.reason", "state.waiting.message")
    message = imagepulls.message(seen, pod, container)
    secret = next(iter(imagepulls.missing_secrets(seen, pod)), None)
    return Trouble(
        IMAGE_PULL,
        pod,
        f"{container.spoken} waits for its image {container.spec.text('image')} ({container.waits_for}): "
        f"{imagepulls.problem(message)}{f'; its pull secret {secret.name} does not exist' if secret else ''}",
        f"{kubectl.listing('secrets', pod.namespace)}; create the pull secret {secret.name}, or correct its name"
        if secret
        else f"{imagepulls.command(pod, container)}; {imagepulls.remedy(message, container.waits_for)}",
        container.name,
        {
            **container.spec.quote("image"),
            **waiting,
            **({} if message in waiting.values() else _quoted("Failed", message)),
            **pod.quote("spec.imagePullSecrets"),
        },
        cause=secret,
    )


def _config(pod: Object, container: Container, message: str) -> Trouble:
    """A container that the kubelet cannot make: mostly for want of a ConfigMap or Secret, but not always."""
    missing = _missing(pod, message)
    return Trouble(
        CONFIG_MISSING if missing else CANNOT_START,
        pod,
        f"{container.spoken} cannot be made (CreateContainerConfigError): {excerpts.first(message)}",
        _config_remedy(pod, missing, message),
        container.name,
        {
            **container.status.quote("state.waiting.reason", "state.waiting.message"),
            **({} if missing else container.spec.quote("securityContext", "volumeMounts")),
        },
        cause=missing,
    )


def _config_remedy(pod: Object, missing: Reference | None, message: str) -> str:
    """Return what would let a container be made; `describe` shows the keys of a Secret without their values."""
    if missing is None:
        correction = remedies.of(message, remedies.OF_STARTS, "correct what the message names in the pod template")
        return f"{kubectl.describe(pod.reference)}; {correction}"
    if "find key" in message or "non-existent" in message:
        return f"{kubectl.describe(missing)} shows its keys; add the key, or correct its name in the pod template"
    return (
        f"{kubectl.listing(f'{missing.kind.lower()}s', pod.namespace)}; create {missing.name}, correct its name in the "
        "pod template, or mark it optional if it may be absent"
    )


def _start(pod: Object, container: Container, message: str) -> Trouble:
    return Trouble(
        CANNOT_START,
        pod,
        f"{container.spoken} cannot be started: {excerpts.first(message)}",
        f"{kubectl.describe(pod.reference)}; "
        + remedies.of(
            message,
            remedies.OF_STARTS,
            "correct Command and Args in the pod template, or put the program into the image",
        ),
        container.name,
        {
            **container.spec.quote("image", "command", "args"),
            **container.status.quote(
                "state.waiting.reason",
                "state.waiting.message",
                "lastState.terminated.reason",
                "lastState.terminated.message",
            ),
        },
    )


def _crash(seen: Snapshot, pod: Object, container: Container) -> Trouble:
    ended = container.ended
    if ended.text("reason") == "OOMKilled":
        return _oom(seen, pod, container)
    if ended.text("reason") in _START_REASONS:
        return _start(pod, container, ended.text("message"))
    stopped = _stopped(seen, pod, container) if ended.number("exitCode") in _STOPPED else None
    if stopped:
        return stopped
    state = "Init:CrashLoopBackOff" if container.role is Role.INIT else "CrashLoopBackOff"
    return Trouble(
        INIT_FAILING if container.role is Role.INIT else CRASH_LOOP,
        pod,
        f"{container.spoken} ends again and again ({state}, {container.restarts} restarts, {endings.words(container)})",
        f"{kubectl.logs(pod, container, previous=container.log_is_previous)}; {endings.remedy(container)}",
        container.name,
        _ending(container),
        log_of=container,
    )


def _oom(seen: Snapshot, pod: Object, container: Container, severity: Severity | None = None) -> Trouble:
    limit = container.spec.text("resources.limits.memory", "none")
    return Trouble(
        OOM_KILLED,
        pod,
        f"{container.spoken} was OOMKilled at its memory limit of {limit} "
        f"({endings.words(container)}, {container.restarts} restarts)",
        f"kubectl top pod {pod.name} -n {pod.namespace} --containers; raise the memory limit, or lower what the "
        "program takes (for a JVM: -Xmx or MaxRAMPercentage below the limit)",
        container.name,
        {
            **container.spec.quote("resources.limits.memory", "resources.requests.memory"),
            **_ending(container),
            **_usage(seen, pod, container),
        },
        severity=severity,
    )


def _stopped(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """Return why the kubelet itself stops a container, None when nothing says that it does."""
    for code, probe in ((LIVENESS_KILLED, "Liveness"), (STARTUP_KILLED, "Startup")):
        failure = _probe_failure(seen, pod, container, probe)
        if failure:
            return _killed_by_probe(code, pod, container, failure)
    hook = _said_of(seen, pod, container, "FailedPostStartHook")
    return _hook_fails(pod, container, hook) if hook else None


def _killed_by_probe(code: Code, pod: Object, container: Container, failure: str) -> Trouble:
    return Trouble(
        code,
        pod,
        f"the kubelet restarts {container.spoken} ({container.restarts} restarts): {excerpts.first(failure)}",
        f"{kubectl.logs(pod, container, previous=container.log_is_previous)}; "
        + (
            "see why the probe is answered late or not at all; "
            "give a slow start a startupProbe, a slow answer a longer timeoutSeconds"
            if code is LIVENESS_KILLED
            else "see why the probe is never answered; "
            "a start that takes longer than failureThreshold times periodSeconds needs more of either"
        ),
        container.name,
        {**container.spec.quote("livenessProbe", "startupProbe"), **_ending(container), "event Unhealthy": failure},
    )


def _hook_fails(pod: Object, container: Container, said: str) -> Trouble:
    return Trouble(
        CANNOT_START,
        pod,
        f"the kubelet stops {container.spoken}, whose postStart hook fails ({container.restarts} restarts): "
        f"{excerpts.first(said)}",
        f"{kubectl.describe(pod.reference)}; {remedies.OF_HOOKS}",
        container.name,
        {**container.spec.quote("lifecycle"), **_ending(container), "event FailedPostStartHook": said},
        log_of=container,
    )


def _preparing(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    started = container.status.time("state.running.startedAt")
    if seen.since(started) < _TIME_TO_PREPARE:
        return None
    return Trouble(
        INIT_LASTS,
        pod,
        f"{container.spoken} runs for {seen.age(started)}, and the pod's other containers wait for its end",
        f"{kubectl.logs(pod, container)}; see what it waits for",
        container.name,
        {
            **container.spec.quote("command", "args"),
            **container.status.quote("state.running.startedAt", "restartCount"),
        },
        log_of=container,
    )


def _running(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """A container that runs: not ready, killed by its probe a moment ago, or well again after restarts."""
    if container.is_ready:
        return _recovered(seen, pod, container)
    if seen.since(container.status.time("state.running.startedAt")) < _TIME_TO_START and not container.restarts:
        return None
    if container.restarts and container.ended.text("reason") == "OOMKilled":
        return _oom(seen, pod, container)
    stopped = _stopped(seen, pod, container) if container.restarts else None
    if stopped:
        return stopped
    if container.restarts >= _RESTARTS_WORTH_A_NOTE and not container.ended_well:
        return _crash(seen, pod, container)
    probe = _probe_failure(seen, pod, container, "Readiness") or _probe_failure(seen, pod, container, "Startup")
    return Trouble(
        NOT_READY,
        pod,
        f"{container.spoken} runs and is not ready: {excerpts.first(probe or 'no probe event is left')}",
        f"{kubectl.logs(pod, container)}; see why the probe fails, until then no Service sends to it",
        container.name,
        {
            **container.spec.quote("readinessProbe", "startupProbe"),
            **container.status.quote("ready", "started", "state.running.startedAt"),
            **_quoted("Unhealthy", probe),
        },
        log_of=container,
    )


def _recovered(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """A container that is ready: well again, or, without a readiness probe, only between two ends."""
    ended = container.ended.time("finishedAt")
    if ended is None or seen.since(ended) > _LATELY or not container.restarts:
        return None
    if container.ended.text("reason") == "OOMKilled":
        return _oom(seen, pod, container, Severity.WARNING)
    if container.restarts < _RESTARTS_WORTH_A_NOTE:
        return None
    if container.ended.number("exitCode") in _STOPPED and seen.since(ended) < _BETWEEN_TWO_ENDS:
        stopped = _stopped(seen, pod, container)
        if stopped:
            return replace(stopped, severity=Severity.WARNING)
    if not container.ended_well and _is_due_again(seen, container):
        return replace(_crash(seen, pod, container), severity=Severity.WARNING)
    return Trouble(
        RESTARTED,
        pod,
        f"{container.spoken} was restarted {container.restarts} times, last {seen.age(ended)} ago, and is ready now",
        f"nothing, if the reason is known: {kubectl.logs(pod, container, previous=True)}",
        container.name,
        _ending(container),
    )


def _is_due_again(seen: Snapshot, container: Container) -> bool:
    """Say whether a container has not yet run for as long as it did before it ended the last time."""
    began, ended = container.ended.time("startedAt"), container.ended.time("finishedAt")
    runs_since = container.status.time("state.running.startedAt")
    return bool(began and ended and runs_since) and seen.since(began) - seen.since(ended) > seen.since(runs_since)


def _without_container(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod whose containers are not to blame: it cannot be made, waits for a gate, or its node is gone."""
    node = _node_of(seen, pod)
    if node is not None and _is_down_with(node, pod):
        yield Trouble(
            NODE_GONE,
            pod,
            f"is on {node.name}, which does not answer, so nobody knows how it is"
            if nodes.is_lost(node)
            else f"is on {node.name}, which is not ready, so that it counts as not ready too",
            f"{kubectl.describe(node.reference)}; mend or remove the node",
            evidence={
                **pod.quote("spec.nodeName", "status.phase"),
                **node.condition("Ready").quote("status", "reason"),
            },
            blames=(node.reference,),
        )
    elif pod.text("status.phase") == "Pending" and all(each.waits_for in _CREATING for each in containers.of(pod)):
        yield from _creating(seen, pod)
    elif pod.condition("Ready").text("reason") == "ReadinessGatesNotReady":
        yield from _kept_out(seen, pod)


def _is_down_with(node: Object, pod: Object) -> bool:
    """Say whether a pod is not ready because its node is not: its containers may well be."""
    follows = pod.text("status.phase") == "Running" and pod.condition("Ready").text("status") == "False"
    return nodes.is_lost(node) or (follows and not nodes.is_ready(node))


def _kept_out(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A readiness gate is a condition that somebody else sets: a load balancer's controller, above all."""
    ready = pod.condition("Ready")
    if seen.since(ready.time("lastTransitionTime") or pod.created) < _TIME_TO_BE_MADE:
        return
    gates = [gate.text("conditionType") for gate in pod.each("spec.readinessGates")]
    closed = [gate for gate in gates if pod.condition(gate).text("status") != "True"]
    said = next((text for gate in closed if (text := pod.condition(gate).text("message"))), "")
    yield Trouble(
        NOT_READY,
        pod,
        f"its containers are ready, and its readiness gate {', '.join(closed)} is not set"
        + (f": {excerpts.first(said)}" if said else ""),
        f"{kubectl.describe(pod.reference)}; see the controller that sets this condition"
        + (", and the health checks of its target group" if any("elbv2" in gate for gate in closed) else ""),
        evidence={**ready.quote("reason", "message"), **pod.quote("spec.readinessGates")},
    )


def _creating(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    events = seen.events_of(pod, *_CREATION_EVENTS)
    if not events:
        yield from _unmade(seen, pod)
        return
    reason, message = events[0].text("reason"), events[0].text("message")
    missing = _missing(pod, message)
    yield Trouble(
        CONFIG_MISSING if missing else STUCK_CREATING,
        pod,
        f"is not made since {seen.age(pod.created)} (ContainerCreating, {reason}): {excerpts.first(message)}",
        _config_remedy(pod, missing, message)
        if missing
        else f"{kubectl.describe(pod.reference)}; "
        + remedies.of(message, remedies.OF_CREATION, "for a volume look at its claim and its driver"),
        evidence={**pod.quote("spec.nodeName"), f"event {reason}": message},
        cause=missing,
        blames=_node_reference(pod),
    )


def _unmade(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod that has its node, none of whose containers was ever made, and of which nobody says why."""
    begun = any(each.ended or each.status.has("state.running") for each in containers.of(pod))
    if begun or seen.since(pod.created) < _TIME_TO_BE_MADE:
        return
    yield Trouble(
        STUCK_CREATING,
        pod,
        f"is not made since {seen.age(pod.created)} (ContainerCreating), and the kubelet of its node does not say why",
        f"{kubectl.describe(Reference('Node', '', pod.text('spec.nodeName')))}; do its kubelet and its runtime work "
        "(journalctl -u kubelet -u containerd)?",
        evidence={**pod.quote("spec.nodeName", "status.phase"), "warnings of the kubelet": "none"},
        blames=_node_reference(pod),
    )


def _missing(pod: Object, message: str) -> Reference | None:
    """Return the ConfigMap or Secret that a message of the kubelet says is missing, or lacks a key."""
    of_volume = _KEY_MISSING.search(message)
    if of_volume:
        return _source_of(pod, of_volume["volume"], "Secret" if of_volume["kind"] == "secret" else "ConfigMap")
    found = _MISSING.search(message)
    if found is None:
        return None
    if found["kind"]:
        return Reference("ConfigMap" if found["kind"] == "configmap" else "Secret", pod.namespace, found["name"])
    return Reference(found["of"], pod.namespace, found["path"].rpartition("/")[2])


def _source_of(pod: Object, name: str, kind: str) -> Reference:
    """Return the ConfigMap or Secret behind a volume; of a projected volume the first of that kind."""
    volume = next((each for each in pod.each("spec.volumes") if each.text("name") == name), Fields(None))
    paths = ("configMap.name",) if kind == "ConfigMap" else ("secret.secretName", "secret.name")
    named = (each.text(path) for each in (volume, *volume.each("projected.sources")) for path in paths)
    return Reference(kind, pod.namespace, next((each for each in named if each), f"of volume {name}"))


def _probe_failure(seen: Snapshot, pod: Object, container: Container, probe: str) -> str:
    """Return the newest message of a container's failed probe of a kind, empty when there is none."""
    return _said_of(seen, pod, container, "Unhealthy", f"{probe} probe")


def _said_of(seen: Snapshot, pod: Object, container: Container, reason: str, start: str = "") -> str:
    """Return the newest message of an event about a container; one that names no container may mean any."""
    for event in seen.events_of(pod, reason):
        place, message = event.text("involvedObject.fieldPath"), event.text("message")
        if message.startswith(start) and (not place or place.endswith(f"{{{container.name}}}")):
            return message
    return ""


def _ending(container: Container) -> dict[str, str]:
    return {
        **container.status.quote("restartCount", "state.waiting.reason"),
        **container.ended.quote("reason", "exitCode", "finishedAt"),
    }


def _usage(seen: Snapshot, pod: Object, container: Container) -> dict[str, str]:
    metrics = seen.find(POD_METRICS, pod.namespace, pod.name)
    used = (
        (each.text("usage.memory") for each in metrics.each("containers") if each.text("name") == container.name)
        if metrics
        else ()
    )
    return {f"metrics {container.name} usage.memory": memory for memory in used}


def _node_of(seen: Snapshot, pod: Object) -> Object | None:
    return seen.find(NODES, "", pod.text("spec.nodeName"))


def _node_reference(pod: Object) -> tuple[Reference, ...]:
    name = pod.text("spec.nodeName")
    return (Reference("Node", "", name),) if name else ()


def _quoted(reason: str, message: str) -> dict[str, str]:
    return {f"event {reason}": message} if message else {}
