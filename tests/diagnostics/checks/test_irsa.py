"""AWS roles of pods: what should be there, what is, and what STS answered."""

import json

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.resources import DAEMON_SETS, PODS, SERVICE_ACCOUNTS
from diagnostics.target import Target
from tests.diagnostics.snapshots import EVERYWHERE, findings, named, snapshot

ROLE = "arn:aws:iam::111122223333:role/team/web"
ANNOTATION = "eks.amazonaws.com/role-arn"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B2C3D4E5F60718293A4B5C6D7E8F9"
DISCOVERY = {"/.well-known/openid-configuration": json.dumps({"issuer": f"https://{ISSUER}"})}
INJECTED = [
    {"name": "AWS_ROLE_ARN", "value": ROLE},
    {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"},
]
MOUNTED = [{"name": "aws-iam-token", "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount"}]
POD_IDENTITY = [{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"}]
AS_NODE = (
    "S3Exception: User: arn:aws:sts::111122223333:assumed-role/node-role/i-0c4f1d9a7be2035d8 is not authorized to "
    "perform: s3:GetObject on resource: x (Service: S3, Status Code: 403)"
)
TRUST = (
    "operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, "
    "api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
)


def account(role=ROLE, name="web", **annotations):
    return named(name, metadata={"annotations": {**({ANNOTATION: role} if role else {}), **annotations}})


def token(audience="sts.amazonaws.com"):
    return {"name": "aws-iam-token", "projected": {"sources": [{"serviceAccountToken": {"audience": audience}}]}}


def pod(env=(), name="web-1", account_name="web", volumes=(), ready=True, image="shop/web:1", annotations=None, **spec):
    return named(
        name,
        labels={"pod-template-hash": "5c9"},
        metadata={
            "annotations": annotations or {},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "web-5c9", "controller": True}],
        },
        spec={
            "serviceAccountName": account_name,
            "nodeName": "n1",
            "containers": [
                {"name": "app", "image": image, "env": list(env), "volumeMounts": MOUNTED if volumes else []}
            ],
            "volumes": list(volumes),
            **spec,
        },
        status={
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [{"name": "app", "ready": ready, "restartCount": 0, "state": {"running": {}}}],
        },
    )


def agent(wanted=1, ready=1):
    status = {"desiredNumberScheduled": wanted, "numberReady": ready}
    return named("eks-pod-identity-agent", "kube-system", status=status)


GIVEN = pod(INJECTED, volumes=[token()])


def judged(account_, *pods, log="", target=EVERYWHERE, agents=(), is_sweep=False):
    return findings(
        "irsa",
        {SERVICE_ACCOUNTS: [account_], PODS: list(pods), DAEMON_SETS: list(agents)},
        logs={f"{each['metadata']['name']}/app": log for each in pods},
        documents=DISCOVERY,
        target=target,
        is_sweep=is_sweep,
    )


def test_a_pod_with_role_and_token_is_in_order():
    assert judged(account(), GIVEN) == []


def test_a_service_account_without_role_is_in_order_as_long_as_aws_refuses_nothing():
    assert judged(account(role=""), pod(), log="started") == []


def test_pods_older_than_the_annotation_are_to_be_restarted():
    found = judged(account(), pod())

    assert [(each.code, str(each.object)) for each in found] == [("irsa.not-injected", "Deployment/shop/web")]
    assert "AWS_ROLE_ARN" in found[0].title
    assert "kubectl -n shop rollout restart deployment/web" in found[0].next


@pytest.mark.parametrize(
    "meant",
    [
        pod(POD_IDENTITY),
        pod([{"name": "AWS_ACCESS_KEY_ID", "valueFrom": {"secretKeyRef": {"name": "aws", "key": "id"}}}]),
        pod(annotations={"eks.amazonaws.com/skip-containers": "app, proxy"}),
        {**pod(), "status": {"phase": "Succeeded"}},
        pod(account_name="other"),
    ],
    ids=["Pod Identity", "keys", "skipped", "finished", "another account"],
)
def test_pods_that_are_not_meant_to_have_the_role_are_in_order(meant):
    assert judged(account(), meant, agents=[agent()]) == []


def test_one_container_of_several_with_the_role_is_enough():
    two = pod(
        containers=[{"name": "app", "env": INJECTED, "volumeMounts": MOUNTED}, {"name": "proxy"}], volumes=[token()]
    )

    assert judged(account(), two) == []


@pytest.mark.parametrize(
    ("account_", "pod_"),
    [
        (account("", **{"eks.amazonaws.com/role_arn": ROLE}), pod()),
        (account(""), pod(annotations={ANNOTATION: ROLE})),
    ],
    ids=["misspelt", "on the pod"],
)
def test_an_annotation_where_nobody_reads_it_is_said(account_, pod_):
    found = judged(account_, pod_)

    assert [(each.code, str(each.object)) for each in found] == [("irsa.no-annotation", "ServiceAccount/shop/web")]
    assert ROLE in found[0].next


def test_the_last_failed_pod_of_a_job_counts_as_long_as_none_is_alive():
    failed = pod(INJECTED, volumes=[token()], ready=False)
    failed["status"]["phase"] = "Failed"

    assert [each.code for each in judged(account(), failed, log=TRUST)] == ["irsa.trust-refused"]
    assert judged(account(), failed, pod(INJECTED, name="web-2", volumes=[token()]), log="") == []


def test_pods_that_still_use_an_earlier_role_are_said():
    earlier = [{"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/old"}, INJECTED[1]]

    found = judged(account(), pod(earlier, volumes=[token()]))

    assert [each.code for each in found] == ["irsa.role-changed"]
    assert "role/old" in found[0].title


@pytest.mark.parametrize(
    "role", ["web", "arn:aws:iam::1111:role/web", f"{ROLE} ", "arn:aws:iam::111122223333:user/web"]
)
def test_an_annotation_that_is_no_role_is_said(role):
    assert [each.code for each in judged(account(role), GIVEN)] == ["irsa.role-invalid"]


@pytest.mark.parametrize("role", ["arn:aws-cn:iam::111122223333:role/web", "arn:aws-us-gov:iam::111122223333:role/a/b"])
def test_other_partitions_have_roles_too(role):
    assert judged(account(role), pod([{"name": "AWS_ROLE_ARN", "value": role}], volumes=[token()])) == []


def test_a_token_that_no_container_mounts_is_said_with_where_it_should_be():
    [found] = judged(account(), pod(volumes=[token()], containers=[{"name": "app", "env": INJECTED}]))

    assert found.code == "irsa.token-unusable"
    assert "/var/run/secrets/eks.amazonaws.com/serviceaccount/token" in found.title


def test_an_audience_that_the_identity_provider_does_not_know_is_told_from_an_unknown_issuer():
    refused = "api error InvalidIdentityToken: Incorrect token audience"

    [found] = judged(account(), pod(INJECTED, volumes=[token()], ready=False), log=refused)

    assert (found.code, str(found.object)) == ("irsa.token-unusable", "Deployment/shop/web")
    assert "made for sts.amazonaws.com" in found.title


def test_what_the_role_of_a_pod_may_not_do_is_said_with_the_action():
    denied = (
        "api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/web/1763700000 is not authorized to "
        'perform: s3:PutObject on resource: "arn:aws:s3:::files/x"'
    )

    [found] = judged(account(), pod(INJECTED, volumes=[token()], ready=False), log=denied)

    assert (found.code, str(found.object)) == ("irsa.permission-missing", "ServiceAccount/shop/web")
    assert "its role web may not s3:PutObject, which Deployment shop/web asks" in found.title


@pytest.mark.parametrize("volumes", [[], [token("vault")]], ids=["no token", "another audience"])
def test_a_role_without_a_token_for_sts_is_said(volumes):
    assert [each.code for each in judged(account(), pod(INJECTED, volumes=volumes))] == ["irsa.token-unusable"]


def test_the_annotation_may_ask_for_another_audience():
    china = account(**{"eks.amazonaws.com/audience": "sts.amazonaws.com.cn"})

    assert judged(china, pod(INJECTED, volumes=[token("sts.amazonaws.com.cn")])) == []


def test_a_refusal_of_sts_says_what_the_trust_policy_must_name():
    found = judged(account(), pod(INJECTED, volumes=[token()], ready=False), log=TRUST)

    assert [(each.code, str(each.object)) for each in found] == [("irsa.trust-refused", "ServiceAccount/shop/web")]
    assert found[0].evidence[f"trust policy {ISSUER}:sub"] == "system:serviceaccount:shop:web"
    assert found[0].evidence[f"trust policy {ISSUER}:aud"] == "sts.amazonaws.com"
    assert f"of issuer {ISSUER}" in found[0].title
    assert "--role-name web" in found[0].next


def test_an_issuer_that_the_aws_account_does_not_know_is_said():
    unknown = f"InvalidIdentityToken: No OpenIDConnect provider found in your account for https://{ISSUER}"

    found = judged(account(), GIVEN, log=unknown)

    assert [(each.code, "associate-iam-oidc-provider" in each.next) for each in found] == [
        ("irsa.provider-missing", True)
    ]


def test_a_pod_that_aws_refuses_as_its_node_lacks_the_annotation():
    found = judged(account(role=""), pod([{"name": "AWS_REGION", "value": "eu-west-1"}]), log=AS_NODE)

    assert [(each.code, str(each.object)) for each in found] == [("irsa.no-annotation", "ServiceAccount/shop/web")]
    assert "node-role" in found[0].title
    assert "to s3:GetObject" in found[0].title
    assert ANNOTATION in found[0].title


@pytest.mark.parametrize(
    "line",
    [
        "NoCredentialProviders: no valid providers in chain. Deprecated.",
        "botocore.exceptions.NoCredentialsError: Unable to locate credentials",
        "CredentialsProviderError: Could not load credentials from any providers",
        "SdkClientException: Unable to load credentials from any of the providers in the chain",
        "failed to refresh cached credentials, no EC2 IMDS role found",
    ],
)
def test_a_pod_that_finds_no_credentials_lacks_the_annotation(line):
    assert [each.code for each in judged(account(role=""), pod(ready=False), log=line)] == ["irsa.no-annotation"]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (pod([{"name": "AWS_REGION", "value": "x"}]), AS_NODE.replace("/i-0c4f1d9a7be2035d8", "/session")),
        (pod([{"name": "AWS_PROFILE", "value": "x"}]), AS_NODE),
        (pod(POD_IDENTITY), AS_NODE),
        (pod([{"name": "AWS_REGION", "value": "x"}]), "uses assumed-role/node-role/i-0c4f1d9a7be2035d8"),
    ],
    ids=["another role's session", "credentials by hand", "Pod Identity", "nothing is refused"],
)
def test_what_is_refused_to_another_identity_says_nothing_of_the_annotation(given, line):
    assert judged(account(role=""), given, log=line, agents=[agent()]) == []


