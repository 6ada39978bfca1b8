"""In a sweep of a recorded cluster the root cause stands first, and what follows from it is said once under it."""

import gzip
import json

import pytest

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, recording


def groups_of(scenario):
    """Return the causes of a recorded cluster, each with the codes and names of what stands under it, in order."""
    return groups_in(RECORDINGS / f"{scenario}.json.gz")


def groups_in(path):
    swept = sweep.run(Recording(path), CHECKS, Target())
    return [
        (group.cause.name, [f"{each.code} {each.object.name}" for each in group.findings]) for group in swept.groups
    ]


@pytest.mark.parametrize(
    ("scenario", "cause", "findings"),
    [
        pytest.param(
            "irsa-wrong-trust",
            "external-dns",
            ["irsa.trust-refused external-dns", "pods.crash-loop external-dns"],
            id="a role that STS refuses explains the crash of who wants it",
        ),
        pytest.param(
            "eks-dns-ip-172-16",
            "kube-dns",
            ["dns.wrong-address kube-dns", "pods.crash-loop appr-batch"],
            id="a wrong DNS address explains the crash of who asks it",
        ),
        pytest.param(
            "netpol-default-deny-egress",
            "default-deny-egress",
            [
                "network-policies.no-egress default-deny-egress",
                "pods.not-ready partner-api",
                "service.no-ready-endpoint partner-api",
            ],
            id="a policy without egress explains who resolves no name",
        ),
        pytest.param(
            "webhook-blocks-pods",
            "image-policy",
            [
                "webhooks.no-endpoints image-policy",
                "rollout.pods-not-created stock-api",
                "service.no-ready-endpoint stock-api",
            ],
            id="a webhook that nobody answers explains pods that are not made, and those the Service without any",
        ),
        pytest.param(
            "quota-exceeded",
            "compute-quota",
            ["quota.refuses-pods compute-quota", "rollout.pods-not-created sandbox-api"],
            id="a quota explains pods that are not made",
        ),
        pytest.param(
            "coredns-crashloop",
            "coredns",
            ["dns.servers-down coredns", "dns.no-endpoints kube-dns"],
            id="servers that crash explain the Service without endpoints, and their crash is told once",
        ),
        pytest.param(
            "kube-dns-no-endpoints",
            "kube-dns",
            ["dns.no-endpoints kube-dns"],
            id="a selector that matches nothing is told by the check that knows what follows from it",
        ),
        pytest.param(
            "control-plane-scheduler-down",
            "kube-scheduler-k8s-master-01",
            [
                "control-plane.component-down kube-scheduler-k8s-master-01",
                "pods.unseen-by-scheduler review-api",
                "service.no-ready-endpoint review-api",
            ],
            id="a scheduler that crashes explains pods that nobody places",
        ),
        pytest.param(
            "oom-killed",
            "appr-api",
            ["pods.oom-killed appr-api", "service.no-ready-endpoint appr-api"],
            id="that a workload lacks pods is not said beside why",
        ),
    ],
)
def test_a_root_cause_stands_before_what_follows_from_it(scenario, cause, findings):
    assert groups_of(scenario) == [(cause, findings)]


def test_a_crash_whose_dependency_is_well_stands_alone():
    assert [cause for cause, _ in groups_of("crashloop-redis-timeout")] == ["settlement-api"]


def test_the_plugin_explains_the_node_without_network_and_that_the_pods_on_it():
    (group,) = groups_of("node-cni-not-ready")

    assert group == (
        "aws-node",
        [
            "cni.plugin-unavailable aws-node",
            "cni.node-not-set-up ip-10-95-253-41.ap-northeast-2.compute.internal",
            "pods.stuck-creating log-agent",
        ],
    )


def test_pods_that_a_silent_webhook_refuses_send_people_to_its_service():
    swept = sweep.run(Recording(RECORDINGS / "webhook-blocks-pods.json.gz"), CHECKS, Target())
    refused = next(each for each in swept.findings if each.code == "rollout.pods-not-created")

    assert "bring back the Service that it calls" in refused.next


def test_nodes_without_any_network_plugin_have_one_cause_though_no_object_stands_for_it():
    ((cause, findings),) = groups_of("coredns-pending-no-cni")

    assert cause == "of the cluster"
    assert findings[:2] == ["cni.node-not-set-up k8s-master-01", "cni.node-not-set-up k8s-worker-01"]


def test_what_is_down_with_its_node_sends_people_to_the_node():
    node = "ip-10-95-253-41.ap-northeast-2.compute.internal"
    swept = sweep.run(Recording(RECORDINGS / "node-lost-unknown.json.gz"), CHECKS, Target())
    proxy = next(each for each in swept.findings if each.code == "kube-proxy.unavailable")

    assert proxy.next.startswith(f"kubectl describe node {node}")


