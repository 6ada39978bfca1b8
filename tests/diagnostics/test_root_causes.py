"""In a sweep of a recorded cluster the root cause stands first, and what follows from it is said once under it."""

import pytest

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS


def groups_of(scenario):
    """Return the causes of a recorded cluster, each with the codes and names of what stands under it, in order."""
    swept = sweep.run(Recording(RECORDINGS / f"{scenario}.json.gz"), CHECKS, Target())
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
