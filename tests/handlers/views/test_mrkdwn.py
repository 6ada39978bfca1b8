import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views import mrkdwn

ZERO = "\u200b"


def rendered(markdown):
    return "\n".join(piece.text for piece in mrkdwn.pieces(markdown))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("plain words", "plain words", id="paragraph"),
        pytest.param("two\nlines of source", "two lines of source", id="soft break"),
        pytest.param("first  \nsecond", "first\nsecond", id="hard break"),
        pytest.param("### Title *x*", "*Title _x_*", id="heading"),
        pytest.param("**bold**, *em*, ~~old~~", "*bold*, _em_, ~old~", id="emphasis"),
        pytest.param("`code`", "`code`", id="code"),
        pytest.param("``a ` b``", "`a ˋ b`", id="code with a backtick"),
        pytest.param("<like-this> & that", "&lt;like-this&gt; &amp; that", id="placeholders"),
        pytest.param("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;", id="mentions"),
        pytest.param("[text](https://a.b/?x=1&y=2)", "<https://a.b/?x=1&amp;y=2|text>", id="link"),
        pytest.param("<https://a.b>", "<https://a.b|https://a.b>", id="autolink"),
        pytest.param("[x](javascript:alert(1))", "[x](javascript:alert(1))", id="script"),
        pytest.param("![shot](https://a.b/c.png)", "<https://a.b/c.png|shot>", id="image"),
        pytest.param("- a\n- b\n  - c\n    - d", "• a\n• b\n    ◦ c\n        ▪ d", id="nested list"),
        pytest.param("3. a\n4. b", "3. a\n4. b", id="ordered list"),
        pytest.param("> quoted\n> words", "> quoted words", id="quote"),
        pytest.param("```bash\necho <x>\n```", "```\necho &lt;x&gt;\n```", id="fence"),
        pytest.param("````\n```\n````", f"```\n`{ZERO}`{ZERO}`\n```", id="fence in a fence"),
        pytest.param("| a | 한글 |\n|---|---|\n| bb | c |", "```\na   한글\nbb  c\n```", id="table"),
        pytest.param("a\n\n---\n\nb", "a\n———\nb", id="rule"),
    ],
)
def test_commonmark_becomes_mrkdwn(markdown, expected):
    assert rendered(markdown) == expected


def test_a_fence_in_a_list_stays_whole_and_the_list_goes_on():
    texts = [
        (piece.text, piece.fenced) for piece in mrkdwn.pieces("1. run\n   ```\n   x\n   ```\n   then look\n2. done")
    ]

    assert texts == [("1. run", False), ("```\nx\n```", True), ("    then look\n2. done", False)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [("`kubectl`을", f"`kubectl`{ZERO}을"), ("**메모리**를", f"*메모리*{ZERO}를"), ("pre`x`", f"pre{ZERO}`x`")],
)
def test_a_word_that_touches_styled_text_does_not_unstyle_it(markdown, expected):
    assert rendered(markdown) == expected


@given(st.text(max_size=300))
def test_no_markdown_at_all_can_mention_anybody(markdown):
    said = rendered(markdown)

    assert "<!" not in said
    assert "<@" not in said
    assert "<#" not in said
