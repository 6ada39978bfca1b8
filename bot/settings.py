"""Settings: read from the environment once, at the start, and passed on as arguments.

docs/settings.md is generated from this file: `python -m bot.settings > docs/settings.md`.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import tokens
from diagnostics.budget import CHECK_SECONDS, SWEEP_SECONDS
from diagnostics.errors import ParameterInvalid
from diagnostics.exclusions import Exclusions
from knowledge import library


@dataclass(frozen=True)
class Complaint:
    """A variable whose value cannot be used, why, and what to write instead; never the value, which may be a secret."""

    variable: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.variable}: {self.problem}; {self.remedy}"


class SettingsInvalid(Exception):
    """The environment holds values that the bot cannot work with; the message has one line for each."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = tuple(complaints)


class Mode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


def _parts(separator: str, read: Callable[[str], Any] = str) -> BeforeValidator:
    def split(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(read(part.strip()) for part in value.split(separator) if part.strip())

    return BeforeValidator(split)


OWN_SECRET: Mapping[Mode, tokens.Secret] = {Mode.SOCKET: tokens.APP, Mode.HTTP: tokens.SIGNING}
"""The secret that each mode needs beside the bot token."""

BOUNDS = {"ge": "from", "gt": "above", "le": "up to"}
"""How the limits of a number are said, by pydantic's names for them."""


Folders = Annotated[tuple[Path, ...], NoDecode, _parts(os.pathsep, library.folder)]
Names = Annotated[tuple[str, ...], NoDecode, _parts(",")]


def _exclusions(value: Any) -> Any:
    try:
        return Exclusions.parse(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value
    except ParameterInvalid as problem:
        told, _, remedy = str(problem).partition("; ")
        raise _unusable(told, remedy) from None


def _unusable(problem: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("unusable", "{problem}", {"problem": problem, "remedy": remedy})


Rules = Annotated[Exclusions, NoDecode, BeforeValidator(_exclusions)]


class Settings(BaseSettings):
    """Everything that an operator may say. Names are those of environment variables; case does not matter."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr | None = Field(
        None,
        description="Bot token of the Slack app, starts with `xoxb-`; from *OAuth & Permissions*.",
    )
    slack_app_token: SecretStr | None = Field(
        None,
        description="App-level token with the scope `connections:write`, starts with `xapp-`; Socket Mode needs it.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        description="Proves that a request comes from Slack; HTTP mode needs it. From *Basic Information*.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        description="Base address of every call to Slack, Socket Mode's included; GovSlack and tests have their own.",
    )
    slack_timeout_seconds: int = Field(
        10,
        ge=1,
        le=120,
        validation_alias="PASTEMORTEM_SLACK_TIMEOUT_SECONDS",
        description="How long one call to Slack may take, in seconds.",
    )
    entries: Folders = Field(
        (library.SHIPPED,),
        validation_alias="PASTEMORTEM_ENTRIES",
        description="Folders of entries, separated by `:`; a later one replaces entries of the same id. `shipped` "
        "names the entries that come with Pastemortem: `shipped:/entries` has yours beside them, `/entries` yours "
        "alone. Unset: `shipped`.",
    )
    data: Path = Field(
        Path("var"),
        validation_alias="PASTEMORTEM_DATA",
        description="Folder of the journal and the search tables, on a disk of this machine, not a network share. "
        "One running bot to a folder.",
    )
    language: Literal["auto", "en", "ko"] = Field(
        "auto",
        validation_alias="PASTEMORTEM_LANGUAGE",
        description="Language of the replies; `auto` takes each person's Slack language.",
    )
    alert_bots: Names = Field(
        (),
        validation_alias="PASTEMORTEM_ALERT_BOTS",
        description="Bots whose messages count as pasted errors: bot ids (`B…`) or app ids (`A…`), separated by "
        "commas. Other bots are ignored.",
    )
    entry_url: str = Field(
        "",
        validation_alias="PASTEMORTEM_ENTRY_URL",
        description="Address of an entry's file for the link in replies; `{id}` becomes the entry's id and `{file}` "
        "its file name, e.g. `https://github.com/acme/runbooks/blob/main/{file}`. Unset: no link.",
    )
    snippet_bytes: int = Field(
        1_000_000,
        ge=1_000,
        le=20_000_000,
        validation_alias="PASTEMORTEM_SNIPPET_BYTES",
        description="How much of a snippet or text file is read, in bytes.",
    )
    kubeconfig: str = Field(
        "",
        description="Kubeconfig file of the clusters that `/diag` asks. Unset: the cluster that the bot runs in, or "
        "`~/.kube/config`.",
    )
    clusters: Names = Field(
        (),
        validation_alias="PASTEMORTEM_CLUSTERS",
        description="Contexts of the kubeconfig that `/diag` may ask, separated by commas; the first is asked when "
        "nobody says `--cluster`. Unset: the current context alone.",
    )
    diag_channels: Names = Field(
        (),
        validation_alias="PASTEMORTEM_DIAG_CHANNELS",
        description="Ids of the channels (`C…`, `G…`, `D…`) in which `/diag` answers, separated by commas. Unset: all.",
    )
    diag_users: Names = Field(
        (),
        validation_alias="PASTEMORTEM_DIAG_USERS",
        description="Ids of the people (`U…`) whom `/diag` answers, separated by commas. Unset: everybody.",
    )
    diag_strict: bool = Field(
        False,
        validation_alias="PASTEMORTEM_DIAG_STRICT",
        description="Whether `/diag` refuses to use credentials that may do more than read. They are logged as an "
        "error either way.",
    )
    diag_exclude: Rules = Field(
        Exclusions(),
        validation_alias="PASTEMORTEM_DIAG_EXCLUDE",
        description="Findings that are not said, separated by commas: `code:pods.restarts`, `namespace:sandbox-*`, "
        "`label:team=infra`.",
    )
    diag_at_once: int = Field(
        3,
        ge=1,
        le=32,
        validation_alias="PASTEMORTEM_DIAG_AT_ONCE",
        description="How many of the workers may wait for a cluster at the same time; the others stay free for pastes.",
    )
    diag_seconds: float = Field(
        CHECK_SECONDS,
        gt=0,
        le=300,
        validation_alias="PASTEMORTEM_DIAG_SECONDS",
        description="How long one check may take, in seconds.",
    )
    sweep_seconds: float = Field(
        SWEEP_SECONDS,
        gt=0,
        le=600,
        validation_alias="PASTEMORTEM_SWEEP_SECONDS",
        description="How long `/diag sweep` may take, in seconds.",
    )
    workers: int = Field(
        8,
        ge=1,
        le=64,
        validation_alias="PASTEMORTEM_WORKERS",
        description="How many answers are worked on at the same time.",
    )
    queue: int = Field(
        200,
        ge=1,
        le=100_000,
        validation_alias="PASTEMORTEM_QUEUE",
        description="How many answers may wait for a worker before people are told that the bot is busy.",
    )
    drain_seconds: float = Field(
        20,
        ge=0,
        le=600,
        validation_alias="PASTEMORTEM_DRAIN_SECONDS",
        description="How long begun work may take after SIGTERM, in seconds; keep it below the grace period of "
        "whatever stops the bot.",
    )
    keep_days: float = Field(
        90,
        ge=1,
        validation_alias="PASTEMORTEM_KEEP_DAYS",
        description="How long the journal remembers what was answered where, and where what is not documented was "
        "asked, in days. Votes are kept for ever, pasted text never.",
    )
    reload_seconds: float = Field(
        10,
        ge=0.1,
        validation_alias="PASTEMORTEM_RELOAD_SECONDS",
        description="How often the folders of entries are looked at for changes, in seconds.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="PASTEMORTEM_HOST",
        description="Address to listen on for `/healthz`, `/readyz`, `/metrics` and, in HTTP mode, `/slack/events`; "
        "`0.0.0.0` in a container.",
    )
    port: int = Field(
        3000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("PASTEMORTEM_PORT", "PORT"),
        description="Port to listen on; 0 takes any free one.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        validation_alias="PASTEMORTEM_LOG_LEVEL",
        description="Least severity that is logged. No level logs what people paste.",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto",
        validation_alias="PASTEMORTEM_LOG_FORMAT",
        description="`console` for people, `json` for machines; `auto` is `console` on a terminal.",
    )

    @field_validator("slack_api_url")
    @classmethod
    def _is_a_base(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise _unusable("is no address", "write one that starts with https://")
        return value.rstrip("/") + "/"

    @field_validator("entry_url")
    @classmethod
    def _is_a_template(cls, value: str) -> str:
        if value and not (value.startswith(("https://", "http://")) and ("{id}" in value or "{file}" in value)):
            remedy = "write an address that starts with https:// and holds {id} or {file}"
            raise _unusable("cannot lead to an entry's file", remedy)
        return value

    def bot_token(self) -> str:
        """The bot token, or '' without one."""
        return _revealed(self.slack_bot_token)

    def app_token(self) -> str:
        """The app-level token, or '' without one."""
        return _revealed(self.slack_app_token)

    def signing_secret(self) -> str:
        """The signing secret, or '' without one."""
        return _revealed(self.slack_signing_secret)

    def missing_for(self, mode: Mode) -> list[str]:
        """Return the names of the variables without which the bot cannot join Slack in this mode."""
        return [name for name, secret in self.needed_for(mode).items() if not secret]

    def needed_for(self, mode: Mode) -> dict[str, str]:
        """Return the secrets with which the bot joins Slack in this mode, by their variables; '' for those unset."""
        secrets = self.secrets()
        return {name: secrets[name] for name in (tokens.BOT.variable, OWN_SECRET[mode].variable)}

    def secrets(self) -> dict[str, str]:
        """Return the app's secrets by their variables; '' for those that are unset."""
        return {
            tokens.BOT.variable: self.bot_token(),
            tokens.APP.variable: self.app_token(),
            tokens.SIGNING.variable: self.signing_secret(),
        }

    def modes(self) -> list[Mode]:
        """Return the modes that somebody has begun to set up: those whose own secret is given."""
        secrets = self.secrets()
        return [mode for mode, secret in OWN_SECRET.items() if secrets[secret.variable]]


def read() -> Settings:
    """Read the environment; raises SettingsInvalid with a line for every value that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid([_complaint(problem) for problem in error.errors()]) from None


def unknown() -> list[str]:
    """Return set variables that look like ours and are not: a slip of the pen that would otherwise be ignored."""
    known = {variable(name, field) for name, field in Settings.model_fields.items()}
    return sorted(name for name in os.environ if name.upper().startswith("PASTEMORTEM_") and name.upper() not in known)


def variable(name: str, field: FieldInfo) -> str:
    """Return the name of the environment variable that sets a field."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return alias if isinstance(alias, str) else name.upper()


def document() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{variable(name, field)}` | {_type(field.annotation)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = (
        "# Settings",
        "",
        "Generated from `bot/settings.py` by `python -m bot.settings`. Settings are environment variables, read once",
        "at the start; an empty one counts as unset. A value that cannot be used ends the start with a line that names",
        "it.",
        "",
        "| variable | kind | default | meaning |",
        "|---|---|---|---|",
    )
    return "\n".join([*head, *rows, ""])


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _complaint(error: ErrorDetails) -> Complaint:
    # A field with an alias is reported under the variable's name, as it is written there.
    given = str(error["loc"][0])
    name, field = next((name, field) for name, field in Settings.model_fields.items() if given in _names(name, field))
    context = error.get("ctx", {})
    match error["type"]:
        case "unusable":
            return Complaint(_blamed(name, field), context["problem"], context["remedy"])
        case "greater_than_equal" | "less_than_equal" | "greater_than":
            problem = "is out of bounds"
        case "literal_error":
            problem = "is none of its choices"
        case _:
            problem = f"is not {_kinds(field.annotation)}"
    return Complaint(_blamed(name, field), problem, f"write {_wanted(field)}, or unset it for {_default(field)}")


def _names(name: str, field: FieldInfo) -> Iterator[str]:
    alias = field.validation_alias
    yield name
    yield from map(str, alias.choices) if isinstance(alias, AliasChoices) else [str(alias)]


def _blamed(name: str, field: FieldInfo) -> str:
    """Return the variable that set a field, where several can."""
    given = {each.upper() for each, value in os.environ.items() if value}
    return next((each.upper() for each in _names(name, field) if each.upper() in given), variable(name, field))


def _kinds(annotation: Any) -> str:
    return {bool: "yes or no", int: "a whole number", float: "a number"}.get(annotation, f"a {_type(annotation)}")


def _wanted(field: FieldInfo) -> str:
    """Return what a field takes, with its bounds."""
    if get_origin(field.annotation) is Literal:
        return f"one of {_type(field.annotation)}"
    bounds = [
        f"{word} {getattr(bound, limit)}"
        for bound in field.metadata
        for limit, word in BOUNDS.items()
        if hasattr(bound, limit)
    ]
    return " ".join([_kinds(field.annotation), *bounds])


def _type(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) is tuple or annotation is Exclusions:
        return "list"
    if SecretStr in get_args(annotation):
        return "secret"
    return {bool: "yes or no", int: "whole number", float: "number", str: "text", Path: "folder"}[annotation]


def _default(field: FieldInfo) -> str:
    default = field.default
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    if default in (None, "", Exclusions()) or isinstance(default, tuple):
        return "unset"
    return f"`{default}`"


if __name__ == "__main__":
    sys.stdout.write(document())
