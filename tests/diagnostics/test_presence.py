"""Questions about what does not exist are never answered with health."""

import re

import pytest

from diagnostics import diagnosis, sweep
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.diagnosis import Outcome
from diagnostics.recording import Recording
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, ApiServer, Fault, recording


@pytest.fixture
def recorded():
    return Recording(RECORDINGS / "oom-killed.json.gz")


@pytest.mark.parametrize(
    ("check_id", "target", "sentence"),
    [
        pytest.param("pods", Target("appr-ap"), "no namespace appr-ap .*; did you mean appr-api", id="namespace"),
        pytest.param("pods", Target("zebra"), "no namespace zebra in cluster oom-killed$", id="like nothing"),
        pytest.param("service", Target("appr-ap", "x"), "no namespace appr-ap ", id="namespace of an object"),
        pytest.param("pods", Target("appr-api", "appr-apy"), "no Pod .*; did you mean appr-api", id="workload"),
        pytest.param(
            "rollout",
            Target("appr-api", "appr-apj"),
            "no Deployment, .* or ReplicaSet .*; did you mean appr-api",
            id="kinds",
        ),
        pytest.param("rollout", Target("appr-api", "appr-api-88c8b5f6c-x7sf4"), "did you mean appr-api", id="pod"),
        pytest.param("service", Target("appr-api", "api"), "no Service appr-api/api in cluster oom-killed$", id="name"),
        pytest.param("pods", Target("default", "appr-api"), "; did you mean appr-api/appr-api", id="elsewhere"),
        pytest.param("rollout", Target("", "appr-apj"), "; did you mean appr-api/appr-api", id="in no namespace"),
        pytest.param(
            "dns", Target("appr-api", "zebra"), "no Service appr-api/zebra in cluster oom-killed$", id="system"
        ),
        pytest.param("dns", Target("", "zebra"), "no Service kube-system/zebra ", id="of the system"),
        pytest.param("certificates", Target("default", "web"), "web in .*, which does not serve them$", id="no API"),
        pytest.param("events", Target("appr-ap"), "no namespace appr-ap .*; did you mean appr-api", id="of events"),
        pytest.param("events", Target("appr-ap", "x"), "no namespace appr-ap ", id="of the events of a name"),
    ],
)
def test_what_does_not_exist_is_said_with_what_may_have_been_meant(recorded, check_id, target, sentence):
    report = diagnosis.run(recorded, CHECKS.get(check_id), target)

    assert report.outcome is Outcome.COULD_NOT_LOOK
    (said,) = report.unread
    assert re.search(sentence, said)


def test_a_sweep_of_a_namespace_that_does_not_exist_says_so(recorded):
    swept = sweep.run(recorded, CHECKS, Target("appr-ap"))

    assert swept.outcome is Outcome.COULD_NOT_LOOK
    assert swept.unread == ("there is no namespace appr-ap in cluster oom-killed; did you mean appr-api?",)


@pytest.mark.parametrize("check_id", ["dns", "addon", "control-plane"])
def test_a_check_of_one_namespace_says_so_of_what_is_in_another(recorded, check_id):
    report = diagnosis.run(recorded, CHECKS.get(check_id), Target("appr-api", "appr-api"))

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert report.unread == (
        f"{check_id} looks into the namespace kube-system alone, not at appr-api/appr-api; ask without a name",
    )


def test_a_sweep_of_a_name_that_nothing_has_says_so(recorded):
    swept = sweep.run(recorded, CHECKS, Target("appr-api", "appr-apj"))

    assert swept.outcome is Outcome.COULD_NOT_LOOK
    assert swept.unread == (
        "nothing that a sweep looks at is called appr-api/appr-apj in cluster oom-killed; did you mean appr-api?",
    )


def test_a_sweep_of_a_name_that_is_there_finds_what_is_wrong_with_it(recorded):
    assert sweep.run(recorded, CHECKS, Target("appr-api", "appr-api")).outcome is Outcome.FINDINGS


def test_events_of_what_is_gone_are_no_mistake(recorded):
    assert diagnosis.run(recorded, CHECKS.get("events"), Target("appr-api", "gone")).outcome is Outcome.NOTHING_WRONG


def test_an_empty_namespace_that_exists_is_in_order(recorded):
    assert diagnosis.run(recorded, CHECKS.get("pods"), Target("default")).outcome is Outcome.NOTHING_WRONG


def test_who_may_not_list_namespaces_is_not_told_that_one_is_missing(tmp_path):
    with ApiServer(recording("healthy")) as server:
        server.fail("/namespaces", Fault.FORBIDDEN)
        cluster = Clusters(str(server.kubeconfig(tmp_path))).named()

        report = diagnosis.run(cluster, CHECKS.get("quota"), Target("nowhere"), budget=Budget(10, 6))

    assert not [sentence for sentence in report.unread if "there is no namespace" in sentence]