def test_a_pod_that_is_well_and_does_not_speak_of_aws_is_asked_for_its_log_only_by_name():
    plain = pod()

    assert judged(account(role=""), plain, log=AS_NODE) == []
    assert [each.code for each in judged(account(role=""), plain, log=AS_NODE, target=Target("shop", "web"))] == [
        "irsa.no-annotation"
    ]


def test_pod_identity_is_in_order_where_its_agent_runs():
    assert judged(account(role=""), pod(POD_IDENTITY), agents=[agent()]) == []


@pytest.mark.parametrize(
    ("agents", "said"), [([], "does not exist"), ([agent(wanted=3, ready=2)], "2/3 ready")], ids=["none", "some"]
)
def test_pods_of_pod_identity_need_its_agent(agents, said):
    found = judged(account(role=""), pod(POD_IDENTITY), agents=agents)

    assert [(each.code, each.object.name) for each in found] == [
        ("irsa.pod-identity-agent-missing", "eks-pod-identity-agent")
    ]
    assert said in found[0].title


def test_auto_mode_has_the_agent_in_the_node():
    assert judged(account(role=""), pod(POD_IDENTITY, nodeName="i-0a1b2c3d4e5f60718")) == []


def test_what_the_trust_policies_must_name_is_shown():
    seen = snapshot({SERVICE_ACCOUNTS: [account(), account(role="", name="other")], PODS: []}, documents=DISCOVERY)

    shown = diagnosis.judge(CHECKS.get("irsa"), seen).exhibits

    assert [row for exhibit in shown for row in exhibit.rows] == [
        ("shop/web", ROLE, "system:serviceaccount:shop:web", "sts.amazonaws.com", ISSUER)
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"log": TRUST}, ["irsa.trust-refused"]),
        ({"log": TRUST, "is_sweep": True}, []),
        ({"log": f"{TRUST}\n{TRUST}", "is_sweep": True}, ["irsa.trust-refused"]),
        ({"log": TRUST, "is_sweep": True, "target": Target("shop", "web")}, ["irsa.trust-refused"]),
    ],
    ids=["asked", "swept", "swept and refused again", "named"],
)
def test_of_a_pod_that_is_well_and_has_its_role_a_sweep_believes_refusals_that_last(options, code):
    assert [each.code for each in judged(account(), GIVEN, **options)] == code