CRASHING, NAMESPACE = "crashloop-redis-timeout", "settlement"
"""A recording whose Deployment crashes, and where; its log is replaced by what the test wants."""


@pytest.fixture
def crash_beside(tmp_path):
    """Put a Deployment that crashes with a log into another recorded cluster, and return what a sweep groups."""

    def swept(scenario, log):
        cluster, crash = recording(scenario), recording(CRASHING)
        for path, body in crash["lists"].items():
            mine = [each for each in body["items"] or [] if each["metadata"].get("namespace") == NAMESPACE]
            if mine:
                cluster["lists"].setdefault(path, {**body, "items": []})["items"] += mine
        cluster["logs"] |= {key: log for key in crash["logs"] if key.startswith(f"{NAMESPACE}/settlement-api")}
        return groups_in(written(cluster, tmp_path))

    return swept


def written(content, folder):
    path = folder / "cluster.json.gz"
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    return path


@pytest.mark.parametrize(
    ("scenario", "log", "cause"),
    [
        pytest.param(
            "kube-dns-no-endpoints",
            "dial tcp: lookup db.example.com on 172.20.0.10:53: read udp 10.0.0.1:1->172.20.0.10:53: i/o timeout",
            "kube-dns",
            id="names that do not resolve, and a DNS Service that leads nowhere",
        ),
        pytest.param(
            "coredns-crashloop",
            "Caused by: java.net.UnknownHostException: db.example.com: Temporary failure in name resolution",
            "coredns",
            id="names that do not resolve, and DNS servers that crash behind their Service",
        ),
        pytest.param(
            "service-selector-mismatch",
            "panic: Post http://payments-api.payments/charge: dial tcp: connect: connection refused",
            "payments-api",
            id="a Service that refuses, and whose selector matches no pod",
        ),
        pytest.param(
            "oom-killed",
            "java.net.ConnectException: Connection refused (appr-api.appr-api:8080)",
            "appr-api",
            id="a Service that refuses, and whose only pod is killed for its memory",
        ),
        pytest.param(
            "kube-proxy-not-ready",
            "Get https://172.20.0.1:443/version: dial tcp 172.20.0.1:443: i/o timeout",
            "kube-proxy",
            id="an address of the cluster that is silent, and a proxy that crashes",
        ),
    ],
)
def test_a_crash_stands_under_what_its_log_points_at(crash_beside, scenario, log, cause):
    (group,) = crash_beside(scenario, log)

    assert group[0] == cause
    assert "pods.crash-loop settlement-api" in group[1][1:]


@pytest.mark.parametrize(
    ("scenario", "log"),
    [
        pytest.param(
            "kube-dns-no-endpoints", "password authentication failed for user settlement", id="another reason"
        ),
        pytest.param(
            "irsa-wrong-trust",
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
            id="the role of others",
        ),
        pytest.param("netpol-default-deny-egress", "dial tcp 203.0.113.7:443: i/o timeout", id="the policy of others"),
        pytest.param("service-selector-mismatch", "dial tcp 203.0.113.7:443: connection refused", id="another server"),
    ],
)
def test_a_crash_that_points_elsewhere_stands_for_itself(crash_beside, scenario, log):
    assert "settlement-api" in [cause for cause, _ in crash_beside(scenario, log)]


@pytest.mark.parametrize(
    ("is_annotated", "log", "code"),
    [
        (True, "InvalidIdentityToken: No OpenIDConnect provider found in your account", "irsa.provider-missing"),
        (False, "NoCredentialProviders: no valid providers in chain", "irsa.no-annotation"),
        (
            False,
            "AccessDenied: User: arn:aws:sts::123456789012:assumed-role/nodes/i-0123456789abcdef0 is not authorized to "
            "perform: route53:ListHostedZones",
            "irsa.no-annotation",
        ),
    ],
    ids=["nobody knows the issuer", "no credentials at all", "the role of the node may not"],
)
def test_a_crash_for_want_of_a_role_stands_under_the_account(tmp_path, is_annotated, log, code):
    cluster = recording("irsa-wrong-trust")
    cluster["logs"] |= {key: log for key in cluster["logs"] if key.startswith("external-dns/")}
    if not is_annotated:
        for account in cluster["lists"]["/api/v1/serviceaccounts"]["items"]:
            account["metadata"].pop("annotations", None)
        for pod in cluster["lists"]["/api/v1/pods"]["items"]:
            for container in pod["spec"]["containers"] if pod["metadata"]["namespace"] == "external-dns" else ():
                container.pop("env", None)

    assert groups_in(written(cluster, tmp_path)) == [
        ("external-dns", [f"{code} external-dns", "pods.crash-loop external-dns"])
    ]
