"""Every recorded cluster is diagnosed as a person would: what it expects is said, and what is healthy is not.

The recordings are served over HTTP to the real client. With PASTEMORTEM_TEST_KUBECONFIG that cluster is swept as well,
reading only.
"""

import os
from functools import cache

import pytest

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.cluster import Clusters
from diagnostics.finding import Severity
from diagnostics.target import Target
from tests.diagnostics import expectations
from tests.diagnostics.api_server import ApiServer, recording, scenarios


@pytest.fixture(scope="module")
def diagnose(tmp_path_factory):
    """Sweep a recorded cluster, once for all that is asked of it."""

    @cache
    def diagnosed(name):
        content = recording(name)
        with ApiServer(content) as server:
            clusters = Clusters(str(server.kubeconfig(tmp_path_factory.mktemp("recorded"))))
            swept = sweep.run(clusters.named(), CHECKS, Target())
            clusters.close()
        return content, swept

    return diagnosed


@pytest.fixture(scope="module", params=scenarios())
def diagnosed(request, diagnose):
    return diagnose(request.param)


def test_what_a_recorded_cluster_suffers_from_is_said(diagnosed):
    content, swept = diagnosed

    assert list(expectations.complaints(content, swept.findings)) == []


def test_of_what_is_only_unusual_nothing_worse_than_a_note_is_said(diagnosed):
    content, swept = diagnosed

    for note in content.get("note_at_most") or []:
        worse = [
            each for each in swept.findings if expectations.concerns(each, note) and each.severity is not Severity.NOTE
        ]
        assert not worse


def test_everything_of_a_recorded_cluster_can_be_looked_at(diagnosed):
    _, swept = diagnosed

    assert swept.unread == ()


def test_a_healthy_cluster_is_met_with_silence(diagnose):
    _, swept = diagnose("healthy")

    assert [(finding.code, str(finding.object), finding.title) for finding in swept.findings] == []
    assert swept.outcome == "nothing wrong"


@pytest.mark.skipif("PASTEMORTEM_TEST_KUBECONFIG" not in os.environ, reason="names no cluster to read")
def test_a_real_cluster_can_be_swept():
    clusters = Clusters(os.environ["PASTEMORTEM_TEST_KUBECONFIG"])

    swept = sweep.run(clusters.named(), CHECKS, Target())

    assert swept.unread == ()
    clusters.close()
