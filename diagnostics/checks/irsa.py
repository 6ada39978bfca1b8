"""AWS roles of pods: the annotation, what was injected for it, and what the role's trust policy must name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diagnostics import components, containers, eks, excerpts, iam, kubectl, needs, outage, owners, podstate
from diagnostics.containers import Container, Role
from diagnostics.fields import Fields
from diagnostics.finding import Code, Exhibit, Finding, Severity
from diagnostics.objects import Object, Reference
from diagnostics.registry import Saying, check
from diagnostics.resources import DAEMON_SETS, PODS, SERVICE_ACCOUNTS
from diagnostics.snapshot import Snapshot

NO_ANNOTATION = Code(
    "irsa.no-annotation",
    Severity.CRITICAL,
    "AWS refuses a pod that uses its node's role, and its ServiceAccount names no role of its own",
)
NOT_INJECTED = Code(
    "irsa.not-injected",
    Severity.CRITICAL,
    "A ServiceAccount names a role, and its pods were made without the environment and token for it",
)
ROLE_CHANGED = Code(
    "irsa.role-changed", Severity.WARNING, "Pods use another role than their ServiceAccount names by now"
)
ROLE_INVALID = Code("irsa.role-invalid", Severity.CRITICAL, "The annotation is not the ARN of a role")
TRUST_REFUSED = Code(
    "irsa.trust-refused",
    Severity.CRITICAL,
    "STS refuses the role to a ServiceAccount: its trust policy does not name it",
)
PROVIDER_MISSING = Code(
    "irsa.provider-missing", Severity.CRITICAL, "The AWS account has no identity provider for the cluster's issuer"
)
TOKEN_UNUSABLE = Code(
    "irsa.token-unusable", Severity.CRITICAL, "A pod has the role's variable, and no token that STS would accept"
)
PERMISSION_MISSING = Code(
    "irsa.permission-missing", Severity.CRITICAL, "A pod has its role, and the role may not do what the pod asks of AWS"
)
AGENT_MISSING = Code(
    "irsa.pod-identity-agent-missing",
    Severity.CRITICAL,
    "Pods get their role from EKS Pod Identity, whose agent does not run on their node",
)

CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))

_SYSTEM = components.NAMESPACE
_MOST_LOGS = 4
"""A log costs a request; those of pods that are unwell and talk to AWS come first."""

_AUDIENCE_PATH = "spec.volumes[].projected.sources[].serviceAccountToken.audience"
_TALKS_TO_AWS = re.compile(r"AWS_|S3|BUCKET|SQS|SNS|DYNAMO|KINESIS|SECRETS_?MANAGER|KMS|ROUTE53", re.IGNORECASE)
_AWS_IMAGES = re.compile(r"external-dns|aws-|cluster-autoscaler|karpenter|external-secrets|ebs-csi|efs-csi|velero")

_WELL = 3
"""The rank, in a sweep, of a pod that is well and was given a role: nothing but its log tells that STS refuses it."""

_OF_NO_CONCERN = 4
"""The rank of a pod that gives no reason to read its log: it is read when the question names it."""

_REFUSALS = (iam.refuses_role, iam.is_of_unknown_issuer, iam.is_of_wrong_audience, iam.denied_action)
_REFUSALS_THAT_LAST = 2
"""So often the end of the log of a pod that is well must hold a refusal: one may be of its start, and have passed."""

_Lines = Mapping[int, Sequence[str]]
"""The log of a pod, newest line first, by the pod's identity; pods whose log is not worth a request have none."""


@check(
    "irsa",
    subject=(SERVICE_ACCOUNTS, PODS),
    needs=(SERVICE_ACCOUNTS, PODS),
    helps=(iam.DISCOVERY, needs.if_served(needs.in_namespace(_SYSTEM, DAEMON_SETS))),
    codes=CODES,
)
def irsa(seen: Snapshot) -> Iterable[Saying]:
    """Roles that pods should have and do not: annotation, injected variables, token, what STS and AWS answered.

    The trust policy itself is in AWS; what it must name, the exact `sub`, audience and issuer, is said here. Pods of
    EKS Pod Identity are judged by their variables and the agent. Only a few logs are read, the likeliest first; by a
    sweep those of pods that are unwell, or ask AWS with nothing but their node's role, then of others that have a role.
    """
    runs_as = _pods_by_account(seen)
    logs = _logs(seen, runs_as)
    for account, pods in runs_as.items():
        yield from _account(seen, account, pods, logs)
    yield from _agent(seen, [pod for pods in runs_as.values() for pod in pods])
    yield from _shown(seen, list(runs_as))


