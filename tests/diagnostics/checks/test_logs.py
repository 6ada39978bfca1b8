"""Logs: the one that is most likely wanted is shown, and what it holds back is said."""

import pytest

from diagnostics import diagnosis
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.errors import ParameterInvalid
from diagnostics.recording import Recording
from diagnostics.resources import PODS
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS
from tests.diagnostics.snapshots import named, snapshot

RUNNING = {"ready": True, "state": {"running": {}}}
CRASHED = {
    "restartCount": 2,
    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    "lastState": {"terminated": {"exitCode": 1}},
}
API = Target("shop", "api")


def pod(name="api", ready="True", created="2026-11-20T10:00:00Z", containers=None, init=None, annotations=None):
    containers, init = containers or {"app": RUNNING}, init or {}
    return named(
        name,
        labels={"app": "api"},
        metadata={"creationTimestamp": created, "annotations": annotations or {}},
        spec={
            "nodeName": "ip-10-0-0-1",
            "containers": [{"name": each} for each in containers],
            "initContainers": [{"name": each} for each in init],
        },
        status={
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"name": each, **status} for each, status in containers.items()],
            "initContainerStatuses": [{"name": each, **status} for each, status in init.items()],
        },
    )


def shown(*pods, logs=None, target=API, **arguments):
    seen = snapshot({PODS: list(pods)}, logs=logs, target=target)
    (exhibit,) = diagnosis.judge(CHECKS.get("logs"), seen, arguments).exhibits
    return exhibit


def lines_of(exhibit):
    return [line for row in exhibit.rows for cell in row for line in cell.splitlines()]


def test_the_log_of_the_pods_first_container_is_shown():
    both = pod(containers={"app": RUNNING, "sidecar": RUNNING})

    exhibit = shown(both, logs={"api/app": "one\ntwo", "api/sidecar": "other"})

    assert lines_of(exhibit) == ["one", "two"]
    assert exhibit.title == "Pod shop/api, container app"


def test_the_pod_that_is_not_ready_comes_before_the_newest():
    pods = [pod("api-1", ready="False"), pod("api-2", created="2026-11-21T09:00:00Z")]

    assert lines_of(shown(*pods, logs={"api-1/app": "broken", "api-2/app": "well"})) == ["broken"]
    assert lines_of(shown(pods[1], pod("api-3"), logs={"api-2/app": "newest", "api-3/app": "old"})) == ["newest"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"containers": {"app": RUNNING, "proxy": CRASHED}}, "proxy"),
        ({"init": {"migrate": {"state": {"terminated": {"exitCode": 2}}}}}, "migrate"),
        ({"init": {"migrate": {"state": {"terminated": {"exitCode": 0}}}}}, "app"),
        (
            {
                "containers": {"proxy": RUNNING, "app": RUNNING},
                "annotations": {"kubectl.kubernetes.io/default-container": "app"},
            },
            "app",
        ),
    ],
    ids=["the one that crashes", "a failed init container", "not one that ended well", "the one that the pod prefers"],
)
def test_the_container_that_fails_is_taken(options, wanted):
    assert f"container {wanted}" in shown(pod(**options)).title


def test_a_container_can_be_named_and_a_wrong_name_is_answered_with_the_right_ones():
    both = pod(containers={"app": RUNNING, "proxy": RUNNING})

    assert "container proxy" in shown(both, container="proxy").title
    with pytest.raises(ParameterInvalid, match=r"no container 'prox'; it has app, proxy"):
        shown(both, container="prox")


def test_lines_can_be_chosen_in_upper_or_lower_case():
    exhibit = shown(pod(), logs={"api/app": "INFO up\nERROR down\nerror again"}, grep="error|fatal")

    assert lines_of(exhibit) == ["ERROR down", "error again"]
    assert "2 of the last 3 lines meet 'error|fatal'" in exhibit.title


def test_an_expression_that_is_none_is_refused():
    with pytest.raises(ParameterInvalid, match="not a regular expression"):
        shown(pod(), grep="(")


