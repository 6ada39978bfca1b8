"""Nodes that are lost, not ready, short of something, of a version too far off, or closed to pods."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from diagnostics import (
    eventtimes,
    excerpts,
    kubectl,
    needs,
    nodes,
    obstacle,
    podrequests,
    podstate,
    quantities,
    scheduling,
    versions,
)
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import Saying, check
from diagnostics.resources import LEASES, NODES, PODS
from diagnostics.snapshot import Snapshot

LOST = Code(
    "node.lost",
    Severity.CRITICAL,
    "The kubelet of a node stopped reporting, so nobody knows how its pods are",
    ("k8sgpt Node", "popeye 701", "popeye 702"),
)
NOT_READY = Code("node.not-ready", Severity.CRITICAL, "A node takes no pods", ("k8sgpt Node", "popeye 702"))
PRESSURE = Code(
    "node.pressure",
    Severity.CRITICAL,
    "A node is short of memory, disk or process ids: it takes no new pods and may evict",
    ("k8sgpt Node", "popeye 703", "popeye 704", "popeye 705", "popeye 706"),
    tells=("node.warned",),
)
NO_NETWORK = Code(
    "node.no-network", Severity.CRITICAL, "The network of a node is not set up", ("k8sgpt Node", "popeye 707")
)
UNHEALTHY = Code(
    "node.unhealthy",
    Severity.WARNING,
    "A monitor on a node (EKS node monitoring, node problem detector) says that a part of it fails",
    ("k8sgpt Node",),
)
WARNED = Code(
    "node.warned",
    Severity.WARNING,
    "The kubelet or a monitor of a node warns of memory, disk or connections that run out",
)
HEARTBEAT_LATE = Code(
    "node.heartbeat-late", Severity.WARNING, "A node passes for ready and has not renewed its lease for long"
)
VERSION_SKEW = Code(
    "node.version-skew", Severity.WARNING, "A kubelet is of a version that the API server does not bear"
)
UNINITIALIZED = Code(
    "node.uninitialized", Severity.WARNING, "A taint that lasts until something has set a node up stays on it"
)
OVERCOMMITTED = Code(
    "node.overcommitted", Severity.WARNING, "The pods of a node ask for more than it has", ("popeye 709", "popeye 710")
)
NOBODY_TOLERATES = Code(
    "node.nobody-tolerates", Severity.NOTE, "A node has a taint that no workload tolerates", ("popeye 700",)
)
CORDONED = Code("node.cordoned", Severity.NOTE, "A node was closed to new pods by hand", ("popeye 711",))

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_OF_THE_KUBELET = ("MemoryPressure", "DiskPressure", "PIDPressure")
_OF_EKS = ("AcceleratedHardwareReady", "ContainerRuntimeReady", "KernelReady", "NetworkingReady", "StorageReady")
"""EKS node monitoring: well when True."""

_OF_PROBLEM_DETECTOR = (
    "KernelDeadlock",
    "ReadonlyFilesystem",
    "CorruptDockerOverlay2",
    "FrequentKubeletRestart",
    "FrequentContainerdRestart",
    "FrequentDockerRestart",
    "FrequentUnregisterNetDevice",
    "ConntrackFullProblem",
    "NTPProblem",
)
"""Node problem detector: well when False. What else a node may carry is not known here, so it is not judged."""

_REMEDIES = {
    "MemoryPressure": "see which pods take the memory (kubectl top pods -A --sort-by=memory) and set their requests",
    "DiskPressure": "free the node's disk: images (crictl rmi --prune), container logs, emptyDir volumes; "
    "set ephemeral-storage requests and limits",
    "PIDPressure": "see which pod makes so many processes or threads; limit them (podPidsLimit of the kubelet)",
}
_WARNINGS = {
    "SystemOOM": "the node itself ran out of memory: set memory requests and limits, and reserve some for the system",
    "OOMKilling": "the node itself ran out of memory: set memory requests and limits, and reserve some for the system",
    "ConntrackFull": "raise nf_conntrack_max (kube-proxy: conntrack.maxPerCore), or see who opens so many connections",
    "FreeDiskSpaceFailed": "what fills the node's disk is no image: container logs, emptyDir volumes, files of its own",
    "ImageGCFailed": "see the node's disk, and its container runtime",
    "EvictionThresholdMet": "the node is about to evict pods: see what fills its disk or memory",
    "TaskHung": "a program waits for the disk for minutes: see the volume and the kernel's log",
    "Ext4Error": "the file system of the node is damaged: replace the node",
    "IOError": "the disk of the node fails: replace the node",
    "CIDRNotAvailable": "no addresses are left for the pods of another node: give the cluster a larger range "
    "(--cluster-cidr), or each node a smaller one (--node-cidr-mask-size)",
}
"""Reasons of warnings about a node that tell of more than a moment, and what to do."""

_SAYINGS = (
    (
        re.compile(r"memory cgroup out of memory", re.IGNORECASE),
        "a container reached its own memory limit, and the kernel ended a process in it, which Kubernetes sees only "
        "where that is the container's first: raise the limit, or see what that process takes",
    ),
    (re.compile(r"conntrack.*(?:full|dropping)", re.IGNORECASE), _WARNINGS["ConntrackFull"]),
    (re.compile(r"out of memory: kill|system oom", re.IGNORECASE), _WARNINGS["SystemOOM"]),
    (re.compile(r"remount\w* .*read-only|ext4-fs error", re.IGNORECASE), _WARNINGS["Ext4Error"]),
)
"""The kernel's own words, under whatever reason a monitor of ours repeats them, and what to do: the first that fit."""

