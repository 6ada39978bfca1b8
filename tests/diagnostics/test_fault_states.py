"""Faults beside the workloads: webhooks that cannot be called, claims that go, Jobs by index, nodes that are warned."""

import pytest

from diagnostics.resources import (
    DAEMON_SETS,
    JOBS,
    NETWORK_POLICIES,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    REPLICA_SETS,
    STORAGE_CLASSES,
    VALIDATING_WEBHOOKS,
)
from tests.diagnostics.states import NODE, State, container, of_pod, waits

CALLED = (
    'failed calling webhook "validate.example.com": failed to call webhook: '
    'Post "https://policy.shop.svc:443/v?timeout=10s"'
)

HTTP = {"containers": [container(ports=[{"name": "http", "containerPort": 8080, "protocol": "TCP"}])]}


@pytest.fixture
def state():
    return State()


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("tls: failed to verify certificate: x509: certificate has expired or is not yet valid", "caBundle"),
        ("context deadline exceeded", "see its pods' load"),
        ("dial tcp 172.20.9.9:443: connect: connection refused", "see its pods and their log"),
    ],
)
def test_a_webhook_that_answers_nobody_though_it_runs_explains_the_pods_that_are_refused(state, reason, remedy):
    service = {"namespace": "security-policy", "name": "image-policy-webhook", "port": 443}
    rules = [{"operations": ["CREATE"], "resources": ["pods"]}]
    hook = {"name": "validate.example.com", "clientConfig": {"service": service}, "rules": rules}
    state.add(VALIDATING_WEBHOOKS, {"metadata": {"name": "policy"}, "webhooks": [hook]})
    message = f"Internal error occurred: {CALLED}: {reason}"
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    state.deployment("api", pods=0, replicas=2, conditions_=[failure])
    state.get(REPLICA_SETS, "api-7d9c5bd6f4")["status"] = {"replicas": 0, "conditions": [failure]}

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["webhooks.call-fails", "rollout.pods-not-created"]
    assert reason.partition(":")[0] in group.findings[0].title
    assert all(remedy in each.next for each in group.findings)


@pytest.mark.parametrize(("used", "words"), [(True, "pods use it: api-"), (False, "no pod uses it any more")])
def test_a_claim_that_was_deleted_and_does_not_go_is_said(state, used, words):
    going = {"name": "data", "deletionTimestamp": state.ago(minutes=30), "finalizers": ["kubernetes.io/pvc-protection"]}
    state.add(
        PERSISTENT_VOLUME_CLAIMS, {"metadata": going, "spec": {"volumeName": "pv-1"}, "status": {"phase": "Bound"}}
    )
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    state.deployment("api", spec={"volumes": [volume]} if used else None)

    [said] = state.findings()

    assert said.code == "storage.claim-terminating"
    assert words in said.title


def policy(state, *ingress):
    """Let a policy restrict what reaches the pods behind a Service; return the codes and titles of what is said."""
    state.service("api", pods=state.deployment("api", spec=HTTP))
    spec = {"podSelector": {"matchLabels": {"app": "api"}}, "policyTypes": ["Ingress"], "ingress": list(ingress)}
    state.add(NETWORK_POLICIES, {"metadata": {"name": "api-ingress"}, "spec": spec})
    return [f"{each.code} {each.title}" for each in state.findings()]


@pytest.mark.parametrize(
    ("ingress", "words"),
    [
        ([], "lets no ingress at all reach the 2 pods of Service shop/api"),
        ([{"ports": [{"protocol": "TCP", "port": 9090}]}], "no ingress on port 8080"),
    ],
    ids=["nothing", "another port"],
)
def test_a_policy_that_lets_nobody_reach_a_service_is_said(state, ingress, words):
    [said] = policy(state, *ingress)

    assert said.startswith("network-policies.no-ingress")
    assert words in said


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"ports": [{"port": "http"}]},
        {"ports": [{"port": 8000, "endPort": 8100}]},
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
        {"from": [{"podSelector": {"matchLabels": {"app": "runs-at-night"}}}]},
    ],
    ids=["everything", "a name of the port", "a range", "addresses", "clients that are not there now"],
)
def test_a_policy_that_lets_somebody_reach_a_service_is_in_order(state, rule):
    assert policy(state, rule) == []


