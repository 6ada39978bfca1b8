"""What keeps one container of a pod down: its image, what it is made of, its start, its own end, its probes."""

from dataclasses import replace
from datetime import timedelta

from diagnostics import endings, excerpts, imagepulls, kubectl, missing, podtrouble, probes, remedies
from diagnostics.containers import Container, Role
from diagnostics.finding import Code, Severity
from diagnostics.objects import Object
from diagnostics.podtrouble import Trouble
from diagnostics.resources import EVENTS, POD_METRICS
from diagnostics.snapshot import Snapshot

_START_REASONS = frozenset({"StartError", "ContainerCannotRun"})
_OF_THE_RUNTIME = ("", "CrashLoopBackOff", "CreateContainerError", "RunContainerError")
"""Why a container waits whose command the runtime did not start."""

_STOPPED = (0, 137, 143)
"""How a container ends that the kubelet stops: by itself when asked, or killed."""

_RESTARTS_WORTH_A_NOTE = 3
_LATELY = timedelta(hours=1)
"""A container that ended before that, and is ready since, is well."""

_BETWEEN_TWO_ENDS = timedelta(minutes=10)
"""A container that is stopped again and again waits 5 minutes at most, and then has to fail its probe once more."""

_TIME_TO_PREPARE = timedelta(minutes=5)


def of(seen: Snapshot, pod: Object, container: Container) -> Trouble | None:
    """Return what is wrong with one container, None when nothing is or it only waits for another."""
    reason = container.waits_for
    if reason in imagepulls.REASONS:
        return _image(seen, pod, container)
    if reason == "CreateContainerConfigError":
        return _config(pod, container, container.status.text("state.waiting.message"))
    if container.is_crashing or (container.role is Role.INIT and container.ended and not container.ended_well):
        return _crash(seen, pod, container)
    if container.has_failed and pod.owner.text("kind") != "Job":
        return _failed(pod, container)
    if not container.is_underway:
        return _start(pod, container, container.status.text("state.waiting.message") or reason)
    if container.status.has("state.running"):
        return _preparing(seen, pod, container) if container.role is Role.INIT else _running(seen, pod, container)
    return None


def _image(seen: Snapshot, pod: Object, container: Container) -> Trouble:
    waiting = container.status.quote("state.waiting.reason", "state.waiting.message")
    wanted = imagepulls.wanted(pod, container)
    message = imagepulls.message(seen, pod, container, wanted.image)
    secret = next(iter(imagepulls.missing_secrets(seen, pod)), None)
    return Trouble(
        podtrouble.IMAGE_PULL,
        pod,
        f"{container.spoken} waits for {wanted.spoken} ({container.waits_for}): "
        f"{imagepulls.problem(message)}{f'; its pull secret {secret.name} does not exist' if secret else ''}",
        f"{kubectl.listing('secrets', pod.namespace)}; create the pull secret {secret.name}, or correct its name"
        if secret
        else f"{imagepulls.command(pod, wanted.image)}; {imagepulls.remedy(message, container.waits_for)}",
        container.name,
        {
            wanted.field: wanted.image,
            **waiting,
            **({} if message in waiting.values() else podtrouble.event("Failed", message)),
            **pod.quote("spec.imagePullSecrets"),
        },
        cause=secret,
    )


def _config(pod: Object, container: Container, message: str) -> Trouble:
    """A container that the kubelet cannot make: mostly for want of a ConfigMap or Secret, but not always."""
    lacking = missing.named(pod, message)
    return Trouble(
        podtrouble.CONFIG_MISSING if lacking else podtrouble.CANNOT_START,
        pod,
        f"{container.spoken} cannot be made (CreateContainerConfigError): {excerpts.first(message)}",
        missing.remedy(pod, lacking, message),
        container.name,
        {
            **container.status.quote("state.waiting.reason", "state.waiting.message"),
            **({} if lacking else container.spec.quote("securityContext", "volumeMounts")),
        },
        cause=lacking,
    )