def test_without_a_name_the_pod_that_crashes_is_taken():
    pods = [pod("well"), pod("starting", ready="False"), pod("broken", ready="False", containers={"app": CRASHED})]

    assert lines_of(shown(*pods, logs={"broken/app": "boom"}, target=Target("shop"))) == ["boom"]


def test_why_a_pod_was_taken_is_said_with_the_others_that_fail():
    fails = {"ready": "False", "containers": {"app": CRASHED}}
    pods = [pod("well"), pod("old", **fails), pod("new", created="2026-11-21T09:00:00Z", **fails)]

    exhibit = shown(*pods, logs={"new/app": "boom"}, target=Target("shop"))

    assert exhibit.title == ("Pod shop/new (it crashes: CrashLoopBackOff (exit code 1); beside it old), container app")


def test_one_of_many_pods_of_a_workload_is_the_newest():
    pods = [pod(f"api-{number}", created=f"2026-11-2{number}T00:00:00Z") for number in (0, 1)]

    assert (
        shown(*pods, logs={"api-1/app": "well"}).title
        == "Pod shop/api-1 (the newest of 2; beside it api-0), container app"
    )


def test_a_pod_that_was_named_needs_no_reason():
    fails = pod("api-1", ready="False", containers={"app": CRASHED})

    assert (
        shown(fails, logs={"api-1/app": "boom"}, target=Target("shop", "api-1")).title
        == "Pod shop/api-1, container app"
    )


def test_without_a_name_and_with_no_pod_that_fails_the_pods_are_listed():
    restarted = pod("api-2", containers={"app": {**RUNNING, "restartCount": 4}, "proxy": RUNNING})

    exhibit = shown(pod("api-1"), restarted, target=Target("shop"))

    assert exhibit.title == "No pod of shop fails; name one to see its log: logs shop/api-2"
    assert [row[:3] for row in exhibit.rows] == [("shop/api-2", "app, proxy", "4"), ("shop/api-1", "app", "0")]


def test_of_very_many_pods_some_are_listed():
    exhibit = shown(*(pod(f"api-{number}") for number in range(30)), target=Target("shop"))

    assert (len(exhibit.rows), "(20 of 30 are listed)" in exhibit.title) == (20, True)


def test_where_there_are_no_pods_there_is_none_to_name():
    assert shown(target=Target("shop")).title == "There are no pods in shop"


def test_a_log_without_lines_is_said_to_be_empty():
    assert shown(pod()).title.endswith("has written nothing")


def recorded(name, target, **arguments):
    recording = Recording(RECORDINGS / f"{name}.json.gz")
    return diagnosis.run(recording, CHECKS.get("logs"), target, arguments, budget=Budget(10, 6))


def test_the_run_before_can_be_asked_for():
    exhibit = recorded("crashloop-redis-timeout", Target("settlement", "settlement-api"), previous=True).exhibits[0]

    assert "the run before" in exhibit.title
    assert "RedisCommandTimeoutException" in exhibit.rows[0][0]


def test_the_tail_is_as_long_as_asked():
    (exhibit,) = recorded("crashloop-redis-timeout", Target("settlement", "settlement-api"), tail=2).exhibits

    assert len(lines_of(exhibit)) == 2


def test_secrets_in_a_log_are_masked_over_several_lines():
    key = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\nb2YgbWluZQ\n-----END RSA PRIVATE KEY-----"
    seen = snapshot({PODS: [pod()]}, logs={"api/app": f"password=hunter2hunter2\n{key}"}, target=API)

    report = [diagnosis.redaction.exhibit(each) for each in diagnosis.judge(CHECKS.get("logs"), seen).exhibits]

    assert "hunter2" not in str(report)
    assert "c2VjcmV0" not in str(report)


def test_a_pod_that_does_not_exist_is_no_empty_log():
    report = recorded("healthy", Target("payments", "nobody"))

    assert report.outcome == "could not look"


def test_a_log_that_cannot_be_read_is_no_empty_log_either():
    report = recorded("node-lost-unknown", Target("kube-system", "kube-proxy-bsdb8"))

    assert report.outcome == "could not look"
    assert report.exhibits == ()
    [sentence] = report.unread
    assert "log of kube-system/kube-proxy-bsdb8/kube-proxy" in sentence
