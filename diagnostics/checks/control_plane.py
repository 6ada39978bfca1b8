"""The control plane: what the API server says of its own health, the static pods beside it, who leads."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from diagnostics import components, containers, excerpts, kubectl, needs, outage, podstate
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.needs import Document
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import LEASES, NODES, PODS
from diagnostics.snapshot import Snapshot

NOT_READY = Code(
    "control-plane.api-server-not-ready", Severity.CRITICAL, "The API server says that a part of it is not well"
)
COMPONENT_DOWN = Code(
    "control-plane.component-down",
    Severity.CRITICAL,
    "A static pod of the control plane does not run",
    ("k8sgpt Pod", "popeye 203", "popeye 204"),
    tells=outage.TELLS,
)
COMPONENT_MISSING = Code(
    "control-plane.component-missing",
    Severity.CRITICAL,
    "A control-plane node runs an API server and lacks a component beside it",
)
NO_LEADER = Code(
    "control-plane.no-leader",
    Severity.CRITICAL,
    "Nobody has renewed the lease of the scheduler or the controller manager",
)
RESTARTED = Code(
    "control-plane.restarted",
    Severity.WARNING,
    "A component of the control plane was restarted lately",
    ("popeye 205",),
    tells=("pods.restarted",),
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

READYZ = Document("/readyz?verbose")
_SYSTEM = components.NAMESPACE
_API_SERVER = "kube-apiserver"
_BESIDE = (components.CONTROLLER_MANAGER, "kube-scheduler")
_COMPONENTS = (_API_SERVER, *_BESIDE, "etcd", "cloud-controller-manager")
_MIRROR = "kubernetes.io/config.mirror"
_FAILED_PART = re.compile(r"(?m)^\[-\](?P<part>\S+) (?P<said>.+)$")
_PART = re.compile(r"(?m)^\[[+-]\]")
_LEASE_LATE = timedelta(minutes=1)
"""Leaders renew every 2 s and lose the lease after 15 s."""

_LATELY = timedelta(hours=1)
_RESTARTS_WORTH_SAYING = 3

_SYMPTOMS = {
    "kube-scheduler": "new pods stay Pending without any event",
    "kube-controller-manager": "nothing scales, heals or is cleaned up",
    "etcd": "the API server cannot read or write",
    _API_SERVER: "kubectl is refused by this instance",
}


@check(
    "control-plane",
    subject=PODS,
    needs=(READYZ, needs.in_namespace(_SYSTEM, PODS)),
    helps=(NODES, needs.if_served(needs.in_namespace(_SYSTEM, LEASES))),
    codes=CODES,
)
def control_plane(seen: Snapshot) -> Iterable[Saying]:
    """What `/readyz?verbose` fails, static pods that crash or are missing, and leases that nobody renews.

    Managed control planes (EKS, GKE, AKS) show no pods; there the health document and the leases are all there is.
    """
    yield from _health(seen)
    pods = [pod for pod in seen.all(PODS, _SYSTEM) if _component(pod)]
    for pod in pods:
        yield from _pod(seen, pod)
    yield from _missing(pods)
    yield from _leaders(seen)
    yield _shown(seen, pods)


def _health(seen: Snapshot) -> Iterator[Finding]:
    said = seen.document(READYZ.path)
    failed = {f"readyz {found['part']}": found["said"] for found in _FAILED_PART.finditer(said)}
    if not failed:
        return
    parts = ", ".join(part.removeprefix("readyz ") for part in failed)
    yield NOT_READY.found(
        Reference("Service", "default", "kubernetes"),
        f"the API server is not ready: {parts} failed",
        evidence=failed,
        next="kubectl get --raw='/readyz?verbose'; see etcd first when it is among them, then the API server's log; "
        "on EKS open a support case when it lasts",
    )


def _component(pod: Object) -> str:
    """Return which part of the control plane a static pod is, empty when it is none."""
    if _MIRROR not in pod.annotations and pod.owner.text("kind") != "Node":
        return ""
    label = pod.labels.get("component", "")
    return next((name for name in _COMPONENTS if name == label or pod.name.startswith(f"{name}-")), "")


def _pod(seen: Snapshot, pod: Object) -> Iterator[Finding]:
    name = _component(pod)
    if podstate.unready([pod]) or pod.text("status.phase") == "Failed":
        why = outage.of(seen, [pod])
        yield COMPONENT_DOWN.found(
            pod,
            f"{name} does not run, so that {_SYMPTOMS.get(name, 'its part of the control plane stands still')}: "
            f"{why.sentence}",
            evidence={**_restarts(pod), **_commands(pod), **why.evidence},
            next=f"{kubectl.logs(pod)} --tail=50; on {pod.text('spec.nodeName')}: correct "
            f"/etc/kubernetes/manifests/{name}.yaml, the kubelet restarts it by itself",
            blames=why.blames,
        )
        return
    for container in containers.of(pod):
        ended = container.ended.time("finishedAt")
        if container.restarts >= _RESTARTS_WORTH_SAYING and ended and seen.since(ended) < _LATELY:
            yield RESTARTED.found(
                pod,
                f"{name} was restarted {container.restarts} times, last {seen.age(ended)} ago, and runs now",
                evidence={
                    **container.status.quote("restartCount"),
                    **container.ended.quote("reason", "exitCode", "finishedAt"),
                },
                next=f"{kubectl.logs(pod, container, previous=True)}; slow disks under etcd are the usual cause",
            )


def _restarts(pod: Object) -> dict[str, str]:
    return {f"restarts of {each.name}": str(each.restarts) for each in containers.of(pod) if each.restarts}


def _commands(pod: Object) -> dict[str, str]:
    return {
        f"spec.containers[{each.text('name')}].command": " ".join([*each.texts("command"), *each.texts("args")])
        for each in pod.each("spec.containers")
    }


def _missing(pods: list[Object]) -> Iterator[Finding]:
    """A node with an API server as a static pod should have the others too: only so is their absence known."""
    by_node = {
        (pod.text("spec.nodeName"), _component(pod))
        for pod in pods
        if not podstate.is_finished(pod) and not pod.is_going
    }
    for host in sorted({node for node, name in by_node if name == _API_SERVER}):
        for name in _BESIDE:
            if (host, name) in by_node:
                continue
            elsewhere = any(other == name for _, other in by_node)
            yield COMPONENT_MISSING.found(
                Reference("Pod", _SYSTEM, f"{name}-{host}"),
                f"there is no {name} on {host}" + ("" if elsewhere else f" and none elsewhere: {_SYMPTOMS[name]}"),
                evidence={"static pods of the control plane": ", ".join(sorted(pod.name for pod in pods))},
                next=f"on {host}: is /etc/kubernetes/manifests/{name}.yaml there and valid (journalctl -u kubelet)? "
                f"kubeadm init phase control-plane {name.removeprefix('kube-')} writes it anew",
                severity=Severity.WARNING if elsewhere else None,
                blames=[Reference("Node", "", host)],
            )


def _leaders(seen: Snapshot) -> Iterator[Finding]:
    for name in _BESIDE:
        lease = seen.find(LEASES, _SYSTEM, name)
        renewed = lease.time("spec.renewTime") if lease else None
        if lease is None or renewed is None or seen.since(renewed) < _LEASE_LATE:
            continue
        yield NO_LEADER.found(
            lease,
            f"{name} has no leader: {excerpts.first(lease.text('spec.holderIdentity') or 'nobody')} renewed the lease "
            f"{seen.age(renewed)} ago, so that {_SYMPTOMS[name]}",
            evidence=lease.quote("spec.holderIdentity", "spec.renewTime", "spec.leaseDurationSeconds"),
            next=f"kubectl get lease {name} -n {_SYSTEM} -o yaml; "
            f"{kubectl.listing('pods', _SYSTEM, f'component={name}')}; on EKS open a support case",
            blames=[pod.reference for pod in seen.all(PODS, _SYSTEM) if _component(pod) == name],
        )


def _shown(seen: Snapshot, pods: list[Object]) -> Exhibit:
    said = seen.document(READYZ.path)
    well, parts = len(_PART.findall(said)) - len(_FAILED_PART.findall(said)), len(_PART.findall(said))
    rows = [("API server /readyz", f"{well}/{parts} parts are well", "", "")]
    rows += [
        (
            pod.name,
            "ready" if podstate.is_ready(pod) else podstate.why_not_ready(seen, pod),
            str(sum(each.restarts for each in containers.of(pod))),
            seen.age(pod.created),
        )
        for pod in sorted(pods, key=lambda pod: pod.name)
    ]
    return Exhibit("The control plane", ("component", "state", "restarts", "age"), tuple(rows))
