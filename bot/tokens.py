"""The secrets of the Slack app: how each looks, where it is found, and how people mistake one for another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ROTATED = "xoxe."
"""Stands in front of a token that expires, where the app has token rotation."""


@dataclass(frozen=True)
class Secret:
    """A secret by the variable that holds it; `prefix` is how it begins, '' where Slack promises nothing about it."""

    variable: str
    name: str
    prefix: str
    where: str


BOT = Secret(
    "SLACK_BOT_TOKEN",
    "Bot User OAuth Token",
    "xoxb-",
    "OAuth & Permissions > OAuth Tokens (after the installation)",
)
APP = Secret(
    "SLACK_APP_TOKEN", "app-level token", "xapp-", "Basic Information > App-Level Tokens, with connections:write"
)
SIGNING = Secret("SLACK_SIGNING_SECRET", "Signing Secret", "", "Basic Information > App Credentials")
SECRETS = (BOT, APP, SIGNING)

KINDS: Mapping[str, str] = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe-": "a refresh token",
    "xoxa-": "a legacy workspace token",
}
"""What a secret is by its first letters; Slack documents these."""


@dataclass(frozen=True)
class Mixup:
    """A variable that holds something else than its secret, and how to mend it.

    `certain` is False where that is only likely: a stand-in for Slack gives tokens the form that it likes.
    """

    variable: str
    told: str
    remedy: str
    certain: bool = True

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.variable}: {self.told}; {self.remedy}"


def mixups(given: Mapping[str, str]) -> Iterator[Mixup]:
    """Yield what stands in the wrong variable of those `given`, by what it looks like; no secret is repeated."""
    if given.get(BOT.variable, "").startswith(APP.prefix) and given.get(APP.variable, "").startswith(BOT.prefix):
        told = f"holds {KINDS[APP.prefix]}, and {APP.variable} {KINDS[BOT.prefix]}"
        yield Mixup(BOT.variable, told, "swap the two values")
        return
    for secret in SECRETS:
        value = given.get(secret.variable, "")
        remedy = f"set {secret.variable} to the {secret.name} from {secret.where}"
        if value and (told := _another_thing(secret, value)):
            yield Mixup(secret.variable, told, remedy)
        elif value and secret.prefix and not _held(value):
            told = f"does not begin with {secret.prefix} as every {secret.name} does"
            yield Mixup(secret.variable, told, remedy, certain=False)


def _another_thing(secret: Secret, value: str) -> str:
    """Return what a value is that cannot be this secret; '' if it may be."""
    if value != value.strip(" \t\r\n\"'"):
        return "begins or ends with a quote or white space, which the shell or the file should have taken off"
    held = _held(value)
    if held and held != KINDS.get(secret.prefix):
        return f"holds {held}, not the {secret.name}"
    return ""


def _held(value: str) -> str:
    """Return which kind of token a value is; '' if its first letters do not tell."""
    token = value.removeprefix(ROTATED)
    return next((kind for prefix, kind in KINDS.items() if token.startswith(prefix)), "")
