"""What is unusual, or on its way, and healthy: nothing may be said of it."""

import copy

import pytest

from diagnostics.resources import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    HORIZONTAL_POD_AUTOSCALERS,
    JOBS,
    MUTATING_WEBHOOKS,
    NAMESPACES,
    NODE_METRICS,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    POD_DISRUPTION_BUDGETS,
    PODS,
    REPLICA_SETS,
    RESOURCE_QUOTAS,
    SERVICE_ACCOUNTS,
    STATEFUL_SETS,
    STORAGE_CLASSES,
)
from tests.diagnostics.states import NODE, State, conditions, container, of_pod, owned_by, waits

UNMADE = {"phase": "Pending", "conditions": conditions(ready=False), "containerStatuses": [waits("ContainerCreating")]}
ROLE = "arn:aws:iam::123456789012:role/shop-api"


TRAITS = []


def trait(unusual):
    """Add what `unusual` does to a healthy cluster to what must stay unsaid."""
    TRAITS.append(unusual)
    return unusual


def just_made(state, *raws, seconds=20):
    for raw in raws:
        raw["metadata"]["creationTimestamp"] = state.ago(seconds=seconds)


@trait
def a_deployment_that_was_just_made(state):
    pods = state.deployment("api", status=UNMADE)
    just_made(state, *pods, state.get(DEPLOYMENTS, "api"), state.service("api", pods=pods, ready=False))


@trait
def a_rollout_that_is_under_way(state):
    pods = state.deployment("api")
    state.service("api", pods=pods)
    deployment = state.get(DEPLOYMENTS, "api")
    newer = {**copy.deepcopy(state.get(REPLICA_SETS, "api-7d9c5bd6f4")), "metadata": {"name": "api-66c5"}}
    newer["metadata"] |= {
        "annotations": {"deployment.kubernetes.io/revision": "2"},
        **owned_by(("Deployment", deployment)),
    }
    owner = ("ReplicaSet", state.add(REPLICA_SETS, newer))
    just_made(state, state.pod("api-66c5-k4d9x", owner=owner, labels={"app": "api"}, status=copy.deepcopy(UNMADE)))
    deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "2"
    deployment["status"] |= {"replicas": 3, "updatedReplicas": 1, "unavailableReplicas": 1}


@trait
def a_new_pod_of_a_rollout_that_does_not_answer_its_probe_yet(state):
    fresh = of_pod(state.runs(ready=False, minutes=0), phase="Running")
    pods = state.deployment("api")
    pods[0]["status"] = fresh
    just_made(state, pods[0])
    state.service("api", pods=pods)
    state.event(pods[0], "Pod", "FailedScheduling", "0/2 nodes are available: 2 Insufficient cpu.")
    state.event(pods[0], "Pod", "Unhealthy", "Readiness probe failed: connect: connection refused", count=1)


def slow(state, minutes, **probes):
    """Add a Deployment that was made so many minutes ago, and whose container is not ready yet."""
    status = of_pod(state.runs(ready=False, started=False, minutes=minutes), phase="Running")
    [pod] = state.deployment("api", pods=1, spec={"containers": [container(**probes)]}, status=status)
    just_made(state, pod, state.get(DEPLOYMENTS, "api"), seconds=60 * minutes + 5)
    state.event(pod, "Pod", "Unhealthy", "Startup probe failed: connect: connection refused")


@trait
def a_container_that_its_startup_probe_gives_ten_minutes(state):
    slow(state, 4, startupProbe={"failureThreshold": 60, "periodSeconds": 10})


@trait
def a_container_that_its_readiness_probe_does_not_ask_yet(state):
    slow(state, 2, readinessProbe={"initialDelaySeconds": 150})


@trait
def a_first_pod_whose_image_is_pulled(state):
    [pod] = state.deployment("api", pods=1, status=UNMADE)
    just_made(state, pod, state.get(DEPLOYMENTS, "api"), seconds=100)


@trait
def a_kubelet_that_has_yet_to_read_what_a_new_pod_mounts(state):
    [pod] = state.deployment("api", pods=1, status=UNMADE)
    just_made(state, pod, state.get(DEPLOYMENTS, "api"))
    unread = 'MountVolume.SetUp failed for volume "conf" : failed to sync cache: timed out waiting for the condition'
    state.event(pod, "Pod", "FailedMount", unread, count=1)


