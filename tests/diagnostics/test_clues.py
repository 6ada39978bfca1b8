"""What the lines of a log point at. Whether that is to blame is for the checks; a clue only says where to look."""

import pytest

from diagnostics import clues
from diagnostics.objects import Object
from diagnostics.resources import NETWORK_POLICIES, PODS, SERVICES
from tests.diagnostics.snapshots import named, snapshot

DNS = named(
    "kube-dns",
    "kube-system",
    {"k8s-app": "kube-dns"},
    spec={"clusterIP": "172.20.0.10", "selector": {"k8s-app": "kube-dns"}},
)
REDIS = named("redis", spec={"clusterIP": "172.20.61.18", "selector": {"app": "redis"}})
LEDGER = named("ledger", "bank", spec={"clusterIP": "172.20.9.9", "selector": {"app": "ledger"}})


def pod(name="api-1", namespace="shop", app="api", **spec):
    return named(name, namespace, {"app": app}, spec={"serviceAccountName": "shopper", **spec})


def policy(name, app="", **spec):
    selector = {"matchLabels": {"app": app}} if app else {}
    return named(name, spec={"podSelector": selector, "policyTypes": ["Egress"], **spec})


def accused(*lines, of=None, policies=(), others=()):
    """Return the objects that lines of a pod's log point at, as `Kind name`."""
    raw = of or pod()
    seen = snapshot({SERVICES: [DNS, REDIS, LEDGER], NETWORK_POLICIES: policies, PODS: [raw, *others]})
    return [f"{each.kind} {each.name}" for each in clues.blamed(seen, Object(raw, PODS), lines)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "dial tcp: lookup db.example.com on 10.9.9.9:53: read udp 1.2.3.4:5->10.9.9.9:53: i/o timeout", id="Go"
        ),
        pytest.param("dial tcp: lookup db.example.com: server misbehaving", id="Go, without the server"),
        pytest.param("psql: could not translate host name: Temporary failure in name resolution", id="glibc"),
        pytest.param("wget: bad address: Name does not resolve", id="musl"),
        pytest.param("Caused by: java.net.UnknownHostException: db.example.com", id="Java"),
        pytest.param("Error: getaddrinfo EAI_AGAIN db.example.com", id="Node.js"),
        pytest.param("curl: (6) Could not resolve host: db.example.com", id="curl"),
        pytest.param(";; connection timed out; no servers could be reached", id="nslookup"),
        pytest.param("socket.gaierror: [Errno -2] Name or service not known", id="Python"),
    ],
)
def test_a_name_that_does_not_resolve_points_at_the_dns_of_the_cluster(line):
    assert accused(line) == ["Service kube-dns"]


def test_a_dns_server_that_gets_no_answer_does_not_point_at_itself():
    server = named("coredns-1", "kube-system", {"k8s-app": "kube-dns"})

    assert accused("[ERROR] plugin/errors: 2 lookup example.com on 10.0.0.2:53: i/o timeout", of=server) == []


@pytest.mark.parametrize(
    "spec",
    [{"dnsPolicy": "Default"}, {"dnsPolicy": "None"}, {"hostNetwork": True, "dnsPolicy": "ClusterFirst"}],
    ids=["of the node", "of its own", "on the network of its node"],
)
def test_a_pod_that_asks_another_resolver_does_not_point_at_the_dns_of_the_cluster(spec):
    assert accused("lookup db.example.com on 10.0.0.2:53: i/o timeout", of=pod(**spec)) == []


@pytest.mark.parametrize(
    "line",
    [
        "WebIdentityErr: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.example.com/id/1",
        "NoCredentialProviders: no valid providers in chain. Deprecated.",
        "User: arn:aws:sts::123456789012:assumed-role/nodes/i-0123456789abcdef0 is not authorized to perform: s3:Get",
    ],
    ids=["STS refuses", "unknown issuer", "no credentials", "the node's role"],
)
def test_a_role_that_is_refused_or_lacking_points_at_the_account_and_at_the_agent_that_may_give_it(line):
    assert accused(line) == ["ServiceAccount shopper", "DaemonSet eks-pod-identity-agent"]


@pytest.mark.parametrize(
    "line",
    [
        "dial tcp 172.20.61.18:6379: connect: connection refused",
        "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
        "java.net.ConnectException: Connection refused (redis/172.20.61.18:6379)",
        "GET http://redis/health timed out",
        "upstream redis.shop.svc.cluster.local answered 503",
        "redis://default@redis: ECONNREFUSED",
        "SessionStore : Unable to connect to redis:6379",
    ],
    ids=["address", "host and port", "Java", "URL", "whole name", "user and host", "no reason given"],
)
def test_a_service_that_does_not_answer_is_pointed_at_however_it_is_named_and_behind_it_the_proxy(line):
    assert accused(line) == ["Service redis", "DaemonSet kube-proxy"]


def test_a_service_of_another_namespace_wants_its_namespace():
    assert accused("connect to ledger.bank:8080: connection refused") == ["Service ledger", "DaemonSet kube-proxy"]
    assert accused("connect to ledger:8080: connection refused") == []


def test_a_word_that_is_also_the_name_of_a_service_points_at_nothing():
    assert accused("failed to warm the redis cache: connection refused") == []


def test_a_service_is_not_pointed_at_by_those_who_stand_behind_it():
    assert accused("cluster join 172.20.61.18:6379: connection refused", of=pod(app="redis")) == []


def proxy(node, ready):
    owner = {"kind": "DaemonSet", "name": "kube-proxy", "controller": True}
    status = {"conditions": [{"type": "Ready", "status": str(ready)}]}
    metadata = {"ownerReferences": [owner]}
    return named(f"kube-proxy-{node}", "kube-system", metadata=metadata, spec={"nodeName": node}, status=status)


@pytest.mark.parametrize(
    ("here", "there", "is_accused"),
    [(False, True, True), (True, False, False), (True, True, False)],
    ids=["down beside it", "down elsewhere", "well"],
)
def test_a_proxy_is_pointed_at_only_where_the_pod_is(here, there, is_accused):
    proxies = [proxy("node-1", here), proxy("node-2", there)]

    found = accused("dial tcp 172.20.61.18:6379: i/o timeout", of=pod(nodeName="node-1"), others=proxies)

    assert ("DaemonSet kube-proxy" in found) is is_accused


def test_a_name_of_the_cluster_that_does_not_resolve_points_at_the_dns_first_and_then_at_whom_it_names():
    line = "lookup redis.shop.svc.cluster.local on 172.20.0.10:53: no such host"

    assert accused(line) == ["Service kube-dns", "Service redis", "DaemonSet kube-proxy"]


def test_silence_points_at_the_policies_that_restrict_what_the_pod_sends():
    policies = [policy("deny-all"), policy("others", app="web"), policy("ingress-alone", policyTypes=["Ingress"])]

    assert accused("dial tcp 203.0.113.7:443: i/o timeout", policies=policies) == ["NetworkPolicy deny-all"]


def test_a_connection_that_is_refused_was_let_through_by_every_policy():
    assert accused("dial tcp 203.0.113.7:443: connection refused", policies=[policy("deny-all")]) == []


def test_on_the_network_of_its_node_a_pod_is_under_no_policy():
    host = pod(hostNetwork=True)

    assert accused("dial tcp 203.0.113.7:443: i/o timeout", of=host, policies=[policy("deny-all")]) == []


def test_lines_that_complain_of_nothing_point_at_nothing():
    assert accused("connected to redis:6379", "listening on 172.20.61.18:8080", policies=[policy("deny-all")]) == []
