"""An entry begins in Slack: a paste, a form, a file to commit."""

from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from handlers.drafts import begin, wording
from handlers.drafts.wording import ENGLISH, KOREAN, Wording
from handlers.views import blocks, listing
from handlers.views.sources import Sources
from knowledge import document
from knowledge.entry import Section, SignatureKind
from tests.handlers.test_wording import slots

PASTE = 'level=error msg="megalodon quorum lost in zone 7: password=horsebattery rejected"'
TEXTS = [field.name for field in fields(Wording)]


@pytest.fixture
def honest(workspace, room):
    """Ask the bot about something in a channel and return its answer."""
    return lambda text=PASTE, user="alex": room().answer(
        workspace.post(user, "platform", f"<@{workspace.bot_user}> {text}")
    )


@pytest.fixture
def form(workspace):
    """Press the button under an answer and return the form that opens."""

    def open_it(answer, user="alex", channel="platform"):
        assert workspace.press(user, answer, listing.BEGIN, channel=channel).acknowledged
        return workspace.wait_for(lambda: workspace.view(user))

    return open_it


def filled(view):
    return {block["block_id"]: block["element"].get("initial_value") for block in view["blocks"] if "element" in block}


@pytest.fixture
def file_of(workspace):
    """Return the entry in the file of a message, and the file's text."""

    def read_it(message):
        (attached,) = message["files"]
        text = workspace.file(attached["id"]).decode()
        return document.parsed(text, Path(attached["name"])).entry, text

    return read_it


def test_what_nobody_documented_becomes_a_file_in_the_thread(bot, workspace, room, honest, form, read, file_of):
    answer = honest()
    view = form(answer)
    assert filled(view)["signatures"] == "megalodon quorum lost in zone *: password=* rejected"

    sent = {"title": "Megalodon loses its quorum", "id": "megalodon-quorum", "cause": "Too few.", "tags": "Shark, sea"}
    assert workspace.submit("alex", view, sent).errors == {}
    told = room().answer({"ts": answer["thread_ts"]}, count=3)
    entry, text = file_of(told)

    assert "has begun an entry: *Megalodon loses its quorum*" in read(room().replies({"ts": answer["thread_ts"]})[1])
    assert entry.id == "megalodon-quorum"
    assert entry.tags == ("shark", "sea")
    assert entry.variants["en"].sections == {Section.CAUSE: "Too few."}
    assert [each.kind for each in entry.signatures] == [SignatureKind.PATTERN]
    assert "horsebattery" not in text
    assert workspace.view("alex") is None


def test_what_the_entry_still_lacks_is_said(bot, workspace, room, honest, form, read):
    answer = honest()
    workspace.submit("alex", form(answer))
    room().answer({"ts": answer["thread_ts"]}, count=3)

    told = read(room().replies({"ts": answer["thread_ts"]})[1])
    assert "Commit `megalodon-quorum-lost-in-zone-password-rejected.md` to your folder of entries" in told
    assert "has no cause and no fix" in told


@pytest.mark.parametrize(
    ("identity", "told"), [("Megalodon quorum!", ENGLISH.id_odd_plain), ("shard-limit", ENGLISH.id_taken_plain)]
)
def test_a_name_that_cannot_be_is_refused_in_the_form(bot, workspace, honest, form, identity, told):
    view = form(honest())

    assert workspace.submit("alex", view, {"id": identity}).errors == {"id": told}
    assert workspace.view("alex")["id"] == view["id"]


def test_a_signature_that_cannot_be_read_is_refused_in_the_form(bot, workspace, honest, form):
    view = form(honest())

    assert "longer than 2,000" in workspace.submit("alex", view, {"signatures": "x" * 2_500}).errors["signatures"]


def test_who_speaks_korean_gets_a_korean_form_and_a_description_becomes_a_phrase(
    bot, workspace, room, honest, form, read, file_of
):
    answer = honest("결제 화면이 하얗게 나옵니다", "minji")
    view = form(answer, "minji")
    assert view["title"]["text"] == KOREAN.form_title_plain
    assert filled(view)["signatures"] is None

    workspace.submit("minji", view)
    entry, text = file_of(room().answer({"ts": answer["thread_ts"]}, count=3))
    assert entry.words("ko").phrases == ("결제 화면이 하얗게 나옵니다",)
    assert "## 원인" in text


