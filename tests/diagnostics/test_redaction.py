"""No secret leaves: four hundred are planted, in every form that logs, environments and ConfigMaps have."""

import base64
import json
import random
import string

import pytest

from diagnostics import redaction
from diagnostics.finding import Exhibit, Finding, Severity
from diagnostics.objects import Reference

LETTERS = string.ascii_letters
WORDS = LETTERS + string.digits
LOWER = string.ascii_lowercase + string.digits


def text_of(dice, alphabet, length):
    return "".join(dice.choice(alphabet) for _ in range(length))


def base64_of(dice, size):
    return base64.b64encode(dice.randbytes(size)).decode()


def jwt_of(dice):
    return ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=")
        for part in (
            b'{"alg":"RS256","typ":"JWT"}',
            json.dumps({"sub": text_of(dice, LOWER, 9)}).encode(),
            dice.randbytes(32),
        )
    )


def private_key_of(dice):
    lines = "\n".join(base64_of(dice, 48) for _ in range(3))
    return f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"


TOKENS = {
    "aws access key": lambda dice: "AKIA" + text_of(dice, string.ascii_uppercase + string.digits, 16),
    "github": lambda dice: "ghp_" + text_of(dice, WORDS, 36),
    "github fine-grained": lambda dice: "github_pat_" + text_of(dice, WORDS, 60),
    "gitlab": lambda dice: "glpat-" + text_of(dice, WORDS, 20),
    "slack": lambda dice: f"xoxb-{dice.randrange(10**11)}-{dice.randrange(10**12)}-{text_of(dice, LOWER, 24)}",
    "google": lambda dice: "AIza" + text_of(dice, WORDS, 35),
    "stripe": lambda dice: "sk_live_" + text_of(dice, WORDS, 24),
    "sendgrid": lambda dice: f"SG.{text_of(dice, WORDS, 22)}.{text_of(dice, WORDS, 43)}",
    "npm": lambda dice: "npm_" + text_of(dice, WORDS, 36),
    "openai": lambda dice: "sk-proj-" + text_of(dice, WORDS, 40),
    "vault": lambda dice: "hvs." + text_of(dice, WORDS, 30),
    "json web token": jwt_of,
    "private key": private_key_of,
}
PLACES = {
    "log": "2026-11-21T09:26:19Z ERROR request with {} was refused",
    "environment": "AUTH={}",
    "json": '{{"level":"error","msg":"sent {}"}}',
}

PASSWORDS = {
    "letters": lambda dice: text_of(dice, LETTERS, 12),
    "signs": lambda dice: text_of(dice, WORDS + "!#$%^*_+", 14),
    "aws secret key": lambda dice: text_of(dice, WORDS + "+/", 40),
    "base64": lambda dice: base64_of(dice, 24),
}
KEYED_PLACES = {
    "shell": "export DB_PASSWORD={} && run",
    "properties": "spring.datasource.password={}",
    "yaml": "database:\n  password: {}\n  user: app",
    "yaml quoted": 'client_secret: "{}"',
    "json": '{{"user":"app","password":"{}","port":5432}}',
    "escaped json": '{{\\"secret_key\\":\\"{}\\",\\"a\\":1}}',
    "camel case": "apiKey: {}",
    "url": "postgres://app:{}@db.internal:5432/orders",
    "url with port": "amqp://guest:{}@mq:5672/%2f",
    "jdbc": "jdbc:mysql://db:3306/app?user=app&password={}&useSSL=true",
    "connection string": "Server=db;User Id=app;Password={};Encrypt=true",
    "azure": "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={};EndpointSuffix=core.windows.net",
    "bearer": "> Authorization: Bearer {}",
    "header": "x-api-key: {}",
    "option": "starting with --db-password {} --port 80",
    "option with equals": "java -Djavax.net.ssl.keyStorePassword={} -jar app.jar",
    "environment pair": '{{"name":"REDIS_PASSWORD","value":"{}"}}',
    "environment pair in yaml": "- name: REDIS_PASSWORD\n  value: {}",
    "xml": "<password>{}</password>",
    "cookie": "Cookie: session={}; lang=ko",
    "aws": "aws_secret_access_key = {}",
    "docker": '{{"auths":{{"registry.example.com":{{"auth":"{}"}}}}}}',
}


def planted():
    """Make the secrets: each token and each password in each of its places, again and again with other dice."""
    dice = random.Random(20261121)
    for again in range(4):
        for kind, make in TOKENS.items():
            for place, pattern in PLACES.items():
                secret = make(dice)
                yield pytest.param(secret, pattern.format(secret), id=f"{kind} in {place} {again}")
    for again in range(3):
        for kind, make in PASSWORDS.items():
            for place, pattern in KEYED_PLACES.items():
                secret = make(dice)
                yield pytest.param(secret, pattern.format(secret), id=f"{kind} in {place} {again}")