def test_a_client_that_gets_no_answer_stands_under_the_policy_before_its_server(state):
    status = of_pod(waits("CrashLoopBackOff", "back-off", restarts=6, last=state.ended(1)), phase="Running")
    [client] = state.deployment("web", pods=1, status=status)
    state.log(client, 'Get "http://api:80/health": context deadline exceeded', previous=True)
    policy(state)

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["network-policies.no-ingress", "pods.crash-loop"]


def test_an_address_that_a_policy_does_not_let_out_explains_who_gets_no_answer_from_it(state):
    status = of_pod(waits("CrashLoopBackOff", "back-off", restarts=6, last=state.ended(1)), phase="Running")
    [pod] = state.deployment("api", pods=1, status=status)
    state.log(pod, "dial tcp 203.0.113.7:443: i/o timeout", previous=True)
    only_dns = [{"ports": [{"protocol": "UDP", "port": 53}]}]
    spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": only_dns}
    state.add(NETWORK_POLICIES, {"metadata": {"name": "only-dns"}, "spec": spec})

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["network-policies.cuts-off", "pods.crash-loop"]
    assert "does not let Deployment shop/api send to 203.0.113.7:443" in group.findings[0].title


def claim(state, phase, **spec):
    return state.add(
        PERSISTENT_VOLUME_CLAIMS,
        {
            "metadata": {"name": "data"},
            "spec": {"storageClassName": "local-static", "volumeName": "pv-1", **spec},
            "status": {"phase": phase, "capacity": {"storage": "10Gi"}},
        },
    )


def volume(state, owner):
    spec = {"capacity": {"storage": "10Gi"}, "claimRef": {"namespace": "shop", "name": owner}}
    state.add(PERSISTENT_VOLUMES, {"metadata": {"name": "pv-1"}, "spec": spec, "status": {"phase": "Bound"}})


def test_a_claim_whose_volume_is_anothers_is_told_whose(state):
    volume(state, "other")
    claimed = claim(state, "Lost")
    state.event(claimed, "PersistentVolumeClaim", "ClaimMisbound", "Two claims are bound to the same volume")

    [said] = state.findings()

    assert said.code == "storage.claim-lost"
    assert "bound to another claim, shop/other" in said.title
    assert said.evidence["event ClaimMisbound"] == "Two claims are bound to the same volume"


def test_a_volume_that_no_driver_makes_larger_is_said(state):
    volume(state, "data")
    claimed = claim(state, "Bound", resources={"requests": {"storage": "20Gi"}})
    message = "waiting for an external controller to expand this PVC"
    state.event(claimed, "PersistentVolumeClaim", "ExternalExpanding", message)

    [said] = state.findings()

    assert said.code == "storage.resize-failed"
    assert "from 10Gi to 20Gi, and nobody does it (ExternalExpanding)" in said.title


def test_a_volume_that_its_driver_can_never_make_larger_is_said(state):
    volume(state, "data")
    claimed = claim(state, "Bound", resources={"requests": {"storage": "20Gi"}})
    claimed["status"]["allocatedResourceStatuses"] = {"storage": "ControllerResizeInfeasible"}

    [said] = state.findings()

    assert said.code == "storage.resize-failed"
    assert "from 10Gi to 20Gi: ControllerResizeInfeasible" in said.title


def test_a_volume_that_does_not_take_its_class_of_attributes_is_said(state):
    volume(state, "data")
    claimed = claim(state, "Bound", volumeAttributesClassName="gold")
    claimed["status"]["modifyVolumeStatus"] = {"status": "Infeasible", "targetVolumeAttributesClassName": "gold"}

    [said] = state.findings()

    assert said.code == "storage.modify-failed"
    assert "does not get the attributes of the class gold" in said.title


