"""The desk at which every Web API call arrives: who asks, may they, what goes wrong on purpose, who answers."""

import json
import time
import urllib.parse
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from workspace.calls import Call
from workspace.errors import Refused
from workspace.faults import Fault
from workspace.shapes import Json
from workspace.slack import Slack
from workspace.web_api import about, chat, conversations, files, reactions, users, views
from workspace.web_api.method import METHODS, Method, Request, demand

FAMILIES = (about, chat, conversations, files, reactions, users, views)
"""The modules whose import registers the methods."""


class Desk:
    """Answers `POST /api/<method>`."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def answer(self, http: HttpRequest) -> Response:
        """Answer one call and remember it."""
        name = http.path_params["method"]
        arguments = await _arguments(http)
        token = _token(http, arguments)
        fault = self._slack.faults.next(name)
        answer = _failed(fault) if fault else self._answer(name, arguments, token)
        self._slack.calls.add(Call(name, arguments, answer, time.monotonic()))
        status = fault.status if fault else 200
        return JSONResponse(answer, status, headers=self._headers(name, token, fault))

    def _answer(self, name: str, arguments: Json, token: str) -> Json:
        try:
            method = METHODS.get(name)
            if method is None:
                raise Refused("unknown_method", req_method=name)
            self._authorize(method, token)
            return {"ok": True, **method.answer(Request(self._slack, arguments))}
        except Refused as refused:
            return {"ok": False, "error": refused.error, **refused.details}

    def _authorize(self, method: Method, token: str) -> None:
        app = self._slack.app
        if method.open_to_all:
            return
        if not token:
            raise Refused("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise Refused("invalid_auth")
        if method.by_app_token != (token == app.app_token):
            raise Refused("not_allowed_token_type")
        if method.scope:
            demand(self._slack, method.scope)

    def _headers(self, name: str, token: str, fault: Fault | None) -> dict[str, str]:
        app = self._slack.app
        scopes = {app.bot_token: sorted(app.scopes), app.app_token: ["connections:write"]}.get(token)
        method = METHODS.get(name)
        return {
            **({"x-oauth-scopes": ",".join(scopes)} if scopes is not None else {}),
            **({"x-accepted-oauth-scopes": method.scope} if method and method.scope else {}),
            **({"retry-after": str(fault.retry_after)} if fault and fault.retry_after is not None else {}),
        }


def _failed(fault: Fault) -> Json:
    return {"ok": False, "error": fault.error or "internal_error"}


async def _arguments(http: HttpRequest) -> Json:
    arguments: Json = dict(http.query_params)
    content_type = http.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        return arguments | _object(await http.body())
    return arguments | dict(urllib.parse.parse_qsl((await http.body()).decode(), keep_blank_values=True))


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _token(http: HttpRequest, arguments: Json) -> str:
    given = str(arguments.pop("token", "") or "")
    scheme, _, token = http.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else given
