"""Methods that say something."""

from workspace import blocks, posting
from workspace.conversations import Conversation
from workspace.errors import Refused
from workspace.shapes import Json
from workspace.web_api.method import Request, demand, method

GIVEN = {"blocks": "invalid_blocks_format", "attachments": "invalid_attachments", "metadata": "invalid_metadata_format"}
"""The structured parts of a message, and the error for each that is not JSON."""


@method("chat.postMessage", scope="chat:write")
def post_message(request: Request) -> Json:
    """Post a message in a conversation or, when a user is named in place of a channel, in a direct message."""
    slack = request.slack
    conversation = _addressed(request)
    message = posting.message(slack.app, slack.team.id, _given(request))
    if thread_ts := request.text("thread_ts"):
        if thread_ts not in conversation.messages:
            raise Refused("thread_not_found")
        message["thread_ts"] = thread_ts
        if request.flag("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    posted = slack.team.post(conversation, message)
    return {"channel": conversation.id, "ts": posted["ts"], "message": posted}


@method("chat.postEphemeral", scope="chat:write")
def post_ephemeral(request: Request) -> Json:
    """Show a message to one member of a conversation."""
    slack = request.slack
    conversation = _addressed(request)
    user = request.user()
    if user.id not in conversation.members:
        raise Refused("user_not_in_channel")
    message = posting.message(slack.app, slack.team.id, _given(request))
    if thread_ts := request.text("thread_ts"):
        message["thread_ts"] = thread_ts
    return {"message_ts": slack.team.whisper(conversation, user.id, message)["ts"]}


@method("chat.update", scope="chat:write")
def update(request: Request) -> Json:
    """Change a message of the app; parts that are not given stay as they are."""
    slack = request.slack
    conversation = request.conversation(member=True)
    message = request.message(conversation)
    if message.get("bot_id") != slack.app.user.bot_id:
        raise Refused("cant_update_message")
    content = posting.content(_given(request), longest=blocks.UPDATE_TEXT)
    if not content:
        raise Refused("no_text")
    edited = {"edited": {"user": slack.app.user.id, "ts": slack.team.timestamps.next()}}
    changed = slack.team.replace(conversation, message["ts"], content | edited)
    return {"channel": conversation.id, "ts": message["ts"], "text": changed["text"], "message": changed}


@method("chat.delete", scope="chat:write")
def delete(request: Request) -> Json:
    """Take back a message of the app."""
    conversation = request.conversation(member=True)
    message = request.message(conversation)
    if message.get("bot_id") != request.slack.app.user.bot_id:
        raise Refused("cant_delete_message")
    request.slack.team.delete(conversation, message["ts"])
    return {"channel": conversation.id, "ts": message["ts"]}


@method("chat.getPermalink")
def get_permalink(request: Request) -> Json:
    """Return the address of a message on the page."""
    conversation = request.conversation()
    message = request.message(conversation, "message_ts")
    link = f"{request.slack.team.base_url}/archives/{conversation.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts"):
        link += f"?thread_ts={message['thread_ts']}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def _addressed(request: Request) -> Conversation:
    team, app = request.slack.team, request.slack.app
    channel = request.required("channel", "channel_not_found")
    if channel in team.users:
        return team.direct(channel, app.user.id)
    conversation = request.conversation()
    if app.user.id not in conversation.members and "chat:write.public" not in app.scopes:
        raise Refused("not_in_channel")
    return conversation


def _given(request: Request) -> Json:
    given = {part: request.structure(part, error) for part, error in GIVEN.items()}
    given["text"] = request.arguments.get("text")
    for part in ("username", "icon_emoji", "icon_url"):
        if request.text(part):
            demand(request.slack, "chat:write.customize")
    given["username"] = request.text("username")
    if request.text("markdown_text"):
        given["blocks"] = [{"type": "markdown", "text": request.text("markdown_text")}]
    return given
