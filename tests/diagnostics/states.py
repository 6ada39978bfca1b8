"""States of a cluster that no recording shows: the healthy recording, with what a test adds to it or does to it.

Objects have the fields and the words that Kubernetes 1.36 gives them. `State` is swept as a recording is.
"""

import copy
import itertools
from datetime import timedelta

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.resources import (
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    EVENTS,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    SERVICE_ACCOUNTS,
    SERVICES,
)
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS

NODE, OTHER_NODE = (
    "ip-10-95-253-41.ap-northeast-2.compute.internal",
    "ip-10-95-254-167.ap-northeast-2.compute.internal",
)
NAMESPACE = "shop"
HASH = "7d9c5bd6f4"


class State:
    """A cluster that was healthy; `ago` reckons from the moment at which it is looked at."""

    def __init__(self, name="healthy"):
        self._recording = Recording(RECORDINGS / f"{name}.json.gz")
        self.raw = self._recording.content.raw
        self._uids = itertools.count(1)
        self.add(NAMESPACES, {"metadata": {"name": NAMESPACE}, "status": {"phase": "Active"}})
        self.add(SERVICE_ACCOUNTS, {"metadata": {"name": "default"}})

    def ago(self, **span):
        """Return a moment as the API server writes it."""
        return (self._recording.now() - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def add(self, resource, *objects):
        """Add objects, with the identity that the API server would give them; return the last."""
        items = self.raw["lists"].setdefault(resource.path(), {"kind": f"{resource.kind}List", "items": []})["items"]
        for raw in objects:
            metadata = raw.setdefault("metadata", {})
            if resource.namespaced:
                metadata.setdefault("namespace", NAMESPACE)
            metadata.setdefault("uid", f"0000-{next(self._uids)}")
            metadata.setdefault("creationTimestamp", self.ago(minutes=30))
            items.append(raw)
        return objects[-1]

    def get(self, resource, name):
        """Return the raw object of a name, to be changed in place."""
        items = self.raw["lists"][resource.path()]["items"]
        return next(item for item in items if item["metadata"]["name"] == name)

    def all(self, resource):
        """Return the raw objects of a resource."""
        return self.raw["lists"][resource.path()]["items"]

    def remove(self, resource, *names):
        """Take objects away."""
        body = self.raw["lists"][resource.path()]
        body["items"] = [item for item in body["items"] if item["metadata"]["name"] not in names]

    def event(self, about, kind, reason, message, *, count=12, series=0, type_="Warning", field=""):
        """Let a component have said something about an object, last a minute ago, `count` times or in a series."""
        metadata = about["metadata"]
        involved = {key: metadata[key] for key in ("namespace", "name", "uid") if key in metadata}
        return self.add(
            EVENTS,
            {
                "metadata": {
                    "name": f"{metadata['name']}.{next(self._uids):x}",
                    "namespace": involved.get("namespace", "default"),
                },
                "involvedObject": {"kind": kind, **involved, **({"fieldPath": field} if field else {})},
                "reason": reason,
                "message": message,
                "type": type_,
                "count": count,
                "firstTimestamp": self.ago(minutes=20),
                "lastTimestamp": self.ago(minutes=1),
                **({"series": {"count": series, "lastObservedTime": self.ago(minutes=1)}} if series else {}),
            },
        )

    def log(self, pod, text, container="app", *, previous=False):
        """Let a container have logged something."""
        metadata = pod["metadata"]
        key = f"{metadata['namespace']}/{metadata['name']}/{container}" + ("?previous=true" if previous else "")
        self.raw["logs"][key] = text

    def pod(self, name, *, spec=None, status=None, owner=None, labels=None, node=NODE, **metadata):
        """Add a pod that runs and is ready, but for what is given; `node=None` leaves it unscheduled."""
        given = copy.deepcopy(spec or {})
        containers = given.pop("containers", [container()])
        raw = {
            "metadata": {"name": name, "labels": labels or {"app": name}, **owned_by(owner), **metadata},
            "spec": {
                "containers": containers,
                "restartPolicy": "Always",
                "dnsPolicy": "ClusterFirst",
                "serviceAccountName": "default",
                "schedulerName": "default-scheduler",
                "tolerations": [
                    {
                        "key": f"node.kubernetes.io/{key}",
                        "operator": "Exists",
                        "effect": "NoExecute",
                        "tolerationSeconds": 300,
                    }
                    for key in ("not-ready", "unreachable")
                ],
                **({"nodeName": node} if node else {}),
                **given,
            },
            "status": status or self.running(containers),
        }
        return self.add(PODS, raw)

    def running(self, containers, *, ready=True):
        """Return the status of a pod whose containers run."""
        statuses = [self.runs(each["name"], ready=ready) for each in containers]
        return {
            "phase": "Running",
            "conditions": [{**each, "lastTransitionTime": self.ago(minutes=29)} for each in conditions(ready=ready)],
            "podIP": "10.95.241.77",
            "startTime": self.ago(minutes=30),
            "containerStatuses": statuses,
        }

    def runs(self, name="app", *, ready=True, restarts=0, last=None, minutes=29, started=True):
        """Return the status of a container that runs."""
        return {
            "name": name,
            "ready": ready,
            "started": started,
            "restartCount": restarts,
            "state": {"running": {"startedAt": self.ago(minutes=minutes)}},
            "lastState": {"terminated": last} if last else {},
        }

    def ended(self, code, reason="Error", *, minutes=2, **more):
        """Return how a container ended."""
        return {
            "exitCode": code,
            "reason": reason,
            "startedAt": self.ago(minutes=minutes + 1),
            "finishedAt": self.ago(minutes=minutes),
            **more,
        }

    def deployment(
        self,
        name,
        *,
        pods=2,
        spec=None,
        status=None,
        template=None,
        strategy=None,
        replicas=None,
        labels=None,
        node=NODE,
        conditions_=None,
    ):
        """Add a Deployment with its ReplicaSet and its pods, all of which are as `status` says."""
        wanted = pods if replicas is None else replicas
        labels = labels or {"app": name}
        ready = pods if status is None else 0
        template = {
            "metadata": {"labels": labels},
            "spec": {"containers": [container()], **(spec or {}), **(template or {})},
        }
        counts = {"replicas": pods, "updatedReplicas": pods, "readyReplicas": ready, "availableReplicas": ready}
        owner = self.add(
            DEPLOYMENTS,
            {
                "metadata": {
                    "name": name,
                    "labels": labels,
                    "generation": 1,
                    "annotations": {"deployment.kubernetes.io/revision": "1"},
                },
                "spec": {
                    "replicas": wanted,
                    "selector": {"matchLabels": labels},
                    "template": template,
                    "strategy": strategy
                    or {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
                    "progressDeadlineSeconds": 600,
                },
                "status": {
                    "observedGeneration": 1,
                    **{key: count for key, count in counts.items() if count},
                    **({"unavailableReplicas": wanted - ready} if wanted > ready else {}),
                    "conditions": conditions_
                    or [
                        {
                            "type": "Available",
                            "status": "True",
                            "reason": "MinimumReplicasAvailable",
                            "message": "Deployment has minimum availability.",
                        }
                        if ready >= wanted
                        else {
                            "type": "Available",
                            "status": "False",
                            "reason": "MinimumReplicasUnavailable",
                            "message": "Deployment does not have minimum availability.",
                        },
                        {
                            "type": "Progressing",
                            "status": "True",
                            "reason": "NewReplicaSetAvailable" if ready >= wanted else "ReplicaSetUpdated",
                            "message": f'ReplicaSet "{name}-{HASH}" has successfully progressed.',
                        },
                    ],
                },
            },
        )
        labelled = {**labels, "pod-template-hash": HASH}
        replica_set = self.add(
            REPLICA_SETS,
            {
                "metadata": {
                    "name": f"{name}-{HASH}",
                    "labels": labelled,
                    "annotations": {"deployment.kubernetes.io/revision": "1"},
                    **owned_by(("Deployment", owner)),
                },
                "spec": {"replicas": wanted, "selector": {"matchLabels": labelled}, "template": template},
                "status": {"replicas": pods, **({"readyReplicas": ready} if ready else {})},
            },
        )
        return [
            self.pod(
                f"{name}-{HASH}-{suffix}",
                spec=template["spec"],
                status=copy.deepcopy(status),
                owner=("ReplicaSet", replica_set),
                labels=labelled,
                node=node,
            )
            for suffix in ("x2k7p", "b9d4m", "q6w8z", "l5v3c")[:pods]
        ]

    def service(self, name, *, pods=(), port=80, target=8080, selector=None, ready=True, **spec):
        """Add a Service, and the EndpointSlice that its controller would make of `pods`."""
        service = self.add(
            SERVICES,
            {
                "metadata": {"name": name},
                "spec": {
                    "type": "ClusterIP",
                    "clusterIP": "172.20.44.5",
                    "clusterIPs": ["172.20.44.5"],
                    "selector": {"app": name} if selector is None else selector,
                    "ports": [{"port": port, "targetPort": target, "protocol": "TCP"}],
                    **spec,
                },
                "status": {"loadBalancer": {}},
            },
        )
        self.add(
            ENDPOINT_SLICES,
            {
                "metadata": {"name": f"{name}-abcde", "labels": {"kubernetes.io/service-name": name}},
                "addressType": "IPv4",
                "endpoints": [
                    {
                        "addresses": ["10.95.241.77"],
                        "conditions": {"ready": ready, "serving": ready, "terminating": False},
                        "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"]},
                    }
                    for pod in pods
                ]
                or None,
                "ports": [{"port": target, "protocol": "TCP"}],
            },
        )
        return service

    def sweep(self, namespace=""):
        """Return what all checks find."""
        return sweep.run(self._recording, CHECKS, Target(namespace))

    def findings(self):
        """Return the findings of a sweep of the whole cluster."""
        return list(self.sweep().findings)


