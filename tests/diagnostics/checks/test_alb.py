"""The AWS Load Balancer Controller: its switches, and what it asks AWS for in vain."""

import json

import pytest

from diagnostics.resources import DEPLOYMENTS, EVENTS, INGRESS_CLASSES, INGRESSES, PODS
from tests.diagnostics.snapshots import codes, findings, named

NAME = "aws-load-balancer-controller"
LABELS = {"app.kubernetes.io/name": NAME}
ALL_OFF = ("--enable-wafv2=false", "--enable-waf=false", "--enable-shield=false")
ALB = named("alb", "", spec={"controller": "ingress.k8s.aws/alb"})
WAITING = named("web", spec={"ingressClassName": "alb"}, status={"loadBalancer": {}})
SERVED = {**WAITING, "status": {"loadBalancer": {"ingress": [{"hostname": "web.elb.amazonaws.com"}]}}}


def controller(*args, ready=1, name=NAME):
    containers = [{"name": NAME, "args": ["--cluster-name=shop", *args]}]
    return named(
        name,
        "kube-system",
        labels=LABELS,
        spec={"replicas": 1, "template": {"spec": {"containers": containers, "serviceAccountName": NAME}}},
        status={"readyReplicas": ready},
    )


def pod(name=f"{NAME}-7d9f-abcde", **status):
    return named(
        name,
        "kube-system",
        labels={**LABELS, "pod-template-hash": "7d9f"},
        metadata={"ownerReferences": [{"kind": "ReplicaSet", "name": f"{NAME}-7d9f", "controller": True}]},
        spec={"containers": [{"name": NAME}]},
        status={"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], **status},
    )


def restarted(at):
    ended = {"terminated": {"exitCode": 1, "finishedAt": at}}
    return pod(containerStatuses=[{"name": NAME, "ready": True, "restartCount": 1, "lastState": ended}])


def warning(thing):
    about = {"uid": thing["metadata"]["uid"]}
    return named("event", type="Warning", reason="FailedDeployModel", involvedObject=about)


def line(error, at="2026-11-21T09:55:00Z"):
    return json.dumps({"level": "error", "ts": at, "msg": "Reconciler error", "error": error}, separators=(",", ":"))


def unreached(host, how="dial tcp 198.51.100.7:443: i/o timeout"):
    return f'RequestError: send request failed\ncaused by: Post "https://{host}/": {how}'


def judged(deployment, *lines, pod_=None, others=None, **options):
    log = {f"{NAME}-7d9f-abcde/{NAME}": "\n".join(lines)}
    return findings("alb", {DEPLOYMENTS: [deployment], PODS: [pod_ or pod()], **(others or {})}, logs=log, **options)


def test_a_controller_that_cannot_ask_for_its_vpc_is_told_to_be_given_it():
    unable = (
        '{"level":"error","msg":"unable to initialize AWS cloud","error":"failed to get VPC ID: ec2imds: canceled"}'
    )
    ended = {"terminated": {"exitCode": 1}}
    crashing = {
        "name": NAME,
        "restartCount": 4,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": ended,
    }
    unready = [{"type": "Ready", "status": "False"}]

    [found] = judged(controller(ready=0), unable, pod_=pod(conditions=unready, containerStatuses=[crashing]))

    assert found.code == "alb.unavailable"
    assert "--aws-vpc-id" in found.next


def test_a_controller_whose_log_is_quiet_is_in_order():
    assert judged(controller(), '{"level":"info","msg":"successfully deployed model"}') == []


def test_a_cluster_without_the_controller_and_without_use_for_it_is_in_order():
    served = named("web", spec={"ingressClassName": "nginx"}, status={})

    assert codes("alb", {DEPLOYMENTS: [], INGRESSES: [served], INGRESS_CLASSES: []}) == []


def test_ingresses_that_wait_for_a_controller_that_is_not_installed_are_counted():
    found = findings("alb", {DEPLOYMENTS: [], INGRESSES: [WAITING], INGRESS_CLASSES: [ALB]})

    assert [each.code for each in found] == ["alb.missing"]


def test_auto_mode_serves_its_class_without_a_deployment():
    automatic = named("alb", "", spec={"controller": "eks.amazonaws.com/alb"})

    assert codes("alb", {DEPLOYMENTS: [], INGRESSES: [WAITING], INGRESS_CLASSES: [automatic]}) == []


@pytest.mark.parametrize(
    ("host", "switch"),
    [
        ("wafv2.ap-northeast-2.amazonaws.com", "--enable-wafv2=false"),
        ("waf-regional.eu-west-1.amazonaws.com", "--enable-waf=false"),
        ("shield.us-east-1.amazonaws.com", "--enable-shield=false"),
        ("wafv2.cn-north-1.amazonaws.com.cn", "--enable-wafv2=false"),
    ],
)
def test_a_service_that_nobody_needs_and_that_does_not_answer_is_said_with_its_switch(host, switch):
    found = judged(controller(), line(unreached(host)))

    assert [each.code for each in found] == ["alb.waf-times-out"]
    assert "i/o timeout" in found[0].title
    assert switch in found[0].next
    assert found[0].evidence[switch.removesuffix("=false")] == "not given (true)"


def test_lines_from_before_the_switches_were_set_are_history():
    lines = [line(unreached("wafv2.eu-west-1.amazonaws.com")), line(unreached("shield.us-east-1.amazonaws.com"))]

    assert judged(controller(*ALL_OFF), *lines) == []


def test_one_switch_that_was_forgotten_is_enough():
    found = judged(controller("--enable-wafv2=false"), line(unreached("shield.us-east-1.amazonaws.com")))

    assert [each.code for each in found] == ["alb.waf-times-out"]
    assert found[0].evidence["--enable-wafv2"] == "false"


@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("sts.ap-northeast-2.amazonaws.com", "dial tcp 198.51.100.7:443: i/o timeout"),
        ("elasticloadbalancing.eu-west-1.amazonaws.com", "context deadline exceeded"),
        ("ec2.eu-west-1.api.aws", "dial tcp: lookup ec2.eu-west-1.api.aws: no such host"),
    ],
)
def test_a_service_that_it_needs_wants_an_endpoint(host, how):
    found = judged(controller(*ALL_OFF), line(unreached(host, how)))

    assert [each.code for each in found] == ["alb.endpoint-unreachable"]
    assert host.partition(".")[0] in found[0].title
    assert "interface endpoints" in found[0].next


