import json

from hypothesis import given
from hypothesis import strategies as st

from handlers.views import blocks, escaping, layout
from handlers.views.mrkdwn import Piece

words = st.text(alphabet="ab<&>`한😀\n ", max_size=9000)
prose = words.map(lambda text: Piece(escaping.escape(text)))
fences = words.map(lambda text: Piece(escaping.fence(text), fenced=True))


@given(st.lists(prose | fences, max_size=6))
def test_no_paragraph_is_longer_than_a_section(pieces):
    for text in layout.paragraphs(pieces):
        assert escaping.length(text) <= blocks.SECTION


@given(st.lists(fences, max_size=4))
def test_every_fence_is_whole_in_every_paragraph(pieces):
    for text in layout.paragraphs(pieces):
        assert text.count("```") % 2 == 0


@given(st.lists(st.integers(1, 3000), max_size=80))
def test_a_message_is_never_larger_than_slack_takes(sizes):
    body = [blocks.section("x" * size) for size in sizes]
    content, complete = layout.fill([blocks.header("t")], body, [blocks.context("f")])

    assert len(content) <= 50
    assert len(json.dumps(content, ensure_ascii=False)) <= 13_000
    assert complete == (len(content) == len(body) + 2)
    assert content[0]["type"] == "header"
    assert content[-1]["type"] == "context"


@given(st.lists(st.integers(1, 3000), max_size=120))
def test_dealing_out_loses_nothing_and_keeps_the_order(sizes):
    content = [blocks.section("x" * size) for size in sizes]
    messages = layout.split(content)

    assert [block for message in messages for block in message] == content
    assert all(len(message) <= 50 and blocks.size(message) <= 13_000 for message in messages)


def test_a_line_without_an_end_is_cut_into_lines():
    texts = layout.paragraphs([Piece("&amp;" * 2000)])

    assert all(len(text) <= blocks.SECTION for text in texts)
    assert "".join(texts).replace("\n", "") == "&amp;" * 2000
