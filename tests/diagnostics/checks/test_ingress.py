"""Ingresses: class, address, and what is behind them."""

import pytest

from diagnostics.resources import EVENTS, INGRESS_CLASSES, INGRESSES, SERVICES
from tests.diagnostics.snapshots import codes, findings, named

CREATED = {"creationTimestamp": "2026-11-21T09:00:00Z"}
ADDRESS = {"loadBalancer": {"ingress": [{"hostname": "k8s-shop.elb.amazonaws.com"}]}}
NO_SUBNETS = (
    "Failed build model due to couldn't auto-discover subnets: unable to resolve at least one subnet "
    "(0 match VPC and tags: [kubernetes.io/role/elb])"
)


def ingress(class_name="alb", annotations=None, status=None, port=None, service="web", created=CREATED, **spec):
    backend = {"service": {"name": service, "port": port or {"number": 80}}}
    return named(
        "web",
        metadata={**created, "annotations": annotations or {}},
        spec={
            "rules": [{"http": {"paths": [{"path": "/", "backend": backend}]}}],
            **({"ingressClassName": class_name} if class_name else {}),
            **spec,
        },
        status=status if status is not None else ADDRESS,
    )


def ingress_class(name="alb", controller="ingress.k8s.aws/alb", default=False):
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"} if default else {}
    return named(name, "", metadata={"annotations": annotations}, spec={"controller": controller})


def warning(reason="FailedBuildModel", message=NO_SUBNETS, last="2026-11-21T09:58:00Z", count=4):
    return named(
        "web.1",
        involvedObject={"uid": "uid-of-web"},
        reason=reason,
        message=message,
        lastTimestamp=last,
        count=count,
    )


WEB = named("web", spec={"ports": [{"port": 80, "name": "http"}]})


def judged(ingress_, *classes, events=(), services=(WEB,), **options):
    objects = {
        INGRESSES: [ingress_],
        INGRESS_CLASSES: list(classes) if classes else [ingress_class()],
        SERVICES: list(services),
        EVENTS: list(events),
    }
    return findings("ingress", objects, **options)


def test_an_ingress_with_class_address_and_backend_is_in_order():
    assert judged(ingress()) == []


def test_a_class_that_does_not_exist_is_said_beside_those_that_do():
    found = judged(ingress("nginx", status={}))

    assert [each.code for each in found] == ["ingress.class-unknown"]
    assert "nginx" in found[0].title
    assert "alb (ingress.k8s.aws/alb)" in found[0].title


def test_the_old_annotation_names_a_class_too():
    found = judged(ingress("", {"kubernetes.io/ingress.class": "istio"}, status={}))

    assert [each.code for each in found] == ["ingress.class-unknown"]
    assert "istio in the annotation" in found[0].title


@pytest.mark.parametrize(
    "served",
    [
        ingress("traefik"),
        ingress("", {"kubernetes.io/ingress.class": "nginx"}),
        ingress(""),
        ingress(
            "", {"kubernetes.io/ingress.class": "gce"}, status={}, created={"creationTimestamp": "2026-11-21T09:59:00Z"}
        ),
    ],
    ids=["class went later", "annotation without object", "no class", "the provider's own"],
)
def test_an_ingress_that_somebody_serves_is_in_order_whatever_its_class(served):
    assert judged(served) == []


def test_no_class_and_no_default_leave_an_ingress_to_nobody():
    assert [each.code for each in judged(ingress("", status={}))] == ["ingress.no-class"]


def test_a_default_class_takes_an_ingress_that_names_none():
    found = judged(ingress("", status={}), ingress_class(default=True))

    assert [each.code for each in found] == ["ingress.no-address"]


def test_an_ingress_without_address_is_said_with_the_controllers_words():
    found = judged(
        ingress(status={"loadBalancer": {}}, annotations={"alb.ingress.kubernetes.io/scheme": "internet-facing"}),
        events=[warning()],
    )

    assert [(each.code, each.severity) for each in found] == [("ingress.no-address", "critical")]
    assert "couldn't auto-discover subnets" in found[0].title
    assert "kubernetes.io/role/elb,Value=1" in found[0].next
    assert [str(blame) for blame in found[0].blames] == ["Deployment/kube-system/aws-load-balancer-controller"]


def test_an_internal_load_balancer_wants_the_other_tag():
    found = judged(ingress(status={}), events=[warning()])

    assert "kubernetes.io/role/internal-elb" in found[0].next


def test_a_new_ingress_has_time_to_get_an_address_unless_its_controller_fails():
    new = ingress(status={}, created={"creationTimestamp": "2026-11-21T09:59:00Z"})

    assert judged(new) == []
    assert [each.code for each in judged(new, events=[warning()])] == ["ingress.no-address"]


def test_a_controller_that_may_publish_no_address_is_only_suspect():
    found = judged(ingress("nginx", status={}), ingress_class("nginx", "k8s.io/ingress-nginx"))

    assert [(each.code, each.severity) for each in found] == [("ingress.no-address", "warning")]


def test_a_change_that_keeps_failing_is_said_of_an_ingress_that_has_an_address():
    assert [each.code for each in judged(ingress(), events=[warning()])] == ["ingress.reconcile-fails"]


@pytest.mark.parametrize("event", [warning(count=1), warning(last="2026-11-21T09:20:00Z")], ids=["once", "long ago"])
def test_a_failure_that_has_passed_stays_unsaid(event):
    assert judged(ingress(), events=[event]) == []


@pytest.mark.parametrize(
    ("ingress_", "said"),
    [
        (ingress(service="wep"), "Service wep, which does not exist"),
        (ingress(port={"number": 8080}), "port 8080 of the Service web, which offers 80 (http)"),
        (ingress(port={"name": "https"}), "port https"),
        (ingress(defaultBackend={"service": {"name": "fallback", "port": {"number": 80}}}), "Service fallback"),
    ],
    ids=["no service", "no port", "no port name", "default backend"],
)
def test_a_backend_that_is_not_there_is_said(ingress_, said):
    found = judged(ingress_)

    assert [each.code for each in found] == ["ingress.backend-missing"]
    assert said in found[0].title


@pytest.mark.parametrize(
    "ingress_",
    [
        ingress(port={"name": "http"}),
        ingress(service="redirect", port={"name": "use-annotation"}),
        ingress(service="rule", annotations={"alb.ingress.kubernetes.io/actions.rule": "{}"}),
        ingress(rules=[{"host": "a", "http": {"paths": [{"backend": {"resource": {"kind": "Bucket"}}}]}}]),
        ingress(rules=None),
    ],
    ids=["port by name", "action", "action by name", "resource", "no rules"],
)
def test_backends_may_be_other_than_a_port_of_a_service(ingress_):
    assert judged(ingress_) == []


def test_a_backend_that_many_paths_use_is_said_once():
    backend = {"service": {"name": "gone", "port": {"number": 80}}}
    many = ingress(rules=[{"http": {"paths": [{"path": f"/{part}", "backend": backend} for part in "abc"]}}])

    assert codes("ingress", {INGRESSES: [many], INGRESS_CLASSES: [ingress_class()]}) == ["ingress.backend-missing"]
