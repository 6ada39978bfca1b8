"""What was asked and is not documented can be looked through, and is forgotten once it is."""

import pytest

from handlers import gaps
from handlers.post import Post
from handlers.views import listing
from handlers.wording import ENGLISH, KOREAN

SHARK = "ERROR megalodon quorum lost in zone 7: rejected"


@pytest.fixture
def heard(bot, workspace, settled):
    """Say things in a channel and wait until the bot has heard them."""

    def say(*texts, channel="platform", **more):
        posts = [workspace.post("alex", channel, text, **more) for text in texts]
        settled(bot)
        return posts

    return say


@pytest.fixture
def asked(workspace, read):
    """Ask for the gaps of a channel and return what one is told."""

    def ask(channel="platform", user="jo"):
        before = len(workspace.whispers(user, channel))
        workspace.command(user, channel, "/kb", "gaps")
        workspace.wait_for(lambda: len(workspace.whispers(user, channel)) > before)
        return read(workspace.whispers(user, channel)[-1])

    return ask


def test_errors_that_nobody_documented_are_counted_by_what_they_say(heard, asked, pastes):
    heard(
        SHARK, SHARK.replace("7", "9"), "FATAL coelacanth index is not readable any more", pastes.chatter, pastes.shards
    )

    told = asked()
    assert told.index("megalodon quorum lost in zone *: rejected") < told.index("coelacanth index is not readable")
    assert "2 posts, <http" in told
    assert "1 post, <http" in told
    assert pastes.chatter not in told
    assert "total shards" not in told


def test_who_asks_the_bot_asks_about_something_even_without_an_error(heard, asked, workspace):
    heard(f"<@{workspace.bot_user}> our checkout page turns white since lunch")

    assert "our checkout page turns white since lunch" in asked()


def test_nothing_is_listed_where_everything_is_documented(heard, asked, pastes):
    heard(pastes.shards)

    assert asked() == ENGLISH.gaps_none
    assert asked(user="minji") == KOREAN.gaps_none


def test_other_channels_are_counted_and_not_shown(heard, asked):
    heard(SHARK, SHARK, channel="try-it")

    told = asked()
    assert "megalodon" not in told
    assert "2 more posts in other channels" in told


def test_what_is_documented_meanwhile_is_forgotten(start, workspace, room, settled, asked, tmp_path):
    (tmp_path / "other.md").write_text("# Another thing\nNothing to see.\n")
    bot = start(entries=tmp_path)
    for _ in range(2):
        workspace.post("alex", "platform", SHARK)
    settled(bot)
    assert "2 posts" in asked()

    entry = "---\nid: shark\ntitle: The quorum is lost\nsignatures: [megalodon quorum lost in zone]\n---\n"
    (tmp_path / "shark.md").write_text(entry)
    bot.knowledge.reload()
    assert asked() == ENGLISH.gaps_none
    assert bot.journal.gaps_in(workspace.channel("platform")) == []


def test_a_post_that_is_deleted_or_edited_into_something_else_is_forgotten(bot, heard, asked, workspace, settled):
    deleted, edited = heard(SHARK, "FATAL coelacanth index is not readable any more")
    workspace.delete("alex", "platform", deleted["ts"])
    workspace.edit("alex", "platform", edited["ts"], "never mind")
    settled(bot)

    assert asked() == ENGLISH.gaps_none


def test_what_was_deleted_unheard_is_not_shown(bot, heard, asked, workspace):
    (posted,) = heard(SHARK)
    bot.journal.keep_gap(gaps.Gap(workspace.channel("platform"), "1.000001", "1.000001", "gone"))

    assert "1 post, " in asked()
    assert [each.newest.ts for each in bot.journal.gaps_in(workspace.channel("platform"))] == [posted["ts"]]


def test_secrets_are_masked_and_an_entry_can_begin_there(heard, asked, workspace):
    heard(f"{SHARK} password=horsebattery")
    assert "rejected password *" in asked()
    assert "horsebattery" not in asked()

    told = workspace.whispers("jo", "platform")[-1]
    workspace.press("jo", told, listing.BEGIN, channel="platform")
    view = workspace.wait_for(lambda: workspace.view("jo"))
    assert "megalodon quorum lost" in str(view["blocks"])


@pytest.mark.parametrize(
    ("text", "addressed", "counts"),
    [
        ("the deployment failed again, sorry", False, False),
        ("lunch?", False, False),
        ("Error: cannot open ledger: no space", False, True),
        ("the checkout is white", True, True),
        ("", True, False),
    ],
)
def test_talk_counts_only_where_the_bot_is_asked_or_a_program_speaks(text, addressed, counts):
    said = Post("C1", "1.0", "1.0", "U1", addressed, mentioned=False, text=text)

    assert (gaps.of(said, text) is not None) == counts
