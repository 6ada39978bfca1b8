"""The network plugin: nodes that it has not set up, its own pods, and sandboxes that it cannot make."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from diagnostics import excerpts, kubectl, needs, nodes, outage, podstate
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.resources import DAEMON_SETS, NODES, PODS
from diagnostics.snapshot import Snapshot

NODE_NOT_SET_UP = Code(
    "cni.node-not-set-up",
    Severity.CRITICAL,
    "A node is not ready because no network plugin has set it up",
    ("k8sgpt Node", "popeye 702", "popeye 707"),
    tells=("node.not-ready",),
)
PLUGIN_UNAVAILABLE = Code(
    "cni.plugin-unavailable",
    Severity.CRITICAL,
    "Pods of the network plugin are not ready",
    ("k8sgpt DaemonSet", "popeye 501"),
    tells=outage.TELLS,
)
NO_ADDRESSES = Code("cni.no-addresses", Severity.CRITICAL, "The network plugin has no address left for a new pod")
SANDBOX_FAILS = Code(
    "cni.sandbox-fails", Severity.WARNING, "The network plugin fails when a pod is made", ("k8sgpt Pod",)
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_PLUGINS = (
    "aws-node",
    "calico-node",
    "canal",
    "cilium",
    "anetd",
    "kube-flannel",
    "kube-flannel-ds",
    "kindnet",
    "weave-net",
    "antrea-agent",
    "kube-router",
    "ovnkube-node",
    "kube-ovn-cni",
    "azure-cns",
)
"""DaemonSets by which the plugins in use are known."""

_SANDBOX = "FailedCreatePodSandBox"
_OF_THE_PLUGIN = re.compile(r"(?i)\bcni\b|network for sandbox|networkplugin|assign an ip address")
_EXHAUSTED = re.compile(
    r"(?i)failed to assign an ip address|no (?:more )?(?:available )?(?:ip )?address(?:es)? (?:left|available)|"
    r"no ip addresses available|insufficientfreeaddresses|range is full|ipam.*exhausted|no free ip"
)

_MISSING = Reference("Network plugin", "", "of the cluster")
"""What explains every node without a network where there is no plugin at all; no object stands for it."""


@check(
    "cni",
    subject=NODES,
    needs=(needs.named(NODES), needs.everywhere(DAEMON_SETS)),
    helps=(needs.on_node(), needs.WARNINGS),
    codes=CODES,
)
def cni(seen: Snapshot) -> Iterable[Finding]:
    """Nodes without a network, the network plugin's DaemonSet and why its pods crash, and addresses that ran out."""
    plugins = [each for each in seen.all(DAEMON_SETS) if each.name in _PLUGINS]
    for plugin in plugins:
        yield from _plugin(seen, plugin)
    for node in seen.within(NODES):
        if nodes.lacks_network(node):
            yield _not_set_up(seen, node, plugins)
    yield from _sandboxes(seen, plugins)


def _plugin(seen: Snapshot, plugin: Object) -> Iterator[Finding]:
    wanted, ready = plugin.number("status.desiredNumberScheduled"), plugin.number("status.numberReady")
    if ready >= wanted:
        return
    pods, failing = seen.owned_by(PODS, plugin), _failing(seen, plugin)
    if not failing and len(pods) >= wanted:
        return
    why = outage.of(seen, failing) if failing else outage.Outage("its pods are not made")
    yield PLUGIN_UNAVAILABLE.found(
        plugin,
        f"{ready}/{wanted} pods of the network plugin are ready: {why.sentence}",
        evidence={**plugin.quote("status.desiredNumberScheduled", "status.numberReady"), **why.evidence},
        next=why.remedy
        or f"{_log_of(plugin)}; on nodes with its pods down no new pod gets a network"
        + ("; on EKS see the add-on and the IAM role of aws-node" if plugin.name == "aws-node" else ""),
        severity=None if not ready or not all(nodes.is_ready(each) for each in seen.all(NODES)) else Severity.WARNING,
        blames=why.blames,
    )


def _failing(seen: Snapshot, plugin: Object) -> list[Object]:
    """Return the pods of a plugin that should be ready by now."""
    return [pod for pod in podstate.unready(seen.owned_by(PODS, plugin)) if not podstate.is_starting(seen, pod)]


