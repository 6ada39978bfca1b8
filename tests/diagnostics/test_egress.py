"""Whom a log got no answer from, and whether policies let a pod send there."""

import pytest

from diagnostics import egress
from diagnostics.objects import Object
from diagnostics.resources import NAMESPACES, NETWORK_POLICIES, PODS, SERVICES
from tests.diagnostics.snapshots import named, snapshot

DNS = {"ports": [{"protocol": "UDP", "port": 53}]}
DATABASE = named("db-0", "data", {"app": "db"}, status={"podIP": "10.0.7.7"})
NEIGHBOUR = named("cache-0", "shop", {"app": "cache"}, status={"podIP": "10.0.8.8"})
IN_FRONT = named(
    "db",
    "data",
    spec={"clusterIP": "172.20.5.5", "selector": {"app": "db"}, "ports": [{"port": 80, "targetPort": 5432}]},
)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("dial tcp 203.0.113.7:443: i/o timeout", [("203.0.113.7", 443)]),
        ("Connect to api.example.com:8443 failed: connect timed out", [("api.example.com", 8443)]),
        ('Post "https://api.example.com/pay": context deadline exceeded', [("api.example.com", 443)]),
        ("read tcp 10.0.1.1:41234->203.0.113.7:443: i/o timeout", [("203.0.113.7", 443)]),
        ("lookup db on 172.20.0.10:53: i/o timeout", []),
        ("main.go:123: request timed out", []),
        ("http://api.shop.svc.cluster.local:80 timed out", []),
        ("connected to 203.0.113.7:443", []),
    ],
)
def test_whom_a_line_got_no_answer_from_is_read(line, asked):
    assert [(each.host, each.port) for each in egress.silent([line])] == asked


def is_let_out(host, port, *rules):
    policy = Object(named("p", spec={"egress": [DNS, *rules]}), NETWORK_POLICIES)
    spaces = [named("data", "", {"team": "data"}), named("shop", "")]
    seen = snapshot({PODS: [DATABASE, NEIGHBOUR], SERVICES: [IN_FRONT], NAMESPACES: spaces})
    return egress.is_let_out(seen, [policy], egress.Silent(host, port, ""))


@pytest.mark.parametrize(
    ("host", "port", "rule"),
    [
        ("203.0.113.7", 443, {}),
        ("203.0.113.7", 443, {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"port": 443}]}),
        ("203.0.113.7", 443, {"ports": [{"port": 400, "endPort": 500}]}),
        ("api.example.com", 443, {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}),
        ("10.0.7.7", 5432, {"to": [{"namespaceSelector": {"matchLabels": {"team": "data"}}}]}),
        ("10.0.8.8", 6379, {"to": [{"podSelector": {"matchLabels": {"app": "cache"}}}]}),
        ("172.20.5.5", 80, {"to": [{"namespaceSelector": {}}], "ports": [{"port": 5432}]}),
    ],
)
def test_what_a_rule_covers_is_let_out(host, port, rule):
    assert is_let_out(host, port, rule)


@pytest.mark.parametrize(
    ("host", "port", "rule"),
    [
        ("203.0.113.7", 443, {"ports": [{"port": 80}]}),
        ("203.0.113.7", 443, {"ports": [{"protocol": "UDP", "port": 443}]}),
        ("203.0.113.7", 443, {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["203.0.113.0/24"]}}]}),
        ("api.example.com", 443, {"to": [{"namespaceSelector": {}}]}),
        ("10.0.7.7", 5432, {"to": [{"podSelector": {"matchLabels": {"app": "db"}}}]}),
        ("10.0.7.7", 5432, {"to": [{"namespaceSelector": {"matchLabels": {"team": "shop"}}}]}),
        ("172.20.5.5", 80, {"to": [{"namespaceSelector": {}}], "ports": [{"port": 80}]}),
    ],
)
def test_what_no_rule_covers_is_not_let_out(host, port, rule):
    assert not is_let_out(host, port, rule)
