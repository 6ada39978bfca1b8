"""All checks at once: each thing is read once, and said under what causes it."""

import time
from collections import Counter

import pytest

from diagnostics import grouping, sweep
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.diagnosis import Outcome
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Code, Severity
from diagnostics.objects import Reference
from diagnostics.registry import Registry, check
from diagnostics.resources import PODS
from diagnostics.target import Target
from tests.diagnostics.api_server import ApiServer, Fault, recording

NODE = Reference("Node", "", "ip-10-0-0-1")
CONFIG = Reference("ConfigMap", "shop", "settings")
DOWN = Code("things.down", Severity.CRITICAL, "A thing is down")
ODD = Code("things.odd", Severity.WARNING, "A thing is odd")


def deployment(name):
    return Reference("Deployment", "shop", name)


def down(thing, code=DOWN, **why):
    return code.found(thing, "is down", next="lift it", **why)


def outline(findings):
    """Return causes and what stands under each, as a person reads them."""
    return [
        (group.cause.name, [finding.object.name for finding in group.findings]) for group in grouping.grouped(findings)
    ]


def test_a_node_explains_its_pods():
    on_node = [down(deployment(name), blames=(NODE,)) for name in ("api", "web")]

    assert outline([*on_node, down(NODE)]) == [("ip-10-0-0-1", ["ip-10-0-0-1", "api", "web"])]


def test_nobody_is_blamed_on_whom_nothing_was_found():
    assert outline([down(deployment("api"), blames=(NODE,))]) == [("api", ["api"])]


def test_what_two_things_miss_is_said_once_though_no_check_looks_at_it():
    missing = [down(deployment(name), cause=CONFIG) for name in ("api", "web")]

    assert outline(missing) == [("settings", ["api", "web"])]


def test_what_one_thing_misses_stands_with_that_thing():
    assert outline([down(deployment("api"), cause=CONFIG)]) == [("api", ["api"])]


def test_a_cause_is_followed_to_its_own_cause_and_each_thing_stands_after_what_explains_it():
    pod, service = Reference("Pod", "shop", "hook-1"), Reference("Service", "shop", "hook")
    chain = [down(deployment("api"), cause=service), down(service, blames=(pod,)), down(pod, blames=(NODE,))]

    assert outline([*chain, down(NODE)]) == [("ip-10-0-0-1", ["ip-10-0-0-1", "hook-1", "hook", "api"])]


def test_of_things_that_blame_each_other_the_worst_stands_for_all():
    api, web, job = deployment("api"), deployment("web"), deployment("job")
    circle = [down(api, ODD, blames=(web,)), down(web, blames=(api,)), down(job, ODD, blames=(api,))]

    assert outline(circle) == [("web", ["web", "api", "job"])]


def test_a_note_explains_nothing():
    noted = down(NODE, Code("things.noted", Severity.NOTE, "A thing is worth knowing"))

    assert outline([down(deployment("api"), blames=(NODE,)), noted]) == [
        ("api", ["api"]),
        ("ip-10-0-0-1", ["ip-10-0-0-1"]),
    ]


def test_the_likeliest_of_those_who_could_be_blamed_is():
    web = deployment("web")

    assert outline([down(deployment("api"), blames=(web, NODE)), down(web), down(NODE)]) == [
        ("web", ["web", "api"]),
        ("ip-10-0-0-1", ["ip-10-0-0-1"]),
    ]


def test_the_most_severe_group_stands_first_and_then_the_largest():
    odd = down(deployment("odd"), ODD)
    alone = down(deployment("alone"))
    together = [down(deployment(name), cause=CONFIG) for name in ("api", "web")]

    assert [cause for cause, _ in outline([odd, alone, *together])] == ["settings", "alone", "odd"]


TELLING = Code("pods.crash-loop", Severity.CRITICAL, "A container ends again and again", tells=("rollout.*",))
MILDER = Code("pods.node-gone", Severity.WARNING, "A node is gone", tells=("rollout.*",))
UNAVAILABLE = Code("rollout.unavailable", Severity.CRITICAL, "A workload has too few pods")


def codes_and_evidence(findings):
    (group,) = grouping.grouped(findings)
    return [(finding.code, list(finding.evidence.items())) for finding in group.findings]


def test_what_another_finding_on_the_same_object_tells_is_not_said_beside_it_and_its_evidence_comes_last():
    api = deployment("api")
    crash = down(api, TELLING, evidence={"log": "out of memory"})
    missing = down(api, UNAVAILABLE, evidence={"ready": "0/2", "log": "not read"})

    assert codes_and_evidence([missing, crash]) == [("pods.crash-loop", [("log", "out of memory"), ("ready", "0/2")])]