def _pods_by_account(seen: Snapshot) -> dict[Object, list[Object]]:
    """Return the ServiceAccounts that the question is about, by name or by a pod, with their pods."""
    found: dict[Object, list[Object]] = {account: [] for account in seen.within(SERVICE_ACCOUNTS)}
    chosen = {id(pod) for pod in seen.within(PODS)}
    for members in owners.by_workload(seen.all(PODS)).values():
        for pod in _that_count(members):
            account = seen.find(SERVICE_ACCOUNTS, pod.namespace, iam.account_of(pod))
            if account is not None and (account in found or id(pod) in chosen):
                found.setdefault(account, []).append(pod)
    return found


def _that_count(members: Sequence[Object]) -> list[Object]:
    """Return the pods of a workload that are alive; without any, the last that failed, as that of a Job."""
    alive = [pod for pod in members if not podstate.is_finished(pod)]
    failed = [pod for pod in members if pod.text("status.phase") == "Failed" and pod.text("status.reason") != "Evicted"]
    return alive or sorted(failed, key=lambda pod: pod.text("metadata.creationTimestamp"))[-1:]


def _logs(seen: Snapshot, runs_as: Mapping[Object, Sequence[Object]]) -> _Lines:
    """Read the logs that may show whose role is used: one pod an account, a few accounts."""
    ranked = [
        (rank, pod)
        for account, pods in runs_as.items()
        for rank, pod in sorted(((_rank(seen, account, pod), pod) for pod in pods), key=lambda pair: pair[0])[:1]
        if rank < _OF_NO_CONCERN or seen.target.name
    ]
    chosen = sorted(ranked, key=lambda pair: pair[0])[:_MOST_LOGS]
    read = ((rank, pod, list(_newest_first(seen, pod))) for rank, pod in chosen)
    return {id(pod): lines for rank, pod, lines in read if rank != _WELL or _is_refused_still(lines)}


def _is_refused_still(lines: Sequence[str]) -> bool:
    refusals = [line for line in lines if any(is_refusal(line) for is_refusal in _REFUSALS)]
    return len(refusals) >= _REFUSALS_THAT_LAST


def _rank(seen: Snapshot, account: Object, pod: Object) -> int:
    """Return how soon a log is worth a request, the sooner the lower."""
    unwell, aws = bool(podstate.unready([pod])), _talks_to_aws(pod) or iam.ROLE_ARN in account.annotations
    if unwell:
        return 0 if aws else 2
    if aws and (not seen.spares_logs or _may_be_refused(seen, pod)):
        return 1
    has_role = iam.ROLE_ARN in account.annotations and not _lacks_role(pod)
    return _WELL if has_role and pod.namespace != _SYSTEM else _OF_NO_CONCERN


def _may_be_refused(seen: Snapshot, pod: Object) -> bool:
    """Say whether a pod that looks well gives a reason to ask; the cluster's own pods use their node's role rightly."""
    return outage.is_suspected(seen, [pod]) or (pod.namespace != _SYSTEM and _uses_its_node(pod))


def _talks_to_aws(pod: Object) -> bool:
    """Say whether a pod's variables or images speak of AWS."""
    return any(_speaks_of_aws(container) for container in pod.each("spec.containers"))


def _speaks_of_aws(container: Fields) -> bool:
    return bool(_AWS_IMAGES.search(container.text("image"))) or any(
        _TALKS_TO_AWS.search(name) for name in iam.variables(container)
    )


def _newest_first(seen: Snapshot, pod: Object) -> Iterator[str]:
    """Go through the log of the container that is likeliest to be refused something by AWS."""
    have_run = [each for each in containers.of(pod) if each.ended or each.status.has("state.running")]
    likeliest = min(have_run, key=_likelihood, default=None)
    if likeliest:
        yield from reversed(outage.tail(seen, pod, likeliest).lines)


def _likelihood(container: Container) -> tuple[bool, ...]:
    """Return what to sort containers by: one that crashed first, then one that speaks of AWS."""
    return (
        container.ended_well,
        not _speaks_of_aws(container.spec),
        container.role is Role.INIT,
        container.is_ready,
    )


