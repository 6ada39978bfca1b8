"""The AWS Load Balancer Controller: whether it runs, what it asks AWS for in vain, and which switches it was given."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from diagnostics import (
    components,
    containers,
    excerpts,
    iam,
    ingresses,
    kubectl,
    needs,
    outage,
    owners,
    podstate,
    remedies,
    times,
)
from diagnostics.containers import Role
from diagnostics.finding import Code, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import check
from diagnostics.remedies import Remedies
from diagnostics.resources import DEPLOYMENTS, INGRESS_CLASSES, INGRESSES, PODS
from diagnostics.snapshot import Snapshot

UNAVAILABLE = Code(
    "alb.unavailable",
    Severity.CRITICAL,
    "The load balancer controller does not run",
    ("k8sgpt Deployment", "popeye 501"),
    tells=outage.TELLS,
)
MISSING = Code(
    "alb.missing", Severity.CRITICAL, "Ingresses wait for the load balancer controller, which is not installed"
)
WAF_TIMES_OUT = Code(
    "alb.waf-times-out",
    Severity.CRITICAL,
    "The controller asks WAF or Shield at every reconcile, and the network does not let it",
)
ENDPOINT_UNREACHABLE = Code(
    "alb.endpoint-unreachable",
    Severity.CRITICAL,
    "The controller does not reach an AWS service that it cannot do without",
)
ACCESS_DENIED = Code("alb.access-denied", Severity.CRITICAL, "The controller's IAM role lacks a permission")

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE
_NAME = components.LOAD_BALANCER_CONTROLLER.name
_OPTIONAL = {"wafv2": "--enable-wafv2", "waf-regional": "--enable-waf", "shield": "--enable-shield"}
"""Services that nobody needs who does not use them, and the switch that turns each off; all are on by default."""

_HOST = re.compile(r"\b(?P<service>[a-z0-9-]+)\.(?:(?P<region>[a-z0-9-]+)\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)\b")
_UNREACHED = re.compile(
    r"(?i)i/o timeout|timed? ?out|deadline exceeded|connection refused|no such host|no route to host"
)
_DENIED = re.compile(r"AccessDenied|UnauthorizedOperation|[Nn]ot authorized to perform")
_MOST_OF_A_LINE = 300
"""Characters of a log line that a title has room for."""

_AT_START: Remedies = (
    (
        "vpc id|instance metadata|ec2 metadata|ec2imds",
        "it may not ask the node's metadata service (hop limit 1): give it --aws-vpc-id and --aws-region, "
        "by helm --set vpcId=<vpc>,region=<region>",
    ),
    ("cluster name|--cluster-name", "give it --cluster-name: helm --set clusterName=<cluster>"),
)
"""By what the controller says when it does not start."""

_STAMP = re.compile(r'"ts":(?:"(?P<text>[^"]+)"|(?P<seconds>\d+(?:\.\d+)?))')
_STILL = timedelta(hours=1)
"""A trouble that lasts is in the log again within this: the controller tries again after 17 minutes at most."""

_LOG_LINES = 100
_REPLICAS_ASKED = 2
"""Only the leader works, and nobody outside knows which it is."""


@check(
    "alb",
    subject=DEPLOYMENTS,
    needs=(needs.everywhere(DEPLOYMENTS),),
    helps=(PODS, needs.in_namespace(_SYSTEM, PODS), needs.everywhere(INGRESSES), INGRESS_CLASSES),
    codes=CODES,
)
def alb(seen: Snapshot) -> Iterable[Finding]:
    """Whether the AWS Load Balancer Controller runs, its --enable-waf switches, and what its log says of AWS.

    A cluster without it is in order as long as no Ingress waits for it. A sweep reads the log only when a pod or an
    Ingress of the controller is unwell.
    """
    controllers = [each for each in seen.all(DEPLOYMENTS) if _is_controller(each)]
    if not controllers:
        yield from _missing(seen)
    for controller in controllers:
        yield from _controller(seen, controller)


def _is_controller(deployment: Object) -> bool:
    return _NAME in (deployment.name, deployment.labels.get("app.kubernetes.io/name"))


def _missing(seen: Snapshot) -> Iterator[Finding]:
    """Say that it is not there only when something waits for it and was made for it by its class."""
    waiting = _waiting_for_it(seen)
    if waiting:
        classes = ", ".join(sorted({ingresses.class_of(each) for each in waiting}))
        yield MISSING.found(
            components.LOAD_BALANCER_CONTROLLER,
            f"is not installed, and {len(waiting)} Ingresses of class {classes} wait for it",
            evidence={"IngressClass spec.controller": ingresses.ALB_CONTROLLER, "Ingresses": _names(waiting)},
            next=f"helm upgrade -i {_NAME} eks/{_NAME} -n {_SYSTEM} --set clusterName=<cluster>, with its IAM role",
        )


def _waiting_for_it(seen: Snapshot) -> list[Object]:
    """Return the Ingresses of its classes that have no address."""
    classes = [
        each.name for each in seen.all(INGRESS_CLASSES) if each.text("spec.controller") == ingresses.ALB_CONTROLLER
    ]
    return [
        each for each in seen.all(INGRESSES) if ingresses.class_of(each) in classes and not ingresses.has_address(each)
    ]


def _names(waiting: Sequence[Object]) -> str:
    return ", ".join(f"{each.namespace}/{each.name}" for each in waiting[:5])


def _switched_off(controller: Object, waiting: Sequence[Object]) -> Finding:
    return UNAVAILABLE.found(
        controller,
        f"is scaled to nought (replicas 0), and {len(waiting)} Ingresses wait for it",
        evidence={**controller.quote("spec.replicas"), "Ingresses": _names(waiting)},
        next=f"kubectl scale deployment {controller.name} -n {controller.namespace} --replicas=2",
    )


def _controller(seen: Snapshot, controller: Object) -> Iterator[Finding]:
    alive = [
        pod
        for pod in seen.all(PODS, controller.namespace)
        if owners.workload_of(pod) == controller.reference and not podstate.is_finished(pod)
    ]
    pods = [pod for pod in alive if pod.text("status.phase") == "Running"]
    unready = podstate.unready(alive)
    wanted, ready = controller.number("spec.replicas", 1), controller.number("status.readyReplicas")
    if not ready and wanted:
        why = outage.of(seen, unready) if unready else outage.Outage("its pods do not run")
        yield UNAVAILABLE.found(
            controller,
            f"{ready}/{wanted} pods of the load balancer controller are ready: {why.sentence}",
            evidence={**controller.quote("spec.replicas", "status.readyReplicas"), **why.evidence},
            next=why.remedy
            or (
                f"kubectl logs deploy/{controller.name} -n {controller.namespace} --tail=50; "
                if pods
                else f"{kubectl.describe(controller.reference)}, then its pods; "
            )
            + remedies.of(why.sentence, _AT_START, "until it runs no Ingress or Service gets a load balancer"),
            blames=why.blames,
        )
    elif not wanted and (waiting := _waiting_for_it(seen)):
        yield _switched_off(controller, waiting)
    complaints = _Complaints.of(_log(seen, pods) if _may_complain(seen, pods) else ())
    yield from _waf(controller, complaints)
    yield from _unreachable(controller, complaints)
    yield from _denied(controller, complaints)


def _may_complain(seen: Snapshot, pods: Sequence[Object]) -> bool:
    """Say whether the log is worth reading: it was asked for, or a pod or an Ingress of the controller is unwell."""
    if not seen.spares_logs or outage.is_suspected(seen, pods):
        return True
    served = (each for each in seen.all(INGRESSES) if ingresses.is_alb(seen, each))
    return any(not ingresses.has_address(each) or seen.is_warned_of(each) for each in served)


def _log(seen: Snapshot, pods: Sequence[Object]) -> list[str]:
    """Return the lines of the controller's log that are not of an older trouble."""
    return [
        line
        for pod in pods[:_REPLICAS_ASKED]
        for container in [each for each in containers.of(pod) if each.role is Role.MAIN][:1]
        for line in seen.logs(pod, container.name, tail=_LOG_LINES).lines
        if seen.since(_stamp(line)) < _STILL
    ]


