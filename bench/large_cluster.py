"""A large cluster made from a small one: what was recorded of one application, multiplied under new names."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

Json = dict[str, Any]

NODES, PODS, EVENTS = 500, 5_000, 10_000
REPLICAS = 10
TEAMS = 40
OLD_REVISIONS = 3
"""ReplicaSets that a Deployment keeps beside the current one."""

WARNINGS = 0.15
"""Share of the events; most tell that a pod was scheduled, pulled and started."""

BROKEN_EVERY = 50
"""One in so many Deployments has a container that crashes in every pod."""

SYSTEM = frozenset({"kube-system", "default", "kube-node-lease", "logging", "security-policy", None})

_APPLICATION, _TEAM = "catalog-web", "catalog"
_AGENT = "kube-proxy"
_SEED = 20261121
_MESSAGES = {
    "Scheduled": "Successfully assigned {namespace}/{name} to {node}",
    "Pulled": 'Container image "{image}" already present on machine and can be accessed by the pod',
    "Created": "Container created",
    "Started": "Container started",
    "Unhealthy": 'Readiness probe failed: Get "http://10.0.0.1:8080/ready": context deadline exceeded',
    "BackOff": "Back-off restarting failed container {container} in pod {name}_{namespace}({uid})",
    "FailedMount": 'MountVolume.SetUp failed for volume "settings" : failed to sync configmap cache: timed out waiting',
}
_OF_TYPE = {"Normal": ("Scheduled", "Pulled", "Created", "Started"), "Warning": ("Unhealthy", "BackOff", "FailedMount")}
_MANAGED_FIELDS = [
    {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "time": "2026-11-21T09:30:36Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {f"f:{part}": {f"f:field{number}": {} for number in range(12)} for part in ("metadata", "spec")},
    }
    for manager in ("kube-controller-manager", "kubelet")
]
"""What real servers send with every object, and nobody reads."""


def content(healthy: Json, *, warnings: float = WARNINGS) -> Json:
    """Return the recording of a large cluster, made from that of a healthy small one."""
    return _LargeCluster(healthy, warnings).content()


class _LargeCluster:
    def __init__(self, healthy: Json, warnings: float) -> None:
        self._healthy = healthy
        self._warnings = warnings
        self._dice = Random(_SEED)
        self._recorded_at = datetime.fromisoformat(healthy["recorded_at"])
        self._lists: dict[str, list[Json]] = {
            path: [item for item in body["items"] or [] if item["metadata"].get("namespace") in SYSTEM]
            for path, body in healthy["lists"].items()
        }
        self._logs: dict[str, str] = {}

    def content(self) -> Json:
        """Multiply nodes, applications and the agent that runs on each node, and put events beside them."""
        self._multiply_nodes()
        self._multiply_agent()
        for number in range((PODS - len(self._lists["/api/v1/pods"])) // REPLICAS):
            self._add_application(number)
        for resource in ("pods", "nodes"):
            self._lists[f"/apis/metrics.k8s.io/v1beta1/{resource}"] = list(self._usages(resource))
        self._lists["/api/v1/events"] = [self._event(number) for number in range(EVENTS)]
        lists = {path: {**body, "items": self._lists[path]} for path, body in self._healthy["lists"].items()}
        return {**self._healthy, "scenario": "large", "lists": lists, "logs": self._logs}

    def _recorded(self, path: str, name: str) -> Json:
        """Return the recorded object whose name begins with `name`."""
        items: list[Json] = self._healthy["lists"][path]["items"]
        return next(item for item in items if item["metadata"]["name"].startswith(name))

    def _multiply_nodes(self) -> None:
        nodes, leases = "/api/v1/nodes", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        node = self._recorded(nodes, "ip-")
        lease = self._recorded(leases, node["metadata"]["name"])
        renamed = [{node["metadata"]["name"]: _node_name(number)} for number in range(NODES)]
        self._lists[nodes] = [_copy(node, names, number) for number, names in enumerate(renamed)]
        self._lists[leases] = [_copy(lease, names, number) for number, names in enumerate(renamed)]

    def _multiply_agent(self) -> None:
        """Let one DaemonSet have a pod on each node, and the others as many as they had."""
        agent = next(each for each in self._lists["/apis/apps/v1/daemonsets"] if each["metadata"]["name"] == _AGENT)
        for field, value in agent["status"].items():
            if isinstance(value, int) and value > 1 and field != "observedGeneration":
                agent["status"][field] = NODES
        pods = self._lists["/api/v1/pods"]
        template = next(each for each in pods if each["metadata"]["name"].startswith(_AGENT))
        pods[:] = [each for each in pods if not each["metadata"]["name"].startswith(_AGENT)]
        for pod in pods:
            pod["spec"]["nodeName"] = _node_name(self._dice.randrange(NODES))
        for number in range(NODES):
            names = {template["metadata"]["name"]: f"{_AGENT}-{number:05x}"}
            pods.append(_on_node(_copy(template, names, number, keep=agent["metadata"]["uid"]), number))

    def _add_application(self, number: int) -> None:
        team, name = f"team-{number % TEAMS:02}", f"web-{number:04}"
        names = {_APPLICATION: name, f'"{_TEAM}"': f'"{team}"'}
        deployment = _copy(self._recorded("/apis/apps/v1/deployments", _APPLICATION), names, number)
        deployment["spec"]["replicas"] = REPLICAS
        for field in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"):
            deployment["status"][field] = REPLICAS
        replica_set = _copy(self._recorded("/apis/apps/v1/replicasets", _APPLICATION), names, number)
        pods = [self._pod(names, number, replica) for replica in range(REPLICAS)]
        if number % BROKEN_EVERY == 0:
            self._break(deployment, pods)
        self._lists["/apis/apps/v1/deployments"].append(deployment)
        self._lists["/apis/apps/v1/replicasets"] += [replica_set, *_old_revisions(replica_set)]
        self._lists["/api/v1/pods"] += pods
        self._lists["/api/v1/services"].append(_copy(self._recorded("/api/v1/services", _APPLICATION), names, number))
        self._lists["/apis/discovery.k8s.io/v1/endpointslices"].append(self._slice(names, number, pods))

    def _pod(self, names: Mapping[str, str], number: int, replica: int) -> Json:
        template = self._recorded("/api/v1/pods", _APPLICATION)
        suffix = template["metadata"]["name"].rpartition("-")[2]
        pod = _copy(template, {**names, f"-{suffix}": f"-{replica:05x}", **self._own_traits(template)}, number)
        pod["metadata"]["uid"] = f"{number:08x}-{replica:04x}-4000-8000-000000000000"
        return _on_node(pod, (number * REPLICAS + replica) % NODES)

    def _own_traits(self, template: Json) -> dict[str, str]:
        """Return what no two pods have alike: their times, addresses, container ids and token volumes."""
        (container,) = template["status"]["containerStatuses"]
        started = self._dice.randrange(3_600, 30 * 86_400)
        return {
            **{f"09:30:{second}Z": self._moment(started - second)[11:] for second in range(30, 60)},
            template["metadata"]["creationTimestamp"][:10]: self._moment(started)[:10],
            template["status"]["podIP"]: f"10.2.{self._dice.randrange(256)}.{self._dice.randrange(256)}",
            container["containerID"]: f"containerd://{self._dice.getrandbits(256):064x}",
            template["spec"]["volumes"][0]["name"]: f"kube-api-access-{self._dice.getrandbits(20):05x}",
        }

    def _break(self, deployment: Json, pods: list[Json]) -> None:
        deployment["status"] |= {"readyReplicas": 0, "availableReplicas": 0}
        for condition in deployment["status"]["conditions"]:
            condition["status"] = "False" if condition["type"] == "Available" else condition["status"]
        for pod in pods:
            (status,) = pod["status"]["containerStatuses"]
            ended = {"exitCode": 1, "reason": "Error", "finishedAt": self._moment(120), "startedAt": self._moment(130)}
            status |= {"ready": False, "restartCount": 12, "lastState": {"terminated": ended}}
            status["state"] = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed"}}
            for condition in pod["status"]["conditions"]:
                condition["status"] = "False" if "Ready" in condition["type"] else condition["status"]
            key = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}/{status['name']}"
            self._logs[f"{key}?previous=true"] = "starting\nERROR connection to db:5432 refused\n" * 20

    def _slice(self, names: Mapping[str, str], number: int, pods: list[Json]) -> Json:
        made = _copy(self._recorded("/apis/discovery.k8s.io/v1/endpointslices", _APPLICATION), names, number)
        pattern = made["endpoints"][0]
        made["endpoints"] = [
            {
                **pattern,
                "conditions": {"ready": pod["status"]["containerStatuses"][0]["ready"]},
                "targetRef": {"kind": "Pod", **{key: pod["metadata"][key] for key in ("namespace", "name", "uid")}},
            }
            for pod in pods
        ]
        return made

    def _usages(self, resource: str) -> Iterator[Json]:
        pattern = self._healthy["lists"][f"/apis/metrics.k8s.io/v1beta1/{resource}"]["items"][0]
        for each in self._lists[f"/api/v1/{resource}"]:
            metadata = {key: each["metadata"][key] for key in ("name", "namespace") if key in each["metadata"]}
            yield {**pattern, "metadata": metadata}

    def _event(self, number: int) -> Json:
        pods = self._lists["/api/v1/pods"]
        pod = pods[self._dice.randrange(len(pods))]
        metadata = {key: pod["metadata"][key] for key in ("name", "namespace", "uid")}
        kind = "Warning" if self._dice.random() < self._warnings else "Normal"
        reason = self._dice.choice(_OF_TYPE[kind])
        container = pod["spec"]["containers"][0]
        seen = self._moment(self._dice.randrange(3600))
        return {
            "metadata": {
                "name": f"{metadata['name']}.{number:016x}",
                "namespace": metadata["namespace"],
                "uid": f"{number:08x}-0000-4000-8000-00000000eeee",
                "creationTimestamp": seen,
                "managedFields": _MANAGED_FIELDS[1:],
            },
            "involvedObject": {"kind": "Pod", "apiVersion": "v1", **metadata},
            "reason": reason,
            "message": _MESSAGES[reason].format(
                **metadata, node=pod["spec"]["nodeName"], image=container["image"], container=container["name"]
            ),
            "source": {"component": "kubelet", "host": pod["spec"]["nodeName"]},
            "firstTimestamp": seen,
            "lastTimestamp": seen,
            "count": self._dice.randrange(1, 30),
            "type": kind,
        }

    def _moment(self, seconds_ago: int) -> str:
        return (self._recorded_at - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _node_name(number: int) -> str:
    return f"ip-10-1-{number // 250}-{number % 250}.ap-northeast-2.compute.internal"


def _on_node(pod: Json, number: int) -> Json:
    pod["spec"]["nodeName"] = _node_name(number)
    return pod


def _copy(template: Json, names: Mapping[str, str], number: int, keep: str = "") -> Json:
    """Return an object under other names; every uid in it but `keep` becomes the number's own, alike in all copies."""
    text = json.dumps(template)
    for old, new in names.items():
        text = text.replace(old, new)
    made: Json = json.loads(text)
    metadata = made["metadata"]
    for holder in (metadata, *metadata.get("ownerReferences", ())):
        if holder.get("uid") and holder["uid"] != keep:
            holder["uid"] = f"{number:08x}{holder['uid'][8:]}"
    metadata["managedFields"] = _MANAGED_FIELDS
    return made


def _old_revisions(replica_set: Json) -> Iterator[Json]:
    """Return the ReplicaSets of earlier revisions, which have no pods."""
    for age in range(1, OLD_REVISIONS + 1):
        old = json.loads(json.dumps(replica_set))
        old["metadata"]["name"] += f"{age}"
        old["metadata"]["uid"] = f"{replica_set['metadata']['uid'][:-2]}{age:02x}"
        old["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "0"
        old["spec"]["replicas"] = 0
        old["status"] = {"replicas": 0, "observedGeneration": 1}
        yield old
