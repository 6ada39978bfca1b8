"""A recorded cluster behind the real client."""

import pytest

from diagnostics.budget import Budget
from diagnostics.cluster import Clusters
from tests.diagnostics import real_api_server
from tests.diagnostics.api_server import ApiServer, recording


@pytest.fixture
def budget():
    return Budget(10, requests=100)


@pytest.fixture
def healthy_server():
    with ApiServer(recording("healthy")) as server:
        yield server


@pytest.fixture
def connect(tmp_path):
    """Connect the real client to a server, through a kubeconfig as anybody has one."""
    opened = []

    def connected(server, **options):
        clusters = Clusters(str(server.kubeconfig(tmp_path, **options)))
        opened.append(clusters)
        return clusters.named()

    yield connected
    for clusters in opened:
        clusters.close()


@pytest.fixture
def healthy_cluster(healthy_server, connect):
    return connect(healthy_server)


@pytest.fixture(scope="session")
def real_server(tmp_path_factory):
    """Run a real API server, which its modules skip when there is none; starting it takes seconds."""
    with real_api_server.running(tmp_path_factory.mktemp("real")) as running:
        yield running


@pytest.fixture
def as_user(real_server):
    """Connect the real client to the real API server as one of those who may ask."""
    clusters = Clusters(str(real_server.kubeconfig))
    yield clusters.named
    clusters.close()
