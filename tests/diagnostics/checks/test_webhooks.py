"""Admission webhooks: what refuses because nobody answers, and what only looks like it."""

import pytest

from diagnostics.resources import ENDPOINT_SLICES, MUTATING_WEBHOOKS, NAMESPACES, SERVICES, VALIDATING_WEBHOOKS
from tests.diagnostics.snapshots import codes, findings, named

PODS_RULE = [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]
POLICY = {"namespace": "policy", "name": "policy"}


def configuration(*webhooks):
    return named("policy", "", webhooks=list(webhooks))


def webhook(service=POLICY, rules=PODS_RULE, **rest):
    return {"name": "pods.policy.example.com", "clientConfig": {"service": service}, "rules": rules, **rest}


def service(*ports, **spec):
    return named("policy", "policy", spec={"ports": [{"port": port} for port in ports or (443,)], **spec})


def slices(*ready):
    return named(
        "policy-1",
        "policy",
        labels={"kubernetes.io/service-name": "policy"},
        endpoints=[{"conditions": conditions} for conditions in ready] or None,
    )


def judged(*webhooks, services=None, endpoints=None, resource=VALIDATING_WEBHOOKS, namespaces=({},)):
    return findings(
        "webhooks",
        {
            resource: [configuration(*webhooks)],
            SERVICES: [service()] if services is None else services,
            ENDPOINT_SLICES: [slices({"ready": True}) if endpoints is None else endpoints],
            NAMESPACES: [named(f"ns{number}", "", labels=labels) for number, labels in enumerate(namespaces)],
        },
    )


def test_a_webhook_that_fails_closed_and_is_answered_is_in_order():
    assert judged(webhook(failurePolicy="Fail")) == []


@pytest.mark.parametrize("resource", [VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS], ids=str)
@pytest.mark.parametrize("endpoints", [slices(), slices({"ready": False})], ids=["none", "not ready"])
def test_a_webhook_that_nobody_answers_refuses_what_it_is_asked_about(resource, endpoints):
    found = judged(webhook(), endpoints=endpoints, resource=resource)

    assert [(each.code, each.severity) for each in found] == [("webhooks.no-endpoints", "critical")]
    assert "failurePolicy Fail" in found[0].title
    assert "CREATE of pods is refused" in found[0].title
    assert str(found[0].cause) == "Service/policy/policy"


def test_an_endpoint_that_does_not_say_whether_it_is_ready_is():
    assert judged(webhook(), endpoints=slices({})) == []


def test_a_webhook_that_fails_open_is_a_note():
    found = judged(webhook(failurePolicy="Ignore"), endpoints=slices())

    assert [(each.severity, "passes unchecked" in each.title) for each in found] == [("note", True)]


@pytest.mark.parametrize(
    ("services", "said"),
    [([], "does not exist"), ([service(8443)], "has no port 443, only 8443")],
    ids=["gone", "port"],
)
def test_a_service_or_port_that_is_not_there_is_said(services, said):
    found = judged(webhook(), services=services)

    assert [each.code for each in found] == ["webhooks.service-missing"]
    assert said in found[0].title


@pytest.mark.parametrize(
    "quiet",
    [
        webhook(clientConfig={"url": "https://policy.example.com"}),
        webhook(rules=None),
        webhook(namespaceSelector={"matchLabels": {"policy": "enforced"}}),
    ],
    ids=["outside of the cluster", "no rules", "no such namespace"],
)
def test_a_webhook_that_is_never_called_in_the_cluster_is_in_order(quiet):
    assert judged(quiet, services=[], endpoints=slices()) == []


def test_a_selector_that_chooses_a_namespace_is_named():
    chosen = webhook(namespaceSelector={"matchLabels": {"policy": "enforced"}})

    found = judged(chosen, endpoints=slices(), namespaces=[{"policy": "enforced"}])

    assert "in namespaces with policy=enforced" in found[0].title


def test_a_selector_does_not_keep_what_belongs_to_the_cluster_from_a_webhook():
    rules = [{"operations": ["*"], "resources": ["namespaces"]}]
    chosen = webhook(rules=rules, namespaceSelector={"matchLabels": {"policy": "enforced"}})

    assert [each.code for each in judged(chosen, endpoints=slices())] == ["webhooks.no-endpoints"]


def test_webhooks_of_one_service_are_told_once_by_the_strictest():
    found = judged(webhook(failurePolicy="Ignore"), webhook(failurePolicy="Fail"), endpoints=slices())

    assert [each.severity for each in found] == ["critical"]


def test_an_external_name_may_be_answered_anywhere():
    external = service(type="ExternalName")

    assert judged(webhook(), services=[external], endpoints=slices()) == []


def test_a_configuration_without_webhooks_is_in_order():
    assert codes("webhooks", {VALIDATING_WEBHOOKS: [named("empty", "", webhooks=None)]}) == []
