"""Services as they stand in a whole cluster: those that lead nowhere are said, those that only look so are not."""

import pytest

from diagnostics.finding import Severity
from diagnostics.resources import CONFIG_MAPS, DAEMON_SETS, ENDPOINT_SLICES, INGRESS_CLASSES, INGRESSES, SERVICES
from tests.diagnostics.states import State, container

HTTP = {"containers": [container(ports=[{"name": "http", "containerPort": 8080, "protocol": "TCP"}])]}


@pytest.fixture
def state():
    return State()


def said_of(state):
    return [(each.code, str(each.object)) for each in state.findings()]


def test_pods_that_are_ready_and_stand_in_no_endpoint_slice_are_said(state):
    state.deployment("api")
    state.service("api")

    assert said_of(state) == [("service.no-ready-endpoint", "Service/shop/api")]


def test_endpoints_that_somebody_made_and_none_of_which_is_ready_are_said(state):
    state.service("legacy", selector={})
    unready = {"addresses": ["10.9.8.7"], "conditions": {"ready": False}}
    state.get(ENDPOINT_SLICES, "legacy-abcde")["endpoints"] = [unready]

    assert said_of(state) == [("service.leads-nowhere", "Service/shop/legacy")]


def test_another_name_of_a_service_that_does_not_exist_is_said(state):
    state.add(
        SERVICES,
        {"metadata": {"name": "db"}, "spec": {"type": "ExternalName", "externalName": "pg.data.svc.cluster.local"}},
    )

    assert said_of(state) == [("service.leads-nowhere", "Service/shop/db")]


@pytest.mark.parametrize("name", ["db.example.com", "redis.cache.svc.cluster.local", "svc.example.com"])
def test_another_name_of_what_is_outside_or_exists_is_in_order(state, name):
    state.add(SERVICES, {"metadata": {"name": "db"}, "spec": {"type": "ExternalName", "externalName": name}})

    assert said_of(state) == []


def test_a_named_port_of_a_sidecar_is_found(state):
    sidecar = container("proxy", restartPolicy="Always", ports=[{"name": "https", "containerPort": 8443}])
    pods = state.deployment("api", spec={"initContainers": [sidecar]})
    state.service("api", pods=pods, target="https")

    assert said_of(state) == []


def test_a_port_that_a_container_beside_a_declaring_one_may_listen_on_is_in_order(state):
    proxy = container("istio-proxy", ports=[{"name": "http-envoy-prom", "containerPort": 15090}])
    state.service("api", pods=state.deployment("api", spec={"containers": [container(), proxy]}))

    assert said_of(state) == []


def test_a_port_that_nobody_declares_beside_one_that_leads_somewhere_is_a_note(state):
    ports = [{"port": 80, "targetPort": "http"}, {"name": "metrics", "port": 9090, "targetPort": 9090}]
    state.service("api", pods=state.deployment("api", spec=HTTP), ports=ports)

    assert [each.severity for each in state.findings()] == [Severity.NOTE]


def test_a_daemon_set_that_no_node_is_meant_for_leaves_its_service_empty_on_purpose(state):
    template = {"metadata": {"labels": {"app": "gpu"}}, "spec": {"nodeSelector": {"gpu": "true"}}}
    state.add(
        DAEMON_SETS,
        {
            "metadata": {"name": "gpu"},
            "spec": {"selector": {"matchLabels": {"app": "gpu"}}, "template": template},
            "status": {"desiredNumberScheduled": 0, "numberReady": 0},
        },
    )
    state.service("gpu")

    assert said_of(state) == []


def test_a_port_over_the_other_protocol_leads_nowhere(state):
    listens = {"containers": [container(ports=[{"name": "dns", "containerPort": 5353, "protocol": "UDP"}])]}
    state.service("names", pods=state.deployment("names", spec=listens), port=53, target=5353)

    [said] = state.findings()

    assert said.code == "service.wrong-target-port"
    assert "port 53 over TCP to targetPort 5353, and its pods declare 5353/UDP (dns)" in said.title


def test_a_port_that_is_offered_over_both_protocols_and_declared_for_one_is_in_order(state):
    listens = {"containers": [container(ports=[{"name": "dns", "containerPort": 5353, "protocol": "UDP"}])]}
    ports = [{"name": each, "port": 53, "targetPort": 5353, "protocol": each.upper()} for each in ("udp", "tcp")]
    state.service("names", pods=state.deployment("names", spec=listens), ports=ports)

    assert said_of(state) == []


def test_endpoints_that_a_wrong_port_name_keeps_away_are_not_told_beside_it(state):
    state.service("api", pods=state.deployment("api", spec=HTTP), target="web")
    state.get(ENDPOINT_SLICES, "api-abcde")["endpoints"] = None

    assert said_of(state) == [("service.wrong-target-port", "Service/shop/api")]


