"""Pods that do not do what they were made for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from diagnostics import clues, containers, excerpts, kubectl, needs, owners, scheduling
from diagnostics.containers import Container, Role
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
INIT_FAILING = Code(
    "pods.init-failing",
    Severity.CRITICAL,
    "An init container fails, so the others never start",
    ("k8sgpt Pod",),
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

_IMAGE_REASONS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"}
)
_START_REASONS = frozenset({"StartError", "ContainerCannotRun"})
_CREATE_REASONS = frozenset(
    {"CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError", "PostStartHookError"}
)
_CREATING = frozenset({"", "ContainerCreating", "PodInitializing"})
_CREATION_EVENTS = ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady", "FailedMapVolume")
_MISSING = re.compile(
    r'(?P<kind>configmap|secret) "(?P<name>[^"]+)" not found|key (?P<key>\S+) in (?P<of>ConfigMap|Secret) (?P<path>\S+)'
)
_OF_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>[a-z0-9._/-]+)"
)
_RESTARTS_WORTH_A_NOTE = 3
_LATELY = timedelta(hours=1)
_TIME_TO_START = timedelta(minutes=1)
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
        return self.troubles[0].code is NOT_READY

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
    said = "".join(f"{lead}{excerpts.first(line, 200)}" for line in lines[-1:])
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
    yield Trouble(
        STUCK_TERMINATING,
        pod,
        f"was to be gone {seen.age(deleted)} ago and is still Terminating"
        + (", its node does not answer" if lost else ""),
        f"{kubectl.describe(node.reference)}; mend or remove the node, the pod goes with it"
        if lost and node
        else f"{kubectl.get(pod.reference, as_yaml=True)}; see what its finalizers wait for, "
        "and whether the kubelet of its node is well",
        evidence=pod.quote("metadata.deletionTimestamp", "metadata.finalizers", "spec.nodeName"),
        blames=_node_reference(pod),
    )


def _failed(pod: Object, members: Sequence[Object]) -> Iterator[Trouble]:
    """A pod of a workload that has others in its place is only worth a note."""
    if pod.owner.text("kind") == "Job":
        return
    reason, message = pod.text("status.reason"), pod.text("status.message")
    others = [other for other in members if other.text("status.phase") not in ("Failed", "Succeeded")]
    recovered = bool(others) and all(other.condition("Ready").text("status") == "True" for other in others)
    disruption = pod.condition("DisruptionTarget").text("message")
    yield Trouble(
        EVICTED if reason == "Evicted" else FAILED,
        pod,
        f"{reason or 'Failed'}: {excerpts.first(disruption or message or 'no reason is given')}",
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
    )


def _unscheduled(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    scheduled = pod.condition("PodScheduled")
    if not scheduled:
        yield from _unseen(seen, pod)
        return
    if scheduled.text("reason") == "SchedulingGated":
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
    if reason in _IMAGE_REASONS:
        return _image(pod, container)
    if reason == "CreateContainerConfigError":
        return _config(pod, container, container.status.text("state.waiting.message"))
    if reason in _CREATE_REASONS:
        return _start(pod, container, container.status.text("state.waiting.message"))
    if container.is_crashing or (container.role is Role.INIT and not container.ended_well):
        return _crash(seen, pod, container)
    if container.role is Role.MAIN and container.status.has("state.running"):
        return _running(seen, pod, container)
    return None


def _image(pod: Object, container: Container) -> Trouble:
    message = container.status.text("state.waiting.message")
    image = container.spec.text("image")
    return Trouble(
        IMAGE_PULL,
        pod,
        f"{container.spoken} waits for its image {image} ({container.waits_for}): {_pull_problem(message)}",
        f"{_registry(pod, image)}; {_pull_remedy(message, container.waits_for)}",
        container.name,
        {**container.spec.quote("image"), **container.status.quote("state.waiting.reason", "state.waiting.message")},
    )


def _pull_problem(message: str) -> str:
    """Return the part of a pull error that tells: the registry's answer, which stands last."""
    return excerpts.first(message.rsplit("failed to resolve reference", 1)[-1] or "no message")


