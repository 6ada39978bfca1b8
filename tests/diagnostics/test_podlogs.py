"""No log is read after many requests, which is said where somebody may miss one, with what to run."""

import pytest

from diagnostics.budget import SWEEP_REQUESTS, Budget
from diagnostics.objects import Object
from diagnostics.podlogs import PodLogs
from diagnostics.recording import Recording
from diagnostics.resources import PODS
from diagnostics.selection import Selection
from tests.diagnostics.api_server import RECORDINGS
from tests.diagnostics.snapshots import named


def spend_all(budget):
    while not budget.is_costly:
        budget.spend(next_page=True)


@pytest.fixture
def spent():
    budget = Budget(10, requests=100)
    spend_all(budget)
    return budget


@pytest.fixture
def left(spent):
    """Ask for the logs of pods when much was asked already, and return the sentences about what is unread."""

    def asked(*pods):
        unread = {}
        read = PodLogs(Recording(RECORDINGS / "healthy.json.gz"), spent, unread)
        logs = [read(pod, "app", True, 40) for pod in pods]
        assert {log.unread for log in logs} == {"no log is read after so many requests (60)"}
        assert spent.spent == SWEEP_REQUESTS
        return list(unread.values())

    return asked


def pod(name, *, phase="Running", is_ready=False, **metadata):
    ready = {"type": "Ready", "status": "True" if is_ready else "False"}
    return Object(named(name, metadata=metadata, status={"phase": phase, "conditions": [ready]}), PODS)


def test_the_log_of_a_pod_that_is_unwell_is_missed_with_the_command_that_shows_it(left):
    assert left(pod("api-1")) == [
        "the logs of a pod that is not well were left unread, to spare the API server after 60 requests: shop/api-1; "
        "to read them: kubectl logs api-1 -n shop --all-containers --previous"
    ]


def test_pods_are_counted_once_and_the_first_of_them_named(left):
    pods = [pod(f"api-{number}") for number in range(5)]

    assert left(*pods, *pods) == [
        "the logs of pods that are not well were left unread, to spare the API server after 60 requests: "
        "shop/api-0, shop/api-1, shop/api-2 and 2 more; "
        "to read the first: kubectl logs api-0 -n shop --all-containers --previous"
    ]


def test_of_pods_that_are_one_workload_one_is_missed(left):
    controller = {"kind": "StatefulSet", "name": "db", "controller": True}
    members = [pod(f"db-{number}", ownerReferences=[controller]) for number in range(3)]

    (said,) = left(*members)

    assert "shop/db-0; to read them" in said


def test_nothing_is_missed_of_a_workload_of_which_a_log_was_read():
    budget, unread = Budget(10, requests=100), {}
    source = Recording(RECORDINGS / "oom-killed.json.gz")
    crashing = Object(source.read(PODS, Selection("appr-api"), budget)[0], PODS)
    sibling = Object({**crashing.raw, "metadata": {**crashing.raw["metadata"], "name": "appr-api-2"}}, PODS)
    read = PodLogs(source, budget, unread)

    assert read(crashing, "appr-api", True, 40)
    spend_all(budget)

    assert not read(sibling, "appr-api", True, 40)
    assert unread == {}


@pytest.mark.parametrize(
    "healthy",
    [
        pytest.param(pod("web-1", is_ready=True), id="ready"),
        pytest.param(pod("migrate-1", phase="Succeeded"), id="done"),
    ],
)
def test_the_log_of_a_pod_that_is_well_is_not_missed(left, healthy):
    assert left(healthy) == []