def _not_set_up(seen: Snapshot, node: Object, plugins: Sequence[Object]) -> Finding:
    ready = node.condition("Ready")
    names = ", ".join(f"{plugin.namespace}/{plugin.name}" for plugin in plugins)
    failing = [pod for plugin in plugins for pod in _failing(seen, plugin) if pod.text("spec.nodeName") == node.name]
    takes_its_time = bool(plugins) and not failing and nodes.is_joining(seen, node)
    return NODE_NOT_SET_UP.found(
        node,
        f"has had no network for {seen.age(ready.time('lastTransitionTime'))}: {excerpts.first(ready.text('message'))}"
        + ("" if plugins else "; the cluster has no DaemonSet of a known network plugin"),
        evidence={**ready.quote("status", "reason", "message"), "network plugin DaemonSets": names or "none"},
        next=f"{_log_of(plugins[0])}; see why {names} has not written /etc/cni/net.d on {node.name} "
        "(its log, the node's /opt/cni/bin)"
        if plugins
        else "kubectl get daemonsets -A; install exactly one network plugin (aws-node, Calico, Cilium, Flannel) "
        "with the pod network that the cluster was made for",
        severity=Severity.NOTE if takes_its_time else None,
        cause=None if plugins else _MISSING,
        blames=[plugin.reference for plugin in plugins],
    )


def _sandboxes(seen: Snapshot, plugins: Sequence[Object]) -> Iterator[Finding]:
    """Say once a node what the plugin answers when pods are made there, for pods that still wait."""
    failing: dict[str, list[tuple[Object, str]]] = defaultdict(list)
    for pod in seen.within(PODS):
        message = _refusal(seen, pod)
        if message:
            failing[pod.text("spec.nodeName")].append((pod, message))
    for name, refused in failing.items():
        yield _sandbox(Reference("Node", "", name), refused, plugins)


def _refusal(seen: Snapshot, pod: Object) -> str:
    """Return what the plugin last answered for a pod that has no address yet, empty when it did not refuse."""
    if pod.text("status.phase") != "Pending" or pod.text("status.podIP") or not pod.has("spec.nodeName"):
        return ""
    messages = (event.text("message") for event in seen.events_of(pod, _SANDBOX))
    return next((message for message in messages if _OF_THE_PLUGIN.search(message)), "")


def _sandbox(node: Reference, refused: Sequence[tuple[Object, str]], plugins: Sequence[Object]) -> Finding:
    pod, message = refused[0]
    exhausted = _EXHAUSTED.search(message) is not None
    several = f" ({len(refused)} pods)" if len(refused) > 1 else ""
    return (NO_ADDRESSES if exhausted else SANDBOX_FAILS).found(
        node,
        ("has no address left for new pods" if exhausted else "cannot give new pods a network")
        + f"{several}: {excerpts.first(message)}",
        evidence={
            "pods": ", ".join(f"{each.namespace}/{each.name}" for each, _ in refused[:5]),
            f"event {_SANDBOX} of {pod.name}": excerpts.first(message, 800),
        },
        next=_more_addresses(node, message)
        if exhausted
        else f"{_log_of(plugins[0]) if plugins else kubectl.describe(pod.reference)}; "
        f"the plugin's own log on {node.name} tells more",
        blames=[plugin.reference for plugin in plugins],
    )


def _more_addresses(node: Reference, message: str) -> str:
    if "aws" in message:
        return (
            "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount]'; "
            "free or add addresses: larger subnets, prefix delegation (ENABLE_PREFIX_DELEGATION), custom networking"
        )
    return (
        f"kubectl get node {node.name} -o jsonpath='{{.spec.podCIDR}}'; every address of the node's range is taken: "
        "run fewer pods there, give nodes a larger range (node-cidr-mask-size), or free what pods that are gone still "
        "hold (on the node: /var/lib/cni/networks)"
    )


def _log_of(plugin: Object) -> str:
    return f"kubectl logs ds/{plugin.name} -n {plugin.namespace} --all-containers --tail=50"
