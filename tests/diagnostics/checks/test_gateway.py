"""The Gateway API: what no controller accepts or programs is said, and nothing where the cluster has no such API."""

import pytest

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.resources import API_SERVICES, GATEWAY_CLASSES, GATEWAYS, GRPC_ROUTES, HTTP_ROUTES
from diagnostics.target import Target
from tests.diagnostics.states import State, container


def condition(type_, status="True", reason="", message=""):
    return {"type": type_, "status": status, "reason": reason or type_, "message": message}


ACCEPTED, PROGRAMMED, RESOLVED = (condition(type_) for type_ in ("Accepted", "Programmed", "ResolvedRefs"))
CERTIFICATE = "Secret shop/web-tls does not exist"


class Gateways(State):
    """A healthy cluster with a class, a Gateway and a Service that a route may send to."""

    def __init__(self):
        super().__init__()
        self.add(API_SERVICES, {"metadata": {"name": "v1.gateway.networking.k8s.io"}, "spec": {}})
        self.class_ = self.add(
            GATEWAY_CLASSES,
            {
                "metadata": {"name": "envoy"},
                "spec": {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"},
                "status": {"conditions": [ACCEPTED]},
            },
        )
        self.gateway = self.add(
            GATEWAYS,
            {
                "metadata": {"name": "web"},
                "spec": {"gatewayClassName": "envoy", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]},
                "status": {
                    "addresses": [{"value": "10.95.0.9"}],
                    "conditions": [ACCEPTED, PROGRAMMED],
                    "listeners": [{"name": "http", "conditions": [ACCEPTED, PROGRAMMED, RESOLVED]}],
                },
            },
        )
        http = {"containers": [container(ports=[{"containerPort": 8080}])]}
        self.service("api", pods=self.deployment("api", spec=http))

    def route(self, *conditions, resource=HTTP_ROUTES, backend=("api", 80), parent="web"):
        """Add a route, with what the controller of its Gateway says of it."""
        name, port = backend
        status = {"parents": [{"parentRef": {"name": parent}, "conditions": list(conditions)}]} if conditions else {}
        rules = [{"backendRefs": [{"name": name, "port": port}]}, {"backendRefs": [{"name": name, "port": port}]}]
        spec = {"parentRefs": [{"name": parent}], "hostnames": ["shop.example.com"], "rules": rules}
        return self.add(resource, {"metadata": {"name": "api"}, "spec": spec, "status": status})


@pytest.fixture
def state():
    return Gateways()


def only(state):
    [finding] = state.findings()
    return finding


def test_a_gateway_with_its_routes_is_in_order(state):
    state.route(ACCEPTED, RESOLVED)
    state.route(ACCEPTED, RESOLVED, resource=GRPC_ROUTES)
    swept = state.sweep()

    assert (swept.findings, swept.unread) == ((), ())


def test_a_cluster_without_the_api_is_not_asked_for_it(healthy_server, healthy_cluster):
    sweep.run(healthy_cluster, CHECKS, Target())

    asked = {request.path for request in healthy_server.received}
    assert API_SERVICES.path() in asked
    assert not [path for path in asked if "gateway.networking" in path]


def test_a_class_that_no_controller_accepts_is_said_once_for_its_gateways(state):
    state.class_["status"] = {"conditions": [condition("Accepted", "Unknown", "Pending", "Waiting for controller")]}
    state.gateway["status"] = {"conditions": [condition("Accepted", "Unknown", "Pending", "Waiting for controller")]}

    [group] = state.sweep().groups

    assert [each.code for each in group.findings] == ["gateway.class-not-accepted", "gateway.not-programmed"]


def test_a_class_that_does_not_exist_is_said_with_those_that_do(state):
    state.gateway["spec"]["gatewayClassName"] = "istio"

    assert "names the class istio, which does not exist (there is envoy)" in only(state).title


def test_a_gateway_that_is_not_programmed_is_said_with_its_controllers_words(state):
    unassigned = condition("Programmed", "False", "AddressNotAssigned", "no addresses have been assigned")
    state.gateway["status"] |= {"conditions": [ACCEPTED, unassigned], "addresses": []}

    found = only(state)

    assert found.code == "gateway.not-programmed"
    assert "AddressNotAssigned: no addresses have been assigned" in found.title


def test_a_gateway_that_was_just_made_is_given_its_time(state):
    state.gateway["status"] = {"conditions": [condition("Accepted", "Unknown", "Pending", "Waiting for controller")]}
    state.gateway["metadata"]["creationTimestamp"] = state.ago(seconds=30)

    assert state.findings() == []


def test_a_listener_without_its_certificate_is_said_instead_of_what_follows_from_it(state):
    unresolved = condition("ResolvedRefs", "False", "InvalidCertificateRef", CERTIFICATE)
    unprogrammed = condition("Programmed", "False", "Invalid", "some listeners are invalid")
    state.gateway["status"] |= {
        "conditions": [ACCEPTED, unprogrammed],
        "listeners": [{"name": "https", "conditions": [ACCEPTED, unresolved, unprogrammed]}],
    }

    found = only(state)

    assert found.code == "gateway.listener"
    assert f"listener https is not ResolvedRefs (InvalidCertificateRef): {CERTIFICATE}" in found.title


@pytest.mark.parametrize("reason", ["NoMatchingListenerHostname", "NotAllowedByListeners", "NoMatchingParent"])
def test_a_route_that_its_gateway_does_not_take_is_said(state, reason):
    state.route(condition("Accepted", "False", reason, "no listener fits"), RESOLVED)

    found = only(state)

    assert found.code == "gateway.route-not-attached"
    assert reason in found.title


def test_a_route_that_no_controller_looks_at_is_said(state):
    state.route()

    assert "no controller has looked at it" in only(state).title


def test_a_route_to_a_gateway_that_does_not_exist_is_said(state):
    state.route(parent="wep")

    assert "belongs to Gateway shop/wep, which does not exist" in only(state).title


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (("apii", 80), "sends to the Service apii, which does not exist in shop"),
        (("api", 8080), "sends to port 8080 of the Service api, which offers 80"),
    ],
)
def test_a_backend_that_does_not_exist_is_said_once(state, backend, words):
    state.route(ACCEPTED, condition("ResolvedRefs", "False", "BackendNotFound", "not found"), backend=backend)

    found = only(state)

    assert (found.code, found.title) == ("gateway.backend-missing", words)


def test_a_backend_of_another_namespace_that_nobody_granted_is_said(state):
    state.route(ACCEPTED, condition("ResolvedRefs", "False", "RefNotPermitted", "missing a ReferenceGrant"))

    found = only(state)

    assert found.code == "gateway.backend-missing"
    assert "ReferenceGrant" in found.next