def _start(pod: Object, container: Container, message: str) -> Trouble:
    """A container that the runtime does not start, or that waits for a reason that nobody here knows."""
    is_of_runtime = container.waits_for in _OF_THE_RUNTIME
    return Trouble(
        podtrouble.CANNOT_START,
        pod,
        f"{container.spoken} cannot be started: {excerpts.first(message)}",
        f"{kubectl.describe(pod.reference)}; "
        + remedies.of(
            message,
            remedies.OF_STARTS,
            "correct Command and Args in the pod template, or put the program into the image"
            if is_of_runtime
            else "mend what the message names",
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
    failure = _probe_failure(seen, pod, container, "Liveness")
    state = "Init:CrashLoopBackOff" if container.role is Role.INIT else "CrashLoopBackOff"
    return Trouble(
        podtrouble.INIT_FAILING if container.role is Role.INIT else podtrouble.CRASH_LOOP,
        pod,
        f"{container.spoken} ends again and again ({state}, {container.restarts} restarts, {endings.words(container)})",
        f"{kubectl.logs(pod, container, previous=container.log_is_previous)}; {endings.remedy(container)}"
        + ("; or the kubelet stops it, since its liveness probe fails, too" if failure else ""),
        container.name,
        {**_ending(container), **podtrouble.event("Unhealthy", failure)},
        log_of=container,
    )


def _failed(pod: Object, container: Container) -> Trouble:
    """A container that ended badly beside others that run: with restartPolicy Never it stays as it is."""
    return Trouble(
        podtrouble.FAILED,
        pod,
        f"{container.spoken} ended with {endings.words(container)} and is not started again (restartPolicy Never)",
        f"{kubectl.logs(pod, container)}; mend what it says, only a new pod starts it again",
        container.name,
        _ending(container),
        severity=Severity.CRITICAL,
        log_of=container,
    )


def _oom(seen: Snapshot, pod: Object, container: Container, severity: Severity | None = None) -> Trouble:
    limit = container.spec.text("resources.limits.memory", "none")
    return Trouble(
        podtrouble.OOM_KILLED,
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
    for code, probe in ((podtrouble.LIVENESS_KILLED, "Liveness"), (podtrouble.STARTUP_KILLED, "Startup")):
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
            if code is podtrouble.LIVENESS_KILLED
            else "see why the probe is never answered; "
            "a start that takes longer than failureThreshold times periodSeconds needs more of either"
        ),
        container.name,
        {**container.spec.quote("livenessProbe", "startupProbe"), **_ending(container), "event Unhealthy": failure},
    )


def _hook_fails(pod: Object, container: Container, said: str) -> Trouble:
    return Trouble(
        podtrouble.CANNOT_START,
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
        podtrouble.INIT_LASTS,
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
    if probes.is_given_time(seen, container) and not seen.target.name:
        return None
    if container.restarts and container.ended.text("reason") == "OOMKilled":
        return _oom(seen, pod, container)
    stopped = _stopped(seen, pod, container) if container.restarts else None
    if stopped:
        return stopped
    if container.restarts >= _RESTARTS_WORTH_A_NOTE and not container.ended_well:
        return _crash(seen, pod, container)
    probe = _probe_failure(seen, pod, container, "Readiness") or _probe_failure(seen, pod, container, "Startup")
    unsaid = "no probe event is left" if seen.was_read(EVENTS) else "its events could not be read"
    return Trouble(
        podtrouble.NOT_READY,
        pod,
        f"{container.spoken} runs and is not ready: {excerpts.first(probe or unsaid)}",
        f"{kubectl.logs(pod, container)}; "
        + remedies.of(probe, remedies.OF_PROBES, "see why the probe fails, until then no Service sends to it"),
        container.name,
        {
            **container.spec.quote("readinessProbe", "startupProbe"),
            **container.status.quote("ready", "started", "state.running.startedAt"),
            **podtrouble.event("Unhealthy", probe),
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
    if container.restarts > 1 and container.ended.number("exitCode") in _STOPPED:
        stopped = _stopped(seen, pod, container) if seen.since(ended) < _BETWEEN_TWO_ENDS else None
        if stopped:
            return replace(stopped, severity=Severity.WARNING)
    if container.restarts < _RESTARTS_WORTH_A_NOTE:
        return None
    if not container.ended_well and _is_due_again(seen, container):
        return replace(_crash(seen, pod, container), severity=Severity.WARNING)
    return Trouble(
        podtrouble.RESTARTED,
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