def leaving(state, pod):
    pod["metadata"] |= {"deletionTimestamp": state.ago(seconds=-20), "deletionGracePeriodSeconds": 30}


@trait
def a_deployment_that_makes_its_pods_anew(state):
    [pod] = state.deployment("api", pods=1, strategy={"type": "Recreate"})
    leaving(state, pod)
    state.service("api", pods=[pod])
    deployment = state.get(DEPLOYMENTS, "api")
    deployment["status"] = {"observedGeneration": 1, "conditions": [{"type": "Available", "status": "False"}]}


@trait
def a_daemon_set_whose_pod_ends_for_an_update(state):
    state.get(DAEMON_SETS, "fluentd")["status"] |= {"numberReady": 1, "updatedNumberScheduled": 1}
    leaving(state, next(each for each in state.all(PODS) if each["metadata"]["name"].startswith("fluentd")))


@trait
def a_stateful_set_that_makes_its_pods_one_after_the_other(state):
    spec = {"replicas": 3, "template": {"metadata": {"labels": {"app": "db"}}}}
    status = {"observedGeneration": 1, "replicas": 2, "readyReplicas": 2}
    owner = state.add(STATEFUL_SETS, {"metadata": {"name": "db", "generation": 1}, "spec": spec, "status": status})
    for name, seconds in (("db-0", 50), ("db-1", 10)):
        pod = state.pod(name, owner=("StatefulSet", owner), labels={"app": "db"})
        for condition in pod["status"]["conditions"]:
            condition["lastTransitionTime"] = state.ago(seconds=seconds)


@trait
def a_workload_that_is_scaled_in(state):
    pods = state.deployment("api", pods=3)
    state.service("api", pods=pods)
    pods[0]["metadata"] |= {"deletionTimestamp": state.ago(seconds=-20), "deletionGracePeriodSeconds": 30}
    deployment = state.get(DEPLOYMENTS, "api")
    deployment["spec"]["replicas"] = 2
    deployment["status"] |= {"replicas": 2, "readyReplicas": 2, "updatedReplicas": 2}


@trait
def a_daemon_set_that_is_updated(state):
    state.get(DAEMON_SETS, "fluentd")["status"] |= {"numberReady": 1, "updatedNumberScheduled": 1}
    pod = next(each for each in state.all(PODS) if each["metadata"]["name"].startswith("fluentd"))
    pod["status"] = {**UNMADE, "containerStatuses": [waits("ContainerCreating", name="fluentd")]}
    just_made(state, pod)


@trait
def a_network_plugin_that_is_updated(state):
    state.get(DAEMON_SETS, "aws-node")["status"] |= {"numberReady": 1}
    pod = next(each for each in state.all(PODS) if each["metadata"]["name"].startswith("aws-node"))
    pod["status"] = {**UNMADE, "containerStatuses": [waits("ContainerCreating", name="aws-node")]}
    just_made(state, pod)


@trait
def a_stateful_set_that_is_scaled_to_nought(state):
    state.add(
        STATEFUL_SETS,
        {"metadata": {"name": "db"}, "spec": {"replicas": 0, "serviceName": "gone"}, "status": {"replicas": 0}},
    )


@trait
def warnings_that_have_passed(state):
    pods = state.deployment("api")
    state.service("api", pods=pods)
    for pod in pods:
        state.event(pod, "Pod", "FailedScheduling", "0/2 nodes are available: 2 Insufficient cpu.")
        state.event(pod, "Pod", "FailedMount", 'MountVolume.SetUp failed for volume "x" : configmap "y" not found')
        state.event(pod, "Pod", "Unhealthy", "Readiness probe failed: connection refused")
        state.event(pod, "Pod", "BackOff", "Back-off restarting failed container app")
        state.event(pod, "Pod", "FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (cred)")
        state.event(pod, "Pod", "DNSConfigForming", "Nameserver limits were exceeded")


