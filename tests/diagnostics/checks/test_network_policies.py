"""Network policies: which of them, together, keep pods from resolving names."""

import pytest

from diagnostics.resources import NAMESPACES, NETWORK_POLICIES, PODS, SERVICES
from diagnostics.target import Target
from tests.diagnostics.snapshots import EVERYWHERE, findings, named

WEB = {"app": "web"}
SERVER_LABELS = {"k8s-app": "kube-dns"}
RUNS = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "podIP": "10.0.0.9"}
DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
SYSTEM = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}


def policy(egress=None, types=("Egress",), name="policy", selector=None):
    spec = {"podSelector": selector or {}, "policyTypes": list(types), "egress": egress}
    return named(name, spec={key: value for key, value in spec.items() if value not in (None, [])})


def pod(name="web-1", status=RUNS, labels=WEB, **spec):
    return named(name, labels=labels, spec=spec, status=status)


def server(port=53):
    ports = [{"name": "dns", "containerPort": port, "protocol": "UDP"}]
    return named(
        "coredns-1",
        "kube-system",
        labels=SERVER_LABELS,
        spec={"containers": [{"name": "coredns", "ports": ports}]},
        status={**RUNS, "podIP": "10.0.0.53"},
    )


def judged(*policies, pods=None, dns=None, target=EVERYWHERE):
    objects = {
        NETWORK_POLICIES: list(policies),
        PODS: [*(pods if pods is not None else [pod()]), dns or server()],
        SERVICES: [named("kube-dns", "kube-system", labels=SERVER_LABELS, spec={"clusterIP": "172.20.0.10"})],
        NAMESPACES: [named("kube-system", "", labels={"kubernetes.io/metadata.name": "kube-system", "team": "infra"})],
    }
    return findings("network-policies", objects, target=target)


def codes(*policies, **options):
    return [each.code for each in judged(*policies, **options)]


def test_a_policy_without_egress_rules_cuts_everything():
    found = judged(policy(name="default-deny"))

    assert [(each.code, each.severity, each.object.name) for each in found] == [
        ("network-policies.no-egress", "warning", "default-deny")
    ]
    assert "DNS" in found[0].title


def test_it_is_critical_while_one_of_its_pods_is_unwell():
    assert [each.severity for each in judged(policy(), pods=[pod(status={"phase": "Running"})])] == ["critical"]


@pytest.mark.parametrize(
    "egress",
    [
        [{}],
        [{"ports": DNS_PORTS}],
        [{"to": [], "ports": DNS_PORTS}],
        [{"to": [SYSTEM]}],
        [{"to": [{"namespaceSelector": {}}], "ports": DNS_PORTS}],
        [{"to": [{**SYSTEM, "podSelector": {"matchLabels": SERVER_LABELS}}], "ports": DNS_PORTS}],
        [{"to": [{"namespaceSelector": {"matchLabels": {"team": "infra"}}}], "ports": DNS_PORTS}],
        [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": DNS_PORTS}],
        [{"to": [{"ipBlock": {"cidr": "172.20.0.10/32"}}]}],
        [{"to": [{"ipBlock": {"cidr": "169.254.20.10/32"}}], "ports": DNS_PORTS}],
        [{"ports": [{"protocol": "UDP", "port": 1, "endPort": 1024}]}],
        [{"ports": [{"protocol": "UDP"}]}],
        [{"ports": [{"protocol": "UDP", "port": "dns"}]}],
    ],
    ids=[
        "everything",
        "the ports",
        "empty list of peers",
        "the namespace",
        "all namespaces",
        "the servers",
        "a label of the namespace",
        "all addresses",
        "the Service's address",
        "the node's cache",
        "a range of ports",
        "all of UDP",
        "a port by name",
    ],
)
def test_a_rule_that_lets_dns_out_is_enough(egress):
    assert codes(policy(egress)) == []


@pytest.mark.parametrize(
    "egress",
    [
        [{"ports": [{"protocol": "TCP", "port": 443}]}],
        [{"ports": [{"port": 53}]}],
        [{"to": [{"podSelector": {}}]}],
        [{"to": [{"ipBlock": {"cidr": "10.95.0.0/16"}}]}],
        [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "172.16.0.0/12", "169.254.0.0/16"]}}]}],
        [{"to": [{**SYSTEM, "podSelector": {"matchLabels": {"app": "coredns"}}}], "ports": DNS_PORTS}],
        [{"to": [{"namespaceSelector": {"matchLabels": {"name": "kube-system"}}}], "ports": DNS_PORTS}],
    ],
    ids=[
        "HTTPS alone",
        "only TCP",
        "own namespace",
        "other addresses",
        "all but private addresses",
        "a label that servers do not have",
        "a label that the namespace does not have",
    ],
)
def test_a_rule_for_something_else_leaves_dns_cut(egress):
    assert codes(policy(egress)) == ["network-policies.no-dns"]


def test_policies_add_up():
    allow = policy([{"ports": DNS_PORTS}], name="allow-dns")

    assert codes(policy(name="default-deny"), allow) == []


def test_a_policy_that_lets_dns_out_of_other_pods_does_not_help():
    allow = policy([{"ports": DNS_PORTS}], name="allow-dns", selector={"matchLabels": {"app": "batch"}})

    found = judged(policy(name="default-deny"), allow, pods=[pod(), pod("batch-1", labels={"app": "batch"})])

    assert [(each.object.name, each.evidence["pods"]) for each in found] == [("default-deny", "web-1")]


@pytest.mark.parametrize(
    "harmless",
    [
        policy(types=("Ingress",)),
        named("policy", spec={"podSelector": {}, "ingress": [{}]}),
        policy(selector={"matchLabels": {"app": "other"}}),
    ],
    ids=["ingress only", "no types and no egress", "other pods"],
)
def test_a_policy_that_does_not_restrict_what_the_pods_send_is_in_order(harmless):
    assert codes(harmless) == []


def test_without_types_egress_rules_restrict_egress():
    untyped = named("policy", spec={"podSelector": {}, "egress": [{"ports": [{"port": 443}]}]})

    assert codes(untyped) == ["network-policies.no-dns"]


@pytest.mark.parametrize(
    "unconcerned",
    [[], [pod(status={"phase": "Succeeded"})], [pod(hostNetwork=True)]],
    ids=["no pods", "finished", "host network"],
)
def test_pods_that_no_policy_concerns_are_not_counted(unconcerned):
    assert codes(policy(), pods=unconcerned) == []


def test_a_policy_sees_the_port_of_the_server_behind_the_service():
    rule = [{"to": [SYSTEM], "ports": [{"protocol": "UDP", "port": 5353}]}]

    assert codes(policy(rule), dns=server(5353)) == []
    assert codes(policy(rule)) == ["network-policies.no-dns"]


def test_of_several_policies_the_one_that_was_asked_about_is_told():
    web = policy([{"ports": [{"port": 443}]}], name="web")

    found = judged(policy(name="default-deny"), web, target=Target("shop", "web"))

    assert [each.object.name for each in found] == ["web"]
    assert "default-deny does not allow it either" in found[0].title


def test_an_address_block_that_cannot_be_read_lets_nothing_out():
    assert codes(policy([{"to": [{"ipBlock": {"cidr": "everywhere"}}]}])) == ["network-policies.no-dns"]
