"""The cluster's DNS: servers, Service, Corefile, and the address that pods ask."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import CONFIG_MAPS, ENDPOINT_SLICES, NODES, PODS, SERVICES
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

DNS = {"k8s-app": "kube-dns"}
BOTH = [
    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
    {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
]
LISTENS = [
    {"containerPort": 53, "name": "dns", "protocol": "UDP"},
    {"containerPort": 53, "name": "dns-tcp", "protocol": "TCP"},
]
COREFILE = """
.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf { max_concurrent 1000 }
    loop
}
"""
UNANSWERED = "dial tcp: lookup sts.eu-west-1.amazonaws.com on {}:53: read udp 10.0.1.9:4122->{}:53: i/o timeout"


def service(address="172.20.0.10", name="kube-dns", ports=BOTH, selector=DNS, **spec):
    return named(
        name,
        "kube-system",
        labels=DNS,
        spec={"clusterIP": address, "clusterIPs": [address], "ports": ports, "selector": selector, **spec},
    )


def server(ready=True, name="coredns-1", ports=LISTENS, labels=DNS, status=None):
    return named(
        name,
        "kube-system",
        labels=labels,
        spec={
            "nodeName": "n1",
            "dnsPolicy": "Default",
            "containers": [{"name": "coredns", "ports": ports}],
            "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
        },
        status=status
        or {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [{"name": "coredns", "ready": ready, "restartCount": 0, "state": {"running": {}}}],
        },
    )


def slices(*ready):
    return named(
        "kube-dns-1",
        "kube-system",
        labels={"kubernetes.io/service-name": "kube-dns"},
        endpoints=[{"addresses": ["10.0.1.4"], "conditions": {"ready": each}} for each in ready] or None,
    )


def config(text=COREFILE):
    return named("coredns", "kube-system", data={"Corefile": text})


def eks_node(address="10.0.1.1", **labels):
    return named(
        "n1",
        "",
        labels={"eks.amazonaws.com/nodegroup": "ng", **labels},
        status={
            "addresses": [{"type": "InternalIP", "address": address}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    )


def unwell(name="batch-1", **spec):
    return named(
        name,
        spec={"nodeName": "n1", "containers": [{"name": "app"}], **spec},
        status={
            "phase": "Running",
            "containerStatuses": [{"name": "app", "ready": False, "restartCount": 0, "state": {"running": {}}}],
        },
    )


def cluster(**changed):
    """Return the objects of a cluster whose DNS is in order, with what is changed."""
    objects = {
        SERVICES: [changed.get("service", service())],
        PODS: [changed.get("server", server()), *changed.get("pods", ())],
        ENDPOINT_SLICES: [changed.get("slices", slices(True))],
        CONFIG_MAPS: [changed.get("config", config())],
        NODES: changed.get("nodes", [eks_node()]),
    }
    return {**objects, **changed.get("instead", {})}


def test_a_dns_that_answers_is_in_order():
    assert codes("dns", cluster()) == []


def test_a_cluster_whose_nodes_answer_dns_themselves_is_in_order():
    assert codes("dns", {SERVICES: [], PODS: [], ENDPOINT_SLICES: []}) == []


def test_servers_without_a_service_help_nobody():
    assert codes("dns", {SERVICES: [], PODS: [server()], ENDPOINT_SLICES: []}) == ["dns.service-missing"]


def test_a_service_of_another_name_counts_by_its_label():
    rke = named("rke2-coredns", "kube-system", labels=DNS, spec=service()["spec"])

    assert codes("dns", cluster(service=rke, slices=slices())) == ["dns.no-endpoints"]


def test_servers_scaled_to_nought_leave_the_service_without_endpoints():
    found = findings("dns", cluster(instead={PODS: []}, slices=slices()))

    assert [(each.code, str(each.object)) for each in found] == [
        ("dns.no-endpoints", "Service/kube-system/kube-dns"),
        ("dns.servers-down", "Deployment/kube-system/coredns"),
    ]
    assert found[0].blames == (found[1].object,)


def test_a_selector_that_misses_the_servers_is_shown_beside_their_labels():
    found = findings("dns", cluster(service=service(selector={"k8s-app": "coredns"}), slices=slices()))

    assert [each.code for each in found] == ["dns.no-endpoints"]
    assert "k8s-app=coredns matches no pod" in found[0].title
    assert "labelled k8s-app=kube-dns" in found[0].title


def test_one_server_of_two_is_a_warning_and_names_still_resolve():
    found = findings(
        "dns",
        cluster(instead={PODS: [server(), server(ready=False, name="coredns-2")]}, slices=slices(True, False)),
    )

    assert [(each.code, each.severity) for each in found] == [("dns.servers-down", "warning")]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ('[FATAL] plugin/loop: Loop (127.0.0.1:4157 -> :53) detected for zone "."', "resolv.conf"),
        ("/etc/coredns/Corefile:9 - Error during parsing: Unknown directive 'proxy'", "correct the Corefile"),
    ],
    ids=["loop", "directive"],
)
def test_a_crash_is_said_with_its_line_and_the_way_out(line, advice):
    crashing = {
        "phase": "Running",
        "containerStatuses": [
            {
                "name": "coredns",
                "restartCount": 7,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"exitCode": 1}},
            }
        ],
    }

    found = findings(
        "dns", cluster(server=server(status=crashing), slices=slices(False)), logs={"coredns-1/coredns": line}
    )

    assert [each.code for each in found] == ["dns.servers-down", "dns.no-endpoints"]
    assert line in found[0].title
    assert advice in found[0].next


@pytest.mark.parametrize(
    ("ports", "severity"), [(BOTH[1:], "critical"), (BOTH[:1], "warning")], ids=["no UDP", "no TCP"]
)
def test_port_53_is_needed_over_both_protocols(ports, severity):
    found = findings("dns", cluster(service=service(ports=ports)))

    assert [(each.code, each.severity) for each in found] == [("dns.wrong-port", severity)]


def test_a_port_that_the_servers_do_not_listen_on_is_said():
    found = findings("dns", cluster(service=service(ports=[{**BOTH[0], "targetPort": 5353}, BOTH[1]])))

    assert [each.code for each in found] == ["dns.wrong-port"]
    assert "5353" in found[0].title


def test_a_port_may_be_named():
    by_name = [{**BOTH[0], "targetPort": "dns"}, {**BOTH[1], "targetPort": "dns-tcp"}]

    assert codes("dns", cluster(service=service(ports=by_name))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (".:53 {\n  forward . /etc/resolv.conf\n}", "no kubernetes plugin"),
        (".:53 {\n  kubernetes cluster.local\n  forward . 172.20.0.10\n}", "the DNS Service itself"),
        (".:53 {\n  kubernetes cluster.local\n  # forward . 10.0.0.2\n}", "forwards nothing"),
        ("corp.example:53 {\n  forward . 10.0.0.2\n}\n.:53 {\n  kubernetes cluster.local\n}", "forwards nothing"),
    ],
    ids=["no kubernetes", "loop", "commented out", "another zone"],
)
def test_a_corefile_that_cannot_answer_is_said(text, said):
    found = findings("dns", cluster(config=config(text)))

    assert [each.code for each in found] == ["dns.corefile"]
    assert said in found[0].title


@pytest.mark.parametrize(
    "text",
    [
        "cluster.local:53 {\n  kubernetes cluster.local\n}\n.:53 {\n  forward . tls://1.1.1.1\n}",
        "(snippet) {\n  errors\n}\n. {\n  kubernetes cluster.local\n  forward . 10.0.0.2 10.0.0.3\n}",
        ".:53 {\n  import /etc/coredns/custom/*.override\n}",
    ],
    ids=["two blocks", "snippet and no port", "imported"],
)
def test_a_corefile_may_be_arranged_otherwise(text):
    assert codes("dns", cluster(config=config(text))) == []


def test_an_upstream_that_never_answers_is_said_and_one_lost_answer_is_not():
    line = "[ERROR] plugin/errors: 2 example.com. A: read udp 10.0.1.4:4411->10.0.0.2:53: i/o timeout"

    assert codes("dns", cluster(), logs={"coredns-1/coredns": "\n".join([line] * 6)}) == ["dns.upstream"]
    assert codes("dns", cluster(), logs={"coredns-1/coredns": line}) == []


@pytest.mark.parametrize(
    ("changed", "is_read"),
    [
        ({}, False),
        ({"pods": [unwell()]}, True),
        ({"pods": [server(ready=False, name="coredns-2")]}, True),
    ],
    ids=["all well", "a pod", "another server"],
)
def test_a_sweep_reads_the_log_of_a_server_only_when_something_is_unwell(changed, is_read):
    line = "[ERROR] plugin/errors: 2 example.com. A: read udp 10.0.1.4:4411->10.0.0.2:53: i/o timeout"

    found = codes("dns", cluster(**changed), logs={"coredns-1/coredns": "\n".join([line] * 6)}, is_sweep=True)

    assert ("dns.upstream" in found) is is_read


@pytest.mark.parametrize(
    ("address", "asked", "node"),
    [
        ("10.200.0.10", "10.100.0.10", eks_node("192.168.4.7")),
        ("172.16.0.10", "172.20.0.10", eks_node()),
        ("10.100.0.10", "172.20.0.10", eks_node()),
    ],
    ids=["other VPC", "own range", "the other guess"],
)
def test_pods_that_ask_the_address_that_eks_nodes_guess_show_that_the_bootstrap_was_not_told(address, asked, node):
    found = findings(
        "dns",
        cluster(service=service(address), nodes=[node], pods=[unwell()]),
        logs={"batch-1/app": UNANSWERED.format(asked, asked)},
    )

    assert [(each.code, each.severity) for each in found] == [("dns.wrong-address", "critical")]
    assert address in found[0].title
    assert asked in found[0].title
    assert f"--dns-cluster-ip {address}" in found[0].next


def test_outside_of_eks_the_kubelet_is_to_be_told():
    plain = named("n1", "", status={"conditions": [{"type": "Ready", "status": "True"}]})

    found = findings(
        "dns",
        cluster(service=service("10.43.0.10"), nodes=[plain], pods=[unwell()]),
        logs={"batch-1/app": UNANSWERED.format("10.96.0.10", "10.96.0.10")},
    )

    assert [each.code for each in found] == ["dns.wrong-address"]
    assert "clusterDNS: [10.43.0.10]" in found[0].next


@pytest.mark.parametrize("asked", ["172.20.0.10", "10.0.0.2", "169.254.20.10", "8.8.8.8", "999.1.1.10"])
def test_the_right_address_and_resolvers_that_a_program_chose_itself_are_no_mistake_of_the_nodes(asked):
    found = codes("dns", cluster(pods=[unwell()]), logs={"batch-1/app": UNANSWERED.format(asked, asked)})

    assert found == []


def test_an_address_that_nodes_would_not_guess_is_a_note_while_something_is_unwell():
    found = findings("dns", cluster(service=service("10.200.0.10"), pods=[unwell()]))

    assert [(each.code, each.severity) for each in found] == [("dns.address-unguessable", "note")]
    assert "172.20.0.10" in found[0].title
    assert "--dns-cluster-ip 10.200.0.10" in found[0].next


@pytest.mark.parametrize(
    "changed",
    [
        {"pods": []},
        {"pods": [unwell()], "nodes": [eks_node(**{"eks.amazonaws.com/nodegroup-image": "ami-1"})]},
        {"pods": [unwell()], "nodes": [eks_node(**{"karpenter.sh/nodepool": "default"})]},
        {"pods": [unwell(dnsPolicy="Default")]},
        {"pods": [unwell(hostNetwork=True)]},
    ],
    ids=["all well", "EKS chose the image", "Karpenter", "node's own DNS", "host network"],
)
def test_an_unusual_address_is_nothing_to_say_where_it_was_told_or_is_not_asked(changed):
    assert codes("dns", cluster(service=service("10.200.0.10"), **changed)) == []


def test_an_address_that_nodes_would_not_guess_is_said_when_the_service_itself_is_asked_about():
    objects = cluster(service=service("10.200.0.10"))

    assert codes("dns", objects, target=Target("kube-system", "kube-dns")) == ["dns.address-unguessable"]


def test_the_addresses_are_shown():
    seen = snapshot(cluster(service=service("10.200.0.10")))

    rows = dict(row for shown in diagnosis.judge(CHECKS.get("dns"), seen).exhibits for row in shown.rows)

    assert rows["address of the DNS Service"] == "10.200.0.10"
    assert rows["address that EKS nodes guess when not told"] == "172.20.0.10"