def _account(seen: Snapshot, account: Object, pods: Sequence[Object], logs: _Lines) -> Iterator[Finding]:
    role = account.annotations.get(iam.ROLE_ARN, "")
    misplaced = _misplaced(account, pods)
    if not role and misplaced:
        yield _annotated_elsewhere(account, misplaced, pods)
    elif not role:
        yield from _without_role(seen, account, pods, logs)
    elif iam.is_role(role):
        yield from _injection(account, role, pods, logs)
        yield from _refusals(seen, account, role, pods, logs)
    else:
        yield _role_invalid(account, role, pods)


def _misplaced(account: Object, pods: Sequence[Object]) -> dict[str, str]:
    """Return annotations that name a role where nobody reads it: under another key of EKS, or on a pod."""
    found = {
        f"metadata.annotations[{key}]": text
        for key, text in account.annotations.items()
        if key.startswith("eks.amazonaws.com/") and iam.is_role(text)
    }
    on_pods = {
        f"Pod {pod.name} metadata.annotations[{iam.ROLE_ARN}]": pod.annotations[iam.ROLE_ARN]
        for pod in pods[:1]
        if iam.ROLE_ARN in pod.annotations and _lacks_role(pod)
    }
    return {**found, **on_pods}


def _annotated_elsewhere(account: Object, misplaced: Mapping[str, str], pods: Sequence[Object]) -> Finding:
    where, role = next(iter(misplaced.items()))
    return NO_ANNOTATION.found(
        account,
        f"has no annotation {iam.ROLE_ARN}; the role {role} stands in {where}, where nobody reads it",
        evidence={f"metadata.annotations[{iam.ROLE_ARN}]": "absent", **misplaced},
        next=f"kubectl -n {account.namespace} annotate serviceaccount {account.name} {iam.ROLE_ARN}={role}"
        + _then_restart(pods),
    )


def _role_invalid(account: Object, role: str, pods: Sequence[Object]) -> Finding:
    return ROLE_INVALID.found(
        account,
        f"its annotation {iam.ROLE_ARN} is not the ARN of a role: {role!r}",
        evidence={f"metadata.annotations[{iam.ROLE_ARN}]": role},
        next=f"kubectl -n {account.namespace} annotate --overwrite serviceaccount {account.name} "
        f"{iam.ROLE_ARN}=arn:aws:iam::<account-id>:role/<role>{_then_restart(pods)}",
    )


def _injection(account: Object, role: str, pods: Sequence[Object], logs: _Lines) -> Iterator[Finding]:
    """Say once a workload that its pods lack what the annotation should have brought them."""
    for workload, members in owners.by_workload(pods).items():
        bare = [pod for pod in members if _lacks_role(pod)]
        stale = [pod for pod in members if _has_other_role(pod, role)]
        if bare:
            yield _not_injected(account, workload, bare, logs)
        elif stale:
            yield _role_changed(account, workload, stale)
        else:
            yield from _token(account, workload, members)


def _containers(pod: Object) -> list[Fields]:
    """Return the containers that the webhook is to give the role: those that the pod does not except."""
    skipped = [name.strip() for name in pod.annotations.get(iam.SKIPPED, "").split(",")]
    return [each for each in pod.each("spec.containers") if each.text("name") not in skipped]


def _lacks_role(pod: Object) -> bool:
    """Say whether no container of a pod has the role, nor gets credentials by another way that was chosen for it."""
    given = [iam.variables(container) for container in _containers(pod)]
    has_any = any(name in each for each in given for name in (iam.ROLE_VARIABLE, iam.POD_IDENTITY_VARIABLE))
    return bool(given) and not has_any and not iam.has_keys_of_its_own(pod)


def _has_other_role(pod: Object, role: str) -> bool:
    given = (iam.variables(container).get(iam.ROLE_VARIABLE, "") for container in _containers(pod))
    return any(other and other != role for other in given)


def _not_injected(account: Object, workload: Reference, bare: Sequence[Object], logs: _Lines) -> Finding:
    line = next((line for _, line in _lines(bare, logs) if iam.is_denied(line) or iam.lacks_credentials(line)), "")
    return NOT_INJECTED.found(
        workload,
        f"its pods ({len(bare)}) run without {iam.ROLE_VARIABLE} and {iam.TOKEN_VARIABLE}, though ServiceAccount "
        f"{account.name} names a role: they are older than the annotation, or the webhook that adds both missed them",
        evidence={
            "pod": ", ".join(pod.name for pod in bare[:5]),
            "pod metadata.creationTimestamp": bare[0].text("metadata.creationTimestamp"),
            f"spec.containers[].env[{iam.ROLE_VARIABLE}]": "absent",
            f"ServiceAccount metadata.annotations[{iam.ROLE_ARN}]": account.annotations[iam.ROLE_ARN],
            **({"log": excerpts.first(line)} if line else {}),
        },
        next=f"restart the pods, variables and token are only added when one is made: {_restart(workload)}",
    )


