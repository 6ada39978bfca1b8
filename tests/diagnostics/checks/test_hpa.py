"""Autoscalers: what keeps one from scaling is said, and one that does its work is left alone."""

import pytest

from diagnostics.resources import API_SERVICES, EVENTS, HORIZONTAL_POD_AUTOSCALERS
from diagnostics.target import Target
from tests.diagnostics.snapshots import codes, findings, named

ABLE = {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale"}
ACTIVE = {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"}
WITHIN = {"type": "ScalingLimited", "status": "False", "reason": "DesiredWithinRange"}
LIMITED = {"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas"}
AT_MINIMUM = {"type": "ScalingLimited", "status": "True", "reason": "TooFewReplicas"}
LONG_AGO = "2026-11-20T10:00:00Z"
SERVED = named(
    "v1beta1.metrics.k8s.io",
    namespace="",
    spec={"group": "metrics.k8s.io", "service": {"name": "metrics-server", "namespace": "kube-system"}},
    status={"conditions": [{"type": "Available", "status": "True"}]},
)


def utilization(name, target, current=None):
    """Return what is wanted of a resource metric, and its status."""
    wanted = {"name": name, "target": {"type": "Utilization", "averageUtilization": target}}
    now = {"name": name, "current": {"averageUtilization": current}}
    return (
        {"type": "Resource", "resource": wanted},
        {"type": "Resource", "resource": now} if current is not None else {"type": ""},
    )


def autoscaler(*metrics, conditions=(ABLE, ACTIVE, WITHIN), replicas=4, most=10, least=2, created=LONG_AGO, **spec):
    metrics = metrics or (utilization("cpu", 60, 55),)
    return named(
        "web",
        metadata={"creationTimestamp": created},
        spec={
            "scaleTargetRef": {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"},
            "minReplicas": least,
            "maxReplicas": most,
            "metrics": [wanted for wanted, _ in metrics],
            **spec,
        },
        status={
            "currentReplicas": replicas,
            "desiredReplicas": replicas,
            "currentMetrics": [now for _, now in metrics],
            "conditions": list(conditions),
        },
    )


def inactive(reason, message, since=LONG_AGO):
    return ABLE, {
        "type": "ScalingActive",
        "status": "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": since,
    }


OFF = {"scaleDown": {"selectPolicy": "Disabled"}}


def judged(thing, *services, **options):
    return findings("hpa", {HORIZONTAL_POD_AUTOSCALERS: [thing], API_SERVICES: list(services)}, **options)


@pytest.mark.parametrize(
    "thing",
    [
        autoscaler(),
        autoscaler(replicas=2, conditions=(ABLE, ACTIVE, AT_MINIMUM)),
        autoscaler(replicas=1, least=1, most=1, conditions=(ABLE, ACTIVE, LIMITED)),
        autoscaler(conditions=inactive("ScalingDisabled", "the replica count of the target is zero")),
    ],
    ids=["follows its metric", "at its minimum", "pinned to one", "its target scaled to nought"],
)
def test_an_autoscaler_that_does_its_work_or_was_switched_off_is_in_order(thing):
    assert judged(thing, SERVED) == []


def test_an_api_that_nothing_serves_is_named_as_the_cause():
    conditions = inactive(
        "FailedGetPodsMetric",
        "unable to fetch metrics from custom metrics API: no custom metric for pods (get pods.custom.metrics.k8s.io)",
    )

    (found,) = judged(autoscaler(conditions=conditions), SERVED)

    assert found.code == "hpa.no-metrics"
    assert str(found.cause) == "APIService//v1beta2.custom.metrics.k8s.io"
    assert "FailedGetPodsMetric" in found.title
    assert "nothing serves custom.metrics.k8s.io" in found.title


def test_an_api_that_does_not_answer_is_the_cause():
    down = {
        **SERVED,
        "status": {"conditions": [{"type": "Available", "status": "False", "reason": "MissingEndpoints"}]},
    }
    message = "the server is currently unable to handle the request (get pods.metrics.k8s.io)"

    (found,) = judged(autoscaler(conditions=inactive("FailedGetResourceMetric", message)), down)

    assert str(found.cause) == "APIService//v1beta1.metrics.k8s.io"
    assert "does not answer" in found.title


def test_an_api_that_lacks_the_metric_is_not_at_fault_for_sure():
    message = "no metrics returned from resource metrics API"

    (found,) = judged(autoscaler(conditions=inactive("FailedGetResourceMetric", message)), SERVED)

    assert found.cause is None
    assert [str(blame) for blame in found.blames] == ["Deployment/shop/web"]


def test_pods_that_have_just_started_have_no_figures_yet():
    message = "did not receive metrics for targeted pods (pods might be unready)"
    new = inactive("FailedGetResourceMetric", message, since="2026-11-21T09:59:40Z")
    old = inactive("FailedGetResourceMetric", message)

    assert judged(autoscaler(conditions=new, created="2026-11-21T09:59:30Z"), SERVED) == []
    assert [each.code for each in judged(autoscaler(conditions=old), SERVED)] == ["hpa.no-metrics"]


def test_a_container_without_the_request_is_named():
    message = "failed to get memory utilization: missing request for memory in container istio-proxy of Pod web-1"

    (found,) = judged(autoscaler(conditions=inactive("FailedGetResourceMetric", message)), SERVED)

    assert found.code == "hpa.no-requests"
    assert "container istio-proxy of Deployment shop/web has no memory request" in found.title


def test_a_target_that_does_not_exist_is_said():
    unable = {
        "type": "AbleToScale",
        "status": "False",
        "reason": "FailedGetScale",
        "message": 'statefulsets "x" not found',
    }

    assert [each.code for each in judged(autoscaler(conditions=(unable,)), SERVED)] == ["hpa.no-target"]


def test_a_selector_that_two_autoscalers_share_is_said():
    conditions = inactive("AmbiguousSelector", "pods by selector app=web are controlled by multiple HPAs")

    assert [each.code for each in judged(autoscaler(conditions=conditions), SERVED)] == ["hpa.not-scaling"]


def of_one_target(**changed):
    """Return two autoscalers of the same Deployment, of which the second is changed."""
    second = autoscaler(created="2026-11-20T12:00:00Z")
    second["metadata"] |= {"name": "web-2", "uid": "uid-of-web-2"}
    for path, value in changed.items():
        second[path] |= value
    return [autoscaler(), second]


def test_two_autoscalers_of_one_target_are_said_once_though_no_controller_says_it():
    (found,) = findings("hpa", {HORIZONTAL_POD_AUTOSCALERS: of_one_target(), API_SERVICES: [SERVED]})

    assert (found.code, found.object.name) == ("hpa.target-shared", "web-2")
    assert "scales Deployment shop/web, as does web: each undoes what the other did" in found.title


def test_the_older_of_two_autoscalers_tells_of_the_other_when_it_is_asked_about():
    objects = {HORIZONTAL_POD_AUTOSCALERS: of_one_target(), API_SERVICES: [SERVED]}

    (found,) = findings("hpa", objects, target=Target("shop", "web"))

    assert "as does web-2" in found.title


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"spec": {"scaleTargetRef": {"kind": "StatefulSet", "name": "web"}}}, [], id="another kind"),
        pytest.param({"metadata": {"namespace": "stage"}}, [], id="another namespace"),
        pytest.param({"metadata": {"deletionTimestamp": LONG_AGO}}, [], id="one is being deleted"),
        pytest.param(
            {"status": {"conditions": list(inactive("AmbiguousSelector", "are controlled by multiple HPAs"))}},
            ["hpa.not-scaling"],
            id="the controller says it",
        ),
    ],
)
def test_autoscalers_that_share_no_target_or_say_it_themselves_are_no_rivals(changed, expected):
    objects = {HORIZONTAL_POD_AUTOSCALERS: of_one_target(**changed), API_SERVICES: [SERVED]}

    assert codes("hpa", objects) == expected


