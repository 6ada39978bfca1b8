"""kube-proxy: whether it runs on every node, with a configuration that exists, in a version that fits."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from diagnostics import components, needs, outage, podstate, versions
from diagnostics.fields import Fields
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object
from diagnostics.registry import check
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, NODES, PODS
from diagnostics.snapshot import Snapshot

UNAVAILABLE = Code(
    "kube-proxy.unavailable",
    Severity.CRITICAL,
    "kube-proxy is not ready on some or all nodes, so Services do not change there",
    ("k8sgpt DaemonSet", "popeye 501"),
    tells=outage.TELLS,
)
CONFIG_MISSING = Code(
    "kube-proxy.config-missing",
    Severity.CRITICAL,
    "The file that kube-proxy is told to read is not in any volume that is mounted there",
)
VERSION_SKEW = Code("kube-proxy.version-skew", Severity.WARNING, "kube-proxy is of a version that does not fit")

MISSING = Code(
    "kube-proxy.missing",
    Severity.CRITICAL,
    "The network plugin relies on kube-proxy, and there is none, so no Service can be reached by its address",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE
_NAME = components.KUBE_PROXY.name
_RELY_ON_IT = ("aws-node", "kube-flannel", "kube-flannel-ds", "weave-net")
"""Network plugins that leave Services to kube-proxy."""

_REPLACE_IT = ("cilium", "kube-router", "calico")
"""What a name holds that may stand for kube-proxy, beside another plugin too."""

_CONFIG = re.compile(r"--config(?:=|\s+)(?P<path>\S+)")
_TAG = re.compile(r":(?P<tag>v[\w.-]+)(?:@|$)")
_OLDEST = 3
"""Minors that kube-proxy may be behind the API server."""


@check(
    "kube-proxy",
    subject=DAEMON_SETS,
    needs=(needs.in_namespace(_SYSTEM, DAEMON_SETS), needs.in_namespace(_SYSTEM, PODS)),
    helps=(needs.in_namespace(_SYSTEM, CONFIG_MAPS), NODES, versions.VERSION),
    codes=CODES,
)
def kube_proxy(seen: Snapshot) -> Iterable[Finding]:
    """kube-proxy pods that are not ready, a --config that no volume holds, and a version too far from the API server.

    A cluster without kube-proxy (Cilium and others replace it, EKS Auto Mode has it in the node) is in order, unless a
    plugin that relies on it is there and none that replaces it.
    """
    yield from _missing(seen)
    for proxy in seen.all(DAEMON_SETS, _SYSTEM):
        if _is_proxy(proxy):
            yield from _availability(seen, proxy)
            yield from _configuration(seen, proxy)
            yield from _version(seen, proxy)


def _is_proxy(daemon_set: Object) -> bool:
    return daemon_set.name.startswith(_NAME) or daemon_set.labels.get("k8s-app") == _NAME


def _missing(seen: Snapshot) -> Iterator[Finding]:
    present = seen.all(DAEMON_SETS, _SYSTEM)
    relying = [
        each.name for each in present if each.name in _RELY_ON_IT and each.number("status.desiredNumberScheduled")
    ]
    replaced = any(word in each.name for each in seen.all(DAEMON_SETS) for word in _REPLACE_IT)
    if relying and not replaced and not any(_is_proxy(each) for each in present):
        yield MISSING.found(
            components.KUBE_PROXY,
            f"does not exist, and {relying[0]} relies on it: no Service can be reached by its address, DNS among them",
            evidence={f"DaemonSets of {_SYSTEM}": ", ".join(each.name for each in present)},
            next=f"kubectl get daemonsets -n {_SYSTEM}; install it again (EKS: aws eks create-addon --cluster-name "
            "<cluster> --addon-name kube-proxy, kubeadm: kubeadm init phase addon kube-proxy)",
        )


def _availability(seen: Snapshot, proxy: Object) -> Iterator[Finding]:
    wanted, ready = proxy.number("status.desiredNumberScheduled"), proxy.number("status.numberReady")
    if ready >= wanted:
        return
    pods = seen.owned_by(PODS, proxy)
    unready = [pod for pod in podstate.unready(pods) if not podstate.is_starting(seen, pod)]
    if not unready and len(pods) >= wanted:
        return
    why = outage.of(seen, unready) if unready else outage.Outage("its pods are not made")
    on = ", ".join(dict.fromkeys(pod.text("spec.nodeName") for pod in unready if pod.has("spec.nodeName")))
    yield UNAVAILABLE.found(
        proxy,
        f"{ready}/{wanted} ready, so changes of Services do not reach {'some nodes' if ready else 'any node'}: "
        + why.sentence,
        evidence={
            **proxy.quote("status.desiredNumberScheduled", "status.numberReady"),
            **({"nodes": on} if on else {}),
            **why.evidence,
        },
        next=why.remedy
        or f"kubectl logs ds/{proxy.name} -n {_SYSTEM} --tail=40; rules that were set stay, new Services and "
        "endpoints are not followed until it runs",
        blames=why.blames,
    )


def _configuration(seen: Snapshot, proxy: Object) -> Iterator[Finding]:
    """Follow --config to the volume that is mounted there and the ConfigMap's key that should be the file."""
    for container in proxy.each("spec.template.spec.containers"):
        written = " ".join([*container.texts("command"), *container.texts("args")])
        found = _CONFIG.search(written)
        if found is None:
            continue
        path = PurePosixPath(found["path"])
        problem = _problem(seen, proxy, container, path)
        if problem:
            mounts = [mount.text("mountPath") for mount in container.each("volumeMounts")]
            yield CONFIG_MISSING.found(
                proxy,
                f"is told to read {path}, and {problem}",
                evidence={
                    f"spec.template.spec.containers[{container.text('name')}].command": written,
                    "volumeMounts[].mountPath": ", ".join(mounts) or "none",
                },
                next=f"kubectl -n {_SYSTEM} edit ds {proxy.name}: let --config, the mount path and the ConfigMap's key "
                "agree (kubeadm: /var/lib/kube-proxy/config.conf, EKS: /var/lib/kube-proxy-config/config)",
            )