def _role_changed(account: Object, workload: Reference, stale: Sequence[Object]) -> Finding:
    given = next(
        role
        for container in _containers(stale[0])
        if (role := iam.variables(container).get(iam.ROLE_VARIABLE, "")) and role != account.annotations[iam.ROLE_ARN]
    )
    return ROLE_CHANGED.found(
        workload,
        f"its pods use the role {given}, and ServiceAccount {account.name} names {account.annotations[iam.ROLE_ARN]}",
        evidence={
            "pod": ", ".join(pod.name for pod in stale[:5]),
            f"spec.containers[].env[{iam.ROLE_VARIABLE}]": given,
            f"ServiceAccount metadata.annotations[{iam.ROLE_ARN}]": account.annotations[iam.ROLE_ARN],
        },
        next=f"restart the pods, unless the pod template names that role on purpose: {_restart(workload)}",
    )


def _token(account: Object, workload: Reference, members: Sequence[Object]) -> Iterator[Finding]:
    """Follow the token's variable to the projected volume with the audience that STS wants, and to its mount."""
    for pod in members[:1]:
        asking = [each for each in _containers(pod) if iam.ROLE_VARIABLE in iam.variables(each)]
        unmounted = [each for each in asking if not _is_mounted(each)]
        if asking and not _has_token(account, pod):
            yield TOKEN_UNUSABLE.found(
                workload,
                f"its pods have {iam.ROLE_VARIABLE} and no projected token for the audience "
                f"{_wanted_audience(account)}",
                evidence={"pod": pod.name, _AUDIENCE_PATH: ", ".join(sorted(_audiences(pod))) or "none"},
                next="leave variables and volume to the pod identity webhook: take them out of the pod template, "
                f"then {_restart(workload)}",
            )
        elif unmounted:
            path = iam.variables(unmounted[0])[iam.TOKEN_VARIABLE]
            mounts = [mount.text("mountPath") for mount in unmounted[0].each("volumeMounts")]
            yield TOKEN_UNUSABLE.found(
                workload,
                f"its container {unmounted[0].text('name')} has {iam.ROLE_VARIABLE}, and no volume is mounted where "
                f"{iam.TOKEN_VARIABLE} says that the token is ({path})",
                evidence={
                    "pod": pod.name,
                    f"env[{iam.TOKEN_VARIABLE}]": path,
                    "volumeMounts[].mountPath": ", ".join(mounts) or "none",
                },
                next="leave variables, volume and mount to the pod identity webhook: take them out of the pod "
                f"template, then {_restart(workload)}",
            )


def _has_token(account: Object, pod: Object) -> bool:
    return _wanted_audience(account) in _audiences(pod)


def _wanted_audience(account: Object) -> str:
    return account.annotations.get(iam.AUDIENCE, iam.STS_AUDIENCE)


def _audiences(pod: Object) -> set[str]:
    """Return whom the tokens are made for that are mounted into a pod beside its own for the API server."""
    return {
        source.text("serviceAccountToken.audience")
        for volume in pod.each("spec.volumes")
        for source in volume.each("projected.sources")
        if source.has("serviceAccountToken.audience")
    }


def _is_mounted(container: Fields) -> bool:
    """Say whether a volume is mounted over the file of the token, as far as a variable says which file that is."""
    path = iam.variables(container).get(iam.TOKEN_VARIABLE, "")
    return not path or any(path.startswith(mount.text("mountPath")) for mount in container.each("volumeMounts"))


def _then_restart(pods: Sequence[Object]) -> str:
    """Return how the pods of an account get what its annotation brings them; nothing where it has none."""
    workloads = list(dict.fromkeys(owners.workload_of(pod) for pod in pods))
    return f", then {'; '.join(_restart(workload) for workload in workloads[:3])}" if workloads else ""


def _restart(workload: Reference) -> str:
    if workload.kind in ("Deployment", "StatefulSet", "DaemonSet"):
        return f"kubectl -n {workload.namespace} rollout restart {workload.kind.lower()}/{workload.name}"
    return f"make {workload.spoken} again ({kubectl.get(workload, as_yaml=True)})"