@pytest.mark.parametrize("at", ["2026-11-21T07:00:00Z", 1790000000.5], ids=["RFC 3339", "seconds"])
def test_a_trouble_of_hours_ago_is_over(at):
    assert judged(controller(), line(unreached("wafv2.eu-west-1.amazonaws.com"), at)) == []


@pytest.mark.parametrize(
    ("pod_", "others", "is_read"),
    [
        (pod(), {INGRESSES: [SERVED]}, False),
        (restarted("2026-11-19T09:50:00Z"), {}, False),
        (pod(), {INGRESSES: [WAITING]}, True),
        (pod(), {INGRESSES: [SERVED], EVENTS: [warning(SERVED)]}, True),
        (pod(), {EVENTS: [warning(pod())]}, True),
        (restarted("2026-11-21T09:50:00Z"), {}, True),
        (pod(conditions=[{"type": "Ready", "status": "False"}]), {}, True),
    ],
    ids=["well", "restarted long ago", "no address", "Ingress warned of", "pod warned of", "restarted", "not ready"],
)
def test_a_sweep_reads_the_log_only_when_something_is_unwell(pod_, others, is_read):
    refused = line("AccessDenied: not authorized to perform: elasticloadbalancing:AddTags")

    found = judged(controller(), refused, pod_=pod_, others={INGRESS_CLASSES: [ALB], **others}, is_sweep=True)

    assert [each.code for each in found] == (["alb.access-denied"] if is_read else [])


def test_a_permission_that_the_role_lacks_is_named():
    refused = (
        "AccessDenied: User: arn:aws:sts::111122223333:assumed-role/alb/1 is not authorized to perform: "
        "elasticloadbalancing:AddTags on resource: *"
    )

    found = judged(controller(), line(refused))

    assert [each.code for each in found] == ["alb.access-denied"]
    assert "(elasticloadbalancing:AddTags)" in found[0].title


def test_a_role_that_cannot_be_assumed_points_at_the_account_that_names_it():
    (found,) = judged(controller(), line("AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"))

    assert (found.code, [blame.kind for blame in found.blames]) == ("alb.access-denied", ["ServiceAccount"])
    assert "trust policy" in found.next


def test_a_controller_that_does_not_run_is_said():
    found = judged(controller(ready=0))

    assert [each.code for each in found] == ["alb.unavailable"]
    assert "0/1" in found[0].title


def test_the_controller_is_known_by_its_label_when_a_chart_renamed_it():
    found = findings("alb", {DEPLOYMENTS: [controller(ready=0, name="lb")], PODS: []})

    assert [each.object.name for each in found] == ["lb"]


def test_a_controller_that_is_scaled_to_nought_is_said_while_an_ingress_waits_for_it():
    off = controller(ready=0)
    off["spec"]["replicas"] = 0

    waited_for = findings("alb", {DEPLOYMENTS: [off], INGRESSES: [WAITING], INGRESS_CLASSES: [ALB]})
    unneeded = findings("alb", {DEPLOYMENTS: [off], INGRESSES: [SERVED], INGRESS_CLASSES: [ALB]})

    assert ["replicas 0" in each.title for each in waited_for] == [True]
    assert unneeded == []


def test_a_controller_whose_pod_has_no_node_is_told_why():
    pending = {"type": "PodScheduled", "status": "False", "message": "0/2 nodes are available: 2 Insufficient cpu."}

    [found] = judged(controller(ready=0), pod_=pod(phase="Pending", conditions=[pending]))

    assert "Insufficient cpu" in found.title
