import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace import blocks
from workspace.errors import Refused


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def section(text="hello", **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def button(text="Go", **more):
    return {"type": "button", "text": plain(text), "action_id": "go", **more}


def select(options):
    return {"type": "static_select", "action_id": "choose", "options": options}


def option(value="a"):
    return {"text": plain(value), "value": value}


def modal(**more):
    return {"type": "modal", "title": plain("Title"), "blocks": [section()], **more}


def text_input(**more):
    return {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input"}, **more}


def rich(kind, *elements, **more):
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


AT_THE_LIMIT = {
    "section text": [section("a" * 3000)],
    "fields": [{"type": "section", "fields": [mrkdwn("a" * 1000)] * 10}],
    "field text": [{"type": "section", "fields": [mrkdwn("a" * 2000)]}],
    "header": [{"type": "header", "text": plain("a" * 150)}],
    "context": [{"type": "context", "elements": [mrkdwn("a")] * 10}],
    "actions": [actions(*(button(action_id=str(number)) for number in range(25)))],
    "button text": [actions(button("a" * 75))],
    "button value": [actions(button(value="a" * 2000))],
    "action id": [actions(button(action_id="a" * 255))],
    "block id": [section(block_id="a" * 255)],
    "options": [actions(select([option(str(number)) for number in range(100)]))],
    "overflow": [section(accessory={"type": "overflow", "action_id": "more", "options": [option()] * 5})],
    "blocks": [{"type": "divider"}] * 50,
    "markdown": [{"type": "markdown", "text": "a" * 12_000}],
    "rich text": [
        {
            "type": "rich_text",
            "elements": [
                rich(
                    "section",
                    {"type": "text", "text": "see", "style": {"bold": True}},
                    {"type": "user", "user_id": "U1"},
                ),
                rich("preformatted", {"type": "link", "url": "https://example.com"}, border=0),
                rich("list", rich("section", {"type": "emoji", "name": "tada"}), style="bullet", indent=1),
            ],
        }
    ],
}

BEYOND_THE_LIMIT = {
    "section text": ([section("a" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "empty text": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "fields": (
        [{"type": "section", "fields": [mrkdwn("a")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "field text": (
        [{"type": "section", "fields": [mrkdwn("a" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "header": ([{"type": "header", "text": plain("a" * 151)}], "must be less than 151 characters"),
    "header with markup": ([{"type": "header", "text": mrkdwn("a")}], "must be one of: plain_text"),
    "context": ([{"type": "context", "elements": [mrkdwn("a")] * 11}], "no more than 10 items allowed"),
    "actions": ([actions(*(button(action_id=str(number)) for number in range(26)))], "no more than 25 items allowed"),
    "button text": ([actions(button("a" * 76))], "must be less than 76 characters"),
    "button value": ([actions(button(value="a" * 2001))], "must be less than 2001 characters"),
    "action id": ([actions(button(action_id="a" * 256))], "must be less than 256 characters"),
    "same action id twice": ([actions(button(), button())], "`action_id` go already exists"),
    "same block id twice": ([section(block_id="x"), section(block_id="x")], "block_id already exists: x"),
    "options": ([actions(select([option(str(number)) for number in range(101)]))], "no more than 100 items allowed"),
    "no options": ([actions(select([]))], "no fewer than 1 items allowed"),
    "options and groups": (
        [actions({**select([option()]), "option_groups": [{"label": plain("a"), "options": [option()]}]})],
        "must provide exactly one of: options, option_groups",
    ),
    "overflow": (
        [section(accessory={"type": "overflow", "action_id": "more", "options": [option()] * 6})],
        "no more than 5 items allowed",
    ),
    "blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "markdown in all": ([{"type": "markdown", "text": "a" * 6001}] * 2, "markdown blocks must be less than 12001"),
    "style": ([actions(button(style="loud"))], "must be one of: primary, danger"),
    "rich text without its parts": (
        [{"type": "rich_text", "elements": [{"type": "rich_text_section"}]}],
        "missing required field: elements [json-pointer:/blocks/0/elements/0]",
    ),
    "rich text without text": (
        [{"type": "rich_text", "elements": [rich("section", {"type": "text"})]}],
        "missing required field: text [json-pointer:/blocks/0/elements/0/elements/0]",
    ),
    "unknown field": ([section(colour="red")], "invalid additional property: colour"),
    "unknown type": ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    "missing field": ([{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
    "neither text nor fields": ([{"type": "section"}], "missing required field: text"),
    "not an object": (["hello"], "must provide an object [json-pointer:/blocks/0]"),
    "not text": ([section(text=None, block_id=3)], "must provide a string [json-pointer:/blocks/0/block_id]"),
}


@pytest.mark.parametrize("message", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_what_just_fits_is_taken(message):
    blocks.check_message(message)


@pytest.mark.parametrize(("message", "problem"), BEYOND_THE_LIMIT.values(), ids=BEYOND_THE_LIMIT)
def test_what_is_beyond_a_limit_is_refused_with_its_place(message, problem):
    with pytest.raises(Refused) as caught:
        blocks.check_message(message)

    assert caught.value.error == "invalid_blocks"
    assert any(problem in told for told in caught.value.details["errors"])


def test_all_blocks_of_a_message_together_have_a_limit():
    fitting, bursting = [section("a" * 2900)] * 4, [section("a" * 2900)] * 5
    blocks.check_message(fitting)

    with pytest.raises(Refused, match="msg_blocks_too_long"):
        blocks.check_message(bursting)
    blocks.check_message(bursting, limit_size=False)


VIEWS_BEYOND = {
    "title": (modal(title=plain("a" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "metadata": (modal(private_metadata="a" * 3001), "must be less than 3001 characters"),
    "callback id": (modal(callback_id="a" * 256), "must be less than 256 characters"),
    "submit": (modal(submit=plain("a" * 25)), "must be less than 25 characters"),
    "blocks": (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "input without submit": (modal(blocks=[text_input()]), "must define `submit` to use an `input` block"),
    "markdown": (modal(blocks=[{"type": "markdown", "text": "a"}]), "unsupported type: markdown"),
}


@pytest.mark.parametrize(("view", "problem"), VIEWS_BEYOND.values(), ids=VIEWS_BEYOND)
def test_what_no_modal_can_hold_is_refused(view, problem):
    with pytest.raises(Refused) as caught:
        blocks.check_view(view)

    assert problem in str(caught.value.details["errors"])


def test_modals_and_homes_hold_a_hundred_blocks():
    blocks.check_view(modal(title=plain("a" * 24), blocks=[{"type": "divider"}] * 100, private_metadata="a" * 3000))
    blocks.check_view({"type": "home", "blocks": [{"type": "divider"}] * 100}, home=True)


def test_blocks_and_elements_get_names_and_the_given_ones_stay_as_they_are():
    given_blocks = [actions(button(), {"type": "button", "text": plain("No")}), section(block_id="mine")]
    before = copy.deepcopy(given_blocks)
    named = blocks.named(given_blocks)

    assert given_blocks == before
    assert named[0]["block_id"]
    assert named[0]["elements"][0]["action_id"] == "go"
    assert named[0]["elements"][1]["action_id"]
    assert named[1]["block_id"] == "mine"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "fields", "options"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(JSON_VALUES, max_size=3))
def test_any_json_is_either_taken_or_refused_with_reasons(message):
    problems = refusal(message)

    assert problems or all(block["type"] in blocks.IN_MESSAGES for block in message)


def refusal(message):
    try:
        blocks.check_message(message)
    except Refused as refused:
        return refused.details["errors"]
    return []
