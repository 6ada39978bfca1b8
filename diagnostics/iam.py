"""How a pod gets an AWS role: by its ServiceAccount's token (IRSA), by EKS Pod Identity, or by its node."""

import json
import re

from diagnostics.fields import Fields
from diagnostics.needs import Document
from diagnostics.objects import Object
from diagnostics.snapshot import Snapshot

DISCOVERY = Document("/.well-known/openid-configuration")
"""Where the API server says who issues the tokens of ServiceAccounts."""

ROLE_ARN = "eks.amazonaws.com/role-arn"
AUDIENCE = "eks.amazonaws.com/audience"
SKIPPED = "eks.amazonaws.com/skip-containers"
ROLE_VARIABLE = "AWS_ROLE_ARN"
TOKEN_VARIABLE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105  the name of a variable that names a file
STS_AUDIENCE = "sts.amazonaws.com"

POD_IDENTITY_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
POD_IDENTITY_AGENT = "eks-pod-identity-agent"

_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE")
"""Variables of credentials that somebody gave by hand."""

_REFUSED = re.compile(
    r"[Nn]ot authorized to perform:? sts:AssumeRoleWithWebIdentity|AssumeRoleWithWebIdentity.{0,200}AccessDenied"
)
_NO_PROVIDER = re.compile(r"No OpenIDConnect provider found|InvalidIdentityToken(?!.{0,80}[Aa]udience)")
_WRONG_AUDIENCE = re.compile(r"InvalidIdentityToken.{0,80}[Aa]udience|Incorrect token audience")
_NO_ROLE = re.compile(r"Request ARN is invalid|is not a valid (?:role )?ARN|ARN .{0,200} is not valid")
_NO_TOKEN = re.compile(r"unable to read file at /\S+|open /\S*eks\.amazonaws\.com\S*: no such file")
_BY_A_ROLE = re.compile(
    r"assumed-role/(?P<role>[\w+=,.@-]+)/(?!i-[0-9a-f]{8,17}\b)\S+ is not authorized to perform:? "
    r"(?P<action>[\w-]+:\w+)"
)
"""A session of any other name is that of a role which a pod was given."""

_BY_THE_NODE = re.compile(r"assumed-role/(?P<role>[\w+=,.@-]+)/i-[0-9a-f]{8,17}")
"""A session that is named after an instance is that of a node's role."""

_DENIED = re.compile(r"(?i)not authorized to perform|access ?denied|unauthorizedoperation|\b403\b")
_ACTION = re.compile(r"perform:? (?P<action>[\w-]+:\w+)")
_NO_CREDENTIALS = re.compile(
    r"(?i)NoCredentialProviders|unable to (?:locate|load)(?: aws)? credentials|could not load credentials|"
    r"no valid (?:credential|providers)|no EC2 IMDS role found|EC2MetadataError|failed to refresh cached credentials"
)


def issuer(seen: Snapshot) -> str:
    """Return the issuer of ServiceAccount tokens without its scheme, as a trust policy names it; empty when unknown."""
    try:
        found = Fields(json.loads(seen.document(DISCOVERY.path))).text("issuer")
    except ValueError:
        return ""
    return found.removeprefix("https://").rstrip("/")


def subject(account: Object) -> str:
    """Return the `sub` by which a trust policy names a ServiceAccount."""
    return f"system:serviceaccount:{account.namespace}:{account.name}"


def is_role(text: str) -> bool:
    """Say whether a text can be the ARN of a role."""
    return _ROLE.fullmatch(text) is not None


def account_of(pod: Object) -> str:
    """Return the name of the ServiceAccount that a pod runs as."""
    return pod.text("spec.serviceAccountName") or pod.text("spec.serviceAccount", "default")


def variables(container: Fields) -> dict[str, str]:
    """Return the environment of a container; what comes from elsewhere has an empty value."""
    return {variable.text("name"): variable.text("value") for variable in container.each("env")}


def has_keys_of_its_own(pod: Object) -> bool:
    """Say whether a pod was given AWS credentials by hand, so that no role is expected."""
    given = (variables(container) for container in pod.each("spec.containers"))
    return any(key in each for each in given for key in _KEYS)


def refuses_role(line: str) -> bool:
    """Say whether a log line is STS refusing a role to a ServiceAccount's token."""
    return _REFUSED.search(line) is not None


def is_of_unknown_issuer(line: str) -> bool:
    """Say whether a log line is STS not knowing who signed a token."""
    return _NO_PROVIDER.search(line) is not None


def is_denied(line: str) -> bool:
    """Say whether a log line is AWS denying something to whoever asked."""
    return _DENIED.search(line) is not None


def denied_role_of_node(line: str) -> str:
    """Return the role of a node to which AWS denied something; empty when the line tells no such thing."""
    found = _BY_THE_NODE.search(line) if is_denied(line) else None
    return found["role"] if found else ""


def is_of_wrong_audience(line: str) -> bool:
    """Say whether a log line is STS refusing a token that was made for somebody else."""
    return _WRONG_AUDIENCE.search(line) is not None


def lacks_token(line: str) -> bool:
    """Say whether a log line is an AWS SDK not finding the file of the token."""
    return _NO_TOKEN.search(line) is not None


def denied_action(line: str) -> tuple[str, str] | None:
    """Return the role of a pod and what it may not do, as AWS says it; None when the line tells no such thing."""
    found = _BY_A_ROLE.search(line)
    return (found["role"], found["action"]) if found else None


def actions(line: str) -> list[str]:
    """Return what a log line says that somebody may not do: `s3:GetObject`."""
    return _ACTION.findall(line)


def lacks_credentials(line: str) -> bool:
    """Say whether a log line is an AWS SDK finding no credentials at all."""
    return _NO_CREDENTIALS.search(line) is not None


def is_about_the_role(line: str) -> bool:
    """Say whether a log line tells that a pod has not the role that it wants, be it another's or none."""
    return (
        refuses_role(line)
        or is_of_unknown_issuer(line)
        or is_of_wrong_audience(line)
        or lacks_token(line)
        or lacks_credentials(line)
        or _NO_ROLE.search(line) is not None
        or denied_action(line) is not None
        or bool(denied_role_of_node(line))
    )
