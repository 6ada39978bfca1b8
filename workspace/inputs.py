"""What people enter: the values of interactive elements, in the shapes in which Slack reports them."""

from collections.abc import Iterator, Sequence
from typing import Any

from workspace import blocks as block_kit
from workspace.errors import NotPermitted
from workspace.shapes import Json

FIELDS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""The field that holds the choice, by type of element; every other type holds it in `value`."""


def entered(element: Json, entry: Any) -> Json:
    """Return what an element reports when somebody enters `entry`: text, an option's value, or a list of them."""
    field = FIELDS.get(element["type"], "value")
    if field == "selected_option":
        return {field: _option(element, entry)}
    if field == "selected_options":
        return {field: [_option(element, value) for value in entry or ()]}
    if field == "selected_date_time" and entry is not None:
        return {field: int(entry)}
    return {field: entry}


def initial(blocks: Sequence[Json]) -> Json:
    """Return the values of all elements before anybody touched them, by block and action."""
    values: Json = {}
    for block, element in _holding_values(blocks):
        field = FIELDS.get(element["type"], "value")
        value = element.get(field.replace("selected", "initial") if field != "value" else "initial_value")
        if value is None and field.endswith("s"):
            value = []
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], field: value}
    return values


def carried_over(blocks: Sequence[Json], before: Json) -> Json:
    """Return the values of changed blocks, with what people had entered where block and action are still there."""
    values = initial(blocks)
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            earlier = before.get(block_id, {}).get(action_id)
            if earlier and earlier["type"] == value["type"]:
                actions[action_id] = earlier
    return values


def missing(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """Return what a person would be told, by block, about required inputs that they left empty."""
    told = {}
    for block in blocks:
        if block["type"] != "input" or block.get("optional"):
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]]
        if value[FIELDS.get(element["type"], "value")] in (None, "", []):
            told[block["block_id"]] = "Please complete this required field."
    return told


def find(blocks: Sequence[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """Return the block and the element under an action id; raise NotPermitted where nothing carries it."""
    for block in blocks:
        for element in block_kit.elements(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise NotPermitted(f"there is nothing here to press under the action id {action_id!r}")


def options(element: Json) -> Iterator[Json]:
    """Yield the options that an element brings along."""
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]


def _option(element: Json, value: Any) -> Json | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return value
    chosen = next((option for option in options(element) if option["value"] == value), None)
    if chosen is None:
        raise NotPermitted(f"{element.get('action_id')!r} does not offer {value!r}")
    return chosen


def _holding_values(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in block_kit.elements(block):
            if element["type"] in block_kit.INPUTS:
                yield block, element
