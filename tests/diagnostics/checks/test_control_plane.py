"""The control plane: what the API server says of itself, the static pods, and who leads."""

import pytest

from diagnostics.resources import LEASES, PODS
from tests.diagnostics.snapshots import codes, findings, named

WELL = "[+]ping ok\n[+]etcd ok\nreadyz check passed\n"
UNWELL = "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n"
HEALTHY = {"/readyz?verbose": WELL}
RUNS = {
    "phase": "Running",
    "conditions": [{"type": "Ready", "status": "True"}],
    "containerStatuses": [{"name": "main", "ready": True, "restartCount": 0, "state": {"running": {}}}],
}
ALL = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")


def static(component, status=RUNS, on="master-1"):
    return named(
        f"{component}-{on}",
        "kube-system",
        labels={"component": component, "tier": "control-plane"},
        metadata={"annotations": {"kubernetes.io/config.mirror": "hash"}},
        spec={"nodeName": on, "containers": [{"name": "main", "command": [component, "--flag"]}]},
        status=status,
    )


def lease(name, renewed):
    return named(name, "kube-system", spec={"holderIdentity": "master-1_1", "renewTime": renewed})


def test_a_control_plane_that_runs_is_in_order():
    assert codes("control-plane", {PODS: [static(each) for each in ALL]}, documents=HEALTHY) == []


def test_a_managed_control_plane_shows_no_pods_and_is_in_order():
    leases = [lease("kube-scheduler", "2026-11-21T09:59:58.000000Z")]

    assert codes("control-plane", {PODS: [], LEASES: leases}, documents=HEALTHY) == []


def test_the_part_that_is_not_ready_is_named():
    found = findings("control-plane", {PODS: []}, documents={"/readyz?verbose": UNWELL})

    assert [(each.code, "etcd" in each.title) for each in found] == [("control-plane.api-server-not-ready", True)]


@pytest.mark.parametrize(
    ("component", "symptom"),
    [("kube-scheduler", "Pending"), ("kube-controller-manager", "heals"), ("etcd", "read or write")],
)
def test_a_crashing_component_is_said_with_its_last_words_and_what_stands_still(component, symptom):
    crashing = {
        "phase": "Running",
        "containerStatuses": [
            {
                "name": "main",
                "restartCount": 6,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"exitCode": 1}},
            }
        ],
    }
    pods = [static(each, crashing if each == component else RUNS) for each in ALL]

    found = findings(
        "control-plane",
        {PODS: pods},
        documents=HEALTHY,
        logs={f"{component}-master-1/main": "Error: invalid configuration: no such file"},
    )

    assert [(each.code, str(each.object)) for each in found] == [
        ("control-plane.component-down", f"Pod/kube-system/{component}-master-1")
    ]
    assert "CrashLoopBackOff" in found[0].title
    assert "no such file" in found[0].title
    assert symptom in found[0].title


def test_a_component_that_no_node_runs_is_missed():
    pods = [static(each) for each in ALL if each != "kube-scheduler"]

    found = findings("control-plane", {PODS: pods}, documents=HEALTHY)

    assert [(each.code, each.severity, each.object.name) for each in found] == [
        ("control-plane.component-missing", "critical", "kube-scheduler-master-1")
    ]


def test_a_component_that_another_node_runs_is_missed_less():
    pods = [static(each) for each in ALL] + [static(each, on="master-2") for each in ALL if each != "kube-scheduler"]

    found = findings("control-plane", {PODS: pods}, documents=HEALTHY)

    assert [(each.severity, each.object.name) for each in found] == [("warning", "kube-scheduler-master-2")]


def test_an_etcd_outside_of_the_cluster_is_not_missed():
    pods = [static(each) for each in ALL if each != "etcd"]

    assert codes("control-plane", {PODS: pods}, documents=HEALTHY) == []


def test_a_pod_that_only_has_the_name_of_a_component_is_none():
    lookalike = named("kube-scheduler-simulator-abc", "kube-system", status={"phase": "Pending"})

    assert codes("control-plane", {PODS: [lookalike]}, documents=HEALTHY) == []


def test_restarts_of_an_hour_ago_are_worth_a_word_and_older_ones_are_not():
    def restarted(finished):
        return {
            **RUNS,
            "containerStatuses": [
                {
                    "name": "main",
                    "ready": True,
                    "restartCount": 9,
                    "state": {"running": {}},
                    "lastState": {"terminated": {"exitCode": 2, "finishedAt": finished}},
                }
            ],
        }

    lately = [static(each, restarted("2026-11-21T09:40:00Z") if each == "etcd" else RUNS) for each in ALL]
    long_ago = [static(each, restarted("2026-10-01T09:40:00Z") if each == "etcd" else RUNS) for each in ALL]

    assert codes("control-plane", {PODS: lately}, documents=HEALTHY) == ["control-plane.restarted"]
    assert codes("control-plane", {PODS: long_ago}, documents=HEALTHY) == []


def test_a_lease_that_nobody_renews_means_that_nobody_leads():
    leases = [lease("kube-controller-manager", "2026-11-21T09:50:00.000000Z")]

    found = findings("control-plane", {PODS: [], LEASES: leases}, documents=HEALTHY)

    assert [(each.code, "10m ago" in each.title) for each in found] == [("control-plane.no-leader", True)]