_AT_START = "invalid capacity 0"
_LATELY = timedelta(minutes=20)
_NODE_LEASES = "kube-node-lease"
_RENEWAL_LATE = timedelta(seconds=90)
"""A kubelet renews every 10 s, and the node controller calls it lost after 50 s."""

_TIME_TO_JOIN = timedelta(minutes=5)
_OLDEST_KUBELET = 3
"""Minors that a kubelet may be behind the API server."""

_STARTUP_TAINTS = ("/agent-not-ready", "/uninitialized")


@check(
    "node",
    subject=NODES,
    needs=(needs.named(NODES),),
    helps=(needs.on_node(), needs.in_namespace(_NODE_LEASES, LEASES), versions.VERSION, needs.WARNINGS),
    codes=CODES,
)
def node(seen: Snapshot) -> Iterable[Saying]:
    """Nodes that do not answer, are not ready, under pressure, cordoned, or of a version too far from the API server.

    Conditions that nobody here knows are not judged. It also shows how much of each node its pods have asked for.
    """
    loads = [_load(seen, each) for each in seen.within(NODES)]
    for load in loads:
        each = load.node
        yield from _conditions(seen, each)
        yield from _warnings(seen, each)
        yield from _heartbeat(seen, each)
        yield from _taints(seen, each)
        yield from _capacity(load)
    yield from _versions(seen)
    if not seen.target.name:
        yield from _unused(seen)
    yield Exhibit(
        "What the pods of each node ask for",
        ("node", "ready", "kubelet", "cpu", "memory", "pods"),
        tuple(map(_usage_row, loads)),
    )


def _conditions(seen: Snapshot, node_: Object) -> Iterator[Finding]:
    ready = node_.condition("Ready")
    if ready.text("status") == "Unknown":
        yield _lost(seen, node_, ready)
        return
    if ready.text("status") != "True":
        yield _not_ready(seen, node_, ready)
    for condition in node_.each("status.conditions"):
        yield from _condition(seen, node_, condition)


def _lost(seen: Snapshot, node_: Object, ready: Fields) -> Finding:
    lease = seen.find(LEASES, _NODE_LEASES, node_.name)
    since = seen.age(ready.time("lastTransitionTime"))
    return LOST.found(
        node_,
        f"has not answered for {since} ({ready.text('reason')}): {excerpts.first(ready.text('message'))}"
        + (f" It is tainted {_taints_written(node_)}." if node_.each("spec.taints") else ""),
        evidence={
            **ready.quote("status", "reason", "message", "lastHeartbeatTime", "lastTransitionTime"),
            **({"Lease spec.renewTime": lease.text("spec.renewTime")} if lease else {}),
            **_tainted(node_),
            **node_.quote("spec.providerID"),
            "pods on it": str(len(_pods_of(seen, node_))),
        },
        next=f"{_machine(node_)}; is it running, reachable, out of memory or disk (on it: journalctl -u kubelet -e)? "
        f"Only if it is gone for good: kubectl delete node {node_.name}",
    )


