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
    "*OAuth & Permissions* > *OAuth Tokens* (after the installation)",
)
APP = Secret(
    "SLACK_APP_TOKEN", "app-level token", "xapp-", "*Basic Information* > *App-Level Tokens*, with connections:write"
)
SIGNING = Secret("SLACK_SIGNING_SECRET", "Signing Secret", "", "*Basic Information* > *App Credentials*")
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
    """A variable that holds something else than its secret, and how to mend it."""

    variable: str
    told: str
    remedy: str


def mixups(given: Mapping[str, str]) -> Iterator[Mixup]:
    """Yield what stands in the wrong variable of those `given`, by what it looks like; no secret is repeated."""
    if given.get(BOT.variable, "").startswith(APP.prefix) and given.get(APP.variable, "").startswith(BOT.prefix):
        told = f"holds {KINDS[APP.prefix]}, and {APP.variable} {KINDS[BOT.prefix]}"
        yield Mixup(BOT.variable, told, "swap the two values")
        return
    for secret in SECRETS:
        value = given.get(secret.variable, "")
        if value and (told := _odd(secret, value)):
            yield Mixup(secret.variable, told, f"set {secret.variable} to the {secret.name} from {secret.where}")


def _odd(secret: Secret, value: str) -> str:
    if value != value.strip(" \t\r\n\"'"):
        return "begins or ends with a quote or white space, which the shell or the file should have taken off"
    token = value.removeprefix(ROTATED)
    held = next((kind for prefix, kind in KINDS.items() if token.startswith(prefix)), "")
    if held and not (secret.prefix and token.startswith(secret.prefix)):
        return f"holds {held}, not the {secret.name}"
    if secret.prefix and not held:
        return f"does not begin with {secret.prefix} as every {secret.name} does"
    return ""
