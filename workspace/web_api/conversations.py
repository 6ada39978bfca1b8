"""Methods that read conversations, and that join or open them."""

from collections.abc import Sequence

from workspace.conversations import Conversation, Kind
from workspace.errors import Refused, Unknown
from workspace.shapes import Json
from workspace.web_api.method import Request, demand, method
from workspace.web_api.pages import page


@method("conversations.info")
def info(request: Request) -> Json:
    """Describe a conversation."""
    return {"channel": request.conversation("read").as_json(asked_by=request.slack.app.user.id)}


@method("conversations.list")
def list_all(request: Request) -> Json:
    """List the conversations of the kinds that are asked for, as far as the app may know of them."""
    slack = request.slack
    kinds = [kind for kind in Kind if kind.listed_as in request.text("types", "public_channel").split(",")]
    for kind in kinds:
        demand(slack, f"{kind.scope}:read")
    seen = [
        conversation
        for conversation in slack.team.conversations.values()
        if conversation.kind in kinds
        and (conversation.kind is Kind.CHANNEL or slack.app.user.id in conversation.members)
    ]
    rows, more = page(request, seen, limit=100)
    return {"channels": [conversation.as_json(asked_by=slack.app.user.id) for conversation in rows], **more}


@method("users.conversations")
def of_user(request: Request) -> Json:
    """List the conversations that the app has joined."""
    slack = request.slack
    kinds = request.text("types", "public_channel").split(",")
    user = request.text("user") or slack.app.user.id
    joined = [c for c in slack.team.conversations.values() if user in c.members and c.kind.listed_as in kinds]
    rows, more = page(request, joined, limit=100)
    return {"channels": [conversation.as_json(asked_by=slack.app.user.id) for conversation in rows], **more}


@method("conversations.members")
def members(request: Request) -> Json:
    """List who is in a conversation."""
    rows, more = page(request, request.conversation("read").members, limit=100)
    return {"members": list(rows), **more}


@method("conversations.history")
def history(request: Request) -> Json:
    """Return what stands in a conversation, newest first, without replies in threads."""
    conversation = request.conversation("history", member=True)
    found = [m for m in conversation.timeline() if _wanted(request, m["ts"])]
    rows, more = page(request, found[::-1], limit=100, at_most=999)
    return {"messages": _visible(request, rows), "has_more": bool(_cursor(more)), "pin_count": 0, **more}


@method("conversations.replies")
def replies(request: Request) -> Json:
    """Return a thread, the message that began it first."""
    conversation = request.conversation("history", member=True)
    ts = request.required("ts", "thread_not_found")
    if ts not in conversation.messages:
        raise Refused("thread_not_found")
    root = conversation.messages[ts].get("thread_ts", ts)
    found = [m for m in conversation.thread(root) if m["ts"] == root or _wanted(request, m["ts"])]
    rows, more = page(request, found, limit=1000)
    return {"messages": _visible(request, rows), "has_more": bool(_cursor(more)), **more}


@method("conversations.open", scope="im:write")
def open_direct(request: Request) -> Json:
    """Open the direct message with one or more users."""
    slack = request.slack
    conversation = request.conversation() if request.text("channel") else _direct(request)
    return {"channel": conversation.as_json(asked_by=slack.app.user.id), "no_op": False, "already_open": False}


@method("conversations.join", scope="channels:join")
def join(request: Request) -> Json:
    """Join a public channel."""
    slack = request.slack
    conversation = request.conversation()
    if conversation.kind is not Kind.CHANNEL:
        raise Refused("method_not_supported_for_channel_type")
    slack.team.join(conversation, slack.app.user.id)
    return {"channel": conversation.as_json(asked_by=slack.app.user.id)}


def _direct(request: Request) -> Conversation:
    team, app = request.slack.team, request.slack.app
    names = request.structure("users") if request.text("users").startswith("[") else request.text("users").split(",")
    try:
        users = [team.user(name).id for name in names if name]
    except Unknown:
        raise Refused("user_not_found") from None
    if not users:
        raise Refused("users_list_not_supplied")
    return team.direct(*users, app.user.id)


def _wanted(request: Request, ts: str) -> bool:
    oldest, latest = request.text("oldest"), request.text("latest")
    at = float(ts)
    if request.flag("inclusive"):
        return (not oldest or at >= float(oldest)) and (not latest or at <= float(latest))
    return (not oldest or at > float(oldest)) and (not latest or at < float(latest))


def _visible(request: Request, messages: Sequence[Json]) -> list[Json]:
    if request.flag("include_all_metadata"):
        return list(messages)
    return [{name: value for name, value in message.items() if name != "metadata"} for message in messages]


def _cursor(more: Json) -> str:
    return str(more["response_metadata"]["next_cursor"])
