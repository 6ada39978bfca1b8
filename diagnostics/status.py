"""What a refusal of the API server means, in one sentence."""

import json
import re
from collections.abc import Mapping

from diagnostics import errors
from diagnostics.fields import Fields

_FORBIDDEN = re.compile(r'cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"')
_IN_NAMESPACE = re.compile(r'in the namespace "(?P<namespace>[^"]+)"')
_UNREACHED = re.compile(r'Get "https?://(?P<address>[^/"]+)/containerLogs/[^"]*": (?P<why>.+)', re.DOTALL)
"""What the API server says of a kubelet to which it has no connection."""

_RELAYED = "pods/log"
"""The kind of a refusal that the API server hands on from a kubelet; one of its own has `pods`."""

_AGGREGATED = (b"service unavailable", b"error trying to reach service")
"""What the API server says, in plain text, for one to which it hands requests on."""

_LONGEST = 300
"""Characters of the API server's own message that are worth showing."""


def failure(status: int, body: bytes, asked: str, headers: Mapping[str, str]) -> errors.ClusterError:
    """Return the error for an answer that is not a success; `asked` names what was asked for."""
    detail = _parse(body)
    message = detail.text("message")[:_LONGEST]
    if behind := _of_server_behind(status, detail, body, asked):
        return behind
    match status:
        case 401:
            return errors.NotAuthenticated(
                f"the API server does not accept the credentials for {asked} (401); "
                "renew them, or check the ServiceAccount token or the kubeconfig user"
            )
        case 403:
            return errors.Forbidden(_forbidden(message, asked))
        case 404 if detail.has("details.name"):
            return errors.NotFound(message or f"{asked} does not exist")
        case 404:
            return errors.NotServed(f"this cluster does not serve {asked} (404)")
        case 410:
            return errors.PageExpired(f"the list of {asked} expired while it was read (410); ask again")
        case 429:
            wait = headers.get("Retry-After", "")
            after = f" and asks to wait {wait} s" if wait.isdigit() else ""
            return errors.Overloaded(
                f"the API server is overloaded{after} (429) and gives no answer for {asked}; ask again in a while"
            )
        case 400 | 422:
            return errors.AnswerUnusable(f"the API server refuses to read {asked} ({status}): {message or 'no reason'}")
        case _ if 300 <= status < 400:
            return errors.AnswerUnusable(
                f"a redirect stands where {asked} was expected ({status}); is this the API server?"
            )
        case _ if status >= 500:
            reason = f": {message}" if message else ""
            return errors.AnswerUnusable(
                f"the API server failed to read {asked} ({status}){reason}; "
                "`kubectl get --raw '/readyz?verbose'` tells which part of it is not well"
            )
        case _:
            return errors.AnswerUnusable(f"the API server answered {status} for {asked}")


def _of_server_behind(status: int, detail: Fields, body: bytes, asked: str) -> errors.ClusterError | None:
    """Return the error for what a kubelet, an aggregated API server or a proxy did not give, None for any other."""
    message = detail.text("message")
    if body.lstrip().startswith(b"<"):
        return errors.AnswerUnusable(
            f"a page of HTML stands where {asked} was expected ({status}): a proxy or a gateway answered, and not the "
            "API server; see where the server of the kubeconfig leads, and what stands between"
        )
    if detail.text("details.kind") == _RELAYED:
        if status == 404:
            return errors.NotFound(f"the kubelet does not have {asked} (404)")
        why = message.partition(f" ( {_RELAYED}")[0][:_LONGEST]
        return errors.AnswerUnusable(f"the kubelet does not give {asked} to the API server ({status}): {why}")
    if kubelet := _UNREACHED.match(message):
        return errors.AnswerUnusable(
            f"the API server gets no answer from the kubelet at {kubelet['address']} for {asked} ({status}): "
            f"{kubelet['why'][:_LONGEST]}"
        )
    if status == 503 and body.startswith(_AGGREGATED):
        return errors.AnswerUnusable(
            f"the API server gets no answer from the server behind {asked} (503); "
            "`kubectl get apiservices` tells which is not available, and why"
        )
    return None


def _parse(body: bytes) -> Fields:
    """Return the Status object of a refusal, an empty one when the body is something else."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return Fields(None)
    status = Fields(parsed)
    return status if status.text("kind") == "Status" else Fields(None)


def _forbidden(message: str, asked: str) -> str:
    found = _FORBIDDEN.search(message)
    if found is None:
        return f"the credentials may not read {asked} (403)"
    group = found["group"] or "core"
    namespace = _IN_NAMESPACE.search(message)
    where = f"in namespace {namespace['namespace']}" if namespace else "in the whole cluster"
    return (
        f"RBAC does not grant {found['verb']} on {found['resource']} (API group {group}) {where}; "
        f'add resources: ["{found["resource"]}"], verbs: ["{found["verb"]}"] to the role'
    )
