"""Keeping secrets out of what is said: environment values, ConfigMap values, log lines, messages.

Tokens with a shape of their own are recognised by the patterns that detect-secrets keeps. What stands around a secret
in Kubernetes is recognised here: keys that promise one (`DB_PASSWORD=…`, `"password": "…"`, `--token …`), `name` and
`value` pairs of the environment, passwords in URLs, headers, command lines and sentences, private keys; and last, words
that nobody would type. Most texts arrive cut where nobody reads on, so that a secret may lack its end.
"""

import itertools
import re
from dataclasses import replace
from functools import cache, partial

from detect_secrets.plugins import (
    aws,
    azure_storage_key,
    cloudant,
    discord,
    github_token,
    gitlab_token,
    mailchimp,
    pypi_token,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)

from diagnostics.finding import Exhibit, Finding

MASK = "[redacted]"

_UNSEEN = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Colours and other orders to a terminal, signs without width or that turn the direction: a key or a secret may be
written with them, and nobody would see it.
"""

_DETECTORS = (
    aws.AWSKeyDetector,
    azure_storage_key.AzureStorageKeyDetector,
    cloudant.CloudantDetector,
    discord.DiscordBotTokenDetector,
    github_token.GitHubTokenDetector,
    gitlab_token.GitLabTokenDetector,
    mailchimp.MailchimpDetector,
    pypi_token.PypiTokenDetector,
    sendgrid.SendGridDetector,
    slack.SlackDetector,
    square_oauth.SquareOAuthDetector,
    stripe.StripeDetector,
    telegram_token.TelegramBotTokenDetector,
    twilio.TwilioKeyDetector,
)
"""Those of detect-secrets that read a text once. For npm and OpenAI it goes over the rest of a line at every letter,
and a pod that logs a line for that purpose would hold up everybody; their tokens are known below."""

_SHAPES = re.compile(
    r"""(?x)
      (?<![\w-])eyJ[\w-]{8,}={0,2}\.[\w=-]{4,}(?:\.[\w=+/-]*)?     # JSON Web Token
    | \bgithub_pat_\w{22,}
    | \bnpm_[A-Za-z0-9]{36}
    | \bAIza[\w-]{35}                              # Google API key
    | \bya29\.[\w-]{20,}                           # Google OAuth
    | \b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}
    | \bsk-(?:ant-|proj-)?[\w-]{20,}
    | \bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]+            # Slack app token
    | \bhv[sbr]\.[\w-]{24,}                        # Vault
    | \bdop_v1_[a-f0-9]{64}
    | \bglpat-[\w-]{20,}
    | \bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}
    | \bdckr_pat_[\w-]{20,}
    | \bAGE-SECRET-KEY-1[A-Z0-9]{58}
    | \bwhsec_[A-Za-z0-9+/=]{16,}                   # Stripe and Svix, what signs webhooks
    | \bNRAK-[A-Z0-9]{27}
    | \bdapi[a-f0-9]{32}                           # Databricks
    | \bkey-[a-f0-9]{32}                           # Mailgun
    | \$apr1\$[^\s$]{1,8}\$[\w./]{22}               # a hash of htpasswd
    | (?<=\.webhook\.office\.com/)[^\s"'<>]+
    """
)

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL
)
_URL_PASSWORD = re.compile(
    r"(?P<head>[A-Za-z][\w+.-]{0,30}://[^\s/:@\"'<>\[]{0,100}:|jdbc:oracle:\w+:[^\s/@]{1,100}/)(?!\d{1,5}[/?…])"
    r"[^\s\"'<>]{1,300}(?=@|…)"
)
_URL_USER = re.compile(r"(?P<head>[A-Za-z][\w+.-]{0,30}://)[^\s/:@\"'<>]{16,300}(?=@)")
_HEADER = re.compile(r"(?i)(?P<head>\b(?:bearer|basic|negotiate|apikey|token)\s+)(?P<value>[^\s\"',;]{8,})")
_COOKIE = re.compile(r"(?im)(?P<head>\b(?:(?:set-)?cookie2?|(?:proxy-)?authorization)\\?[\"']?\s*[:=]\s*)[^\r\n]+")

_SENSITIVE = (
    r"pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_.]?key|access[-_.]?key(?:[-_.]?id)?|secret[-_.]?key|"
    r"(?:private|encryption|signing|account|master|license|auth|hmac|aes|app|admin|storage|subscription|session|cookie|"
    r"jwt|ssh|tls|server)[-_.]?key|shared[-_.]?(?:access[-_.]?)?key|secret[-_.]?key[-_.]?base|"
    r"client[-_.]?key(?:[-_.]?data)?|credentials?(?:[-_.]?json)?|authorization|auth|authtoken|signature|sig|"
    r"connection[-_.]?string|conn[-_.]?str|dockerconfigjson|dockercfg|session(?:[-_.]?id)?|sid|otp|salt|sas|dsn|"
    r"webhook[-_.]?url|erlang[-_.]?cookie|psk|bindpw|plaintext"
)
_SENSITIVE_IN_ASIA = "비밀번호|패스워드|비번|암호|인증키|토큰|시크릿(?: ?키)?|パスワード|密码|密碼"
"""Words that end a key without anything before them that would part it from the rest."""

_SENSITIVE_KEY = re.compile(
    rf"(?i)(?:(?:^|.*?[-_.\s]|.*[a-z0-9](?=[A-Z]))(?:{_SENSITIVE})|.*(?:{_SENSITIVE_IN_ASIA}))[0-9]{{0,3}}"
)
"""A key whose last words promise a secret: `db.password`, `clientSecret`, but not `secretName` or `TOKEN_FILE`."""

_ERROR = re.compile(r"(?:Invalid|Expired|Missing|Unrecognized|Incomplete)[A-Z]\w+")
"""The name of an error of AWS that ends as a key of a secret would: `InvalidIdentityToken: Incorrect audience`."""

_KEY = r"[\w.\-]{0,80}"
_QUOTED = (
    r'(?:"(?:[^"\\]|\\.)*(?:"|\Z)'
    r'|(?P<escaped>\\{1,7}")(?:(?!(?P=escaped)).)*(?:(?P=escaped)|\Z)'
    r"|'[^']*(?:'|\Z))"
)
"""A string in quotes, escaped as often as it was put into another; one that is cut has no closing quote."""

_ASSIGNED = re.compile(
    rf"""(?xs)
    (?P<quote>\\{{0,7}}["'])?(?<![\w.\-])(?P<key>(?=[.\-]*\w)[\w.\-]*+)(?(quote)\\{{0,7}}["'])  # quoted in JSON
    (?P<between>\s{{0,3}}(?:=>|:=|[:=：＝]|%3[ADad])\s{{0,3}})
    (?P<value>{_QUOTED}|(?:[^\s,;&"'}}\])\\]|\\(?!["']))+)
    """
)
_OPENING = re.compile(r"\\{0,7}[\"']?")
_MOST_NESTED = 4
"""Values within values that are looked into: a record in a message in a record is three."""

_YAML_LINE = re.compile(rf"(?m)^(?P<head>[ \t]*(?:-[ \t]+)?[\"']?(?P<key>{_KEY})[\"']?:[ \t]+)(?P<value>\S[^\r\n]*)$")
_OPTION = re.compile(
    rf"(?P<head>(?:^|[\s\"'])--?(?P<key>[A-Za-z]{_KEY})[\s\"',]{{1,4}})(?P<value>[^\s\"',-][^\s\"',]*)"
)
_PAIR = re.compile(
    rf"""(?xis)\\{{0,7}}["']?name\\{{0,7}}["']?\s*[:=]\s*\\{{0,7}}["']?(?P<key>[\w.\-]+)\\{{0,7}}["']?\s*+(?:,\s*+)?(?:-\s*+)?
    \\{{0,7}}["']?value\\{{0,7}}["']?\s*[:=]\s*(?P<value>{_QUOTED}|[^\s,}}\]]+)"""
)
_PAIR_REVERSED = re.compile(
    rf"""(?xis)\bvalue\\{{0,7}}["']?\s*[:=]\s*(?P<value>{_QUOTED}|[^\s,}}\]]{{1,300}})\s*+(?:,\s*+)?
    \\{{0,7}}["']?name\\{{0,7}}["']?\s*[:=]\s*\\{{0,7}}["']?(?P<key>[\w.\-]+)"""
)
_ELEMENT = re.compile(r"(?P<head><(?P<key>[\w.\-:]+)>)(?P<value>[^<]{1,1000})(?=</)")

_SAID = re.compile(
    r"""(?xi)(?:\b(?:password|passwd|passphrase|pwd|bindpw|psk|identified\ by)|비밀번호|패스워드|비번)(?:는|은|가|이)?
    [\s|]{1,4}(?:is\s+|to\s+|as\s+)?(?P<value>'[^'\s]+'|"[^"\s]+"|(?=[^\s,;'"]*\d)(?=[^\s,;'"]*[a-z])[^\s,;'":]{6,})"""
)
"""A password in a sentence, a table or a statement of SQL: in quotes, or of letters and digits, as no plain word is."""

_COMMAND = re.compile(
    r"""(?x)\b(?:curl|wget)\b[^\n|;]{0,300}?\s(?:-u|--(?:proxy-)?user)[ =]?[^\s:]{1,80}:(?P<curl>[^\s"']+)
    | \b(?:mysql|mariadb)[\w-]*\b[^\n|;]{0,300}?\s-p(?P<mysql>[^\s"']+)
    | \bsshpass\s+-p\s*(?P<sshpass>[^\s"']+)
    | \bredis-cli\b[^\n|;]{0,300}?\s-a\s+(?P<redis>[^\s"']+)
    | \bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<netrc>\S+)
    | \b(?:setenv|ENV)\s+\w*(?:PASS|PASSWORD|PWD|SECRET|TOKEN|KEY)\s+(?P<setenv>[^\s"']+)
    | \bAUTH\s+(?:\w+\s+)?(?P<auth>(?=\S*\d)(?=\S*[a-z])[^\s"']{6,})"""
)
"""Commands whose options do not say that a password follows."""

_HARMLESS = re.compile(
    r"(?i)\\?[\"']?(?:true|false|null|none|nil|yes|no|\d{1,5}|\$\(?\{?[\w.]+\}?\)?|<[^>]*>|\[redacted\]?.*|/[\w./-]*"
    r"|failed|unable|cannot|could|not|unexpected|invalid|expired|missing|error|timeout|context|rpc|operation|connection"
    r"|dial|access ?denied\w*|unauthorized|forbidden|serviceaccounts|get|post|put|head|open|lookup|verify|the)?"
    r"\\?[\"']?"
)
"""What stands behind a sensitive key and is no secret: a switch, a count, a reference to a variable, a path, or the
word that begins the error behind the colon (`get credentials: failed to refresh`)."""

_LONG = 32
_LONG_WORD = re.compile(rf"[A-Za-z0-9+/_=-]{{{_LONG},}}")
_HEX = re.compile(r"(?:[0-9a-f-]+|[0-9A-F-]+)")
_RESTLESS = 0.35
"""Changes of kind (upper case, lower case, digit) per character: about 0.6 in random base64, below 0.3 in code."""


def text(words: str) -> str:
    """Return any text with its secrets masked."""
    words = _PRIVATE_KEY.sub(MASK, _UNSEEN.sub("", words))
    for pattern in _detectors():
        words = pattern.sub(MASK, words)
    words = _SHAPES.sub(MASK, words)
    words = _URL_PASSWORD.sub(rf"\g<head>{MASK}", words)
    words = _URL_USER.sub(rf"\g<head>{MASK}", words)
    words = _COOKIE.sub(rf"\g<head>{MASK}", words)
    words = _HEADER.sub(_mask_header, words)
    for pattern in (_PAIR, _PAIR_REVERSED, _YAML_LINE, _ASSIGNED, _OPTION, _ELEMENT):
        words = pattern.sub(_mask_assigned, words)
    for pattern in (_COMMAND, _SAID):
        words = pattern.sub(_mask_last, words)
    return _LONG_WORD.sub(_mask_restless, words)


def value(key: str, words: str) -> str:
    """Return what stands at a key: masked as a whole when the key promises a secret, else as any text."""
    if is_sensitive(key) and not _HARMLESS.fullmatch(words):
        return MASK
    return text(words)


def is_sensitive(key: str) -> bool:
    """Say whether a key promises a secret: `DB_PASSWORD`, `clientSecret`, `aws.secretKey`; not `secretName`."""
    return _SENSITIVE_KEY.fullmatch(key) is not None and not _ERROR.fullmatch(key)


def finding(said: Finding) -> Finding:
    """Return a finding with its secrets masked."""
    return replace(
        said,
        title=text(said.title),
        evidence={path: value(_key_of(path), words) for path, words in said.evidence.items()},
        next=text(said.next),
    )


def exhibit(shown: Exhibit) -> Exhibit:
    """Return an exhibit with its secrets masked."""
    rows = tuple(
        tuple(value(column, cell) for column, cell in zip(shown.columns, row, strict=True)) for row in shown.rows
    )
    return replace(shown, title=text(shown.title), rows=rows)


def _key_of(path: str) -> str:
    """Return the key that a field's path ends in; an environment variable's value belongs to its name."""
    path = path.removesuffix("].value") if path.endswith("].value") else path
    return re.split(r"[.\[]", path.removesuffix("]"))[-1]


@cache
def _detectors() -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for detector in _DETECTORS for pattern in detector().denylist)


def _mask_header(found: re.Match[str]) -> str:
    """Mask what follows `Bearer` or `Basic`, unless it is plainly a word of a sentence."""
    word = found["value"].rstrip(":.")
    return found[0] if word.isalpha() and word.islower() else found["head"] + MASK


def _mask_assigned(found: re.Match[str], depth: int = 0) -> str:
    """Mask what stands at a key that promises a secret, or at such a key within what stands at another."""
    if not is_sensitive(found["key"]):
        return _mask_within(found, depth) if depth < _MOST_NESTED else found[0]
    if _HARMLESS.fullmatch(found["value"]):
        return found[0]
    opening = _OPENING.match(found["value"])
    quote = opening[0].lstrip("\\") if opening else ""
    return _with(found, "value", f"{quote}{MASK}{quote}")


def _mask_within(found: re.Match[str], depth: int) -> str:
    """Mask the secrets of a message that is itself a value: `msg="login failed: password=…"`."""
    opening = _OPENING.match(found["value"])
    begin = opening.end() if opening else 0
    inner = _ASSIGNED.sub(partial(_mask_assigned, depth=depth + 1), found["value"][begin:])
    return _with(found, "value", found["value"][:begin] + inner)


def _mask_last(found: re.Match[str]) -> str:
    """Mask the only group that was met."""
    return _with(found, found.lastgroup or "", MASK)


def _with(found: re.Match[str], group: str, words: str) -> str:
    """Return what was found with other words in the place of a group."""
    return found[0][: found.start(group) - found.start()] + words + found[0][found.end(group) - found.start() :]


def _mask_restless(found: re.Match[str]) -> str:
    word = found[0]
    return MASK if _is_restless(word) else word


def _is_restless(word: str) -> bool:
    """Say whether a long word changes its kind of letter as often as only random text does."""
    word = "".join(part for part in word.split("/") if not _HEX.fullmatch(part))
    if len(word) < _LONG:
        return False
    kinds = [("d" if letter.isdigit() else "u" if letter.isupper() else "l") for letter in word if letter.isalnum()]
    changes = sum(before != after for before, after in itertools.pairwise(kinds))
    return len(set(kinds)) == 3 and changes / len(kinds) >= _RESTLESS
