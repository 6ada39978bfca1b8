"""A workspace that is running, and a client of its Web API."""

import pytest

from tests.workspace.apps import client_of
from workspace.server import LocalWorkspace
from workspace.slack import Timing

IMPATIENT = Timing(acknowledge_within=0.3, retry_after=(0.0, 0.05, 0.05))


@pytest.fixture
def workspace():
    with LocalWorkspace() as running:
        yield running


@pytest.fixture
def impatient():
    """A workspace that waits for acknowledgements for moments instead of seconds."""
    with LocalWorkspace(timing=IMPATIENT) as running:
        yield running


@pytest.fixture
def client(workspace):
    return client_of(workspace)