def _pull_remedy(message: str, reason: str) -> str:
    text = message.lower()
    if reason == "InvalidImageName":
        return "correct the image name: repository names are lower-case, tags have no spaces"
    if any(word in text for word in ("unauthorized", "authorization", "denied", "403 forbidden", "no basic auth")):
        return "let the node or the pod's imagePullSecrets read the repository (on EKS: the node role's ECR policy)"
    if any(
        word in text for word in ("timeout", "i/o timeout", "deadline exceeded", "no such host", "connection refused")
    ):
        return "see whether nodes reach the registry (VPC endpoints for ECR and S3, proxy, DNS)"
    if "not found" in text or "manifest unknown" in text:
        return "push that tag, or correct the tag or the repository in the pod template"
    return "pull the image from a node to see the registry's whole answer"


def _registry(pod: Object, image: str) -> str:
    """Return the command that lists what a repository holds where its registry is Amazon's, or else shows the pod."""
    found = _OF_ECR.match(image)
    if found is None:
        return kubectl.describe(pod.reference)
    account, region, repository = found["account"], found["region"], found["repository"]
    return f"aws ecr list-images --registry-id {account} --region {region} --repository-name {repository}"


def _config(pod: Object, container: Container, message: str) -> Trouble:
    missing = _missing(pod, message)
    return Trouble(
        CONFIG_MISSING,
        pod,
        f"{container.spoken} cannot be made (CreateContainerConfigError): {excerpts.first(message)}",
        _config_remedy(pod, missing, message),
        container.name,
        container.status.quote("state.waiting.reason", "state.waiting.message"),
        cause=missing,
    )