def container(name="app", image="registry.example.com/shop/api:1.4.2", **more):
    """Return a container as a pod template has it."""
    return {
        "name": name,
        "image": image,
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        **more,
    }


def owned_by(owner):
    """Return the metadata by which the controller of an object is known: `("ReplicaSet", raw)`."""
    if owner is None:
        return {}
    kind, raw = owner
    return {
        "ownerReferences": [
            {"kind": kind, "name": raw["metadata"]["name"], "uid": raw["metadata"]["uid"], "controller": True}
        ]
    }


def conditions(*, ready=True, scheduled=True, initialized=True, unready="app"):
    """Return the conditions of a pod."""
    why = {} if ready else {"reason": "ContainersNotReady", "message": f"containers with unready status: [{unready}]"}
    return [
        {"type": "PodReadyToStartContainers", "status": "True"},
        {"type": "Initialized", "status": str(initialized)},
        {"type": "Ready", "status": str(ready), **why},
        {"type": "ContainersReady", "status": str(ready), **why},
        {"type": "PodScheduled", "status": str(scheduled)},
    ]


def pending(message, reason="Unschedulable"):
    """Return the status of a pod that the scheduler found no node for."""
    return {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": reason, "message": message}],
        "qosClass": "Burstable",
    }


def waits(reason, message="", *, name="app", restarts=0, last=None):
    """Return the status of a container that waits."""
    waiting = {"reason": reason, **({"message": message} if message else {})}
    return {
        "name": name,
        "ready": False,
        "started": False,
        "restartCount": restarts,
        "state": {"waiting": waiting},
        "lastState": {"terminated": last} if last else {},
    }


def of_pod(*statuses, phase="Pending", init=None, **more):
    """Return the status of a pod by those of its containers; it is not ready."""
    names = " ".join(status["name"] for status in statuses)
    return {
        "phase": phase,
        "conditions": conditions(ready=False, initialized=not init, unready=names),
        "containerStatuses": list(statuses),
        **({"initContainerStatuses": init} if init else {}),
        **more,
    }