def _machine(node_: Object) -> str:
    """Return the command that shows the machine of a node: its cloud's where that is known, or else kubectl's."""
    instance = node_.text("spec.providerID").rpartition("/")[2]
    if instance.startswith("i-"):
        return f"aws ec2 describe-instance-status --include-all-instances --instance-ids {instance}"
    return kubectl.describe(node_.reference)


def _not_ready(seen: Snapshot, node_: Object, ready: Fields) -> Finding:
    """A node that has just joined is given time: that it is not ready yet is a note."""
    is_joining = nodes.is_joining(seen, node_)
    if not ready:
        since, said = seen.age(node_.created), "its kubelet has never reported"
    else:
        since = seen.age(ready.time("lastTransitionTime"))
        said = f"{ready.text('reason')}: {excerpts.first(ready.text('message'))}"
    how = f"is NotReady and joined {seen.age(node_.created)} ago" if is_joining else f"has been NotReady for {since}"
    return NOT_READY.found(
        node_,
        f"{how}: {said}",
        evidence={
            **ready.quote("status", "reason", "message", "lastHeartbeatTime", "lastTransitionTime"),
            **_tainted(node_),
            "pods on it": str(len(_pods_of(seen, node_))),
        },
        next="kubectl get pods -n kube-system -o wide; the network plugin has not set up this node, "
        f"it should have written /etc/cni/net.d on {node_.name}"
        if nodes.lacks_network(node_)
        else f"{kubectl.describe(node_.reference)}; on the node: journalctl -u kubelet -e",
        severity=Severity.NOTE if is_joining else None,
    )


def _condition(seen: Snapshot, node_: Object, condition: Fields) -> Iterator[Finding]:
    """Judge one condition beside Ready, by what it means when it is True."""
    type_, status = condition.text("type"), condition.text("status")
    since = seen.age(condition.time("lastTransitionTime"))
    said = f"{type_} for {since} ({condition.text('reason')}): {excerpts.first(condition.text('message'))}"
    evidence = {**condition.quote("status", "reason", "message", "lastTransitionTime"), **_tainted(node_)}
    if status == "True" and type_ in _OF_THE_KUBELET:
        yield PRESSURE.found(
            node_,
            f"is under {said}",
            evidence=evidence,
            next=f"{kubectl.describe(node_.reference)}; {_REMEDIES[type_]}",
        )
    elif status == "True" and type_ == "NetworkUnavailable":
        yield NO_NETWORK.found(
            node_,
            f"has {said}",
            evidence=evidence,
            next="kubectl get pods -n kube-system -o wide; see its network plugin, or the cloud's route controller",
        )
    elif (status == "False" and type_ in _OF_EKS) or (status == "True" and type_ in _OF_PROBLEM_DETECTOR):
        yield UNHEALTHY.found(
            node_,
            f"has had {type_}={status} for {since} ({condition.text('reason')}): "
            f"{excerpts.first(condition.text('message'))}",
            evidence=evidence,
            next=f"{kubectl.describe(node_.reference)}; drain the node and replace it (kubectl drain {node_.name} "
            "--ignore-daemonsets; its pods' emptyDir volumes go with it); with EKS node auto repair that happens by "
            "itself",
        )


def _warnings(seen: Snapshot, node_: Object) -> Iterator[Finding]:
    """Say once a reason what a node was warned of lately; a kubelet that starts knows no disk yet and says so."""
    lately = [
        event
        for event in seen.events_of(node_)
        if _remedy_of(event) and seen.since_event(event) < _LATELY and _AT_START not in event.text("message")
    ]
    for event in {event.text("reason"): event for event in reversed(lately)}.values():
        reason, message = event.text("reason"), event.text("message")
        yield WARNED.found(
            node_,
            f"is warned of {reason}, last {seen.age(eventtimes.last_seen(event))} ago: {excerpts.first(message)}",
            evidence={f"event {reason}": message, **event.quote("count", "source.component")},
            next=f"{kubectl.describe(node_.reference)}; {_remedy_of(event)}",
        )


