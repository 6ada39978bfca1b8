import re

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.views import blocks, escaping

MENTION = re.compile(r"<[!@#]")

anything = st.text(alphabet=st.characters(), max_size=400)
TRICKS = "< > & ` `` ``` \u200b \u202e \ud800 | @here <!channel> &lt; x 한".split(" ")
nasty = st.lists(st.sampled_from([*TRICKS, "\n"]), max_size=60).map("".join)


@given(anything | nasty)
def test_escaped_text_holds_no_token_of_slacks(text):
    escaped = escaping.escape(text)

    assert "<" not in escaped
    assert ">" not in escaped
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)


@given(anything | nasty)
def test_nothing_ends_a_fence_but_the_fence(text):
    fenced = escaping.fence(text)

    assert fenced.startswith("```\n")
    assert fenced.endswith("\n```")
    assert "```" not in fenced[3:-3]
    assert not MENTION.search(fenced)


@given(anything | nasty)
def test_inline_code_is_one_span_on_one_line(text):
    code = escaping.code(text)

    assert "\n" not in code
    assert code == "" or (code[0] == code[-1] == "`" and "`" not in code[1:-1])


@given(anything | nasty)
@example("\ud800")
def test_what_is_sent_can_be_encoded(text):
    escaping.escape(text).encode()
    escaping.fence(text).encode()


@given(nasty, st.integers(10, 60))
def test_cutting_never_leaves_half_an_entity(text, limit):
    cut = escaping.cut(escaping.escape(text), limit)

    assert len(cut) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


def test_an_emoji_counts_twice_and_is_never_halved():
    assert escaping.cut("😀" * 10, 10) == "😀" * 4 + "…"
    assert escaping.shorten("😀" * 10, 11) == "😀" * 5 + "…"
    assert escaping.shorten("한" * 10, 10) == "한" * 10


def test_what_reorders_or_hides_text_is_taken_out():
    assert escaping.visible("a\u202eb\u200bc\x00d\ufeffe") == "abcde"


def test_korean_and_line_breaks_stay():
    assert escaping.visible("한글\r\n둘째 줄\t끝") == "한글\n둘째 줄\t끝"


@given(anything | nasty, anything | nasty)
def test_a_link_leads_where_it_says_and_nowhere_else(url, label):
    linked = escaping.link(f"https://example.com/{url}", escaping.escape(label))

    assert linked.startswith("<https://example.com/")
    assert linked.count("<") == linked.count(">") == 1
    assert linked.count("|") <= 1


def test_addresses_that_do_more_than_lead_somewhere_are_no_links():
    assert escaping.link("javascript:alert(1)", "click") == "click"
    assert escaping.link("file:///etc/passwd", "read") == "read"


@given(anything | nasty)
def test_plain_text_holds_nothing_that_could_be_a_token(text):
    assert not MENTION.search(blocks.plain(text, 75)["text"])
    assert len(blocks.plain(text, 75)["text"]) <= 75
