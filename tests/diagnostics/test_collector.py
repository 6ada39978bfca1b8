"""Reading what checks want: once, as little as will do, and whatever fails alone."""

import pytest

from diagnostics import collector, errors, needs
from diagnostics.budget import Budget
from diagnostics.needs import Document
from diagnostics.recording import Recording
from diagnostics.resources import CERTIFICATES, DEPLOYMENTS, ENDPOINT_SLICES, NODES, PODS, SERVICES
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS

SHOP = Target("appr-api")
API = Target("appr-api", "appr-api")


class Remembering:
    """A recorded cluster that remembers what it was asked, and refuses what it is told to."""

    def __init__(self, name, refused=()):
        self._recorded = Recording(RECORDINGS / f"{name}.json.gz")
        self._refused = refused
        self.asked = []

    @property
    def name(self):
        return self._recorded.name

    def now(self):
        return self._recorded.now()

    def read(self, resource, selection, budget):
        self.asked.append((str(resource), selection.namespace, selection.labels or selection.fields))
        if resource in self._refused:
            raise errors.Forbidden(f"may not read {resource}")
        return self._recorded.read(resource, selection, budget)

    def document(self, path, budget):
        self.asked.append((path, "", ""))
        return self._recorded.document(path, budget)

    def logs(self, namespace, pod, container, budget, *, previous, tail):
        self.asked.append((f"log {container}", namespace, ""))
        return self._recorded.logs(namespace, pod, container, budget, previous=previous, tail=tail)


@pytest.fixture
def cluster():
    return Remembering("oom-killed")


@pytest.fixture
def collect(cluster):
    def collected(target, *wanted, budget=None):
        read = [want if isinstance(want, Document) else needs.as_need(want) for want in wanted]
        return collector.collect(cluster, target, read, budget or Budget(10, requests=30))

    return collected


def test_what_several_checks_want_is_read_once(cluster, collect):
    collect(Target(), PODS, PODS, SERVICES)

    assert sorted(cluster.asked) == [("pods", "", ""), ("services", "", "")]


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        pytest.param(PODS, ("pods", "appr-api", ""), id="in the namespace of the question"),
        pytest.param(NODES, ("nodes", "", ""), id="what has no namespace"),
        pytest.param(needs.everywhere(PODS), ("pods", "", ""), id="everywhere"),
        pytest.param(needs.in_namespace("kube-system", PODS), ("pods", "kube-system", ""), id="in one namespace"),
        pytest.param(needs.WARNINGS, ("events", "appr-api", "type=Warning"), id="warnings"),
    ],
)
def test_a_need_says_where_it_is_read(cluster, collect, wanted, asked):
    collect(SHOP, wanted)

    assert cluster.asked == [asked]


def test_a_list_of_the_whole_cluster_serves_every_namespace(cluster, collect):
    seen = collect(SHOP, PODS, needs.everywhere(PODS), needs.in_namespace("kube-system", PODS))

    assert cluster.asked == [("pods", "", "")]
    assert seen.all(PODS, "kube-system")
    assert {pod.namespace for pod in seen.within(PODS)} == {"appr-api"}


def test_one_thing_by_name_costs_one_thing(cluster, collect):
    seen = collect(API, needs.named(DEPLOYMENTS), needs.slices_of_service())

    assert sorted(cluster.asked) == [
        ("deployments.apps", "appr-api", "metadata.name=appr-api"),
        ("endpointslices.discovery.k8s.io", "appr-api", "kubernetes.io/service-name=appr-api"),
    ]
    assert [thing.name for thing in seen.within(DEPLOYMENTS)] == ["appr-api"]
    assert all(piece.labels["kubernetes.io/service-name"] == "appr-api" for piece in seen.within(ENDPOINT_SLICES))


def test_events_about_one_thing_are_asked_for_by_its_uid(cluster, collect):
    seen = collect(API, PODS, needs.about(PODS))

    (pod,) = seen.within(PODS)
    assert cluster.asked[-1] == ("events", "appr-api", f"type=Warning,involvedObject.uid={pod.uid}")
    assert {event.text("involvedObject.uid") for event in seen.events_of(pod)} == {pod.uid}


def test_what_fails_leaves_the_others_as_they_are():
    cluster = Remembering("oom-killed", refused=(SERVICES,))

    seen = collector.collect(cluster, Target(), [needs.as_need(PODS), needs.as_need(SERVICES)], Budget(10, requests=30))

    assert seen.was_read(PODS)
    assert not seen.was_read(SERVICES)
    assert [str(reason) for reason in seen.unread.values()] == ["may not read services"]


def test_an_api_that_the_cluster_lacks_is_unread_unless_it_may_be_absent(collect):
    seen = collect(Target(), needs.as_need(CERTIFICATES), needs.if_served(CERTIFICATES))

    assert [need.optional for need in seen.unread] == [False]


def test_documents_are_read_beside_the_lists(collect):
    version, absent = Document("/version"), Document("/nowhere")

    seen = collect(Target(), version, absent)

    assert "gitVersion" in seen.document("/version")
    assert seen.document("/nowhere") == ""
    assert list(seen.unread) == [absent]


def test_requests_that_are_used_up_are_said_for_what_was_left(collect):
    seen = collect(Target(), PODS, SERVICES, NODES, budget=Budget(10, requests=2))

    assert len(seen.unread) == 1
    assert "the 2 requests allowed for one question were used up" in next(iter(seen.unread.values()))


def test_a_log_is_read_when_it_is_asked_for_and_once(cluster, collect):
    seen = collect(API, PODS)
    (pod,) = seen.within(PODS)
    container = pod.each("spec.containers")[0].text("name")
    assert cluster.asked == [("pods", "appr-api", "")]

    first, second = (seen.logs(pod, container, previous=True) for _ in range(2))

    assert first is second
    assert cluster.asked[1:] == [(f"log {container}", "appr-api", "")]


def test_a_log_that_is_not_there_says_why(collect):
    seen = collect(API, PODS)

    log = seen.logs(seen.within(PODS)[0], "nobody")

    assert not log
    assert "there is no recorded log" in log.unread