def _remedy_of(event: Object) -> str:
    """Return what to do about a warning of a node, empty for one that tells of a moment only."""
    if event.text("type") != "Warning":
        return ""
    message = event.text("message")
    by_words = next((remedy for words, remedy in _SAYINGS if words.search(message)), "")
    return by_words or _WARNINGS.get(event.text("reason"), "")


def _heartbeat(seen: Snapshot, node_: Object) -> Iterator[Finding]:
    """A node passes for ready until somebody judges its lease; a lease this old says that nobody does, or wrongly."""
    lease = seen.find(LEASES, _NODE_LEASES, node_.name)
    if lease is None or not nodes.is_ready(node_):
        return
    renewed = lease.time("spec.renewTime")
    if seen.since(renewed) < _RENEWAL_LATE:
        return
    yield HEARTBEAT_LATE.found(
        node_,
        f"is Ready by its status, and last renewed its lease {seen.age(renewed)} ago",
        evidence={
            "Lease spec.renewTime": lease.text("spec.renewTime"),
            **node_.condition("Ready").quote("status", "lastHeartbeatTime"),
        },
        next=f"kubectl get lease {node_.name} -n {_NODE_LEASES} -o yaml; see whether the kubelet runs and the node's "
        "clock is right, and whether kube-controller-manager, which should judge it, renews its own in kube-system",
    )


def _versions(seen: Snapshot) -> Iterator[Finding]:
    """The nodes of a group are replaced together, so each version is told once, of the first node that runs it."""
    server = versions.of_api_server(seen)
    alike: dict[str, list[Object]] = defaultdict(list)
    for each in seen.within(NODES):
        if not nodes.is_virtual(each):
            alike[each.text("status.nodeInfo.kubeletVersion")].append(each)
    for kubelet, group in alike.items():
        behind = versions.behind(server, kubelet)
        if behind is not None and not 0 <= behind <= _OLDEST_KUBELET:
            yield _skewed(group, server, kubelet, behind)


def _skewed(group: Sequence[Object], server: str, kubelet: str, behind: int) -> Finding:
    newer = behind < 0
    return VERSION_SKEW.found(
        group[0],
        f"runs kubelet {kubelet}, "
        + (f"newer than the API server's {server}" if newer else f"{behind} minors behind the API server's {server}")
        + _also(group, "; so do"),
        evidence={
            "/version gitVersion": server,
            **group[0].quote("status.nodeInfo.kubeletVersion"),
            **_names(group),
        },
        next="kubectl version; upgrade the control plane first, then the nodes"
        if newer
        else f"kubectl get nodes; replace such nodes by nodes of a version at most {_OLDEST_KUBELET} minors behind, "
        "no pod of theirs is safe else",
    )


def _taints(seen: Snapshot, node_: Object) -> Iterator[Finding]:
    if node_.flag("spec.unschedulable") and not _is_being_taken_away(node_):
        yield _cordoned(seen, node_)
    for taint in node_.each("spec.taints"):
        if nodes.is_set_by_hand(taint) and _is_of_startup(taint):
            yield from _uninitialized(seen, node_, taint)


def _is_of_startup(taint: Fields) -> bool:
    return taint.text("key").endswith(_STARTUP_TAINTS)


def _unused(seen: Snapshot) -> Iterator[Finding]:
    """A taint that nothing tolerates, told of the first node that has it: those of a group have it alike."""
    tolerating = [
        pod
        for pod in seen.all(PODS)
        if pod.owner.text("kind") not in ("DaemonSet", "Node") and not podstate.is_finished(pod)
    ]
    alike: dict[str, list[tuple[Object, Fields]]] = defaultdict(list)
    for each in seen.within(NODES):
        for taint in each.each("spec.taints"):
            if nodes.is_set_by_hand(taint) and not _is_of_startup(taint):
                alike[scheduling.taint_written(taint)].append((each, taint))
    for written, tainted in alike.items():
        first, taint = tainted[0]
        if not any(scheduling.tolerates(pod, taint) for pod in tolerating):
            group = [each for each, _ in tainted]
            yield NOBODY_TOLERATES.found(
                first,
                f"has the taint {written}, and nothing but DaemonSets tolerates it{_also(group, '; so have')}",
                evidence={**_tainted(first), **_names(group)},
                next="nothing if it waits for its workload; else give the pods a toleration, "
                f"or kubectl taint node {first.name} {taint.text('key')}-",
            )


