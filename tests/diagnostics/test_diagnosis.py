"""One question: what is found, what could not be looked at, and that it never takes longer than it may."""

import threading
import time

import pytest

from diagnostics import diagnosis, needs
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.diagnosis import Outcome
from diagnostics.exclusions import Exclusions
from diagnostics.finding import Code, Exhibit, Severity
from diagnostics.recording import Recording
from diagnostics.registry import Registry, check
from diagnostics.resources import CERTIFICATES, EVENTS, PAGE, PODS, SERVICES
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, ApiServer, Fault, recording, scenarios

APPR = Target("appr-api")
EVERY_FAULT = [fault for fault in Fault if fault is not Fault.DRIP]
SPENT = "requests allowed for one question were used up"


@pytest.fixture
def failing_server():
    """A cluster in which appr-api is killed for its memory again and again."""
    with ApiServer(recording("oom-killed")) as server:
        yield server


@pytest.fixture
def ask(failing_server, connect):
    """Ask a check of the failing cluster, in a second at most unless told otherwise."""
    cluster = connect(failing_server)

    def asked(check_id="pods", target=APPR, *, seconds=10.0, **options):
        return diagnosis.run(cluster, CHECKS.get(check_id), target, budget=Budget(seconds, requests=30), **options)

    return asked


def codes_of(report):
    return [finding.code for finding in report.findings]


def test_a_server_that_does_not_answer_at_all_is_said_in_one_sentence(tmp_path):
    closed = ApiServer(recording("healthy"))
    with closed:
        kubeconfig = str(closed.kubeconfig(tmp_path))

    report = diagnosis.run(Clusters(kubeconfig).named(), CHECKS.get("pods"), Target())

    (sentence,) = report.unread
    assert "gave no answer for pods, events, nodes" in sentence
    assert ": nothing accepts connections there" in sentence


def test_a_finding_names_what_is_wrong_the_worst_first(ask):
    report = ask()

    assert report.outcome is Outcome.FINDINGS
    assert codes_of(report) == ["pods.oom-killed"]
    assert str(report.findings[0].object) == "Deployment/appr-api/appr-api"
    assert report.unread == ()


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name.lower())
def test_what_cannot_be_read_is_never_taken_for_health(ask, failing_server, fault):
    failing_server.fail("/pods", fault)

    report = ask(seconds=1.0)

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert report.findings == ()
    assert "pods" in report.unread[0]


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name.lower())
def test_what_only_helps_may_be_missing(ask, failing_server, fault):
    failing_server.fail("/events", fault)

    report = ask(seconds=2.0)

    assert codes_of(report) == ["pods.oom-killed"]
    assert ["events" in sentence for sentence in report.unread] == [True]


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP], ids=["silent", "dripping"])
def test_an_answer_comes_within_the_budget_whatever_hangs(ask, failing_server, fault):
    failing_server.fail("", fault)
    began = time.monotonic()

    report = ask("rollout", seconds=1.0)

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert time.monotonic() - began < 5


def test_a_server_that_dies_after_the_first_page_is_not_believed_to_have_had_one_page(connect):
    content = recording("healthy")
    crowd = [{"metadata": {"name": f"pod-{number}", "namespace": "crowd"}} for number in range(PAGE + 1)]
    content["lists"]["/api/v1/pods"]["items"] += crowd
    with ApiServer(content) as server:
        server.fault_of_next_pages = Fault.RESET
        report = diagnosis.run(connect(server), CHECKS.get("pods"), Target())

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert "no answer for pods" in report.unread[0]


@pytest.mark.parametrize(
    ("name", "check_id"),
    [("crashloop-redis-timeout", "pods"), ("coredns-crashloop", "dns"), ("job-backoff-exceeded", "jobs")],
)
def test_a_finding_stands_without_the_log_that_could_not_be_read_and_says_so(connect, name, check_id):
    with ApiServer(recording(name)) as server:
        server.fail("/log", Fault.ERROR)
        report = diagnosis.run(connect(server), CHECKS.get(check_id), Target())

    assert report.outcome is Outcome.FINDINGS
    assert not any("log" in finding.evidence for finding in report.findings)
    assert any("(500)" in finding.evidence.get("log not read", "") for finding in report.findings)


def test_a_log_that_hangs_is_asked_for_once(connect):
    with ApiServer(recording("coredns-crashloop")) as server:
        server.fail("/log", Fault.HANG)
        report = diagnosis.run(
            connect(server), CHECKS.get("pods"), Target("kube-system"), budget=Budget(2.0, requests=30)
        )
        asked = [request for request in server.received if request.path.endswith("/log")]

    assert report.outcome is Outcome.FINDINGS
    assert len(asked) == 1
    assert "gave no answer for the log of kube-system/coredns" in report.unread[-1]


