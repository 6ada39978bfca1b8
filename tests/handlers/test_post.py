import pytest

from handlers import post as posts
from handlers.post import Identity, post

ME = Identity("UBOT", "BBOT")


def a_post(**message):
    return post({"ts": "1.0", "user": "U1", **message}, "C1", ME)


@pytest.mark.parametrize(
    ("slack", "typed"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<https://a.b/c|a.b/c>", "a.b/c"),
        ("<https://a.b/c?x=1&amp;y=2>", "https://a.b/c?x=1&y=2"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("<@U1> <#C1|general> <!here>", "@U1 #general @here"),
        ("<!subteam^S1|@oncall>", "@oncall"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_text_is_read_as_it_was_typed(slack, typed):
    assert posts.as_typed(slack) == typed


def test_what_addresses_the_bot_is_no_part_of_the_text():
    said = a_post(text="<@UBOT> what is this?")

    assert (said.mentioned, said.text) == (True, "what is this?")
    assert said.addressed


def test_naming_somebody_else_does_not_address_the_bot():
    assert not a_post(text="<@UOTHER> look").addressed


def test_text_and_the_blocks_that_repeat_it_are_read_once():
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Error: <x> & y"}]}],
    }
    said = a_post(text="```Error: &lt;x&gt; &amp; y```", blocks=[block])

    assert said.text.count("Error") == 1


def test_what_only_blocks_hold_is_read():
    block = {"type": "header", "text": {"type": "plain_text", "text": "KubePodCrashLooping"}}

    assert "KubePodCrashLooping" in a_post(text="", blocks=[block]).text


def test_link_previews_are_not_read_but_forwarded_messages_are():
    preview = {"from_url": "https://a.b", "text": "preview"}
    forwarded = {"from_url": "https://slack/p1", "is_share": True, "text": "forwarded"}

    assert a_post(text="x", attachments=[preview, forwarded]).text.split() == ["x", "forwarded"]


def test_a_link_preview_leaves_the_fingerprint_alone():
    preview = {"from_url": "https://a.b", "text": "preview"}

    assert a_post(text="x").fingerprint == a_post(text="x", attachments=[preview]).fingerprint
    assert a_post(text="x").fingerprint != a_post(text="y").fingerprint


def test_a_post_survives_the_journal():
    said = a_post(text="x", thread_ts="0.5", files=[{"id": "F1", "name": "a.log", "size": 3, "mimetype": "text/plain"}])

    assert posts.unpacked(said.packed()) == said


def test_null_where_slack_has_nothing_to_tell_is_nothing():
    """Slack's own example of a shared file has `bot_id: null`, and files may have no name."""
    nothing = dict.fromkeys(("bot_id", "blocks", "attachments"))
    shared = {**nothing, "user": "U1", "ts": "1.2", "text": "We got one!", "files": [{"id": "F1", "name": None}]}
    said = post(shared, "C1", ME)

    assert (said.user, said.text) == ("U1", "We got one!")
    assert [file.name for file in said.files] == ["F1"]
    assert post({**nothing, "files": None, "user": "U1", "ts": "1.2", "text": "hello"}, "C1", ME).files == ()