PLANTED = list(planted())


def pieces(secret):
    """Return what of a secret must not be seen: every run of eight characters of it."""
    body = secret.replace("\n", "") if secret.startswith("-----") else secret
    core = body[35:-35] if secret.startswith("-----") else body
    return [core[start : start + 8] for start in range(0, len(core) - 7, 4)]


def test_four_hundred_secrets_are_planted():
    assert len(PLANTED) >= 400


@pytest.mark.parametrize(("secret", "text"), PLANTED)
def test_no_planted_secret_is_seen(secret, text):
    shown = redaction.text(text)

    assert not [piece for piece in pieces(secret) if piece in shown], shown


@pytest.mark.parametrize(
    "text",
    [
        "0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available",
        "Back-off restarting failed container in pod api-88c8b5f6b-x7sf4_shop(7137b472-72a0-437d-8ba8-2d9a596cbade)",
        "couldn't find key password in Secret billing/billing-db",
        'MountVolume.SetUp failed for volume "conf" : secret "billing-db" not found',
        "AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
        "oidc.eks.ap-northeast-2.amazonaws.com/id/7F3A9C0E5B1D4826A4C8E2F07B6D9135",
        "arn:aws:iam::123456789012:role/appr-api-irsa",
        "system:serviceaccount:external-dns:external-dns",
        "sha256:47eb8606db16963ad47648c3785197de435ec238c75e8e3ff05fb87ff7263166",
        "io.lettuce.core.RedisCommandTimeoutException: Command timed out after 1 minute(s)",
        "secretName: billing-db",
        "automountServiceAccountToken: false",
        'Get "http://10.95.241.6:8080/actuator/health/liveness": context deadline exceeded',
        "-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/dumps",
        "spec.containers[app].env[DB_PASSWORD].valueFrom.secretKeyRef.name",
        "password authentication failed for user app",
        "DB_PASSWORD=$(DB_PASSWORD)",
        "max_tokens=100",
        "Get https://[2001:db8::1]:8443/readyz…",
        "Get https://10.0.0.1:8443/api/v1/namespaces/shop/pods…",
        "the password is not valid, a password in two places",
        "curl: (7) Failed to connect to api port 8080",
        "ssl.server.key=/etc/tls/server.key",
        "InvalidIdentityToken: Incorrect token audience",
        "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider",
        "ExpiredTokenException: Token expired: current date/time 1763700000 must be before the expiration",
        'failed to fetch anonymous token: Get "https://auth.docker.io/token?service=registry": i/o timeout',
        "STS does not know who signed its token: the account has no identity provider",
    ],
)
def test_what_is_no_secret_stays_readable(text):
    assert redaction.text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        r'msg="{\"password\":\"@\"}"',
        r'{"msg":"{\\\"password\\\":\\\"@\\\"}"}',
        '{"value":"@","name":"DB_PASSWORD"}',
        "- value: @\n  name: DB_PASSWORD",
        "비밀번호: @",
        "비밀번호는 @ 입니다",
        "DB비밀번호=@",
        "패스워드: @",
        "인증키: @",
        "토큰: @",
        "パスワード: @",
        "密码：@",
        "password：@",
        "user%3Dapp%26password%3D@",
        "the password is @",
        "| password | @ |",
        "ALTER USER app IDENTIFIED BY '@'",
        "CREATE ROLE app WITH LOGIN PASSWORD '@'",
        "machine registry login app password @",
        "bindpw @",
        "mysql -u root -p@ -h db",
        "curl -sS -u admin:@ https://registry/v2/",
        "sshpass -p @ ssh node",
        "redis-cli -h cache -a @ ping",
        "AUTH default @",
        "setenv API_TOKEN @",
        "RABBITMQ_ERLANG_COOKIE=@",
        "SECRET_KEY_BASE=@",
        "aesKey: @",
        "psk=@",
        "jdbc:oracle:thin:app/@@//db:1521/X",
        "\x1b[31mpassword\x1b[0m=@",
        "password=\x1b[1m@\x1b[0m",
        "pass\u200bword=@",
        "pass\u202eword=@",
    ],
)
def test_a_secret_is_seen_in_the_words_and_the_writing_that_people_and_programs_have(text):
    secret = "horse4Battery"

    assert secret not in redaction.text(text.replace("@", secret, 1))


