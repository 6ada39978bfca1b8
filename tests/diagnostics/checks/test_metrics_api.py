"""Extension APIs: one that does not answer is said, one that nobody needs may be absent."""

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import API_SERVICES, HORIZONTAL_POD_AUTOSCALERS, NODE_METRICS, NODES
from tests.diagnostics.snapshots import codes, findings, named, snapshot

BUILT_IN = named("v1.apps", namespace="", spec={"group": "apps"}, status={"conditions": []})


def extension(group="metrics.k8s.io", available="True", **condition):
    return named(
        f"v1beta1.{group}",
        namespace="",
        spec={"group": group, "service": {"name": "server", "namespace": "kube-system"}},
        status={"conditions": [{"type": "Available", "status": available, **condition}]},
    )


def autoscaler(kind="Resource", **metric):
    return named("web", spec={"metrics": [{"type": kind, **metric}]})


def node(name, created="2026-11-01T00:00:00Z", ready="True"):
    conditions = [{"type": "Ready", "status": ready}]
    return named(name, namespace="", metadata={"creationTimestamp": created}, status={"conditions": conditions})


def test_a_cluster_whose_extension_apis_answer_is_in_order():
    assert codes("metrics-api", {API_SERVICES: [BUILT_IN, extension()]}) == []


def test_a_metrics_api_that_nobody_needs_may_be_absent():
    assert codes("metrics-api", {API_SERVICES: [BUILT_IN]}) == []


def test_a_metrics_api_that_an_autoscaler_wants_is_missed():
    objects = {API_SERVICES: [BUILT_IN, extension()], HORIZONTAL_POD_AUTOSCALERS: [autoscaler("External")]}

    (found,) = findings("metrics-api", objects)

    assert (found.code, str(found.object)) == ("metrics-api.missing", "APIService//v1beta1.external.metrics.k8s.io")
    assert "shop/web" in found.title


def test_an_extension_server_that_does_not_answer_is_said_with_its_service_and_who_waits():
    down = extension(
        available="False", reason="MissingEndpoints", message="endpoints for service/server have no addresses"
    )

    (found,) = findings("metrics-api", {API_SERVICES: [down], HORIZONTAL_POD_AUTOSCALERS: [autoscaler()]})

    assert found.code == "metrics-api.unavailable"
    assert "MissingEndpoints" in found.title
    assert "shop/web" in found.title
    assert [str(blame) for blame in found.blames] == ["Service/kube-system/server"]


def test_an_api_of_anybody_else_that_does_not_answer_is_said_too():
    down = extension("packages.example.com", available="False", reason="FailedDiscoveryCheck")

    assert codes("metrics-api", {API_SERVICES: [down]}) == ["metrics-api.unavailable"]


def test_a_ready_node_without_figures_is_said_once_it_is_old_enough():
    nodes = [
        node("measured"),
        node("silent"),
        node("new", created="2026-11-21T09:58:00Z"),
        node("lost", ready="Unknown"),
    ]
    objects = {API_SERVICES: [extension()], NODES: nodes, NODE_METRICS: [named("measured", namespace="")]}

    assert [str(each.object) for each in findings("metrics-api", objects)] == ["Node//silent"]


def test_who_serves_which_metrics_api_is_shown():
    seen = snapshot({API_SERVICES: [extension()], HORIZONTAL_POD_AUTOSCALERS: [autoscaler()]})

    (shown,) = diagnosis.judge(CHECKS.get("metrics-api"), seen).exhibits

    assert shown.rows == (
        ("metrics.k8s.io", "kube-system/server", "True", "shop/web"),
        ("custom.metrics.k8s.io", "nothing", "no", "none"),
        ("external.metrics.k8s.io", "nothing", "no", "none"),
    )
