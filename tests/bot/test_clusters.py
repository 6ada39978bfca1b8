"""Which clusters may be asked, and how the bot learns what its credentials may do there."""

import json

import pytest

from bot.clusters import AllowedClusters
from diagnostics.errors import ClusterUnknown, RightsExcessive
from tests.diagnostics.api_server import ApiServer, recording


@pytest.fixture
def kubeconfig(tmp_path):
    """Two contexts, of which `prod` is the current one; nothing listens there."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "here", "cluster": {"server": "http://127.0.0.1:9"}}],
        "users": [{"name": "reader", "user": {"token": "t"}}],
        "contexts": [{"name": name, "context": {"cluster": "here", "user": "reader"}} for name in ("staging", "prod")],
    }
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(content))
    return str(path)


@pytest.fixture
def writing_server(tmp_path):
    rules = [{"verbs": ["delete"], "resources": ["pods"], "apiGroups": [""]}]
    reviews = {"selfsubjectrulesreviews": {"status": {"resourceRules": rules}}}
    with ApiServer(recording("healthy") | {"reviews": reviews}) as server:
        yield server


@pytest.mark.parametrize(
    ("allowed", "names"),
    [((), ("prod",)), (("staging", "prod"), ("staging", "prod")), (("elsewhere", "prod"), ("prod",))],
    ids=["the current one", "those allowed, in their order", "only those that there are"],
)
def test_only_some_contexts_may_be_asked(kubeconfig, allowed, names):
    assert AllowedClusters(kubeconfig, allowed, strict=False).names() == names


def test_a_cluster_that_is_not_allowed_is_not_connected(kubeconfig):
    clusters = AllowedClusters(kubeconfig, ("prod",), strict=False)

    with pytest.raises(ClusterUnknown, match="'staging' that may be asked; there are: prod"):
        clusters.named("staging")


def test_a_cluster_is_connected_once(kubeconfig):
    clusters = AllowedClusters(kubeconfig, (), strict=False)

    assert clusters.named("") is clusters.named("prod")
    clusters.close()


def test_a_file_that_is_no_kubeconfig_is_reported_and_leaves_nothing_to_ask(tmp_path, capsys):
    path = tmp_path / "kubeconfig"
    path.write_text("contexts: [")

    assert AllowedClusters(str(path), (), strict=False).names() == ()
    assert "is no kubeconfig" in capsys.readouterr().out


def test_a_cluster_that_does_not_answer_is_no_reason_not_to_start(kubeconfig, capsys):
    clusters = AllowedClusters(kubeconfig, (), strict=True)

    clusters.review()

    assert "rights not reviewed" in capsys.readouterr().out
    clusters.close()


def test_rights_that_are_taken_back_are_noticed_at_the_next_question(writing_server, tmp_path):
    clusters = AllowedClusters(str(writing_server.kubeconfig(tmp_path)), (), strict=True)
    with pytest.raises(RightsExcessive, match="delete on pods"):
        clusters.named("")

    writing_server.content["reviews"] = {}

    assert clusters.named("").name == "recorded"
    clusters.close()
