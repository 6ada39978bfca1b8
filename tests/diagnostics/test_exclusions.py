"""What people do not want to hear is left out, and nothing else."""

import pytest

from diagnostics.errors import ParameterInvalid
from diagnostics.exclusions import ANNOTATION, Exclusions
from diagnostics.finding import Code, Severity
from diagnostics.objects import Object, Reference
from diagnostics.resources import DEPLOYMENTS
from tests.diagnostics.snapshots import named, snapshot

SLOW = Code("pods.slow", Severity.NOTE, "A pod is slow")


def is_left_out(*rules, annotation="", labels=()):
    raw = named("api", labels=dict(labels), metadata={"annotations": {ANNOTATION: annotation}})
    seen = snapshot({DEPLOYMENTS: [raw]})
    return Exclusions.parse(rules).covers(SLOW.found(Object(raw, DEPLOYMENTS), "is slow", next="wait"), seen)


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        ("code:pods.slow", True),
        ("code:pods.*", True),
        ("code:pods", False),
        ("code:service.*", False),
        ("namespace:shop", True),
        ("namespace:sh*", True),
        ("namespace:sho", False),
        ("label:team=infra", True),
        ("label:team", True),
        ("label:team=web", False),
        ("label:tier", False),
    ],
)
def test_a_rule_leaves_out_what_it_meets(rule, left_out):
    assert is_left_out(rule, labels={"team": "infra"}) is left_out


@pytest.mark.parametrize(
    ("annotation", "left_out"),
    [("pods.slow", True), ("service.*, pods.slow", True), ("*", True), ("service.*", False), ("", False)],
)
def test_an_object_can_ask_to_be_left_out(annotation, left_out):
    assert is_left_out(annotation=annotation) is left_out


def test_what_was_not_read_is_left_out_by_code_and_namespace_alone():
    elsewhere = SLOW.found(Reference("Deployment", "shop", "unread"), "is slow", next="wait")

    assert not Exclusions.parse(["label:team"]).covers(elsewhere, snapshot({}))
    assert Exclusions.parse(["namespace:shop"]).covers(elsewhere, snapshot({}))


@pytest.mark.parametrize("rule", ["pods.slow", "code:", "name:api", ""])
def test_a_rule_that_excludes_nothing_is_refused(rule):
    with pytest.raises(ParameterInvalid, match="excludes nothing; write code:"):
        Exclusions.parse([rule])
