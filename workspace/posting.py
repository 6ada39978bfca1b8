"""Messages of the app: what they may hold, and the fields that Slack adds to them."""

from workspace import blocks
from workspace.errors import Refused
from workspace.installation import Installation
from workspace.shapes import Json

KEPT_FIELDS = ("username", "metadata")


def content(given: Json, *, longest: int = blocks.MESSAGE_TEXT, limit_size: bool = True) -> Json:
    """Return the text, blocks and attachments out of what an app gave; raise Refused where Slack would not post them.

    A field that was not given is left out, so that an update keeps what the message had.
    """
    said: Json = {}
    if given.get("text") is not None:
        said["text"] = str(given["text"])
        if len(said["text"]) > longest:
            raise Refused("msg_too_long")
    if given.get("blocks") is not None:
        blocks.check_message(_list(given["blocks"], "invalid_blocks_format"), limit_size=limit_size)
        said["blocks"] = blocks.named(given["blocks"])
    if given.get("attachments") is not None:
        said["attachments"] = [
            _attachment(attachment, position, limit_size)
            for position, attachment in enumerate(_list(given["attachments"], "invalid_attachments"))
        ]
    return said


def message(app: Installation, team_id: str, given: Json, *, limit_size: bool = True) -> Json:
    """Return a whole message of the app; raise Refused where it would say nothing."""
    said = content(given, limit_size=limit_size)
    if not any(said.get(part) for part in ("text", "blocks", "attachments")):
        raise Refused("no_text")
    named = {name: given[name] for name in KEPT_FIELDS if given.get(name)}
    return {"text": ""} | app.authorship(team_id) | said | named


def _attachment(attachment: Json, position: int, limit_size: bool) -> Json:
    if "blocks" in attachment:
        pointer = f"/attachments/{position}/blocks"
        blocks.check_message(
            _list(attachment["blocks"], "invalid_blocks_format"), limit_size=limit_size, pointer=pointer
        )
        attachment = attachment | {"blocks": blocks.named(attachment["blocks"])}
    return {"id": position + 1} | attachment


def _list(given: object, error: str) -> list[Json]:
    if not isinstance(given, list):
        raise Refused(error)
    return given
