"""The limits of Block Kit, held as strictly as Slack holds them."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from workspace import identifiers
from workspace.errors import Refused
from workspace.rules import Rule, also, anything, by_type, flag, items, one_of, problem, record, string, whole
from workspace.shapes import Json

Rules = dict[str, Rule]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
"""`chat.update` takes a tenth of what `chat.postMessage` takes."""

MESSAGE_SIZE = 13_200
"""Characters of all blocks of a message, written as compact JSON. Undocumented; above it Slack answers
`msg_blocks_too_long`. Messages that go to a response URL are not held to it."""


def plain(at_most: int, *, at_least: int = 1) -> Rule:
    """Return a rule for a `plain_text` object."""
    return record({"type": one_of("plain_text"), "text": string(at_most, at_least=at_least)}, {"emoji": flag})


def text(at_most: int) -> Rule:
    """Return a rule for a text object of either kind."""
    mrkdwn = record({"type": anything, "text": string(at_most, at_least=1)}, {"verbatim": flag})
    return by_type({"plain_text": plain(at_most), "mrkdwn": mrkdwn})


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": text(75), "value": string(150, at_least=1)}, {"description": text(75), "url": string(3000)})
OPTION_GROUP = record({"label": plain(75), "options": items(OPTION, 100)})
STYLE = one_of("primary", "danger")
ACTION: Rules = {"action_id": string(255, at_least=1), "confirm": CONFIRM, "focus_on_load": flag}
PLACEHOLDER: Rules = {"placeholder": plain(150)}


def element(required: Rules | None = None, optional: Rules | None = None) -> Rule:
    """Return a rule for an interactive element: its own fields beside those that all of them have."""
    return record({"type": anything, **(required or {})}, {**ACTION, **(optional or {})})


def _options_or_groups(menu: Json, pointer: str) -> Iterator[str]:
    if ("options" in menu) == ("option_groups" in menu):
        yield problem("must provide exactly one of: options, option_groups", pointer)


def _static_menu(optional: Rules) -> Rule:
    choices = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
    return also(element({}, PLACEHOLDER | choices | optional), _options_or_groups)


def _menus() -> Iterator[tuple[str, Rule]]:
    several: Rules = {"max_selected_items": whole}
    yield "static_select", _static_menu({"initial_option": OPTION})
    yield "multi_static_select", _static_menu({"initial_options": items(OPTION, 100)} | several)
    external = PLACEHOLDER | {"min_query_length": whole}
    yield "external_select", element({}, external | {"initial_option": OPTION})
    yield "multi_external_select", element({}, external | {"initial_options": items(OPTION, 100)} | several)
    identifier = string(255)
    extra: Rules = {"response_url_enabled": flag, "filter": anything, "default_to_current_conversation": flag}
    for kind in ("user", "channel", "conversation"):
        yield f"{kind}s_select", element({}, PLACEHOLDER | extra | {f"initial_{kind}": identifier})
        initial = {f"initial_{kind}s": items(identifier, 100)}
        yield f"multi_{kind}s_select", element({}, PLACEHOLDER | extra | initial | several)


def _pickers() -> Iterator[tuple[str, Rule]]:
    yield "datepicker", element({}, PLACEHOLDER | {"initial_date": string(10, at_least=10)})
    yield "timepicker", element({}, PLACEHOLDER | {"initial_time": string(5, at_least=5), "timezone": string(60)})
    yield "datetimepicker", element({}, {"initial_date_time": whole})


def _written() -> Iterator[tuple[str, Rule]]:
    common = PLACEHOLDER | {"initial_value": string(3000), "dispatch_action_config": anything}
    lengths = {"multiline": flag, "min_length": whole, "max_length": whole}
    yield "plain_text_input", element({}, common | lengths)
    yield "email_text_input", element({}, common)
    yield "url_text_input", element({}, common)
    bounds = {"min_value": string(30), "max_value": string(30)}
    yield "number_input", element({"is_decimal_allowed": flag}, common | bounds)


IMAGE_SOURCE = {"image_url": string(3000, at_least=1), "slack_file": anything}
BUTTON = element(
    {"text": plain(75)},
    {
        "value": string(2000),
        "url": string(3000, at_least=1),
        "style": STYLE,
        "accessibility_label": string(75),
    },
)
IMAGE = record({"type": anything, "alt_text": string(2000)}, IMAGE_SOURCE)
OVERFLOW = element({"options": items(OPTION, 5)})
CHECKBOXES = element({"options": items(OPTION, 10)}, {"initial_options": items(OPTION, 10)})
RADIO_BUTTONS = element({"options": items(OPTION, 10)}, {"initial_option": OPTION})

INTERACTIVE: Rules = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO_BUTTONS,
    **dict(_menus()),
    **dict(_pickers()),
}
INPUTS: Rules = {
    **{name: rule for name, rule in INTERACTIVE.items() if name not in ("button", "overflow")},
    **dict(_written()),
}


def _rich(**required: Rule) -> Rule:
    optional = dict.fromkeys(("style", "text", "unsafe", "unicode", "skin_tone", "url", "fallback"), anything)
    return record({"type": anything, **required}, optional)


MANY = 1000
RICH_INLINE: Rules = {
    "text": _rich(text=string(MESSAGE_TEXT, at_least=1)),
    "link": _rich(url=string(3000, at_least=1)),
    "user": _rich(user_id=string(255)),
    "usergroup": _rich(usergroup_id=string(255)),
    "channel": _rich(channel_id=string(255)),
    "broadcast": _rich(range=one_of("here", "channel", "everyone")),
    "emoji": _rich(name=string(255)),
    "date": _rich(timestamp=whole, format=string(255)),
    "color": _rich(value=string(255)),
}
RICH_LINE: Rules = {"type": anything, "elements": items(by_type(RICH_INLINE), MANY, at_least=0)}
RICH_PARTS: Rules = {
    "rich_text_section": record(RICH_LINE),
    "rich_text_quote": record(RICH_LINE, {"border": whole}),
    "rich_text_preformatted": record(RICH_LINE, {"border": whole, "language": string(255)}),
    "rich_text_list": record(
        {
            "type": anything,
            "style": one_of("bullet", "ordered"),
            "elements": items(by_type({"rich_text_section": record(RICH_LINE)}), MANY),
        },
        {"indent": whole, "offset": whole, "border": whole},
    ),
}


def block(required: Rules | None = None, optional: Rules | None = None) -> Rule:
    """Return a rule for a block: its own fields beside the `block_id` that all of them may have."""
    return record({"type": anything, **(required or {})}, {"block_id": string(255), **(optional or {})})


def _text_or_fields(section: Json, pointer: str) -> Iterator[str]:
    if "text" not in section and "fields" not in section:
        yield problem("missing required field: text", pointer)


def _distinct_action_ids(holder: Json, pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for position, each in enumerate(holder["elements"]):
        action_id = each.get("action_id")
        if action_id in seen:
            yield problem(f"`action_id` {action_id} already exists", f"{pointer}/elements/{position}/action_id")
        if action_id:
            seen.add(action_id)


EVERYWHERE: Rules = {
    "section": also(
        block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": by_type(INTERACTIVE | {"image": IMAGE}),
                "expand": flag,
            },
        ),
        _text_or_fields,
    ),
    "header": block({"text": plain(150)}),
    "divider": block(),
    "context": block(
        {"elements": items(by_type({"image": IMAGE, "mrkdwn": text(3000), "plain_text": plain(3000)}), 10)}
    ),
    "actions": also(block({"elements": items(by_type(INTERACTIVE), 25)}), _distinct_action_ids),
    "image": block({"alt_text": string(2000)}, IMAGE_SOURCE | {"title": plain(2000)}),
    "rich_text": block({"elements": items(by_type(RICH_PARTS), MANY)}),
    "input": block(
        {"label": plain(2000), "element": by_type(INPUTS)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
}
IN_MESSAGES = EVERYWHERE | {
    "markdown": block({"text": string(12_000, at_least=1)}),
    "file": block({"external_id": string(255), "source": one_of("remote")}),
}

VIEW_FIELDS: Rules = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
MODAL = record(
    {"type": one_of("modal"), "title": plain(24), "blocks": items(by_type(EVERYWHERE), VIEW_BLOCKS, at_least=0)},
    VIEW_FIELDS
    | {
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
HOME = record({"type": one_of("home"), "blocks": items(by_type(EVERYWHERE), VIEW_BLOCKS, at_least=0)}, VIEW_FIELDS)


def _distinct_block_ids(blocks: Sequence[Any], pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for position, each in enumerate(blocks):
        block_id = each.get("block_id") if isinstance(each, dict) else None
        if block_id in seen:
            yield problem(f"block_id already exists: {block_id}", f"{pointer}/{position}/block_id")
        if block_id:
            seen.add(block_id)


def _markdown_in_all(blocks: Sequence[Any], pointer: str) -> Iterator[str]:
    written = sum(len(str(b.get("text", ""))) for b in blocks if isinstance(b, dict) and b.get("type") == "markdown")
    if written > 12_000:
        yield problem("markdown blocks must be less than 12001 characters in all", pointer)


def check_message(blocks: Sequence[Any], *, limit_size: bool = True, pointer: str = "/blocks") -> None:
    """Raise Refused where Slack would not post these blocks."""
    rule = items(by_type(IN_MESSAGES), MESSAGE_BLOCKS, at_least=0)
    problems = [*rule(blocks, pointer)]
    if not problems:
        problems = [*_distinct_block_ids(blocks, pointer), *_markdown_in_all(blocks, pointer)]
    if problems:
        raise _refusal("invalid_blocks", problems)
    if limit_size and len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MESSAGE_SIZE:
        raise Refused("msg_blocks_too_long")


def check_view(view: Any, *, home: bool = False) -> None:
    """Raise Refused where Slack would not open this modal, or not publish this App Home."""
    problems = [*(HOME if home else MODAL)(view, "/view")]
    if not problems:
        problems = [*_distinct_block_ids(view["blocks"], "/view/blocks")]
    if not problems and not home and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        problems = [problem("must define `submit` to use an `input` block in modals", "/view/submit")]
    if problems:
        raise _refusal("invalid_arguments", problems)


def _refusal(error: str, problems: list[str]) -> Refused:
    return Refused(error, errors=problems, response_metadata={"messages": [f"[ERROR] {words}" for words in problems]})


def named(blocks: Sequence[Json]) -> list[Json]:
    """Return blocks in which every block has a `block_id` and every interactive element an `action_id`."""
    complete = copy.deepcopy(list(blocks))
    for each in complete:
        if not each.get("block_id"):
            each["block_id"] = identifiers.secret(length=6)
        for part in elements(each):
            if part["type"] in INTERACTIVE or part["type"] in INPUTS:
                part.setdefault("action_id", identifiers.secret(length=6))
    return complete


def elements(block: Json) -> list[Json]:
    """Return the elements that stand in a block, wherever its type keeps them."""
    if block["type"] in ("actions", "context"):
        return list(block["elements"])
    return [block[place] for place in ("accessory", "element") if place in block]
