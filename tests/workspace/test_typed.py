import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace import rich_text, seed, typed
from workspace.manifest import Manifest
from workspace.slack import Timing

TEAM = seed.workspace(Manifest(), Timing()).team
ALEX = TEAM.user("alex").id
TRY_IT = TEAM.conversation("try-it").id


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("@alex look", "<@ALEX> look"),
        ("<@ALEX> look", "<@ALEX> look"),
        ("@nobody look", "@nobody look"),
        ("alex@example.com", "<mailto:alex@example.com|alex@example.com>"),
        ("@here look", "<!here> look"),
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("in #try-it", "in <#TRY-IT|try-it>"),
        ("error #404", "error #404"),
        ("see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."),
        ("lookup sts.amazonaws.com: no", "lookup <http://sts.amazonaws.com|sts.amazonaws.com>: no"),
        ("pkg/controller.go:317", "pkg/controller.go:317"),
        ("10.40.12.7:41952", "10.40.12.7:41952"),
        ("`sts.amazonaws.com <b>`", "`sts.amazonaws.com &lt;b&gt;`"),
        ("```see https://example.com @alex```", "```see <https://example.com> @alex```"),
        ("한국어 <오류> & 더", "한국어 &lt;오류&gt; &amp; 더"),
    ],
)
def test_what_is_typed_is_stored_as_slack_stores_it(written, stored):
    assert typed.stored(with_ids(written), TEAM) == with_ids(stored)


def with_ids(text):
    return text.replace("ALEX", ALEX).replace("TRY-IT", TRY_IT)


def test_a_very_long_line_takes_no_time():
    for line in ("a" * 200_000, "a-" * 100_000, "a." * 100_000, "@" * 200_000, "http://" * 30_000, "`" * 200_001):
        assert typed.unescaped(typed.stored(line, TEAM))


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text):
    assert typed.unescaped(typed.escaped(text)) == text


@given(st.text(alphabet="ab.@#<>&`\n:/!|한", max_size=60))
def test_nothing_typed_becomes_a_token_that_nobody_meant(text):
    tokens = [token for token in rich_text.TOKEN.finditer(typed.stored(text, TEAM)) if not token[4]]

    assert all(token[2].startswith(("http://", "https://", "mailto:")) for token in tokens)


def test_a_rich_text_block_tells_code_quotes_links_and_mentions_apart():
    stored = typed.stored("@alex see https://example.com `x`\n> quoted\n```\nline 1\nline 2\n```\nbye", TEAM)
    block = rich_text.block(stored)

    assert [part["type"] for part in block["elements"]] == [
        "rich_text_section",
        "rich_text_quote",
        "rich_text_preformatted",
        "rich_text_section",
    ]
    assert block["elements"][0]["elements"][0] == {"type": "user", "user_id": ALEX}
    assert {"type": "link", "url": "https://example.com"} in block["elements"][0]["elements"]
    assert block["elements"][2]["elements"] == [{"type": "text", "text": "line 1\nline 2"}]
