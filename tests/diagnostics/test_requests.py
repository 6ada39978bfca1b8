"""A question about one object costs few requests, however much goes wrong with it: people wait for the answer.

What finding out costs beside it, when a check knows no such object, is not counted: `diagnostics.presence` bounds that.
"""

import pytest

from diagnostics import diagnosis
from diagnostics.budget import CHECK_SECONDS, OBJECT_REQUESTS, Budget
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.resources import PODS
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, recording, scenarios

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"})
"""Kinds by whose names people ask for pods too."""

AMPLE = 100
"""Requests allowed, so that what a check would ask for is counted and not what it is let."""


def expected_objects(scenario):
    """Return the objects of which a recording expects something to be said, each as a kind and a target."""
    for thing in sorted({expected["object"] for expected in recording(scenario).get("expect", [])}):
        kind, namespace, name = thing.split("/")
        yield kind, Target(namespace, name)


def checks_of(kind):
    """Return the checks that can be asked about an object of a kind by its name."""
    return [
        check
        for check in CHECKS
        if any(subject.kind == kind or (subject is PODS and kind in WORKLOADS) for subject in check.subjects)
    ]


def questions():
    """Return every check on every object that suffers in a recording."""
    return [
        pytest.param(scenario, check, target, id=f"{scenario}: {check.id} {target}")
        for scenario in scenarios()
        for kind, target in expected_objects(scenario)
        for check in checks_of(kind)
    ]


def test_every_recorded_trouble_is_asked_about():
    asked = {(param.values[0], param.values[2]) for param in questions()}

    assert asked == {(scenario, target) for scenario in scenarios() for _, target in expected_objects(scenario)}


@pytest.mark.parametrize(("scenario", "check", "target"), questions())
def test_a_check_of_one_object_costs_few_requests(scenario, check, target):
    budget = Budget(CHECK_SECONDS, AMPLE)

    diagnosis.run(Recording(RECORDINGS / f"{scenario}.json.gz"), check, target, budget=budget)

    assert 0 < budget.spent <= OBJECT_REQUESTS
