"""A question about one object costs few requests, whatever goes wrong with it, and whether or not it exists."""

from functools import cache

import pytest

from diagnostics import diagnosis
from diagnostics.budget import CHECK_SECONDS, OBJECT_REQUESTS, Budget
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.diagnosis import Outcome
from diagnostics.invocation import parse
from diagnostics.objects import Object
from diagnostics.recording import Recording
from diagnostics.resources import PODS
from diagnostics.selection import Selection
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, ApiServer, Fault, recording, scenarios

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"})
"""Kinds by whose names people ask for pods too."""

AMPLE = 100
"""Requests allowed, so that what a check would ask for is counted and not what it is let."""

BY_NAME = [check for check in CHECKS if check.id != "events"]
"""Checks that look a name up; events outlive what they are about, so that none is missed."""

SYSTEM = "kube-system"


def expected_objects(scenario):
    """Return the objects of which a recording expects something to be said, each as a kind and a target."""
    for thing in sorted({expected["object"] for expected in recording(scenario).get("expect", [])}):
        kind, namespace, name = thing.split("/")
        yield kind, Target(namespace, name)


def checks_of(kind):
    """Return the checks that can be asked about an object of a kind by its name."""
    return [
        check
        for check in CHECKS
        if any(subject.kind == kind or (subject is PODS and kind in WORKLOADS) for subject in check.subjects)
    ]


def questions():
    """Return every check on every object that suffers in a recording."""
    return [
        pytest.param(scenario, check, target, id=f"{scenario}: {check.id} {target}")
        for scenario in scenarios()
        for kind, target in expected_objects(scenario)
        for check in checks_of(kind)
    ]


@cache
def recorded(scenario):
    return Recording(RECORDINGS / f"{scenario}.json.gz")


def asked(source, check, target):
    """Return the report on a question, and what it cost."""
    budget = Budget(CHECK_SECONDS, AMPLE)
    report = diagnosis.run(source, check, target, budget=budget)
    return report, budget.spent


@cache
def known_object(check):
    """Return a recording and some object in it that a check can be asked about, preferably of kube-system."""
    found = [
        (scenario, Target(thing.namespace, thing.name))
        for subject in check.subjects
        for scenario in ("healthy", "issuer-not-ready")
        if subject.path() in recorded(scenario).content.at("lists").raw
        for raw in recorded(scenario).read(subject, Selection(), Budget(1, 1))
        for thing in [Object(raw, subject)]
    ]
    return min(found, key=lambda each: each[1].namespace != SYSTEM, default=None)


def checks_with_a_known_object():
    return [check for check in BY_NAME if known_object(check)]


def test_every_recorded_trouble_is_asked_about():
    asked_about = {(param.values[0], param.values[2]) for param in questions()}

    assert asked_about == {(scenario, target) for scenario in scenarios() for _, target in expected_objects(scenario)}


@pytest.mark.parametrize(("scenario", "check", "target"), questions())
def test_a_check_of_one_object_costs_few_requests(scenario, check, target):
    _, spent = asked(recorded(scenario), check, target)

    assert 0 < spent <= OBJECT_REQUESTS


def test_there_is_an_object_to_ask_nearly_every_check_about():
    assert {check.id for check in BY_NAME} - {check.id for check in checks_with_a_known_object()} == {"gateway"}


@pytest.mark.parametrize("namespace", ["appr-api", SYSTEM, "default", "nowhere", ""])
@pytest.mark.parametrize("check", BY_NAME, ids=lambda check: check.id)
def test_a_check_of_what_does_not_exist_costs_no_more(check, namespace):
    report, spent = asked(recorded("healthy"), check, Target(namespace if check.namespaced else "", "zebra"))

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert "there is no " in report.unread[0]
    assert 0 < spent <= OBJECT_REQUESTS


@pytest.mark.parametrize("check", checks_with_a_known_object(), ids=lambda check: check.id)
def test_a_slip_in_a_name_costs_no_more_and_is_told(check):
    scenario, known = known_object(check)

    report, spent = asked(recorded(scenario), check, Target(known.namespace, f"{known.name}x"))

    assert known.name in report.unread[0].partition("; did you mean ")[2]
    assert spent <= OBJECT_REQUESTS


@pytest.mark.parametrize(
    "check", [check for check in checks_with_a_known_object() if check.namespaced], ids=lambda check: check.id
)
def test_a_name_in_another_namespace_costs_no_more_and_is_told(check):
    scenario, known = known_object(check)

    report, spent = asked(recorded(scenario), check, Target("default", known.name))

    assert str(known) in report.unread[0].partition("; did you mean ")[2]
    assert spent <= OBJECT_REQUESTS


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        pytest.param("deploy/appr-apu -n appr-api", "appr-api", id="in a namespace"),
        pytest.param("deploy/appr-api -n default", "appr-api/appr-api", id="in the wrong namespace"),
        pytest.param("pod/appr-api -n default", "appr-api/appr-api", id="of a workload"),
        pytest.param("deploy/appr-apu", "appr-api/appr-api", id="in no namespace"),
        pytest.param("pod/appr-apu", "appr-api/appr-api", id="a pod of no namespace"),
        pytest.param("svc/appr-api -n appr-ap", "appr-api", id="in a slip of a namespace"),
        pytest.param("no/ip-10-95-253-14.ap-northeast-2.compute.internal", "ip-10-95-253-41.ap", id="of no namespace"),
    ],
)
def test_kubectls_way_to_ask_costs_no_more(question, meant):
    invocation = parse(question, CHECKS)

    report, spent = asked(recorded("healthy"), invocation.check, invocation.target)

    assert f"; did you mean {meant}" in report.unread[0]
    assert spent <= OBJECT_REQUESTS


@pytest.fixture
def forbidding(tmp_path):
    """Connect to the healthy cluster as somebody who may not read what the paths hold."""
    with ApiServer(recording("healthy")) as server:
        clusters = Clusters(str(server.kubeconfig(tmp_path)))

        def connected(*paths):
            for path in paths:
                server.fail(path, Fault.FORBIDDEN)
            return clusters.named()

        yield connected
        clusters.close()


@pytest.mark.parametrize("check", BY_NAME, ids=lambda check: check.id)
def test_a_check_of_what_nobody_may_read_costs_no_more_and_says_so(check, forbidding):
    cluster = forbidding(*(f"/{subject.plural}" for subject in check.subjects))

    report, spent = asked(cluster, check, Target(SYSTEM if check.namespaced else "", "zebra"))

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert any(f"does not grant list on {check.subjects[0].plural}" in sentence for sentence in report.unread)
    assert spent <= OBJECT_REQUESTS


def test_who_may_read_only_one_namespace_learns_that_a_name_is_not_in_it(forbidding):
    cluster = forbidding("/apis/apps/v1/deployments")

    report, _ = asked(cluster, CHECKS.get("rollout"), Target("appr-api", "appr-apu"))

    assert report.unread[0].endswith("; did you mean appr-api?")
