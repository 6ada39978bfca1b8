"""What could not be read is told in few sentences, however much of it there is."""

import pytest

from diagnostics import errors, status, sweep, unread
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.resources import DEPLOYMENTS, EVENTS, READABLE, STATEFUL_SETS
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, Fault
from tests.diagnostics.states import State, of_pod, waits


class Without(Recording):
    """A recorded cluster that lets some resources not be read."""

    def __init__(self, *refused, name="healthy"):
        super().__init__(RECORDINGS / f"{name}.json.gz")
        self._refused = refused

    def read(self, resource, selection, budget):
        if resource in self._refused:
            raise errors.Forbidden(refusal(str(resource)))
        return super().read(resource, selection, budget)


def refusal(resource, group="core", where="in the whole cluster"):
    return (
        f"RBAC does not grant list on {resource} (API group {group}) {where}; "
        f'add resources: ["{resource}"], verbs: ["list"] to the role'
    )


def test_one_thing_that_the_role_does_not_grant_is_told_with_the_line_that_it_lacks():
    assert unread.sentences([refusal("pods"), refusal("pods")]) == (refusal("pods"),)


def test_things_that_the_role_does_not_grant_in_one_place_share_a_sentence():
    told = unread.sentences(
        [refusal("pods"), refusal("deployments", "apps"), refusal("leases", where="in namespace a")]
    )

    assert told == (
        "RBAC does not grant list on pods, deployments.apps in the whole cluster; "
        "bind the ClusterRole in deploy/, which grants all that is read",
        refusal("leases", where="in namespace a"),
    )


@pytest.mark.parametrize("code", [401, 404, 410, 418, 429, 500, 502])
def test_what_is_refused_alike_shares_a_sentence(code):
    refused = [
        str(status.failure(code, b"", asked, {})) for asked in ("pods", "deployments.apps", "pods.metrics.k8s.io")
    ]

    [told] = unread.sentences(refused)

    assert told == refused[0].replace("pods", "pods, deployments.apps, pods.metrics.k8s.io")


def test_a_cluster_that_lets_nothing_be_read_is_told_of_in_a_few_sentences(healthy_server, connect):
    healthy_server.fail("/", Fault.FORBIDDEN)

    swept = sweep.run(connect(healthy_server), CHECKS, Target())

    assert 0 < len(swept.unread) <= 5


@pytest.mark.parametrize("resource", READABLE, ids=str)
def test_nothing_is_made_up_of_what_may_not_be_read(resource):
    assert sweep.run(Without(resource), CHECKS, Target()).findings == ()


@pytest.mark.parametrize(
    ("refused", "said", "unsaid"),
    [
        (EVENTS, "its events could not be read", "the kubelet of its node does not say why"),
        (DEPLOYMENTS, "not known, since no Deployment could be read", ""),
        (STATEFUL_SETS, "not known, since no StatefulSet could be read", ""),
    ],
    ids=["events", "deployments", "stateful sets"],
)
def test_what_rests_on_silence_says_when_nobody_was_heard(refused, said, unsaid):
    state = State()
    state.pod("api", status=of_pod(waits("ContainerCreating")))
    state.service("shut")
    cluster = Without(refused)
    cluster.content.raw.update(state.raw)

    titles = " ".join(found.title for found in sweep.run(cluster, CHECKS, Target()).findings)

    assert said in titles
    assert not unsaid or unsaid not in titles
