"""Disruption budgets: those that let no drain pass are said, and those that wait for work are not."""

import pytest

from diagnostics.resources import DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS
from tests.diagnostics.snapshots import codes, findings, named

WEB = {"app": "web"}
CHECK = "disruption-budgets"


def budget(name="web", *, allowed=0, current=2, desired=2, expected=2, reason="InsufficientPods", **spec):
    return named(
        name,
        spec={"selector": {"matchLabels": WEB}, **(spec or {"minAvailable": 2})},
        status={
            "disruptionsAllowed": allowed,
            "currentHealthy": current,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "conditions": [{"type": "DisruptionAllowed", "status": "False", "reason": reason, "message": "no scale"}],
        },
    )


def pod(name, ready="True", labels=WEB):
    return named(
        name,
        labels=labels,
        spec={"nodeName": "ip-10-0-0-1"},
        status={"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]},
    )


PAIR = [pod("web-1"), pod("web-2")]


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        ({"minAvailable": 2}, {}),
        ({"minAvailable": "100%"}, {}),
        ({"maxUnavailable": 0}, {}),
        ({"minAvailable": 1}, {"expected": 1, "desired": 1, "current": 1}),
        ({"minAvailable": 3}, {"desired": 3}),
    ],
    ids=["all of them", "a hundred per cent", "none may be missing", "the only one", "more than there are"],
)
def test_a_budget_that_never_allows_a_disruption_blocks_a_drain(rule, figures):
    found = findings(CHECK, {POD_DISRUPTION_BUDGETS: [budget(**figures, **rule)], PODS: PAIR})

    ((field, value),) = rule.items()
    assert [each.code for each in found] == ["disruption-budgets.blocks-drain"]
    assert f"allows 0 disruptions: {field} {value}" in found[0].title
    assert found[0].evidence["status.disruptionsAllowed"] == "0"


def test_a_budget_that_allows_a_disruption_is_in_order():
    assert codes(CHECK, {POD_DISRUPTION_BUDGETS: [budget(allowed=1, desired=1)], PODS: PAIR}) == []


def test_pods_that_are_not_ready_are_blamed_for_a_budget_that_allows_nothing_for_now():
    pods = [pod("web-1"), pod("web-2", ready="False")]

    (found,) = findings(CHECK, {POD_DISRUPTION_BUDGETS: [budget(current=1, desired=1)], PODS: pods})

    assert found.code == "disruption-budgets.pods-unhealthy"
    assert "Pod/shop/web-2" in [str(blame) for blame in found.blames]
    assert "AlwaysAllow" in found.next


def test_pods_that_nothing_can_scale_make_a_budget_that_cannot_be_reckoned():
    unknown = budget(expected=0, desired=0, reason="SyncFailed", maxUnavailable="30%")

    assert codes(CHECK, {POD_DISRUPTION_BUDGETS: [unknown], PODS: PAIR}) == ["disruption-budgets.not-reckoned"]


def test_a_budget_about_no_pod_is_a_note():
    (found,) = findings(CHECK, {POD_DISRUPTION_BUDGETS: [budget(expected=0, desired=0)], PODS: []})

    assert (found.code, found.severity) == ("disruption-budgets.selects-nothing", "note")


def test_a_budget_of_a_workload_without_pods_waits_for_them():
    at_rest = named("web", spec={"replicas": 0, "template": {"metadata": {"labels": WEB}}})

    objects = {POD_DISRUPTION_BUDGETS: [budget(expected=0, desired=0)], PODS: [], DEPLOYMENTS: [at_rest]}

    assert codes(CHECK, objects) == []


def test_two_budgets_about_one_pod_are_said_once():
    both = [budget("web", allowed=1), budget("all-web", allowed=1)]

    found = findings(CHECK, {POD_DISRUPTION_BUDGETS: both, PODS: PAIR})

    assert [each.code for each in found] == ["disruption-budgets.overlap"]
    assert "all-web" in found[0].title


def test_budgets_of_other_namespaces_do_not_overlap():
    elsewhere = {**budget(allowed=1), "metadata": {"name": "web", "namespace": "other"}}

    assert codes(CHECK, {POD_DISRUPTION_BUDGETS: [budget(allowed=1), elsewhere], PODS: PAIR}) == []


def test_a_budget_without_selector_is_about_no_pod():
    nobody = budget(expected=0, desired=0, selector=None, minAvailable=1)

    found = findings(CHECK, {POD_DISRUPTION_BUDGETS: [nobody, budget(allowed=1)], PODS: PAIR})

    assert [each.code for each in found] == ["disruption-budgets.selects-nothing"]


def test_a_budget_that_no_controller_has_looked_at_yet_is_left_alone():
    new = named("web", spec={"minAvailable": 1, "selector": {"matchLabels": WEB}})

    assert codes(CHECK, {POD_DISRUPTION_BUDGETS: [new], PODS: PAIR}) == []