def _also(group: Sequence[Object], words: str) -> str:
    """Return how many more nodes there are than the first of a group, nothing for one alone."""
    return f"{words} {len(group) - 1} more" if len(group) > 1 else ""


def _names(group: Sequence[Object]) -> dict[str, str]:
    """Return the names of nodes that are alike as evidence, nothing for one alone."""
    return {"Nodes": obstacle.few(each.name for each in group)} if len(group) > 1 else {}


def _is_being_taken_away(node_: Object) -> bool:
    """Say whether an autoscaler or a handler of interruptions drains a node, which is its daily work."""
    keys = (taint.text("key") for taint in node_.each("spec.taints"))
    return any(key.startswith(nodes.TAKEN_AWAY) for key in keys)


def _cordoned(seen: Snapshot, node_: Object) -> Finding:
    times = (
        taint.time("timeAdded") for taint in node_.each("spec.taints") if taint.text("key").endswith("/unschedulable")
    )
    since = next((time for time in times if time), None)
    how = f"has been cordoned for {seen.age(since)}" if since else "is cordoned"
    return CORDONED.found(
        node_,
        f"{how} (SchedulingDisabled): it takes no new pods",
        evidence={**node_.quote("spec.unschedulable"), **_tainted(node_)},
        next=f"kubectl uncordon {node_.name}, when its maintenance is over",
    )


def _uninitialized(seen: Snapshot, node_: Object, taint: Fields) -> Iterator[Finding]:
    if seen.since(node_.created) < _TIME_TO_JOIN:
        return
    yield UNINITIALIZED.found(
        node_,
        f"joined {seen.age(node_.created)} ago and still has the taint {scheduling.taint_written(taint)}",
        evidence=_tainted(node_),
        next=f"kubectl get pods -A -o wide --field-selector spec.nodeName={node_.name}; see what should remove "
        f"{taint.text('key')}: the cloud controller manager, or the agent that it names",
    )


@dataclass(frozen=True)
class _Load:
    """A node, its pods that are not finished, and how much of each resource those ask for."""

    node: Object
    pods: Sequence[Object]
    asked: Mapping[str, Decimal]


def _load(seen: Snapshot, node_: Object) -> _Load:
    pods = _pods_of(seen, node_)
    return _Load(node_, pods, {resource: podrequests.of_all(pods, resource) for resource in ("cpu", "memory")})


def _capacity(load: _Load) -> Iterator[Finding]:
    """A node can only be asked for more than it has when it shrank, or when pods were not placed by a scheduler."""
    for resource, written in (("cpu", quantities.in_cores), ("memory", quantities.in_bytes)):
        has = quantities.parse(load.node.at("status.allocatable").raw.get(resource))
        asked = load.asked[resource]
        if has is not None and asked > has:
            yield OVERCOMMITTED.found(
                load.node,
                f"has {written(has)} of {resource}, and its pods ask for {written(asked)}",
                evidence={**load.node.quote(f"status.allocatable.{resource}"), f"requests.{resource}": written(asked)},
                next=f"{kubectl.describe(load.node.reference)}; move pods away, or see why the node offers less than "
                "before (kube-reserved, system-reserved)",
            )


def _usage_row(load: _Load) -> tuple[str, ...]:
    return (
        load.node.name,
        load.node.condition("Ready").text("status", "Unknown"),
        load.node.text("status.nodeInfo.kubeletVersion"),
        _share(load, "cpu"),
        _share(load, "memory"),
        f"{len(load.pods)}/{load.node.text('status.allocatable.pods', '?')}",
    )


def _share(load: _Load, resource: str) -> str:
    has = quantities.amount(load.node.at("status.allocatable").raw.get(resource))
    return f"{round(100 * load.asked[resource] / has)}%" if has else "?"


def _pods_of(seen: Snapshot, node_: Object) -> list[Object]:
    return [pod for pod in seen.on_node(node_.name) if not podstate.is_finished(pod)]


def _tainted(node_: Object) -> dict[str, str]:
    return {"spec.taints": _taints_written(node_)} if node_.each("spec.taints") else {}


def _taints_written(node_: Object) -> str:
    return ", ".join(scheduling.taint_written(taint) for taint in node_.each("spec.taints"))
