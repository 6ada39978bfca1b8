"""What could not be read is told in few sentences, however much of it there is."""

import pytest

from diagnostics import status, sweep, unread
from diagnostics.checks import CHECKS
from diagnostics.target import Target
from tests.diagnostics.api_server import Fault


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