def test_the_shortcut_begins_with_any_message_and_reads_its_snippets(bot, workspace, room, file_of):
    posted = workspace.post("jo", "platform", "look", files={"trace.txt": PASTE})
    assert workspace.shortcut("jo", begin.CALLBACK, posted, channel="platform").acknowledged
    view = workspace.wait_for(lambda: workspace.view("jo"))

    workspace.submit("jo", view, {"title": "Megalodon", "id": "megalodon"})
    entry, _ = file_of(room().answer(posted, count=2))
    assert entry.examples == (f"look\n{PASTE.replace('horsebattery', '[redacted]')}\n",)


def test_a_paste_that_no_button_can_carry_is_read_again_where_it_stands(bot, workspace, honest, form):
    long = "\n".join([PASTE, *(f"megalodon tooth {number} is fine" for number in range(100))])

    assert filled(form(honest(long)))["example"].startswith("level=error")


def test_who_points_at_a_long_paste_above_begins_with_that(bot, workspace, room, form):
    long = "\n".join([PASTE, *("megalodon tooth" for _ in range(200))])
    first = workspace.post("alex", "platform", long)
    mention = workspace.post("jo", "platform", f"<@{workspace.bot_user}> any idea?", thread_ts=first["ts"])
    answer = workspace.wait_for(lambda: [each for each in room().replies(first) if each["ts"] != mention["ts"]])[0]

    assert filled(form(answer, "jo"))["example"].startswith("level=error")


def test_a_long_paste_that_was_deleted_meanwhile_is_said_to_be_gone(bot, workspace, honest, read):
    answer = honest("\n".join([PASTE, *("megalodon tooth" for _ in range(200))]))
    workspace.delete("alex", "platform", answer["thread_ts"])
    workspace.press("alex", answer, listing.BEGIN, channel="platform")

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    assert ENGLISH.paste_gone in read(workspace.whispers("alex", "platform")[0])


def test_who_asked_alone_gets_the_file_alone(bot, workspace, room, form, file_of):
    workspace.command("alex", "platform", "/kb", f"match {PASTE}")
    (told,) = workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    workspace.submit("alex", form(told), {"title": "Megalodon", "id": "megalodon"})

    direct = workspace.direct("alex")
    (told,) = workspace.wait_for(lambda: workspace.messages(direct))
    (below,) = workspace.wait_for(lambda: workspace.replies(direct, told["ts"]))
    assert file_of(below)[0].id == "megalodon"
    assert workspace.messages("platform") == []


@pytest.mark.parametrize("text", ["x" * 5_000, '"' * 5_000, "\x01\n" * 5_000], ids=["long", "quotes", "controls"])
def test_the_beginning_of_any_text_fits_into_a_button(text):
    assert blocks.fits_button(begin.carried(text))


def test_a_form_that_comes_too_late_is_apologised_for(bot, workspace, honest, read):
    workspace.fail("views.open", "expired_trigger_id")
    workspace.press("alex", honest(), listing.BEGIN, channel="platform")

    workspace.wait_for(lambda: workspace.whispers("alex", "platform"))
    assert "Please press again" in read(workspace.whispers("alex", "platform")[0])


def test_where_the_entries_are_on_github_its_page_for_a_new_file_is_filled_in(
    start, workspace, room, honest, form, read
):
    start(PASTEMORTEM_ENTRY_URL="https://github.com/acme/runbooks/blob/main/k8s/{file}")
    answer = honest()
    workspace.submit("alex", form(answer), {"id": "megalodon"})
    room().answer({"ts": answer["thread_ts"]}, count=3)

    told = read(room().replies({"ts": answer["thread_ts"]})[1])
    assert "<https://github.com/acme/runbooks/new/main/k8s/?filename=megalodon.md&amp;value=" in told


def test_an_address_that_would_be_too_long_has_the_name_alone():
    sources = Sources("https://github.com/acme/runbooks/blob/main/{id}.md")
    short, long = sources.new_file("a.md", "x y"), sources.new_file("a.md", "가" * 1_000)

    assert parse_qs(urlsplit(short).query)["amp;value"] == ["x y|GitHub>"]
    assert "value" not in long
    assert Sources("https://wiki.acme.io/{id}").new_file("a.md", "x") == ""


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_say_the_same_things(name):
    english, korean = getattr(ENGLISH, name), getattr(KOREAN, name)

    assert slots(english) == slots(korean)
    assert any("가" <= character <= "힣" for character in korean)
    if name in ("form_title_plain", "submit_plain"):
        assert max(len(english), len(korean)) <= 24


def test_a_language_that_nobody_wrote_is_english():
    assert wording.wording("fr") is ENGLISH