def test_an_autoscaler_that_no_controller_has_looked_at_is_said_once_it_is_old_enough():
    assert [each.code for each in judged(autoscaler(conditions=()))] == ["hpa.not-scaling"]
    assert judged(autoscaler(conditions=(), created="2026-11-21T09:59:00Z")) == []


def test_one_unread_metric_of_two_keeps_it_from_scaling_in():
    queue = (
        {"type": "External", "external": {"metric": {"name": "lag"}, "target": {"averageValue": "10"}}},
        {"type": ""},
    )
    event = named(
        "e",
        involvedObject={"uid": "uid-of-web"},
        type="Warning",
        reason="FailedGetExternalMetric",
        message="no matching metrics found for lag",
    )
    objects = {HORIZONTAL_POD_AUTOSCALERS: [autoscaler(utilization("cpu", 60, 50), queue)], EVENTS: [event]}

    (found,) = findings("hpa", objects)

    assert found.code == "hpa.metric-unread"
    assert "cannot read lag, 1 of its 2 metrics" in found.title
    assert "no matching metrics found" in found.title


@pytest.mark.parametrize(
    ("memory", "cpu", "held"),
    [
        ((70, 68), (60, 5), True),
        ((80, 68), (60, 5), True),
        ((70, 120), (60, 20), True),
        ((70, 30), (60, 5), False),
        ((70, 68), (60, 45), False),
        ((70, 68), (60, None), False),
    ],
    ids=["near its target", "near enough", "over its target", "memory has fallen", "cpu works too", "cpu unknown"],
)
def test_memory_holds_replicas_that_nothing_else_asks_for(memory, cpu, held):
    thing = autoscaler(utilization("memory", *memory), utilization("cpu", *cpu))

    assert ("hpa.held-up" in [each.code for each in judged(thing, SERVED)]) is held


