"""Requests and limits: what is missing is a note, what is nearly used up a warning, and only when asked for."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import POD_METRICS, PODS
from tests.diagnostics.snapshots import codes, findings, named, snapshot

WHOLE = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}}


def pod(resources, name="api", phase="Running", **spec):
    containers = [{"name": "app", "resources": resources}]
    return named(name, spec={"containers": containers, **spec}, status={"phase": phase})


def usage(memory, name="api"):
    return named(name, containers=[{"name": "app", "usage": {"memory": memory}}])


def test_a_container_with_requests_and_memory_limit_is_in_order_without_a_cpu_limit():
    assert codes("resources", {PODS: [pod(WHOLE)]}) == []


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, ["resources.no-requests", "resources.no-memory-limit"]),
        (None, ["resources.no-requests", "resources.no-memory-limit"]),
        ({"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}, ["resources.no-requests"]),
        ({"requests": {"cpu": "1", "memory": "1Gi"}}, ["resources.no-memory-limit"]),
    ],
    ids=["nothing", "null", "no memory request", "no limit"],
)
def test_what_a_container_lacks_is_a_note(resources, expected):
    found = findings("resources", {PODS: [pod(resources)]})

    assert [each.code for each in found] == expected
    assert {each.severity for each in found} == {"note"}


def test_pods_of_best_effort_are_told_that_they_go_first():
    found = findings("resources", {PODS: [pod({})]})

    assert "asks for no cpu and no memory" in found[0].title
    assert "evicted first" in found[0].title


def test_memory_that_is_nearly_used_up_is_a_warning():
    (found,) = findings("resources", {PODS: [pod(WHOLE)], POD_METRICS: [usage("480Mi")]})

    assert (found.code, found.severity) == ("resources.near-memory-limit", "warning")
    assert "480Mi of memory, 94% of its limit of 512Mi" in found.title


def test_the_pod_that_uses_most_tells_for_its_workload():
    owner = {"ownerReferences": [{"kind": "StatefulSet", "name": "db", "controller": True}]}
    pods = [{**pod(WHOLE, name), "metadata": {"name": name, "namespace": "shop", **owner}} for name in ("db-0", "db-1")]

    found = findings("resources", {PODS: pods, POD_METRICS: [usage("100Mi", "db-0"), usage("500Mi", "db-1")]})

    assert [str(each.object) for each in found] == ["StatefulSet/shop/db"]


def test_init_containers_and_finished_pods_are_left_alone():
    starting = pod(WHOLE, initContainers=[{"name": "migrate"}])

    assert codes("resources", {PODS: [starting, pod({}, "done", phase="Succeeded")]}) == []


def test_sidecars_need_requests_too():
    beside = pod(WHOLE, initContainers=[{"name": "proxy", "restartPolicy": "Always"}])

    assert "sidecar proxy" in findings("resources", {PODS: [beside]})[0].title


def test_requests_limits_and_usage_are_shown():
    seen = snapshot({PODS: [pod(WHOLE)], POD_METRICS: [usage("100Mi")]})

    (shown,) = diagnosis.judge(CHECKS.get("resources"), seen).exhibits

    assert shown.rows == (("Pod shop/api", "app", "100m", "none", "256Mi", "512Mi", "100Mi"),)


def test_a_sweep_does_not_ask():
    assert not CHECKS.get("resources").swept