def test_a_question_can_be_cancelled_while_it_waits(failing_server, connect):
    failing_server.fail("/pods", Fault.HANG)
    budget = Budget(60.0, requests=30)
    reading = threading.Event()

    def progress(_words):
        reading.set()

    def cancel():
        reading.wait(20)
        budget.cancel()

    threading.Thread(target=cancel, daemon=True).start()
    report = diagnosis.run(connect(failing_server), CHECKS.get("pods"), APPR, budget=budget, progress=progress)

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert "cancelled" in report.unread[0]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        pytest.param(Target("appr-api", "nobody"), "there is no Pod appr-api/nobody in cluster recorded", id="name"),
        pytest.param(Target("nowhere"), "there is no namespace nowhere in cluster recorded", id="namespace"),
    ],
)
def test_what_does_not_exist_is_said_not_to(ask, target, sentence):
    report = ask(target=target)

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert report.unread == (sentence,)


@pytest.mark.parametrize("name", ["appr-api", "approvals"], ids=["workload", "label"])
def test_pods_are_found_by_the_name_that_people_know(connect, name):
    content = recording("oom-killed")
    for pod in content["lists"]["/api/v1/pods"]["items"]:
        pod["metadata"].setdefault("labels", {})["app.kubernetes.io/name"] = "approvals"
    with ApiServer(content) as server:
        report = diagnosis.run(connect(server), CHECKS.get("pods"), Target("appr-api", name))

    assert codes_of(report) == ["pods.oom-killed"]


def test_what_is_excluded_stays_unsaid(ask):
    report = ask(exclusions=Exclusions(codes=("pods.*",)))

    assert report.outcome is Outcome.NOTHING_WRONG


@pytest.fixture
def registry():
    return Registry()


def test_a_check_that_fails_says_so(registry, caplog):
    @check("broken", subject=PODS, needs=(PODS,), registry=registry)
    def broken(seen):
        raise ZeroDivisionError

    report = diagnosis.run(Recording(RECORDINGS / "healthy.json.gz"), registry.get("broken"), Target())

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert report.unread == ("the check broken failed; its log has the traceback, please report it",)
    assert "ZeroDivisionError" in caplog.text


def test_what_leaves_is_masked(registry):
    leaky = Code("leaky.says", Severity.NOTE, "It tells a password")

    @check("leaky", subject=PODS, needs=(PODS,), codes=(leaky,), registry=registry)
    def tells(seen):
        yield leaky.found(seen.all(PODS)[0], "has password=hunter2hunter2", next="token=abcdefgh12345 must go")
        yield Exhibit("shown", ("line",), (("Authorization: Bearer abcdefghijkl1",),))

    report = diagnosis.run(Recording(RECORDINGS / "healthy.json.gz"), registry.get("leaky"), Target())

    shown = f"{report.findings}{report.exhibits}"
    assert not [secret for secret in ("hunter2", "abcdefgh12345", "abcdefghijkl1") if secret in shown]


def test_a_check_is_not_asked_when_what_it_needs_was_not_read(registry, connect, failing_server):
    asked = []

    @check("curious", subject=SERVICES, needs=(SERVICES,), helps=(EVENTS,), registry=registry)
    def curious(seen):
        asked.append(seen)
        return ()

    failing_server.fail("/services", Fault.FORBIDDEN)
    report = diagnosis.run(connect(failing_server), registry.get("curious"), Target())

    assert asked == []
    assert "RBAC does not grant list on services" in report.unread[0]


def test_an_api_that_may_be_absent_is_no_failure_to_look(registry, connect, failing_server):
    check("trust", subject=PODS, needs=(needs.if_served(CERTIFICATES),), registry=registry)(lambda seen: ())

    assert diagnosis.run(connect(failing_server), registry.get("trust"), Target()).outcome is Outcome.NOTHING_WRONG


@pytest.mark.parametrize("name", scenarios())
def test_no_check_needs_more_than_six_requests_for_one_object(name):
    cluster = Recording(RECORDINGS / f"{name}.json.gz")
    for expected in cluster.content.each("expect"):
        _, namespace, thing = expected.text("object").split("/")
        for known in CHECKS:
            report = diagnosis.run(cluster, known, Target(namespace, thing))
            assert not [sentence for sentence in report.unread if SPENT in sentence], known.id