def ingress(state, **metadata):
    """Add an Ingress of the load balancer controller that leads to a Service and has an address."""
    state.service("api", pods=state.deployment("api", spec=HTTP))
    backend = {"service": {"name": "api", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    return state.add(
        INGRESSES,
        {
            "metadata": {"name": "web", **metadata},
            "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": paths}}]},
            "status": {"loadBalancer": {"ingress": [{"hostname": "k8s-web.ap-northeast-2.elb.amazonaws.com"}]}},
        },
    )


def test_an_ingress_that_its_controller_does_not_let_go_is_said_with_its_words(state):
    going = ingress(state, deletionTimestamp=state.ago(minutes=8), finalizers=["ingress.k8s.aws/resources"])
    message = "Failed deploy model due to operation error EC2: DeleteSecurityGroup, DependencyViolation"
    state.event(going, "Ingress", "FailedDeployModel", message)

    [said] = state.findings()

    assert said.code == "ingress.stuck-terminating"
    assert "ingress.k8s.aws/resources" in said.title
    assert "DependencyViolation" in said.title


def test_a_load_balancer_that_nobody_takes_down_holds_its_service(state):
    service = state.service("api", pods=state.deployment("api", spec=HTTP), type="LoadBalancer")
    finalizers = ["service.kubernetes.io/load-balancer-cleanup"]
    service["metadata"] |= {"deletionTimestamp": state.ago(minutes=6), "finalizers": finalizers}

    [said] = state.findings()

    assert said.code == "service.stuck-terminating"
    assert finalizers[0] in said.title


def test_an_ingress_that_was_just_deleted_is_waited_for(state):
    ingress(state, deletionTimestamp=state.ago(seconds=30), finalizers=["ingress.k8s.aws/resources"])

    assert said_of(state) == []


def test_two_default_classes_are_a_note(state):
    marked = {"ingressclass.kubernetes.io/is-default-class": "true"}
    state.get(INGRESS_CLASSES, "alb")["metadata"]["annotations"] = marked
    controller = {"controller": "k8s.io/ingress-nginx"}
    state.add(INGRESS_CLASSES, {"metadata": {"name": "nginx", "annotations": marked}, "spec": controller})

    [said] = state.findings()

    assert (said.code, said.severity) == ("ingress.several-defaults", Severity.NOTE)
    assert "alb, nginx" in said.title


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("PortAlreadyAllocated", "Port 30080 was assigned to multiple services; please recreate service"),
        ("ClusterIPOutOfRange", "Cluster IP [IPv4]:172.21.0.4 is not within any configured Service CIDR"),
        ("FailedToUpdateEndpointSlices", "Error updating Endpoint Slices for Service shop/api: exceeded quota"),
    ],
)
def test_what_the_control_plane_cannot_keep_up_of_a_service_is_said(state, reason, message):
    state.event(state.service("api", pods=state.deployment("api", spec=HTTP)), "Service", reason, message)

    [said] = state.findings()

    assert said.code == "service.warned"
    assert f"{reason}, last 1m ago: {message}" in said.title


def balanced(state, message, **seen):
    service = state.service("api", pods=state.deployment("api"), type="LoadBalancer")
    state.event(service, "Service", "SyncLoadBalancerFailed", message, **seen)
    return service


def test_a_load_balancer_that_cannot_be_made_is_said_with_its_controllers_words(state):
    balanced(state, "Error syncing load balancer: could not find any suitable subnets for creating the ELB")

    [said] = state.findings()

    assert said.code == "service.no-address"
    assert "could not find any suitable subnets" in said.title


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param({"count": 12}, ["service.balancer-fails"], id="counted"),
        pytest.param({"count": 0, "series": 12}, ["service.balancer-fails"], id="counted as a series"),
        pytest.param({"count": 1}, [], id="once"),
    ],
)
def test_a_load_balancer_whose_latest_change_keeps_failing_is_said(state, seen, said):
    address = {"ingress": [{"hostname": "k8s-shop-api.elb.ap-northeast-2.amazonaws.com"}]}
    balanced(state, "Failed deploy model due to AccessDenied", **seen)["status"]["loadBalancer"] = address

    assert said_of(state) == [(code, "Service/shop/api") for code in said]


def test_what_a_healthy_cluster_holds_is_left_alone(state):
    state.service("api", pods=state.deployment("api", spec=HTTP), target="http", clusterIP="None")
    state.add(CONFIG_MAPS, {"metadata": {"name": "leader"}, "data": {}})

    assert said_of(state) == []


def test_a_service_all_of_whose_pods_were_deleted_and_do_not_go_is_said_with_them(state):
    pods = state.deployment("api")
    for pod in pods:
        pod["metadata"] |= {"deletionTimestamp": state.ago(minutes=15), "deletionGracePeriodSeconds": 30}
    state.service("api", pods=pods, ready=False)

    [group] = state.sweep().groups

    assert str(group.cause) == "Deployment/shop/api"
    assert "service.no-ready-endpoint" in [each.code for each in group.findings]
