"""Namespaces that do not go."""

from diagnostics.resources import NAMESPACES
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named

FINALIZERS = {
    "type": "NamespaceFinalizersRemaining",
    "status": "True",
    "reason": "SomeFinalizersRemain",
    "message": "Some content in the namespace has finalizers remaining: ingress.k8s.aws/resources in 1 instances",
}
DISCOVERY = {
    "type": "NamespaceDeletionDiscoveryFailure",
    "status": "True",
    "reason": "DiscoveryFailed",
    "message": "Discovery failed for some groups, 1 failing: metrics.k8s.io/v1beta1: stale GroupVersion discovery",
}


def namespace(*conditions, deleted="2026-11-21T09:00:00Z"):
    metadata = {"deletionTimestamp": deleted} if deleted else {}
    return named("old", "", metadata=metadata, status={"phase": "Terminating", "conditions": list(conditions)})


def test_a_namespace_that_nobody_deleted_is_in_order():
    assert codes("namespaces", {NAMESPACES: [namespace(deleted="")]}) == []


def test_going_takes_a_while():
    assert codes("namespaces", {NAMESPACES: [namespace(FINALIZERS, deleted="2026-11-21T09:59:00Z")]}) == []


def test_what_is_left_in_it_is_said():
    found = findings("namespaces", {NAMESPACES: [namespace(FINALIZERS)]})

    assert [each.code for each in found] == ["namespaces.stuck-terminating"]
    assert "ingress.k8s.aws/resources" in found[0].title


def test_an_api_that_does_not_answer_is_said_before_what_it_hides():
    found = findings("namespaces", {NAMESPACES: [namespace(FINALIZERS, DISCOVERY)]})

    assert "metrics.k8s.io" in found[0].title
    assert "kubectl get apiservices" in found[0].next


def test_a_question_about_another_namespace_is_not_answered_with_this_one():
    assert codes("namespaces", {NAMESPACES: [namespace()]}, target=Target("payments")) == []


def test_a_namespace_of_which_nothing_is_said_is_stuck_all_the_same():
    assert codes("namespaces", {NAMESPACES: [namespace()]}) == ["namespaces.stuck-terminating"]