def test_a_driver_without_credentials_is_told_to_get_a_role(state):
    state.add(STORAGE_CLASSES, {"metadata": {"name": "gp3"}, "provisioner": "ebs.csi.aws.com"})
    claim = state.add(
        PERSISTENT_VOLUME_CLAIMS,
        {"metadata": {"name": "data"}, "spec": {"storageClassName": "gp3"}, "status": {"phase": "Pending"}},
    )
    message = (
        "CreateVolume, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found"
    )
    state.event(claim, "PersistentVolumeClaim", "ProvisioningFailed", message)

    [said] = state.findings()

    assert "AmazonEBSCSIDriverPolicy" in said.next
    assert "failed to refresh cached credentials" in said.title


def test_a_job_by_index_names_the_indexes_that_failed(state):
    failed = {"type": "Failed", "status": "True", "reason": "FailedIndexes", "message": "Job has failed indexes"}
    failed["lastTransitionTime"] = state.ago(minutes=5)
    state.add(
        JOBS,
        {
            "metadata": {"name": "load"},
            "spec": {"completionMode": "Indexed", "completions": 5, "backoffLimitPerIndex": 1},
            "status": {"failed": 4, "succeeded": 3, "failedIndexes": "1,3", "conditions": [failed]},
        },
    )

    [said] = state.findings()

    assert "4 failed pods, failed indexes 1,3, backoffLimitPerIndex 1" in said.title


def warned(state, reason, message, **times):
    event = state.event(state.get(NODES, NODE), "Node", reason, message)
    event |= times
    return [each.code for each in state.findings()]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("SystemOOM", "System OOM encountered, victim process: java, pid: 4711"),
        ("ConntrackFull", "nf_conntrack: nf_conntrack: table full, dropping packet"),
        ("FreeDiskSpaceFailed", "Failed to garbage collect required amount of images."),
    ],
)
def test_what_a_node_is_warned_of_is_said(state, reason, message):
    assert warned(state, reason, message) == ["node.warned"]


def test_a_kubelet_that_starts_knows_no_disk_yet(state):
    assert warned(state, "ImageGCFailed", "invalid capacity 0 on image filesystem") == []


def test_a_warning_of_an_hour_ago_is_no_finding(state):
    assert warned(state, "SystemOOM", "System OOM encountered", lastTimestamp=state.ago(minutes=50)) == []


def without(state, name):
    """Take a DaemonSet and its pods away."""
    state.remove(DAEMON_SETS, name)
    state.remove(
        PODS, *(pod["metadata"]["name"] for pod in state.all(PODS) if pod["metadata"]["name"].startswith(name))
    )


def test_a_network_plugin_that_relies_on_kube_proxy_misses_it(state):
    without(state, "kube-proxy")

    assert [each.code for each in state.findings()] == ["kube-proxy.missing"]


def test_a_plugin_that_stands_for_kube_proxy_does_not_miss_it(state):
    without(state, "kube-proxy")
    state.add(DAEMON_SETS, {"metadata": {"name": "cilium", "namespace": "cilium-system"}, "status": {}})

    assert state.findings() == []


def test_a_plugin_that_no_node_is_meant_for_misses_nothing(state):
    without(state, "kube-proxy")
    state.get(DAEMON_SETS, "aws-node")["status"] |= {"desiredNumberScheduled": 0, "numberReady": 0}

    assert state.findings() == []


def test_a_node_that_is_not_ready_explains_its_pods_and_what_is_before_them(state):
    node = state.get(NODES, NODE)
    for condition in node["status"]["conditions"]:
        if condition["type"] == "Ready":
            condition |= {"status": "False", "reason": "KubeletNotReady", "message": "PLEG is not healthy"}
    for pod in state.all(PODS):
        if pod["spec"].get("nodeName") == NODE:
            for condition in pod["status"]["conditions"]:
                condition["status"] = "False" if condition["type"] == "Ready" else condition["status"]

    assert [str(group.cause) for group in state.sweep().groups] == [f"Node//{NODE}"]