@trait
def a_pod_whose_init_container_needed_several_tries(state):
    waited = {"terminated": {"exitCode": 0, "reason": "Completed"}}
    again = {"name": "wait", "ready": True, "restartCount": 4, "state": waited}
    again["lastState"] = {"terminated": state.ended(1, minutes=30)}
    status = {"phase": "Running", "conditions": conditions(), "initContainerStatuses": [again]}
    spec = {"initContainers": [container("wait")]}
    state.pod("api", spec=spec, status={**status, "containerStatuses": [state.runs()]})


@trait
def a_pod_that_somebody_debugged(state):
    debugged = state.pod("api")
    ended = {"name": "debugger", "state": {"terminated": {"exitCode": 137}}}
    debugged["status"]["ephemeralContainerStatuses"] = [ended]


@trait
def a_pod_whose_resize_waits(state):
    waiting = {"type": "PodResizePending", "status": "True", "reason": "Deferred", "message": "Node has too little cpu"}
    state.pod("api")["status"]["conditions"].append(waiting)


@trait
def a_job_that_was_done_at_the_second_try(state):
    job = {"metadata": {"name": "load"}, "spec": {"backoffLimit": 3}, "status": {"succeeded": 1, "failed": 1}}
    job["status"]["conditions"] = [{"type": "Complete", "status": "True"}]
    ended = {"name": "app", "restartCount": 0, "state": {"terminated": {"exitCode": 1}}}
    owner = ("Job", state.add(JOBS, job))
    state.pod("load-1", owner=owner, status={"phase": "Failed", "containerStatuses": [ended]})


@trait
def a_job_whose_sidecar_was_killed_in_the_end(state):
    job = {"metadata": {"name": "load"}, "spec": {}, "status": {"succeeded": 1}}
    job["status"]["conditions"] = [{"type": "Complete", "status": "True"}]
    proxy = {"name": "proxy", "state": {"terminated": {"exitCode": 137}}}
    done = {"name": "app", "state": {"terminated": {"exitCode": 0}}}
    status = {"phase": "Succeeded", "initContainerStatuses": [proxy], "containerStatuses": [done]}
    spec = {"initContainers": [container("proxy", restartPolicy="Always")]}
    state.pod("load-1", owner=("Job", state.add(JOBS, job)), spec=spec, status=status)


def autoscaler(state, *conditions_, current=2):
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "api"}, "minReplicas": 2, "maxReplicas": 4}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}}]
    figures = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 3}}}]
    status = {"currentReplicas": current, "desiredReplicas": current, "currentMetrics": figures}
    return state.add(
        HORIZONTAL_POD_AUTOSCALERS,
        {
            "metadata": {"name": "api"},
            "spec": {**spec, "metrics": metrics},
            "status": {**status, "conditions": [{"type": "AbleToScale", "status": "True"}, *conditions_]},
        },
    )