def test_memory_by_value_and_of_one_container_holds_replicas_too():
    wanted = {"name": "memory", "container": "app", "target": {"averageValue": "1Gi"}}
    now = {"name": "memory", "container": "app", "current": {"averageValue": "1020Mi"}}
    memory = (
        {"type": "ContainerResource", "containerResource": wanted},
        {"type": "ContainerResource", "containerResource": now},
    )

    (found,) = judged(autoscaler(memory, utilization("cpu", 60, 5)), SERVED)

    assert found.code == "hpa.held-up"
    assert "memory is at 1020Mi of its target of 1Gi" in found.title


@pytest.mark.parametrize(
    "options",
    [{"replicas": 2}, {"behavior": {"scaleDown": {"selectPolicy": "Disabled"}}}],
    ids=["at its minimum", "scaling in is switched off"],
)
def test_memory_is_not_blamed_for_replicas_that_are_meant(options):
    assert judged(autoscaler(utilization("memory", 70, 68), utilization("cpu", 60, 5), **options), SERVED) == []


def test_an_autoscaler_that_wants_more_than_its_maximum_is_said():
    busy = autoscaler(utilization("cpu", 60, 130), replicas=10, conditions=(ABLE, ACTIVE, LIMITED))

    (found,) = judged(busy, SERVED)

    assert (found.code, found.severity) == ("hpa.at-maximum", "warning")
    assert "cpu is at 130% of its target of 60%" in found.title


def test_an_autoscaler_that_its_maximum_suffices_is_a_note():
    assert [each.severity for each in judged(autoscaler(replicas=10), SERVED)] == ["note"]


def test_null_lists_hide_nothing():
    odd = autoscaler()
    odd["spec"]["metrics"] = odd["status"]["currentMetrics"] = None

    assert codes("hpa", {HORIZONTAL_POD_AUTOSCALERS: [odd, autoscaler(conditions=())]}) == ["hpa.not-scaling"]


def test_an_autoscaler_that_is_told_never_to_scale_in_is_a_note_while_its_metrics_ask_for_far_fewer():
    [found] = judged(autoscaler(utilization("cpu", 60, 4), behavior=OFF), SERVED)

    assert (found.code, found.severity) == ("hpa.scales-in-never", "note")
    assert "stays at 4 replicas" in found.title


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (autoscaler(utilization("cpu", 60, 55), behavior=OFF), []),
        (autoscaler(utilization("cpu", 60, 4), replicas=2, behavior=OFF), []),
        (
            autoscaler(utilization("cpu", 60, 95), replicas=10, conditions=(ABLE, ACTIVE, LIMITED), behavior=OFF),
            ["hpa.at-maximum"],
        ),
    ],
    ids=["needs what it has", "at its minimum", "at its maximum"],
)
def test_an_autoscaler_that_never_scales_in_is_judged_as_any_other_while_it_has_work(thing, said):
    assert [each.code for each in judged(thing, SERVED)] == said
