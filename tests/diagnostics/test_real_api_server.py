"""The recorded clusters once more, held by a real API server and read with the rights that deploy/ grants.

Set KUBEBUILDER_ASSETS to a folder with `etcd` and `kube-apiserver`; docs/writing-a-check.md tells where they come from.
"""

import contextlib

import pytest

from diagnostics import diagnosis, errors, sweep
from diagnostics.budget import OBJECT_REQUESTS, SWEEP_SECONDS, Budget
from diagnostics.checks import CHECKS
from diagnostics.objects import Object
from diagnostics.selection import Selection
from diagnostics.target import Target
from tests.diagnostics import expectations, real_api_server
from tests.diagnostics.api_server import recording, scenarios

if not real_api_server.ASSETS:
    pytest.skip(real_api_server.ABSENT, allow_module_level=True)


def refusals(unread, lacking):
    """Return what could not be read for another reason than that this version does not have it."""
    return [sentence for sentence in unread if not (lacking and "does not serve" in sentence)]


@pytest.mark.parametrize("name", scenarios())
def test_what_a_cluster_suffers_from_is_said_and_nothing_is_refused(real_server, as_user, name):
    content = recording(name)
    lacking = real_server.become(content)

    swept = sweep.run(as_user(), CHECKS, Target())

    assert refusals(swept.unread, lacking) == []
    complaints = list(expectations.complaints(content, swept.findings))
    if complaints and lacking:
        pytest.skip(f"Kubernetes {real_server.version} does not serve {', '.join(lacking)}")
    assert complaints == []


def test_a_healthy_cluster_is_met_with_silence(real_server, as_user):
    """Its nodes were recorded under an API server of another version, which is no fault of theirs."""
    if lacking := real_server.become(recording("healthy")):
        pytest.skip(f"Kubernetes {real_server.version} does not serve {', '.join(lacking)}")

    swept = sweep.run(as_user(), CHECKS, Target())

    assert [found.title for found in swept.findings if not found.code.endswith(".version-skew")] == []


def first_of(cluster, check, budget):
    """Return what a check can be asked about, of the system if there is such; None when there is nothing."""
    found = []
    for subject in check.subjects:
        with contextlib.suppress(errors.NotServed):
            found += [Object(raw, subject) for raw in cluster.read(subject, Selection(), budget)]
    return min(found, key=lambda thing: thing.namespace != "kube-system", default=None)


@pytest.mark.parametrize("check", [check for check in CHECKS if check.subjects], ids=lambda check: check.id)
def test_no_question_about_one_thing_is_refused(real_server, as_user, budget, check):
    lacking = real_server.become(recording("healthy"))
    thing = first_of(as_user(), check, budget)
    if thing is None:
        pytest.skip("the healthy cluster has nothing that this check could be asked about")

    patient = Budget(SWEEP_SECONDS, OBJECT_REQUESTS)
    report = diagnosis.run(as_user(), check, Target(thing.namespace, thing.name), budget=patient)

    assert refusals(report.unread, lacking) == []
