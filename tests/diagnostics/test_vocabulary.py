"""Checks under the names that kubectl has for what they look at."""

import pytest

from diagnostics import vocabulary
from diagnostics.checks import CHECKS
from diagnostics.errors import CheckUnknown
from diagnostics.registry import Registry, check
from diagnostics.resources import PODS
from diagnostics.vocabulary import Area


@pytest.mark.parametrize(
    ("word", "check_id"),
    [
        ("pods", "pods"),
        ("pod", "pods"),
        ("po", "pods"),
        ("POD", "pods"),
        ("nodes", "node"),
        ("no", "node"),
        ("svc", "service"),
        ("services", "service"),
        ("deploy", "rollout"),
        ("deployments.apps", "rollout"),
        ("sts", "rollout"),
        ("ds", "rollout"),
        ("ing", "ingress"),
        ("ingresses", "ingress"),
        ("pvc", "storage"),
        ("storageclasses", "storage"),
        ("hpa", "hpa"),
        ("ns", "namespaces"),
        ("netpol", "network-policies"),
        ("networkpolicies", "network-policies"),
        ("network-policy", "network-policies"),
        ("pdb", "disruption-budgets"),
        ("cj", "jobs"),
        ("ev", "events"),
        ("sa", "irsa"),
        ("certificates.cert-manager.io", "certificates"),
        ("dns", "dns"),
    ],
)
def test_a_check_is_found_by_its_id_and_by_what_kubectl_calls_its_objects(word, check_id):
    assert vocabulary.find(word, CHECKS).id == check_id


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("podz", "pods"),
        ("lgos", "logs"),
        ("rollot", "rollout"),
        ("deplyoment", "rollout"),
        ("network", "network-policies"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_may_have_been_meant(word, near):
    with pytest.raises(CheckUnknown) as unknown:
        vocabulary.find(word, CHECKS)

    assert unknown.value.nearest[0] == near


def test_a_word_that_is_like_nothing_is_answered_with_nothing():
    with pytest.raises(CheckUnknown, match=r"there is no check 'zebra'$"):
        vocabulary.find("zebra", CHECKS)


def test_no_two_checks_answer_to_the_same_word():
    words = [(word, each) for each in CHECKS for word in (each.id, *vocabulary.aliases(each))]

    assert [word for word, each in words if vocabulary.find(word, CHECKS) is not each] == []


def test_every_check_stands_in_one_area():
    listed = [each for found in vocabulary.by_area(CHECKS).values() for each in found]

    assert sorted(each.id for each in listed) == [each.id for each in CHECKS]
    assert Area.OTHERS not in vocabulary.by_area(CHECKS)


def test_a_check_that_nobody_has_placed_is_listed_among_the_others():
    registry = Registry()
    check("doors", subject=PODS, registry=registry)(lambda seen: ())

    assert vocabulary.by_area(registry) == {Area.OTHERS: [registry.get("doors")]}