@trait
def an_autoscaler_at_its_minimum(state):
    state.deployment("api")
    at_minimum = {"type": "ScalingLimited", "status": "True", "reason": "TooFewReplicas"}
    scaler = autoscaler(state, {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"}, at_minimum)
    state.event(scaler, "HorizontalPodAutoscaler", "FailedGetResourceMetric", "did not receive metrics for pods")


@trait
def an_autoscaler_whose_target_is_scaled_to_nought(state):
    state.deployment("api", pods=0, replicas=0)
    autoscaler(state, {"type": "ScalingActive", "status": "False", "reason": "ScalingDisabled"}, current=0)


@trait
def an_autoscaler_that_waits_between_two_changes(state):
    state.deployment("api")
    active = {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"}
    pausing = {"type": "AbleToScale", "status": "False", "reason": "BackoffBoth", "message": "within both windows"}
    autoscaler(state, active)["status"]["conditions"][0] = pausing


@trait
def a_budget_that_just_let_a_pod_go(state):
    state.deployment("api")
    counts = {"expectedPods": 2, "desiredHealthy": 1, "currentHealthy": 1, "disruptionsAllowed": 0}
    spec = {"selector": {"matchLabels": {"app": "api"}}, "maxUnavailable": 1}
    status = {**counts, "disruptedPods": {"api-x": state.ago(seconds=5)}}
    state.add(POD_DISRUPTION_BUDGETS, {"metadata": {"name": "api"}, "spec": spec, "status": status})


@trait
def conditions_of_a_node_that_nobody_knows(state):
    state.get(NODES, NODE)["status"]["conditions"] += [
        {"type": kind, "status": status, "reason": "Known", "message": "to somebody"}
        for kind, status in (
            ("KernelReady", "True"),
            ("StorageReady", "True"),
            ("EtcdIsVoter", "True"),
            ("KernelDeadlock", "False"),
            ("NobodyKnowsThis", "True"),
            ("NorThis", "Unknown"),
        )
    ]


@pytest.mark.parametrize(
    "key",
    ["karpenter.sh/disrupted", "ToBeDeletedByClusterAutoscaler", "aws-node-termination-handler/spot-itn"],
)
def test_a_node_that_an_autoscaler_takes_away_is_let_alone(key):
    state = State()
    state.get(NODES, NODE)["spec"]["unschedulable"] = True
    state.get(NODES, NODE)["spec"]["taints"] = [{"key": key, "effect": "NoSchedule"}]

    assert state.findings() == []


@trait
def a_claim_that_waits_for_its_first_pod(state):
    binding = {"provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer"}
    state.add(STORAGE_CLASSES, {"metadata": {"name": "gp3"}, **binding})
    spec = {"storageClassName": "gp3", "resources": {"requests": {"storage": "1Gi"}}}
    state.add(PERSISTENT_VOLUME_CLAIMS, {"metadata": {"name": "data"}, "spec": spec, "status": {"phase": "Pending"}})


@trait
def volumes_that_are_kept(state):
    for name, phase in (("kept", "Released"), ("free", "Available")):
        spec = {"capacity": {"storage": "1Gi"}, "persistentVolumeReclaimPolicy": "Retain"}
        state.add(PERSISTENT_VOLUMES, {"metadata": {"name": name}, "spec": spec, "status": {"phase": phase}})


@trait
def a_quota_that_forbids_on_purpose(state):
    hard = {"services.loadbalancers": "0"}
    state.add(
        RESOURCE_QUOTAS, {"metadata": {"name": "no-lb"}, "spec": {"hard": hard}, "status": {"hard": hard, "used": hard}}
    )


@trait
def a_namespace_that_is_just_deleted(state):
    going = {"name": "preview-17", "deletionTimestamp": state.ago(seconds=30)}
    state.add(NAMESPACES, {"metadata": going, "status": {"phase": "Terminating"}})


@trait
def a_service_with_a_slice_of_each_family(state):
    state.service("api", pods=state.deployment("api"))
    labels = {"kubernetes.io/service-name": "api"}
    metadata = {"name": "api-v6", "labels": labels}
    state.add(ENDPOINT_SLICES, {"metadata": metadata, "addressType": "IPv6", "endpoints": None, "ports": None})


@trait
def a_webhook_that_is_asked_nothing(state):
    service = {"namespace": "gone", "name": "gone"}
    hook = {"name": "a.example.com", "clientConfig": {"service": service}, "failurePolicy": "Fail", "rules": []}
    state.add(MUTATING_WEBHOOKS, {"metadata": {"name": "leftover"}, "webhooks": [hook]})


@trait
def a_role_as_it_should_be(state):
    annotated = {"name": "s3", "annotations": {"eks.amazonaws.com/role-arn": ROLE}}
    state.add(SERVICE_ACCOUNTS, {"metadata": annotated})
    given = [{"name": "AWS_ROLE_ARN", "value": ROLE}, {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/token"}]
    token = {"serviceAccountToken": {"audience": "sts.amazonaws.com", "path": "token"}}
    volume = {"name": "aws-iam-token", "projected": {"sources": [token]}}
    mounted = [{"name": "aws-iam-token", "mountPath": "/token"}]
    containers = [container(env=given, volumeMounts=mounted)]
    spec = {"serviceAccountName": "s3", "containers": containers, "volumes": [volume]}
    state.deployment("api", spec=spec)


@trait
def a_service_whose_job_is_done(state):
    done = {"name": "app", "state": {"terminated": {"exitCode": 0}}}
    state.pod("load-1", labels={"job-name": "load"}, status={"phase": "Succeeded", "containerStatuses": [done]})
    state.service("load", selector={"job-name": "load"}, clusterIP="None")


@trait
def a_pod_on_the_host_network(state):
    state.deployment("agent", spec={"hostNetwork": True, "dnsPolicy": "Default"})


@trait
def a_pod_that_is_done(state):
    state.pod("one-off", spec={"restartPolicy": "Never"}, status={"phase": "Succeeded"})


@trait
def a_pod_that_restarted_long_ago(state):
    status = of_pod(state.runs(restarts=9, last=state.ended(0, "Completed", minutes=3000)), phase="Running")
    state.pod("api", status={**status, "conditions": conditions()})


def test_a_bare_stack_trace_tells_nothing_of_how_records_begin():
    state = State()
    ended = state.ended(1)
    status = of_pod(waits("CrashLoopBackOff", "back-off", restarts=5, last=ended), phase="Running")
    [pod] = state.deployment("api", pods=1, status=status)
    state.log(pod, "KeyError: 'DB_HOST'", previous=True)
    state.log(pod, "KeyError: 'DB_HOST'")

    assert [each.code for each in state.findings()] == ["pods.crash-loop"]


@trait
def a_container_without_requests(state):
    state.deployment("api", spec={"containers": [{"name": "app", "image": "api:latest"}]})


def node_of_another_kind(state, name, *, labels, taint, version="v1.36.2"):
    """Add a node that DaemonSets leave out, and a pod that runs on it."""
    node = copy.deepcopy(state.get(NODES, NODE))
    node["metadata"] = {"name": name, "labels": {"kubernetes.io/os": "linux", **labels}}
    node["spec"] = {"taints": [{"effect": "NoSchedule", **taint}]}
    node["status"]["nodeInfo"]["kubeletVersion"] = version
    state.add(NODES, node)
    state.deployment("burst", pods=1, node=name)


@trait
def a_node_of_fargate(state):
    kind = {"eks.amazonaws.com/compute-type": "fargate"}
    taint = {"key": "eks.amazonaws.com/compute-type", "value": "fargate"}
    node_of_another_kind(state, "fargate-ip-10-0-0-1", labels=kind, taint=taint)
    state.add(NODE_METRICS, {"metadata": {"name": "fargate-ip-10-0-0-1"}, "usage": {"cpu": "1m", "memory": "1Mi"}})


@trait
def a_virtual_kubelet(state):
    taint = {"key": "virtual-kubelet.io/provider", "value": "azure"}
    node_of_another_kind(state, "virtual-node", labels={"type": "virtual-kubelet"}, taint=taint, version="v1.25.0-vk-1")


@trait
def a_service_of_an_argo_rollout_that_is_scaled_to_nought(state):
    rollout = {"kind": "Rollout", "name": "web", "uid": "of-web", "controller": True}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]}}
    metadata = {"name": "web-7f", "ownerReferences": [rollout]}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    state.add(REPLICA_SETS, {"metadata": metadata, "spec": spec, "status": {"replicas": 0}})
    state.service("web")


@trait
def a_service_of_a_cron_job_between_two_runs(state):
    template = {"metadata": {"labels": {"app": "report"}}, "spec": {"containers": [container()]}}
    spec = {"schedule": "0 3 * * *", "timeZone": "Etc/UTC", "jobTemplate": {"spec": {"template": template}}}
    state.add(CRON_JOBS, {"metadata": {"name": "report"}, "spec": spec, "status": {}})
    state.service("report", clusterIP="None")


@trait
def a_load_balancer_whose_endpoints_are_too_few_to_be_spread_over_zones(state):
    service = state.service("api", pods=state.deployment("api"), type="LoadBalancer")
    service["status"] = {"loadBalancer": {"ingress": [{"hostname": "api.elb.example.com"}]}}
    state.event(service, "Service", "TopologyAwareHintsDisabled", "Insufficient number of endpoints (2)")


@pytest.mark.parametrize("unusual", TRAITS, ids=lambda unusual: unusual.__name__)
def test_what_is_unusual_and_healthy_stays_unsaid(unusual):
    state = State()
    unusual(state)

    swept = state.sweep()

    assert [(each.code, str(each.object), each.title) for each in swept.findings] == []
    assert swept.unread == ()
