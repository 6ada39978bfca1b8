"""Why the pods of a component do not serve: what kubectl would show, the log lines that tell, and who is behind it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from diagnostics import containers, excerpts, kubectl, nodes, podstate, scheduling
from diagnostics.containers import Container, Role
from diagnostics.objects import Object, Reference
from diagnostics.obstacle import Obstacle
from diagnostics.resources import NODES
from diagnostics.snapshot import Log, Snapshot

TELLS = ("pods.*", "rollout.unavailable")
"""What need not be said beside the outage of a component, which tells the same of its pods and what follows from it."""

_GONE = "unable to retrieve container logs"
"""What the runtime answers for a container that was removed meanwhile."""

_LOUD = re.compile(r"(?i)\b(?:error|fatal|panic|exception)\b|^[EF]\d{4} ")
"""A line of the worst level; `E1121` is how klog writes an error."""

_KILLED_UNAWARES = "OOMKilled"
"""Who is killed for its memory is not asked before, so that its last line need not tell why."""

_LATELY = timedelta(hours=1)
"""As long as the API server keeps events, too."""


@dataclass(frozen=True)
class Outage:
    """The reason in words, the last telling log lines, the fields read, and the objects that may explain it."""

    words: str
    lines: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    blames: tuple[Reference, ...] = ()
    remedy: str = ""
    """What to do first where not the pods are to be mended but their node, or what keeps nodes from taking them."""

    @property
    def sentence(self) -> str:
        """The reason and the log line that tells most: the last error, or just the last."""
        loud = [line for line in self.lines if _LOUD.search(line)]
        said = loud if self.words.endswith(_KILLED_UNAWARES) else loud or self.lines
        line = said[-1] if said else ""
        return f"{self.words}: {excerpts.saying(line, 240)}" if line else self.words


def is_suspected(seen: Snapshot, pods: Sequence[Object]) -> bool:
    """Say whether a log of pods is worth its request unasked: one is unwell, was restarted lately or is warned of."""
    return bool(podstate.unready(pods)) or any(
        pod.text("status.phase") == "Failed" or _was_restarted(seen, pod) or seen.is_warned_of(pod) for pod in pods
    )


def of(seen: Snapshot, pods: Sequence[Object]) -> Outage:
    """Return why pods are not ready, told by the first of them; `pods` is not empty.

    One log is read at most, however many pods there are: the others of a component say the same.
    """
    first = pods[0]
    log = _telling_log(seen, first)
    words, obstacles = _words(seen, first), _obstacles(seen, first)
    evidence = {f"Pod {pod.name}": podstate.why_not_ready(seen, pod) for pod in pods[:3]}
    for obstacle in obstacles:
        evidence |= obstacle.evidence
    evidence |= excerpts.of_log(log)
    others = [blame for obstacle in obstacles for blame in obstacle.blames]
    lost = _lost_nodes(seen, pods)
    remedies = [obstacle.next for obstacle in obstacles] or [
        f"{kubectl.describe(node)}; mend or remove the node" for node in _lost_nodes(seen, pods[:1])
    ]
    return Outage(
        words,
        tuple(excerpts.telling(log.lines)),
        evidence,
        tuple(dict.fromkeys([*others, *lost, *podstate.explained_by(*pods)])),
        "; ".join(dict.fromkeys(remedies)),
    )


def tail(seen: Snapshot, pod: Object, container: Container) -> Log:
    """Return the end of the run of a container that ended last; of a container that runs, of this run."""
    natural = container.log_is_previous and bool(container.ended)
    likeliest = _log(seen, pod, container, previous=natural)
    if likeliest or not container.ended:
        return likeliest
    return _log(seen, pod, container, previous=not natural) or likeliest


def _log(seen: Snapshot, pod: Object, container: Container, *, previous: bool) -> Log:
    log = seen.logs(pod, container.name, previous=previous)
    return Log([line for line in log.lines if not line.startswith(_GONE)], log.unread)


def _was_restarted(seen: Snapshot, pod: Object) -> bool:
    """Say whether a container of a pod was restarted lately."""
    return any(each.restarts and seen.since(each.ended.time("finishedAt")) < _LATELY for each in containers.of(pod))


def _words(seen: Snapshot, pod: Object) -> str:
    obstacles = _obstacles(seen, pod)
    if obstacles:
        return f"Pending, no node takes it: {'; '.join(obstacle.words for obstacle in obstacles)}"
    node = seen.find(NODES, "", pod.text("spec.nodeName"))
    if node is not None and nodes.is_lost(node):
        return f"its node {node.name} does not answer"
    return podstate.why_not_ready(seen, pod) + _killed(pod)


def _killed(pod: Object) -> str:
    """Return how a container ended when it did not end by itself: `, OOMKilled`."""
    reasons = (each.ended.text("reason") for each in containers.of(pod) if not each.is_ready and not each.ended_well)
    return "".join(f", {reason}" for reason in dict.fromkeys(reasons) if reason not in ("", "Error", "Completed"))


def _obstacles(seen: Snapshot, pod: Object) -> list[Obstacle]:
    scheduled = pod.condition("PodScheduled")
    if pod.has("spec.nodeName") or not scheduled.text("message"):
        return []
    return scheduling.obstacles(seen, pod, scheduled.text("message"))


def _telling_log(seen: Snapshot, pod: Object) -> Log:
    """Return the log of a container that ended badly, or else what fails in that of one that runs and is not ready."""
    unready = [each for each in containers.of(pod) if not each.is_ready]
    for container in unready:
        if container.ended and not container.ended_well:
            return tail(seen, pod, container)
    for container in unready:
        if container.role is not Role.INIT and container.status.has("state.running"):
            log = tail(seen, pod, container)
            return Log(excerpts.failures(log.lines), log.unread)
    return Log()


def _lost_nodes(seen: Snapshot, pods: Sequence[Object]) -> list[Reference]:
    """Return the nodes of pods that do not answer; a node that is not ready may be so because of these very pods."""
    found = (seen.find(NODES, "", pod.text("spec.nodeName")) for pod in pods)
    return [node.reference for node in found if node and nodes.is_lost(node)]