def _problem(seen: Snapshot, proxy: Object, container: Fields, path: PurePosixPath) -> str:
    """Return why there will be no such file, empty when there may be."""
    volumes = {volume.text("name"): volume for volume in proxy.each("spec.template.spec.volumes")}
    mount = _mount_of(container.each("volumeMounts"), path)
    if mount is None:
        return "no volume is mounted there"
    name = volumes.get(mount.text("name"), Fields(None)).text("configMap.name")
    if not name or not seen.was_read(CONFIG_MAPS):
        return ""
    config_map = seen.find(CONFIG_MAPS, proxy.namespace, name)
    if config_map is None:
        return f"the ConfigMap {name} that is mounted there does not exist"
    items = {item.text("path"): item.text("key") for item in volumes[mount.text("name")].each("configMap.items")}
    inside = mount.text("subPath") or str(path.relative_to(mount.text("mountPath")))
    files = items or {key: key for key in config_map.at("data").raw}
    if inside in files and files[inside] in config_map.at("data").raw:
        return ""
    return f"the ConfigMap {name} that is mounted there has the files {', '.join(sorted(files)) or 'none'}"


def _mount_of(mounts: Sequence[Fields], path: PurePosixPath) -> Fields | None:
    over = [mount for mount in mounts if mount.text("mountPath") and path.is_relative_to(mount.text("mountPath"))]
    return max(over, key=lambda mount: len(mount.text("mountPath")), default=None)


def _version(seen: Snapshot, proxy: Object) -> Iterator[Finding]:
    server = versions.of_api_server(seen)
    for container in proxy.each("spec.template.spec.containers"):
        tag = _TAG.search(container.text("image"))
        behind = versions.behind(server, tag["tag"]) if tag else None
        if tag is None or behind is None or 0 <= behind <= _OLDEST:
            continue
        yield VERSION_SKEW.found(
            proxy,
            f"runs kube-proxy {tag['tag']}, "
            + ("newer than" if behind < 0 else f"{behind} minors behind")
            + f" the API server's {server}",
            evidence={"/version gitVersion": server, **container.quote("image")},
            next=f"kubectl get daemonset {proxy.name} -n {_SYSTEM} -o wide; bring kube-proxy to the version of the "
            "API server, at most three minors behind it and never ahead",
        )