def _refusals(seen: Snapshot, account: Object, role: str, pods: Sequence[Object], logs: _Lines) -> Iterator[Finding]:
    """Look into the logs of pods that have the role for what STS answered."""
    for pod, line in _lines(pods, logs):
        if _lacks_role(pod):
            continue
        if iam.is_of_unknown_issuer(line):
            yield _no_provider(seen, account, role, pod, line)
            return
        if iam.is_of_wrong_audience(line) and _has_token(account, pod):
            yield _wrong_audience(account, pod, line)
            return
        if iam.refuses_role(line):
            yield _refused(seen, account, role, pod, line)
            return
        if denied := iam.denied_action(line):
            yield _not_permitted(account, role, pod, line, *denied)
            return


def _trust(seen: Snapshot, account: Object) -> dict[str, str]:
    """Return what the trust policy must name, as its conditions are written."""
    issuer = iam.issuer(seen)
    named = issuer or "<issuer>"
    return {
        f"trust policy {named}:sub": iam.subject(account),
        f"trust policy {named}:aud": _wanted_audience(account),
        "trust policy Principal.Federated": f"arn:aws:iam::<account-id>:oidc-provider/{named}",
        **({"/.well-known/openid-configuration issuer": f"https://{issuer}"} if issuer else {}),
    }


def _refused(seen: Snapshot, account: Object, role: str, pod: Object, line: str) -> Finding:
    name = role.rpartition("/")[2]
    return TRUST_REFUSED.found(
        account,
        f"STS refuses it the role {role}: the role's trust policy must name sub {iam.subject(account)} "
        f"of issuer {iam.issuer(seen) or 'unknown'}",
        evidence={
            f"metadata.annotations[{iam.ROLE_ARN}]": role,
            **_trust(seen, account),
            f"log of Pod {pod.namespace}/{pod.name}": excerpts.first(line, 600),
        },
        next=f"aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument; let it allow "
        "sts:AssumeRoleWithWebIdentity to that provider with StringEquals of exactly this sub and aud "
        "(a wildcard needs StringLike); no restart is needed. That the role exists is shown by the same command",
    )


def _wrong_audience(account: Object, pod: Object, line: str) -> Finding:
    given = ", ".join(sorted(_audiences(pod))) or "none"
    return TOKEN_UNUSABLE.found(
        owners.workload_of(pod),
        f"STS refuses the audience of its token: it is made for {given}, and the identity provider in IAM or the pod "
        f"says otherwise (usual is {iam.STS_AUDIENCE})",
        evidence={
            _AUDIENCE_PATH: given,
            f"ServiceAccount {account.name} {iam.AUDIENCE}": account.annotations.get(iam.AUDIENCE, "absent"),
            f"log of Pod {pod.namespace}/{pod.name}": excerpts.first(line, 600),
        },
        next=f"aws iam get-open-id-connect-provider --open-id-connect-provider-arn <arn> --query ClientIDList; let it "
        f"hold {given}, or let the token be made for {iam.STS_AUDIENCE}, then {_restart(owners.workload_of(pod))}",
        blames=[account.reference],
    )


def _not_permitted(account: Object, role: str, pod: Object, line: str, given: str, action: str) -> Finding:
    return PERMISSION_MISSING.found(
        account,
        f"its role {given} may not {action}, which {owners.workload_of(pod).spoken} asks of AWS: no policy of the role "
        "allows it",
        evidence={
            f"metadata.annotations[{iam.ROLE_ARN}]": role,
            f"log of Pod {pod.namespace}/{pod.name}": excerpts.first(line, 600),
        },
        next=f"aws iam list-attached-role-policies --role-name {given}; allow {action} on what the log names, in a "
        "policy of the role, unless a boundary, the resource's own policy or the organisation denies it",
    )


def _no_provider(seen: Snapshot, account: Object, role: str, pod: Object, line: str) -> Finding:
    return PROVIDER_MISSING.found(
        account,
        f"STS does not know who signed its token: the AWS account of {role} has no usable identity provider for "
        f"{iam.issuer(seen) or 'the cluster'}",
        evidence={**_trust(seen, account), f"log of Pod {pod.namespace}/{pod.name}": excerpts.first(line, 600)},
        next="aws iam list-open-id-connect-providers; eksctl utils associate-iam-oidc-provider --cluster <cluster> "
        "--approve makes it, with the audience sts.amazonaws.com",
    )


