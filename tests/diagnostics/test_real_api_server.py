"""The recorded clusters once more, held by a real API server and read with the rights that deploy/ grants.

Set KUBEBUILDER_ASSETS to a folder with `etcd` and `kube-apiserver` (`setup-envtest use -p path` prints one).
"""

import pytest

from diagnostics import rights, sweep
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.target import Target
from tests.diagnostics import expectations, real_api_server
from tests.diagnostics.api_server import recording, scenarios

if not real_api_server.ASSETS:
    pytest.skip("KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver", allow_module_level=True)

NOT_ITS_OWN = frozenset({"hpa-memory-near-target"})
"""Scenarios that need another server behind the API server: the one of the metrics."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with real_api_server.running(tmp_path_factory.mktemp("real")) as running:
        yield running


@pytest.fixture
def cluster(server):
    clusters = Clusters(str(server.kubeconfig))
    yield clusters.named()
    clusters.close()


@pytest.mark.parametrize("name", [name for name in scenarios() if name not in NOT_ITS_OWN])
def test_what_a_cluster_suffers_from_is_said_on_a_real_api_server(server, cluster, name):
    content = recording(name)
    server.become(content)

    swept = sweep.run(cluster, CHECKS, Target())

    assert list(expectations.complaints(content, swept.findings, without_logs=True)) == []


def test_the_shipped_role_lets_every_check_read_all_that_it_needs(server, cluster):
    server.become(recording("healthy"))

    swept = sweep.run(cluster, CHECKS, Target())

    assert [sentence for sentence in swept.unread if "RBAC does not grant" in sentence] == []


def test_the_shipped_role_only_reads(server, cluster):
    assert rights.review(cluster).only_read
