"""What deploy/ holds, given to a real API server: it takes the manifests, and their account can do its work."""

import json
from pathlib import Path

import pytest
import yaml

from diagnostics import rights, sweep
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.target import Target
from tests.deploy.merging import merged
from tests.diagnostics import real_api_server
from tests.diagnostics.api_server import recording
from tests.diagnostics.real_api_server import READER

if not real_api_server.ASSETS:
    pytest.skip(real_api_server.ABSENT, allow_module_level=True)

DEPLOY = Path(__file__).parents[2] / "deploy"
ACCOUNT = "pastemortem"
OLDEST = 31
PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/default/serviceaccounts",
    "ConfigMap": "/api/v1/namespaces/default/configmaps",
    "PersistentVolumeClaim": "/api/v1/namespaces/default/persistentvolumeclaims",
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}
"""Where each kind is created; what has a namespace is tried in one that every cluster has."""


def manifest_of(path):
    return yaml.safe_load((DEPLOY / path).read_text())


def manifests():
    """Return every object of Kubernetes that is deployed, with the Deployment as each component makes it."""
    whole = {path.name: manifest_of(path.name) for path in sorted(DEPLOY.glob("*.yaml"))}
    patches = {path.parent.name: manifest_of(path) for path in sorted(DEPLOY.glob("*/deployment.yaml"))}
    patched = {name: merged(whole["deployment.yaml"], patch) for name, patch in patches.items()}
    every = {**whole, **patched}
    return [pytest.param(manifest, id=name) for name, manifest in every.items() if manifest.get("kind") in PATHS]


@pytest.mark.parametrize("manifest", manifests())
def test_a_manifest_is_taken_as_it_is(real_server, manifest):
    real_server.become(recording("healthy"))
    metadata = {**manifest["metadata"], "namespace": ""}
    path = f"{PATHS[manifest['kind']]}?dryRun=All&fieldValidation=Strict"

    code, answer = real_server.ask("POST", path, body={**manifest, "metadata": metadata})

    if code == 422 and real_server.minor < OLDEST:
        pytest.skip(f"deploy/ is for Kubernetes 1.{OLDEST} and newer: {json.loads(answer)['message']}")
    assert code in (201, 409), answer


@pytest.fixture
def deployed(real_server, tmp_path):
    """Connect with a token that the API server itself issued for the account of deploy/, as a pod is given one."""
    content = recording("healthy")
    lists = content["lists"]
    lists["/api/v1/namespaces"]["items"].append({"metadata": {"name": ACCOUNT, "uid": "of-the-namespace"}})
    account = {"metadata": {"name": ACCOUNT, "namespace": ACCOUNT, "uid": "of-the-account"}}
    lists["/api/v1/serviceaccounts"]["items"].append(account)
    lacking = real_server.become(content)
    wanted = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    path = f"/api/v1/namespaces/{ACCOUNT}/serviceaccounts/{ACCOUNT}/token"
    token = json.loads(real_server.ask("POST", path, body=wanted)[1])["status"]["token"]
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(real_server.kubeconfig.read_text().replace(f'"token": "{READER}"', f'"token": "{token}"'))
    clusters = Clusters(str(kubeconfig))
    yield clusters.named(), lacking
    clusters.close()


def test_the_account_of_the_pod_can_look_at_everything_and_change_nothing(deployed):
    cluster, lacking = deployed

    swept = sweep.run(cluster, CHECKS, Target())

    assert [sentence for sentence in swept.unread if not (lacking and "does not serve" in sentence)] == []
    assert rights.review(cluster).only_read
