"""Services: what leads nowhere is said, and what is meant to is not."""

import pytest

from diagnostics.resources import DEPLOYMENTS, ENDPOINT_SLICES, PODS, SERVICES, STATEFUL_SETS
from diagnostics.target import Target
from tests.diagnostics.snapshots import EVERYWHERE, codes, findings, named

READY = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
WEB = {"app": "web"}
MADE_AN_HOUR_AGO = {"name": "web", "namespace": "shop", "creationTimestamp": "2026-11-21T09:00:00Z"}


def service_of(**spec):
    return named("web", spec={"selector": WEB, "ports": [{"port": 80, "targetPort": 8080}], **spec})


def pod(name="web-1", status=READY, labels=WEB, ports=({"containerPort": 8080, "name": "http"},)):
    return named(name, labels=labels, spec={"containers": [{"name": "app", "ports": list(ports)}]}, status=status)


def deployment(replicas):
    return named("web", spec={"replicas": replicas, "template": {"metadata": {"labels": WEB}}})


def stateful_set(replicas=1, service="db"):
    return named("db", spec={"replicas": replicas, "serviceName": service, "selector": {"matchLabels": {"app": "db"}}})


def test_a_stateful_set_whose_service_does_not_exist_is_said_with_the_selector_to_give_it():
    found = findings("service", {SERVICES: [], PODS: [], STATEFUL_SETS: [stateful_set()]})

    assert [(each.code, str(each.object), str(each.cause)) for each in found] == [
        ("service.headless-missing", "StatefulSet/shop/db", "Service/shop/db")
    ]
    assert "app=db" in found[0].next


@pytest.mark.parametrize(
    ("workload", "services", "target"),
    [
        (stateful_set(), [named("db", spec={"clusterIP": "None"})], EVERYWHERE),
        (stateful_set(service=""), [], EVERYWHERE),
        (stateful_set(replicas=0), [], EVERYWHERE),
        (stateful_set(), [service_of()], Target("shop", "web")),
    ],
    ids=["it exists", "none is named", "scaled to nought", "another Service is asked about"],
)
def test_a_stateful_set_that_misses_no_service_is_in_order(workload, services, target):
    objects = {SERVICES: services, PODS: [pod()], STATEFUL_SETS: [workload]}

    assert codes("service", objects, target=target) == []


def test_a_service_that_leads_to_a_ready_pod_is_in_order():
    assert codes("service", {SERVICES: [service_of()], PODS: [pod()]}) == []


def test_an_external_name_is_nobodys_business():
    external = named("db", spec={"type": "ExternalName", "externalName": "db.example.com", "selector": WEB})

    assert codes("service", {SERVICES: [external], PODS: []}) == []


def test_a_service_without_selector_whose_endpoints_somebody_made_is_nobodys_business():
    by_hand = named("db-1", labels={"kubernetes.io/service-name": "db"}, endpoints=[{"addresses": ["10.9.8.7"]}])
    service = named("db", spec={"ports": [{"port": 5432}]})

    assert codes("service", {SERVICES: [service], PODS: [], ENDPOINT_SLICES: [by_hand]}) == []


def test_a_service_without_selector_and_without_endpoints_leads_nowhere():
    service = named("db", spec={"ports": [{"port": 5432}]})

    assert codes("service", {SERVICES: [service], PODS: []}) == ["service.leads-nowhere"]


def test_a_headless_service_without_selector_may_be_there_for_an_election_alone():
    service = named("db-config", spec={"clusterIP": "None"})

    assert codes("service", {SERVICES: [service], PODS: []}) == []


def test_a_workload_scaled_to_nought_leaves_its_service_empty_on_purpose():
    assert codes("service", {SERVICES: [service_of()], PODS: [], DEPLOYMENTS: [deployment(0)]}) == []


def test_a_workload_without_pods_is_blamed_for_the_empty_service():
    found = findings("service", {SERVICES: [service_of()], PODS: [], DEPLOYMENTS: [deployment(2)]})

    assert [(each.code, [str(blame) for blame in each.blames]) for each in found] == [
        ("service.no-ready-endpoint", ["Deployment/shop/web"])
    ]


def test_a_port_name_that_no_container_has_is_said_with_those_that_exist():
    named_port = service_of(ports=[{"port": 80, "targetPort": "web"}])

    found = findings("service", {SERVICES: [named_port], PODS: [pod()]})

    assert [each.code for each in found] == ["service.wrong-target-port"]
    assert "8080 (http)" in found[0].title


def test_a_port_that_nobody_declares_may_still_be_listened_on():
    assert codes("service", {SERVICES: [service_of()], PODS: [pod(ports=())]}) == []


def test_completed_pods_are_no_endpoints_that_anybody_misses():
    done = pod("web-0", status={"phase": "Succeeded"})

    assert codes("service", {SERVICES: [service_of()], PODS: [pod(), done]}) == []


def test_a_service_that_publishes_pods_before_they_are_ready_is_in_order():
    starting = pod(status={"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]})

    assert codes("service", {SERVICES: [service_of(publishNotReadyAddresses=True)], PODS: [starting]}) == []


def test_a_load_balancer_without_an_address_is_said():
    waiting = service_of(type="LoadBalancer") | {"metadata": MADE_AN_HOUR_AGO}

    assert codes("service", {SERVICES: [waiting], PODS: [pod()]}) == ["service.no-address"]


def test_a_load_balancer_that_was_just_made_is_given_its_time():
    assert codes("service", {SERVICES: [service_of(type="LoadBalancer")], PODS: [pod()]}) == []


def test_a_pod_with_odd_fields_hides_nothing():
    odd = named("odd", labels=WEB, spec={"containers": None}, status="gone")

    assert codes("service", {SERVICES: [service_of()], PODS: [odd, pod()]}) == ["service.some-not-ready"]