@pytest.mark.parametrize(
    ("account_", "pod_", "log", "code"),
    [
        (account(), pod(INJECTED, volumes=[token()], ready=False), TRUST, "irsa.trust-refused"),
        (account(role=""), pod([{"name": "AWS_REGION", "value": "eu-west-1"}]), AS_NODE, "irsa.no-annotation"),
    ],
    ids=["unwell", "nothing but its node's role"],
)
def test_a_sweep_reads_the_log_of_a_pod_that_gives_a_reason(account_, pod_, log, code):
    assert [each.code for each in judged(account_, pod_, log=log, is_sweep=True)] == [code]


class Logs(dict):
    """Logs that remember which of them were asked for."""

    def get(self, key, default=None):
        self.setdefault("asked", set()).add(key)
        return super().get(key, default)


def test_the_logs_of_a_few_pods_are_read_and_those_that_are_unwell_come_first():
    accounts = [account(role="", name=f"a{number}") for number in range(20)]
    pods = [
        pod([{"name": "AWS_REGION"}], name=f"p{number}", account_name=f"a{number}", ready=number < 18)
        for number in range(20)
    ]
    logs = Logs(asked=set())

    diagnosis.judge(CHECKS.get("irsa"), snapshot({SERVICE_ACCOUNTS: accounts, PODS: pods}, logs=logs))

    assert 0 < len(logs["asked"]) <= 5
    assert {"p18/app", "p19/app"} <= logs["asked"]
