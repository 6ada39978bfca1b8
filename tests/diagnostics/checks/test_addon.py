"""Add-ons: what EKS owns is said, and an edit that will not last is a warning."""

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named, snapshot

LABELLED = {"eks.amazonaws.com/component": "coredns"}


def writer(manager, operation="Update", data=("Corefile",)):
    fields = {"f:data": {".": {}, **{f"f:{key}": {} for key in data}}} if data else {"f:metadata": {}}
    return {"manager": manager, "operation": operation, "time": "2026-11-21T09:00:00Z", "fieldsV1": fields}


def config_map(*writers, name="coredns", labels=LABELLED):
    return named(name, "kube-system", labels=labels, metadata={"managedFields": list(writers)})


def test_a_corefile_that_eks_owns_is_a_note():
    found = findings("addon", {CONFIG_MAPS: [config_map(writer("eks", "Apply"))]})

    assert [(each.code, each.severity) for each in found] == [("addon.eks-managed", "note")]


@pytest.mark.parametrize(
    "writers",
    [
        [writer("kubectl-client-side-apply")],
        [writer("Helm")],
        [writer("eks", data=()), writer("kubectl-edit")],
        [],
    ],
    ids=["kubectl", "helm", "eks owns only the labels", "nobody knows"],
)
def test_a_corefile_of_somebody_else_stays_unsaid_whatever_its_label(writers):
    assert codes("addon", {CONFIG_MAPS: [config_map(*writers)]}) == []


def test_an_edit_of_what_eks_owns_is_a_warning_that_names_the_editor():
    found = findings("addon", {CONFIG_MAPS: [config_map(writer("eks", "Apply"), writer("kubectl-edit"))]})

    assert [(each.code, each.severity) for each in found] == [("addon.edit-reverted", "warning")]
    assert "kubectl-edit" in found[0].title
    assert "--addon-name coredns" in found[0].next


def test_the_other_add_ons_are_judged_alike():
    untouched = config_map(writer("eks", data=["config"]), name="kube-proxy-config")
    edited = config_map(writer("eks", data=["config"]), writer("kubectl-edit", data=["config"]), name="amazon-vpc-cni")

    found = findings("addon", {CONFIG_MAPS: [untouched, edited]})

    assert [(each.code, each.object.name) for each in found] == [
        ("addon.eks-managed", "kube-proxy-config"),
        ("addon.edit-reverted", "amazon-vpc-cni"),
    ]


def test_a_question_about_another_namespace_is_not_answered_with_kube_system():
    objects = {CONFIG_MAPS: [config_map(writer("eks"))]}

    assert codes("addon", objects, target=Target("payments")) == []


def test_the_owner_of_each_add_on_is_shown():
    def workload(name, **labels):
        return named(
            name, "kube-system", labels=labels, spec={"template": {"spec": {"containers": [{"image": f"{name}:v1"}]}}}
        )

    seen = snapshot(
        {
            CONFIG_MAPS: [config_map(writer("eks"))],
            DEPLOYMENTS: [workload("coredns")],
            DAEMON_SETS: [
                workload("kube-proxy"),
                workload("aws-node", **{"app.kubernetes.io/managed-by": "Helm"}),
            ],
        }
    )

    shown = diagnosis.judge(CHECKS.get("addon"), seen).exhibits

    assert [(row[0], row[2]) for exhibit in shown for row in exhibit.rows] == [
        ("coredns", "EKS managed add-on"),
        ("kube-proxy", "self-managed"),
        ("vpc-cni", "Helm"),
    ]
