"""Usage: what takes most is shown first, against what it asked for."""

from diagnostics import diagnosis
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.resources import NODE_METRICS, NODES, POD_METRICS, PODS
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS
from tests.diagnostics.snapshots import EVERYWHERE, named, snapshot


def pod(name, **resources):
    return named(name, spec={"containers": [{"name": "app", "resources": resources}]})


def usage(name, cpu, memory):
    return named(name, containers=[{"name": "app", "usage": {"cpu": cpu, "memory": memory}}])


SMALL = pod("small", requests={"cpu": "100m", "memory": "64Mi"}, limits={"memory": "128Mi"})
OBJECTS = {
    PODS: [SMALL, pod("large")],
    POD_METRICS: [usage("small", "250000000n", "32Mi"), usage("large", "1m", "2097152Ki")],
    NODES: [named("ip-1", namespace="", status={"allocatable": {"cpu": "2", "memory": "8Gi"}})],
    NODE_METRICS: [named("ip-1", namespace="", usage={"cpu": "500m", "memory": "2Gi"})],
}


def shown(target=EVERYWHERE, **arguments):
    return diagnosis.judge(CHECKS.get("top"), snapshot(OBJECTS, target=target), arguments).exhibits


def test_containers_are_shown_with_requests_and_limits_the_largest_first():
    _, containers = shown()

    assert containers.rows == (
        ("shop/large", "app", "1m", "none", "2Gi", "none", "none"),
        ("shop/small", "app", "250m", "100m", "32Mi", "64Mi", "128Mi"),
    )


def test_they_can_be_sorted_by_processor_time_and_cut():
    _, containers = shown(by="cpu", limit=1)

    assert [row[0] for row in containers.rows] == ["shop/small"]
    assert containers.title == "Containers by cpu, 1 of 2"


def test_nodes_are_shown_with_their_share_of_what_they_have():
    nodes, _ = shown()

    assert nodes.rows == (("ip-1", "500m", "25%", "2Gi", "25%"),)


def test_of_one_namespace_only_its_containers_are_shown():
    (containers,) = shown(Target("shop", "small"))

    assert [row[0] for row in containers.rows] == ["shop/small"]


def test_a_cluster_without_metrics_api_says_so():
    recording = Recording(RECORDINGS / "hpa-no-metrics.json.gz")

    report = diagnosis.run(recording, CHECKS.get("top"), Target(), budget=Budget(10, 30))

    assert report.outcome == "could not look"
    assert any("pods.metrics.k8s.io" in sentence for sentence in report.unread)
