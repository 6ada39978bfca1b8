"""What a real API server answers to the requests of the client, and what is said of its refusals."""

import json
from urllib.parse import quote

import pytest

from diagnostics import diagnosis, errors, resources, status
from diagnostics.budget import Budget
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.diagnosis import Outcome
from diagnostics.resources import PAGE, PODS
from diagnostics.selection import Selection
from diagnostics.target import Target
from tests.diagnostics import real_api_server
from tests.diagnostics.api_server import recording
from tests.diagnostics.real_api_server import READER, STRANGER

if not real_api_server.ASSETS:
    pytest.skip(real_api_server.ABSENT, allow_module_level=True)

EVERYWHERE = Selection()
POD = "payments-api-7667564cfc-2l97t"
NODE = "ip-10-95-253-41.ap-northeast-2.compute.internal"
MANY = [f"pod-{number:04}" for number in range(2 * PAGE + PAGE // 2)]


@pytest.fixture
def healthy(real_server):
    """Let the server hold the healthy cluster."""
    real_server.become(recording("healthy"))


@pytest.fixture
def crowded(real_server):
    """Let the server hold more pods than fit into two pages."""
    content = recording("healthy")
    content["lists"]["/api/v1/pods"]["items"] = [{"metadata": {"name": name, "namespace": "many"}} for name in MANY]
    real_server.become(content)


@pytest.fixture
def forgetful(real_server, crowded):
    """Let the past be forgotten between two pages, as often as a test says, where the server then lets lists expire."""

    class Forgetful(Budget):
        def __init__(self, times):
            super().__init__(30, requests=3)
            self.times = times

        def spend(self, *, next_page=False):
            if next_page and self.times:
                self.times -= 1
                real_server.forget_the_past()
            return super().spend(next_page=next_page)

    page = json.loads(real_server.ask("GET", "/api/v1/pods?limit=1")[1])
    real_server.forget_the_past()
    code, body = real_server.ask("GET", f"/api/v1/pods?limit=1&continue={quote(page['metadata']['continue'])}")
    if code == 200:
        pytest.skip(f"Kubernetes {real_server.version} remembers for itself what etcd has forgotten")
    assert isinstance(status.failure(code, body.encode(), "pods", {}), errors.PageExpired)
    return Forgetful


def names_of(objects):
    return [thing["metadata"]["name"] for thing in objects]


def test_a_list_is_read_in_pages_to_its_end(crowded, as_user):
    one_question = Budget(30, requests=1)

    assert names_of(as_user().read(PODS, EVERYWHERE, one_question)) == MANY
    assert one_question.spent == 3


def test_a_list_that_expires_between_two_pages_is_read_again(forgetful, as_user):
    budget = forgetful(times=1)

    assert names_of(as_user().read(PODS, EVERYWHERE, budget)) == MANY
    assert budget.spent == 5


def test_a_list_that_expires_again_and_again_is_given_up_with_a_sentence(forgetful, as_user):
    with pytest.raises(errors.PageExpired, match="the list of pods expired while it was read"):
        as_user().read(PODS, EVERYWHERE, forgetful(times=100))


@pytest.mark.parametrize(
    ("resource", "selection", "means"),
    [
        pytest.param(PODS, Selection("kube-system", labels="k8s-app=kube-dns"), "coredns-", id="a label"),
        pytest.param(PODS, Selection("payments", fields=f"metadata.name={POD}"), POD, id="a name"),
        pytest.param(resources.NODES, Selection(fields=f"metadata.name={NODE}"), NODE, id="a name without a namespace"),
        pytest.param(PODS, Selection(fields=f"spec.nodeName={NODE}"), "", id="the node of a pod"),
        pytest.param(resources.EVENTS, Selection(fields="type=Warning"), "", id="the type of an event"),
    ],
)
def test_selectors_choose(healthy, as_user, budget, resource, selection, means):
    cluster = as_user()
    everything = cluster.read(resource, Selection(selection.namespace), budget)

    found = names_of(cluster.read(resource, selection, budget))

    assert 0 < len(found) < len(everything)
    assert all(name.startswith(means) for name in found)


def test_what_happened_to_one_thing_is_selected_by_its_uid(real_server, as_user, budget):
    content = recording("oom-killed")
    events = content["lists"]["/api/v1/events"]["items"]
    uid = next(event["involvedObject"]["uid"] for event in events if event["reason"] == "BackOff")
    real_server.become(content)

    found = as_user().read(resources.EVENTS, Selection(fields=f"type=Warning,involvedObject.uid={uid}"), budget)

    assert 0 < len(found) < len(events)
    assert {event["involvedObject"]["uid"] for event in found} == {uid}


def test_the_state_of_the_server_is_told_part_by_part(healthy, as_user, budget):
    assert as_user().document("/readyz?verbose", budget).endswith("readyz check passed\n")


def test_a_log_comes_from_its_node_through_the_server(real_server, as_user, budget):
    content = recording("crashloop-redis-timeout")
    real_server.become(content)
    namespace, pod, container = next(key for key, text in content["logs"].items() if text and "?" not in key).split("/")

    log = as_user().logs(namespace, pod, container, budget, previous=False, tail=2)

    assert len(log.splitlines()) == 2


@pytest.mark.parametrize(
    ("pod", "container", "error", "sentence"),
    [
        pytest.param("no-such-pod", "app", errors.NotFound, 'pods "no-such-pod" not found', id="no such pod"),
        pytest.param(
            "redis-0",
            "no-such-container",
            errors.AnswerUnusable,
            "container no-such-container is not valid for pod redis-0",
            id="no such container",
        ),
        pytest.param(
            "redis-0",
            "redis",
            errors.AnswerUnusable,
            "gets no answer from the kubelet at 127.0.0.1:1 for the log of cache/redis-0 (redis) (500): dial tcp",
            id="a node that does not answer",
        ),
    ],
)
def test_why_a_log_cannot_be_had_is_said_in_a_sentence(real_server, as_user, budget, pod, container, error, sentence):
    real_server.become(recording("healthy"), kubelets_answer=False)

    with pytest.raises(error) as refused:
        as_user().logs("cache", pod, container, budget, previous=False, tail=10)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("code", [401, 403])
def test_a_kubelet_that_refuses_the_api_server_is_not_taken_for_the_api_server(real_server, as_user, budget, code):
    content = recording("healthy")
    content["log_errors"] = {"cache/redis-0/redis": {"code": code, "body": "Forbidden"}}
    real_server.become(content)

    with pytest.raises(errors.AnswerUnusable, match=rf"the kubelet does not give the log .* API server \({code}\)"):
        as_user().logs("cache", "redis-0", "redis", budget, previous=False, tail=1)


def test_a_log_that_a_kubelet_does_not_have_is_said_not_to_exist(real_server, as_user, budget):
    real_server.become({**recording("healthy"), "logs": {}})

    with pytest.raises(errors.NotFound, match=r"the kubelet does not have the log of cache/redis-0"):
        as_user().logs("cache", "redis-0", "redis", budget, previous=False, tail=1)


def test_an_api_that_the_cluster_does_not_have_is_named(healthy, as_user, budget):
    with pytest.raises(errors.NotServed, match=r"does not serve gateways\.gateway\.networking\.k8s\.io"):
        as_user().read(resources.GATEWAYS, EVERYWHERE, budget)


def test_a_selector_that_the_server_does_not_know_is_said_to_be_its_refusal(healthy, as_user, budget):
    with pytest.raises(errors.AnswerUnusable, match=r"refuses to read pods \(400\): .*status.colour"):
        as_user().read(PODS, Selection(fields="status.colour=blue"), budget)


def test_what_does_not_exist_is_told_with_what_may_be_meant(healthy, as_user):
    report = diagnosis.run(as_user(), CHECKS.get("pods"), Target("cache", "redis-1"))

    assert report.outcome is Outcome.COULD_NOT_LOOK
    assert report.unread[0].startswith("there is no Pod cache/redis-1")
    assert "did you mean redis-0" in report.unread[0]


@pytest.mark.parametrize(
    ("selection", "where"),
    [
        pytest.param(EVERYWHERE, "in the whole cluster", id="everywhere"),
        pytest.param(Selection("appr-api"), "in namespace appr-api", id="in a namespace"),
    ],
)
def test_what_the_authorizer_refuses_is_told_as_what_a_role_would_need(healthy, as_user, budget, selection, where):
    with pytest.raises(errors.Forbidden) as refused:
        as_user(STRANGER).read(resources.DEPLOYMENTS, selection, budget)

    assert str(refused.value) == (
        f"RBAC does not grant list on deployments (API group apps) {where}; "
        'add resources: ["deployments"], verbs: ["list"] to the role'
    )


def test_a_log_that_the_authorizer_refuses_is_told_as_what_a_role_would_need(healthy, as_user, budget):
    with pytest.raises(errors.Forbidden, match=r"RBAC does not grant get on pods/log .* in namespace cache"):
        as_user(STRANGER).logs("cache", "redis-0", "redis", budget, previous=False, tail=1)


def test_a_token_that_is_not_accepted_is_said_to_be_the_reason(real_server, tmp_path, budget):
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(real_server.kubeconfig.read_text().replace(f'"token": "{READER}"', '"token": "of-yesterday"'))
    clusters = Clusters(str(kubeconfig))

    with pytest.raises(errors.NotAuthenticated, match=r"does not accept the credentials for pods \(401\)"):
        clusters.named().read(PODS, EVERYWHERE, budget)

    clusters.close()