def _config_remedy(pod: Object, missing: Reference | None, message: str) -> str:
    """Return what would let a container be made; `describe` shows the keys of a Secret without their values."""
    if missing is None:
        return f"{kubectl.describe(pod.reference)}; correct what the message names in the pod template"
    if "find key" in message:
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
        f"{kubectl.describe(pod.reference)} shows Command and Args; correct them in the pod template, "
        "or put the program into the image",
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
    probe = _probe_failure(seen, pod, "Liveness")
    if probe and ended.number("exitCode") in (137, 143):
        return _liveness(pod, container, probe)
    state = "Init:CrashLoopBackOff" if container.role is Role.INIT else "CrashLoopBackOff"
    return Trouble(
        INIT_FAILING if container.role is Role.INIT else CRASH_LOOP,
        pod,
        f"{container.spoken} ends again and again ({state}, {container.restarts} restarts, {_exit(container)})",
        f"{kubectl.logs(pod, container, previous=container.log_is_previous)}; "
        "the program ends by itself, Kubernetes only starts it again",
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
        f"({_exit(container)}, {container.restarts} restarts)",
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


def _liveness(pod: Object, container: Container, probe: str) -> Trouble:
    return Trouble(
        LIVENESS_KILLED,
        pod,
        f"the kubelet restarts {container.spoken} ({container.restarts} restarts): {excerpts.first(probe)}",
        f"{kubectl.logs(pod, container, previous=container.log_is_previous)}; see why the probe is answered late or "
        "not at all; give a slow start a startupProbe, a slow answer a longer timeoutSeconds",
        container.name,
        {**container.spec.quote("livenessProbe"), **_ending(container), "event Unhealthy": probe},
    )


def _running(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """A container that runs: not ready, killed by its probe a moment ago, or well again after restarts."""
    if container.is_ready:
        return _recovered(seen, pod, container)
    if seen.since(container.status.time("state.running.startedAt")) < _TIME_TO_START and not container.restarts:
        return None
    if container.restarts and container.ended.text("reason") == "OOMKilled":
        return _oom(seen, pod, container)
    liveness = _probe_failure(seen, pod, "Liveness")
    if liveness and container.restarts:
        return _liveness(pod, container, liveness)
    if container.restarts >= _RESTARTS_WORTH_A_NOTE and not container.ended_well:
        return _crash(seen, pod, container)
    probe = _probe_failure(seen, pod, "Readiness") or _probe_failure(seen, pod, "Startup")
    return Trouble(
        NOT_READY,
        pod,
        f"{container.spoken} runs and is not ready: {excerpts.first(probe or 'no probe event is left')}",
        f"{kubectl.logs(pod, container)}; see why the probe fails, until then no Service sends to it",
        container.name,
        {
            **container.spec.quote("readinessProbe"),
            **container.status.quote("ready", "started", "state.running.startedAt"),
            **_quoted("Unhealthy", probe),
        },
        log_of=container,
    )


def _recovered(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    ended = container.ended.time("finishedAt")
    if container.restarts < _RESTARTS_WORTH_A_NOTE or ended is None or seen.since(ended) > _LATELY:
        return None
    return Trouble(
        RESTARTED,
        pod,
        f"{container.spoken} was restarted {container.restarts} times, last {seen.age(ended)} ago, and is ready now",
        f"nothing, if the reason is known: {kubectl.logs(pod, container, previous=True)}",
        container.name,
        _ending(container),
    )


def _without_container(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    """A pod whose containers are not to blame: it cannot be made, or its node is gone."""
    node = _node_of(seen, pod)
    if node is not None and node.condition("Ready").text("status") == "Unknown":
        yield Trouble(
            NODE_GONE,
            pod,
            f"is on {node.name}, which does not answer, so nobody knows how it is",
            f"{kubectl.describe(node.reference)}; mend or remove the node",
            evidence={
                **pod.quote("spec.nodeName", "status.phase"),
                **node.condition("Ready").quote("status", "reason"),
            },
            blames=(node.reference,),
        )
    elif pod.text("status.phase") == "Pending" and all(each.waits_for in _CREATING for each in containers.of(pod)):
        yield from _creating(seen, pod)


def _creating(seen: Snapshot, pod: Object) -> Iterator[Trouble]:
    events = seen.events_of(pod, *_CREATION_EVENTS)
    if not events:
        return
    reason, message = events[0].text("reason"), events[0].text("message")
    missing = _missing(pod, message)
    yield Trouble(
        CONFIG_MISSING if missing else STUCK_CREATING,
        pod,
        f"is not made since {seen.age(pod.created)} (ContainerCreating, {reason}): {excerpts.first(message)}",
        _config_remedy(pod, missing, message)
        if missing
        else f"{kubectl.describe(pod.reference)}; for the sandbox look at the network plugin on the node, "
        "for volumes at the claim and its driver",
        evidence={**pod.quote("spec.nodeName"), f"event {reason}": message},
        cause=missing,
        blames=_node_reference(pod),
    )


def _missing(pod: Object, message: str) -> Reference | None:
    """Return the ConfigMap or Secret that a message of the kubelet says is missing, or lacks a key."""
    found = _MISSING.search(message)
    if found is None:
        return None
    if found["kind"]:
        return Reference("ConfigMap" if found["kind"] == "configmap" else "Secret", pod.namespace, found["name"])
    return Reference(found["of"], pod.namespace, found["path"].rpartition("/")[2])


def _probe_failure(seen: Snapshot, pod: Object, probe: str) -> str:
    """Return the newest message of a failed probe of a kind, empty when there is none."""
    messages = (event.text("message") for event in seen.events_of(pod, "Unhealthy"))
    return next((message for message in messages if message.startswith(f"{probe} probe")), "")


def _ending(container: Container) -> dict[str, str]:
    return {
        **container.status.quote("restartCount", "state.waiting.reason"),
        **container.ended.quote("reason", "exitCode", "finishedAt"),
    }


def _exit(container: Container) -> str:
    ended = container.ended
    if not ended:
        return "no exit code is known"
    signal = f", signal {ended.number('signal')}" if ended.has("signal") else ""
    return f"exit code {ended.number('exitCode')}{signal}"


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