def _stamp(line: str) -> datetime | None:
    """Return when a structured line was written, None when it does not say so."""
    found = _STAMP.search(line)
    if found is None:
        return None
    return times.parse(found["text"]) if found["text"] else datetime.fromtimestamp(float(found["seconds"]), UTC)


@dataclass(frozen=True)
class _Complaints:
    """Log lines of the controller: by the AWS service that it did not reach, and those where AWS refused."""

    unreached: Mapping[str, str]
    denied: Sequence[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> "_Complaints":
        """Sort lines out; the last of a kind stands for all."""
        unreached: dict[str, str] = {}
        denied: list[str] = []
        for line in lines:
            host = _HOST.search(line)
            if host and _UNREACHED.search(line):
                unreached[host["service"]] = line
            elif _DENIED.search(line):
                denied.append(line)
        return cls(unreached, denied)


def _waf(controller: Object, complaints: _Complaints) -> Iterator[Finding]:
    """A switch that is off by now ends the complaint: its lines are of the run before."""
    arguments = _arguments(controller)
    troubled = {
        service: line
        for service, line in complaints.unreached.items()
        if service in _OPTIONAL and f"{_OPTIONAL[service]}=false" not in arguments
    }
    if not troubled:
        return
    switches = " ".join(f"{switch}=false" for switch in _OPTIONAL.values())
    line = next(iter(troubled.values()))
    yield WAF_TIMES_OUT.found(
        controller,
        f"asks {', '.join(troubled)} at every reconcile and gets no answer, so that Ingresses get no address: "
        f"{excerpts.saying(line, _MOST_OF_A_LINE)}",
        evidence={
            "args": " ".join(arguments) or "none",
            **{switch: _setting(arguments, switch) for switch in _OPTIONAL.values()},
            **{f"log ({service})": excerpts.first(said) for service, said in troubled.items()},
        },
        next=f"where no Ingress uses WAF or Shield, add {switches} to its args: helm upgrade {_NAME} eks/{_NAME} "
        f"-n {controller.namespace} --reuse-values --set enableShield=false,enableWaf=false,enableWafv2=false; "
        "otherwise open the way to those endpoints",
    )


def _unreachable(controller: Object, complaints: _Complaints) -> Iterator[Finding]:
    needed = {service: line for service, line in complaints.unreached.items() if service not in _OPTIONAL}
    if needed:
        yield ENDPOINT_UNREACHABLE.found(
            controller,
            f"does not reach {', '.join(needed)}: {excerpts.saying(next(iter(needed.values())), _MOST_OF_A_LINE)}",
            evidence={f"log ({service})": excerpts.first(line) for service, line in needed.items()},
            next="aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].ServiceName'; in a closed network make "
            "interface endpoints for elasticloadbalancing, ec2 and sts (and acm when it "
            "picks certificates), with private DNS and a security group that lets the nodes in on 443",
        )


def _denied(controller: Object, complaints: _Complaints) -> Iterator[Finding]:
    if not complaints.denied:
        return
    line = complaints.denied[-1]
    account = Reference(
        "ServiceAccount", controller.namespace, controller.text("spec.template.spec.serviceAccountName")
    )
    refused = "".join(f" ({action})" for action in iam.actions(line))
    yield ACCESS_DENIED.found(
        controller,
        f"is refused by AWS{refused}: {excerpts.saying(line, _MOST_OF_A_LINE)}",
        evidence={"log": excerpts.first(line, 800), **controller.quote("spec.template.spec.serviceAccountName")},
        next=f"{kubectl.describe(account)}; the role that it names cannot be assumed: correct its trust policy"
        if "AssumeRole" in line
        else f"{kubectl.describe(account)}; bring the IAM policy of the role that it names up to the version of the "
        "controller (iam_policy.json of its release)",
        blames=[account],
    )


def _arguments(controller: Object) -> list[str]:
    return [
        word
        for container in controller.each("spec.template.spec.containers")
        for word in [*container.texts("command"), *container.texts("args")]
    ]


def _setting(arguments: Sequence[str], switch: str) -> str:
    given = [word.partition("=")[2] or "true" for word in arguments if word.partition("=")[0] == switch]
    return given[-1] if given else "not given (true)"
