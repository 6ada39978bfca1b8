"""The first wall and the third, against a real authorizer: what the shipped role lets through, and what it does not.

The requests go past the client, whose guard, the second wall, would stop most of them before they leave the process.
"""

import pytest

from diagnostics import resources, rights, sweep
from diagnostics.checks import CHECKS
from diagnostics.diagnosis import Outcome
from diagnostics.target import Target
from tests.diagnostics import real_api_server
from tests.diagnostics.api_server import recording
from tests.diagnostics.real_api_server import ADMINISTRATOR, READER, STRANGER

if not real_api_server.ASSETS:
    pytest.skip(real_api_server.ABSENT, allow_module_level=True)

NAMESPACE = "/api/v1/namespaces/cache"
REFUSED = 403


@pytest.fixture(autouse=True)
def healthy(real_server):
    real_server.become(recording("healthy"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", f"{NAMESPACE}/secrets", id="list Secrets"),
        pytest.param("GET", f"{NAMESPACE}/secrets/none", id="read a Secret"),
        pytest.param("GET", f"{NAMESPACE}/pods/none/exec?command=sh&stdout=true", id="run a command by GET"),
        pytest.param("POST", f"{NAMESPACE}/pods/none/exec?command=sh&stdout=true", id="run a command"),
        pytest.param("GET", f"{NAMESPACE}/pods/none/attach?stdout=true", id="attach"),
        pytest.param("GET", f"{NAMESPACE}/pods/none/portforward?ports=6379", id="forward a port"),
        pytest.param("GET", f"{NAMESPACE}/pods/none/proxy/", id="reach a pod"),
        pytest.param("GET", f"{NAMESPACE}/services/none/proxy/", id="reach a Service"),
        pytest.param("GET", "/api/v1/nodes/none/proxy/pods", id="reach a kubelet"),
        pytest.param("POST", f"{NAMESPACE}/pods/none/eviction", id="evict"),
        pytest.param("POST", f"{NAMESPACE}/pods", id="create a pod"),
        pytest.param("POST", f"{NAMESPACE}/serviceaccounts/none/token", id="issue a token"),
        pytest.param("DELETE", f"{NAMESPACE}/pods/none", id="delete a pod"),
        pytest.param("DELETE", "/api/v1/namespaces/none/pods", id="delete all pods of a namespace"),
        pytest.param("PATCH", "/apis/apps/v1/namespaces/cache/deployments/none", id="patch a Deployment"),
        pytest.param("PUT", "/apis/apps/v1/namespaces/cache/deployments/none/scale", id="scale"),
        pytest.param("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", id="grant oneself more"),
        pytest.param("GET", "/metrics", id="read the metrics of the server"),
        pytest.param("GET", "/logs/", id="read the logs of its machine"),
    ],
)
def test_the_shipped_role_lets_nothing_through_that_does_more_than_read(real_server, method, path):
    """Nothing of the name exists, so that what the administrator may do comes to nothing."""
    answers = {user: real_server.ask(method, path, user=user)[0] for user in (READER, ADMINISTRATOR)}

    assert answers[READER] == REFUSED
    assert answers[ADMINISTRATOR] != REFUSED


@pytest.mark.parametrize("resource", resources.READABLE, ids=str)
def test_the_shipped_role_lets_through_what_the_client_may_read(real_server, resource):
    answers = {user: real_server.ask("GET", f"{resource.path()}?limit=1", user=user)[0] for user in (READER, STRANGER)}

    assert answers[READER] in (200, 404)
    assert answers[STRANGER] == REFUSED


def test_who_has_the_shipped_role_is_found_to_only_read(as_user):
    assert rights.review(as_user(READER)).only_read


def test_an_administrator_is_found_to_do_more_than_read(as_user):
    reviewed = rights.review(as_user(ADMINISTRATOR))

    assert "* on *" in reviewed.excessive
    assert "read secrets" in reviewed.sentence


def test_who_has_no_role_is_told_what_is_missing_and_never_that_all_is_well(as_user):
    swept = sweep.run(as_user(STRANGER), CHECKS, Target())

    assert swept.outcome is Outcome.COULD_NOT_LOOK
    assert swept.unread[0].startswith("RBAC does not grant list on pods, ")
    assert swept.unread[0].endswith(
        " more in the whole cluster; bind the ClusterRole in deploy/, which grants all that is read"
    )