def _without_role(seen: Snapshot, account: Object, pods: Sequence[Object], logs: _Lines) -> Iterator[Finding]:
    """Say that the annotation is missing when AWS was seen to refuse a pod as its node, or to get no credentials."""
    for pod, line in _lines(pods, logs):
        if not _uses_its_node(pod):
            continue
        node_role = iam.denied_role_of_node(line)
        if node_role or iam.lacks_credentials(line):
            yield _no_annotation(seen, account, pod, line, node_role)
            return


def _uses_its_node(pod: Object) -> bool:
    """Say whether nothing but its node gives a pod credentials."""
    given = [iam.variables(container) for container in pod.each("spec.containers")]
    roles = (iam.ROLE_VARIABLE, iam.POD_IDENTITY_VARIABLE)
    return not iam.has_keys_of_its_own(pod) and not any(role in each for each in given for role in roles)


def _no_annotation(seen: Snapshot, account: Object, pod: Object, line: str, node_role: str) -> Finding:
    refused = "".join(f" to {action}" for action in iam.actions(line))
    return NO_ANNOTATION.found(
        account,
        f"has no annotation {iam.ROLE_ARN}, so its pods use the role of their node"
        + (f" ({node_role}), which may not do what they ask{refused}" if node_role else " and get no credentials"),
        evidence={
            f"metadata.annotations[{iam.ROLE_ARN}]": "absent",
            f"Pod {pod.name} spec.containers[].env[{iam.ROLE_VARIABLE}]": "absent",
            f"log of Pod {pod.namespace}/{pod.name}": excerpts.first(line, 600),
            **_trust(seen, account),
        },
        next=f"kubectl -n {account.namespace} annotate serviceaccount {account.name} "
        f"{iam.ROLE_ARN}=arn:aws:iam::<account-id>:role/<role>, then {_restart(owners.workload_of(pod))}; "
        f"or aws eks create-pod-identity-association --cluster-name <cluster> --namespace {account.namespace} "
        f"--service-account {account.name} --role-arn <role>",
    )


def _lines(pods: Sequence[Object], logs: _Lines) -> Iterator[tuple[Object, str]]:
    """Go through the lines of those pods whose log was read."""
    for pod in pods:
        for line in logs.get(id(pod), ()):
            yield pod, line


def _agent(seen: Snapshot, pods: Sequence[Object]) -> Iterator[Finding]:
    """Say that the agent of Pod Identity is missing where pods were told to ask it."""
    asking = [
        pod
        for pod in pods
        if any(iam.POD_IDENTITY_VARIABLE in iam.variables(container) for container in pod.each("spec.containers"))
        and not eks.is_named_as_automatic(pod.text("spec.nodeName"))
    ]
    if not asking or not seen.was_read(DAEMON_SETS):
        return
    agent = seen.find(DAEMON_SETS, _SYSTEM, iam.POD_IDENTITY_AGENT)
    wanted = agent.number("status.desiredNumberScheduled") if agent else 0
    ready = agent.number("status.numberReady") if agent else 0
    if agent is not None and ready >= wanted:
        return
    yield AGENT_MISSING.found(
        agent or components.POD_IDENTITY_AGENT,
        (f"{ready}/{wanted} ready" if agent else "does not exist")
        + f", and {len(asking)} pods ask it for the credentials of their role",
        evidence={
            "pods": ", ".join(f"{pod.namespace}/{pod.name}" for pod in asking[:5]),
            f"spec.containers[].env[{iam.POD_IDENTITY_VARIABLE}]": _agent_address(asking[0]),
        },
        next="aws eks create-addon --cluster-name <cluster> --addon-name eks-pod-identity-agent"
        if agent is None
        else f"kubectl -n {_SYSTEM} describe pods -l app.kubernetes.io/name={iam.POD_IDENTITY_AGENT}",
    )


def _agent_address(pod: Object) -> str:
    given: Iterable[Mapping[str, str]] = (iam.variables(container) for container in pod.each("spec.containers"))
    return next((each[iam.POD_IDENTITY_VARIABLE] for each in given if iam.POD_IDENTITY_VARIABLE in each), "")


def _shown(seen: Snapshot, accounts: Sequence[Object]) -> Iterator[Exhibit]:
    rows = tuple(
        (
            f"{account.namespace}/{account.name}",
            account.annotations[iam.ROLE_ARN],
            iam.subject(account),
            _wanted_audience(account),
            iam.issuer(seen) or "unknown",
        )
        for account in accounts
        if iam.ROLE_ARN in account.annotations
    )
    if rows:
        yield Exhibit("What the trust policies must name", ("service account", "role", "sub", "aud", "issuer"), rows)
