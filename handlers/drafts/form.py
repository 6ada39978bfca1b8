"""The form with which an entry begins: what the paste gives, and room for what only people know."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from handlers.drafts.wording import Wording
from handlers.views import blocks, escaping
from handlers.views.blocks import Block, Element
from knowledge import draft as drafts
from knowledge import schema
from knowledge.draft import Draft

CALLBACK = "begin_entry"

TITLE, ID, SIGNATURES, EXAMPLE = "title", "id", "signatures", "example"
CAUSE, FIX, TAGS = "cause", "fix", "tags"

LONGEST = 3000
"""Characters that Slack takes in one field."""


def view(draft: Draft, say: Wording, *, channel: str, thread: str) -> dict[str, Any]:
    """Return the form, filled in as far as a draft goes; what is made of it is said in the channel's thread."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": blocks.plain(say.form_title_plain, blocks.VIEW_TITLE),
        "submit": blocks.plain(say.submit_plain, blocks.VIEW_TITLE),
        "private_metadata": json.dumps({"channel": channel, "thread": thread}),
        "blocks": [
            blocks.context(say.introduction),
            _field(TITLE, say.title_plain, draft.title, longest=schema.MAX_LINE),
            _field(ID, say.id_plain, draft.id, hint=say.id_hint_plain, longest=schema.MAX_ID),
            _field(
                SIGNATURES,
                say.signatures_plain,
                "\n".join(draft.signatures),
                hint=say.signatures_hint_plain,
                lines=True,
                optional=True,
            ),
            _field(EXAMPLE, say.example_plain, draft.example, hint=say.example_hint_plain, lines=True),
            _field(CAUSE, say.cause_plain, draft.cause, lines=True, optional=True),
            _field(FIX, say.fix_plain, draft.fix, lines=True, optional=True),
            _field(TAGS, say.tags_plain, ", ".join(draft.tags), hint=say.tags_hint_plain, optional=True),
        ],
    }


def read(sent: Mapping[str, Any]) -> Draft:
    """Return the draft that a form was sent with."""
    values = sent["state"]["values"]
    given = {name: values[name][name].get("value") or "" for name in (TITLE, ID, SIGNATURES, EXAMPLE, CAUSE, FIX, TAGS)}
    signatures = tuple(filter(None, (line.strip() for line in given[SIGNATURES].splitlines())))
    described = "" if signatures else drafts.description(given[EXAMPLE])
    return Draft(
        id=given[ID].strip(),
        title=" ".join(given[TITLE].split()),
        signatures=signatures,
        example=given[EXAMPLE].strip(),
        phrases=(described,) if described else (),
        tags=tuple(filter(None, re.split(r"[,\s]+", given[TAGS].lower()))),
        cause=given[CAUSE],
        fix=given[FIX],
    )


def place(sent: Mapping[str, Any]) -> tuple[str, str]:
    """Return the channel and the thread that a form belongs to."""
    metadata = json.loads(sent["private_metadata"])
    return str(metadata["channel"]), str(metadata["thread"])


def mistakes(draft: Draft, taken: Collection[str], say: Wording) -> dict[str, str]:
    """Return what keeps a draft from being an entry, by the field to mend."""
    if not schema.is_id(draft.id):
        return {ID: say.id_odd_plain}
    return {ID: say.id_taken_plain} if draft.id in taken else {}


def _field(
    name: str,
    label: str,
    value: str,
    *,
    hint: str = "",
    longest: int = LONGEST,
    lines: bool = False,
    optional: bool = False,
) -> Block:
    element: Element = {"type": "plain_text_input", "action_id": name, "multiline": lines, "max_length": longest}
    if value:
        element["initial_value"] = escaping.head(value, longest)
    return {
        "type": "input",
        "block_id": name,
        "label": blocks.plain(label, blocks.LABEL),
        "element": element,
        "optional": optional,
        **({"hint": blocks.plain(hint, blocks.LABEL)} if hint else {}),
    }