@pytest.mark.parametrize(
    "text",
    [
        'connect failed: {"user":"app","password":"horsebatt…',
        r"msg={\"password\":\"horsebatt…",
        "dial postgres://app:horsebatt…",
        "said: Authorization: Bearer horsebatt…",
        "env: password='horsebatt…",
        "-----BEGIN PRIVATE KEY----- horsebatt…",
    ],
)
def test_a_secret_that_was_cut_is_masked_too(text):
    assert "horse" not in redaction.text(f"{text} (2 of 3 pods)")


@pytest.mark.parametrize(
    "token",
    [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "NRAK-3FJUBWR7BGCN5NQR1G2IQCVMLYF",
        "dapi9e3fab8c3bfc5e740e61572b4e3c02ea",
        "key-eb374dab4683f84d30d3fc4d83cee9b9",
        "$apr1$nk0xUDvK$Dy7wuavLEvobpD4McOjUQj",
        "https://example.webhook.office.com/webhookb2/9478da6b@c621/IncomingWebhook/fda9988c79/d",
    ],
)
def test_a_token_is_known_by_its_shape(token):
    assert token[-9:] not in redaction.text(f"the request with {token} was refused")


def test_orders_to_a_terminal_and_signs_that_nobody_sees_are_taken_out():
    assert redaction.text("\x1b]0;owned\x07\x1b[2Jfine\u202e \x07here\n\tagain") == "fine here\n\tagain"


@pytest.mark.parametrize("start", ["\\", "value=", "curl ", "mysql -u ", 'password="', "\x1b]", "jdbc:oracle:a:"])
def test_no_text_keeps_the_masking_busy(start):
    long = start * (20_000 // len(start))

    assert len(redaction.text(long)) <= 2 * len(long)


@pytest.mark.parametrize(
    "text",
    [
        'level=error msg="login of shop failed: password=horsebattery" component=db',
        "msg='dial with token: horsebattery'",
        r'{"log":"level=info msg=\"connect api_key=horsebattery\"\n"}',
        "step: login: password=horsebattery",
    ],
)
def test_a_secret_in_a_message_that_is_itself_a_value_is_masked(text):
    assert redaction.text(text) == text.replace("horsebattery", redaction.MASK)


def test_values_within_values_without_end_are_no_trouble():
    assert redaction.text("a=" * 20_000) == "a=" * 20_000


def test_a_variable_that_promises_a_secret_is_masked_whatever_it_holds():
    said = Finding(
        "jvm.x",
        Reference("Pod", "shop", "api"),
        Severity.NOTE,
        "runs with password=correcthorse",
        {"spec.containers[app].env[DB_PASSWORD].value": "correct horse battery", "spec.containers[app].image": "app:1"},
        "rotate token=abcdefgh12",
    )

    shown = redaction.finding(said)

    assert "correct" not in f"{shown.title}{shown.evidence}"
    assert "abcdefgh12" not in shown.next
    assert shown.evidence["spec.containers[app].image"] == "app:1"


def test_what_is_shown_beside_findings_is_masked_too():
    shown = redaction.exhibit(
        Exhibit("log of token=abcdefgh12", ("line",), (("Authorization: Bearer abcdefghijkl1",),))
    )

    assert "abcdefgh12" not in shown.title
    assert "abcdefghijkl1" not in shown.rows[0][0]


@pytest.mark.parametrize(
    "message",
    [
        "get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found",
        "failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized",
        "Failed fetching secret db/password: AccessDeniedException",
        'failed to fetch token: serviceaccounts "api" is forbidden',
    ],
)
def test_the_error_behind_a_colon_is_no_secret(message):
    assert redaction.text(message) == message


@pytest.mark.parametrize("unit", ["a.", "a-", "--a", "eyJ-", "sk-", "//", "name=a\n ", " ", '\\"', "token "], ids=repr)
def test_a_text_made_to_hold_everybody_up_is_read_once(unit):
    """An expression that goes back at every letter would take minutes for this, and hours for a megabyte."""
    text = "name=a" + unit * (100_000 // len(unit))

    assert "hunter22" not in redaction.text(f"{text}\nDB_PASSWORD=hunter22")


@pytest.mark.parametrize(
    "secret",
    [
        "9f8e7d6c-1a2b-4c3d-8e9f-0a1b2c3d4e5f",
        "npm_" + "a1B2" * 9,
    ],
)
def test_the_token_in_an_npmrc_is_masked(secret):
    assert secret not in redaction.text(f"//npm.example.com/:_authToken={secret}")


def test_a_key_of_openai_is_masked():
    secret = "sk-" + "a1B2c" * 4 + "T3BlbkFJ" + "Z9y8X" * 4

    assert secret not in redaction.text(f"client made with {secret} was refused")