def test_a_milder_finding_does_not_take_in_a_worse_one():
    api = deployment("api")

    assert [code for code, _ in codes_and_evidence([down(api, MILDER), down(api, UNAVAILABLE)])] == [
        "rollout.unavailable",
        "pods.node-gone",
    ]


def test_what_is_taken_in_still_tells_whose_fault_it_is():
    api = deployment("api")

    found = outline([down(api, TELLING), down(api, UNAVAILABLE, blames=(NODE,)), down(NODE)])

    assert found == [("ip-10-0-0-1", ["ip-10-0-0-1", "api"])]


@pytest.fixture
def failing_server():
    with ApiServer(recording("oom-killed")) as server:
        yield server


def asked_for(server):
    return Counter((request.path, tuple(sorted(request.query.items()))) for request in server.received)


def test_each_thing_is_read_once_for_all_checks(failing_server, connect):
    sweep.run(connect(failing_server), CHECKS, Target())

    lists = {
        question: times for question, times in asked_for(failing_server).items() if not question[0].endswith("/log")
    }
    assert max(lists.values()) == 1
    assert len(failing_server.received) <= 60


def logs_read(server):
    return [request.path for request in server.received if request.path.endswith("/log")]


def test_the_logs_of_what_is_well_in_the_cluster_itself_are_not_read(healthy_server, connect):
    sweep.run(connect(healthy_server), CHECKS, Target())

    assert [path for path in logs_read(healthy_server) if "/kube-system/" in path] == []


def test_the_logs_of_pods_that_crash_are_read_first(connect):
    with ApiServer(recording("crashloop-redis-timeout")) as server:
        sweep.run(connect(server), CHECKS, Target())

    crashing, *others = logs_read(server)
    assert "/settlement/pods/settlement-api-" in crashing
    assert others


def test_a_namespace_is_swept_without_what_is_in_others(connect):
    with ApiServer(recording("oom-killed")) as server:
        swept = sweep.run(connect(server), CHECKS, Target("appr-api"))

    assert {finding.object.namespace for finding in swept.findings} == {"appr-api"}


def test_what_was_learnt_is_said_although_the_rest_could_not_be_read(failing_server, connect):
    failing_server.fail("/services", Fault.ERROR)

    swept = sweep.run(connect(failing_server), CHECKS, Target())

    assert swept.outcome is Outcome.FINDINGS
    assert "pods.oom-killed" in [finding.code for finding in swept.findings]
    assert any("failed to read services (500)" in sentence for sentence in swept.unread)


def test_a_cluster_that_never_answers_is_given_up_within_the_budget(failing_server, connect):
    failing_server.fail("", Fault.HANG)
    began = time.monotonic()

    swept = sweep.run(connect(failing_server), CHECKS, Target(), budget=Budget(1.0, requests=60))

    assert swept.outcome is Outcome.COULD_NOT_LOOK
    assert time.monotonic() - began < 10


def test_each_sentence_about_what_could_not_be_read_is_said_once(failing_server, connect):
    failing_server.fail("", Fault.GARBAGE)

    swept = sweep.run(connect(failing_server), CHECKS, Target())

    assert swept.outcome is Outcome.COULD_NOT_LOOK
    assert len(set(swept.unread)) == len(swept.unread)


def test_a_check_that_fails_takes_no_other_with_it(failing_server, connect, caplog):
    registry = Registry()
    registry.add(CHECKS.get("pods"))

    @check("broken", subject=PODS, needs=(PODS,), registry=registry)
    def broken(seen):
        raise ZeroDivisionError

    swept = sweep.run(connect(failing_server), registry, Target())

    assert [finding.check for finding in swept.findings] == ["pods"]
    assert swept.unread == ("the check broken failed; its log has the traceback, please report it",)


def test_what_is_only_run_when_asked_for_is_no_part_of_a_sweep(failing_server, connect):
    registry = Registry()

    @check("shy", subject=PODS, needs=(PODS,), swept=False, registry=registry)
    def shy(seen):
        raise AssertionError

    assert sweep.run(connect(failing_server), registry, Target()).outcome is Outcome.NOTHING_WRONG
    assert failing_server.received == []


def test_what_is_excluded_hides_nothing_else(failing_server, connect):
    everything = sweep.run(connect(failing_server), CHECKS, Target())
    less = sweep.run(connect(failing_server), CHECKS, Target(), exclusions=Exclusions(codes=("pods.oom-killed",)))

    assert {finding.code for finding in everything.findings} - {finding.code for finding in less.findings} == {
        "pods.oom-killed"
    }


def test_progress_tells_what_is_read_and_what_is_judged(failing_server, connect):
    told = []

    sweep.run(connect(failing_server), CHECKS, Target(), progress=told.append)

    assert "reading pods" in told
    assert "judging pods" in told
