import json
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.views import blocks, candidate, captures, card, evidence, listing
from handlers.votes import Tally
from knowledge.entry import Entry, Kind, Link, Section, Signature, SignatureKind, Variant
from knowledge.match import Evidence, Match, Verdict


def an_entry(entry_id="dns", *, title="DNS is down", tells="", cause="It broke.", fix="Mend it.", links=()):
    sections = MappingProxyType({Section.CAUSE: cause, Section.FIX: fix})
    return Entry(entry_id, Kind.ISSUE, {"en": Variant(title, sections, tells=tells)}, links=links)


def a_match(entry=None, *, score=0.9, verdict=Verdict.SURE, line=3, text="dial tcp: i/o timeout", rivals=()):
    return Match(entry or an_entry(), score, verdict, Evidence(text, line, "i/o timeout"), rivals)


def the_card(style, *matches, tally=None):
    return card.documented(card.sorted_out(matches), style, tally or Tally())


def test_the_verdict_is_said_in_words(style, read):
    sure = the_card(style(), a_match())
    likely = the_card(style(), a_match(verdict=Verdict.LIKELY))

    assert "*Sure.*" in read(sure.blocks)
    assert "*Likely.*" in read(likely.blocks)


def test_the_pasted_line_stands_under_its_number_beside_the_signature(style, read):
    said = read(the_card(style(), a_match(line=17)).blocks)

    assert "17 │ dial tcp: i/o timeout\n ≈ │ i/o timeout" in said


def test_a_regular_expression_is_shown_by_what_it_met_of_the_paste(style, read):
    entry = replace(an_entry(), signatures=(Signature(r"tcp: (?P<why>i/o \w+)", SignatureKind.REGEX),))
    pasted = Evidence("dial tcp: I/O timeout, again", 3, r"tcp: (?P<why>i/o \w+)")
    said = read(the_card(style(), replace(a_match(entry), evidence=pasted)).blocks)

    assert "3 │ dial tcp: I/O timeout, again\n≈ │ tcp: I/O timeout" in said
    assert "(?P" not in said


def test_a_regular_expression_that_met_several_lines_is_shown_by_the_first(style, read):
    entry = replace(an_entry(), signatures=(Signature(r"first\s+second", SignatureKind.REGEX),))
    pasted = Evidence("the first", 3, r"first\s+second")
    said = read(the_card(style(), replace(a_match(entry), evidence=pasted)).blocks)

    assert "3 │ the first\n≈ │ the first" in said


@given(captured=st.dictionaries(st.text(max_size=60), st.text(max_size=2_000), max_size=30))
def test_what_was_captured_always_fits_into_a_button(captured):
    value = {"entry": "x" * 120, "captured": captures.carried(captured)}

    assert blocks.button("Whole entry", "show_entry", value)["value"]


def test_entries_that_share_the_line_are_told_apart(style, read):
    waf = an_entry("waf", title="WAF in a closed network", tells="The host is wafv2.")
    dns = an_entry("dns", tells="The host is a name server.")
    said = read(
        the_card(
            style(),
            a_match(dns, verdict=Verdict.LIKELY, rivals=("waf",)),
            a_match(waf, score=0.4, verdict=Verdict.LIKELY, rivals=("dns",)),
        ).blocks
    )

    assert "*DNS is down*: The host is a name server." in said
    assert "*WAF in a closed network*: The host is wafv2." in said


def test_other_errors_of_the_paste_are_named_with_their_line(style, read):
    other = a_match(an_entry("irsa", title="No role"), line=40)
    said = read(the_card(style(), a_match(), other).blocks)

    assert "• line 40: No role" in said


def test_a_candidate_that_is_mere_chance_is_not_offered(style, read):
    chance = a_match(an_entry("irsa"), score=0.001, verdict=Verdict.NONE)

    assert "Other candidates" not in read(the_card(style(), a_match(), chance).blocks)


def test_votes_are_counted_on_the_buttons(style, read):
    said = read(the_card(style(), a_match(), tally=Tally(helped=3)).blocks)

    assert "👍 This helped · 3" in said
    assert "👎 Not this\n" in said


def test_recounting_keeps_the_words_of_the_buttons(style):
    content = list(the_card(style("ko"), a_match(), tally=Tally(helped=3)).blocks)
    recounted = card.with_tallies(content, lambda entry_id: Tally(helped=4, not_this=len(entry_id)))

    labels = [element["text"]["text"] for element in recounted[-1]["elements"]]
    assert labels[:2] == ["👍 도움이 됐습니다 · 4", "👎 이 문제가 아닙니다 · 3"]


def test_the_text_beside_the_blocks_names_entry_and_verdict(style):
    assert the_card(style(), a_match()).text == "DNS is down — Sure. This is documented."


def test_the_source_and_the_vendors_pages_are_linked(style, read):
    entry = an_entry(links=(Link("Vendor", "https://vendor.example/?a=1&b=2"),))
    said = read(the_card(style(url="https://git.example/{id}.md"), a_match(entry)).blocks)

    assert "<https://git.example/dns.md|source>" in said
    assert "<https://vendor.example/?a=1&amp;b=2|Vendor>" in said


def test_a_note_without_known_sections_shows_what_it_has(style, read):
    note = Entry("note", Kind.HOWTO, {"en": Variant("A note", MappingProxyType({Section.BACKGROUND: "It was so."}))})

    assert "It was so." in read(the_card(style(), a_match(note)).blocks)


hostile = st.text(max_size=4000) | st.text(alphabet="`<>&!@\\\"'{}\n", max_size=4000)


@given(title=hostile, tells=hostile, cause=hostile, fix=hostile, pasted=hostile)
@example(title="", tells="", cause="", fix="0```", pasted="")
def test_whatever_stands_in_entry_and_paste_slack_takes_the_message(read, style, title, tells, cause, fix, pasted):
    entry = an_entry(title=title, tells=tells, cause=cause * 3, fix=fix * 3)
    others = [a_match(an_entry(f"o{n}", title=title, tells=tells), text=pasted, score=0.5) for n in range(5)]
    message = the_card(style(), a_match(entry, text=pasted, rivals=("o1", "o2")), *others)

    assert len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= 13_200
    said = read(message.blocks) + message.text
    assert "<!" not in said
    assert "<@" not in said
    assert message.blocks[0]["text"]["text"]
    for block in message.blocks:
        if block["type"] == "section":
            assert 1 <= len(block["text"]["text"]) <= 3000
            assert block["text"]["text"].count("```") % 2 == 0


@given(st.lists(hostile, min_size=1, max_size=8))
def test_candidates_always_fit_into_a_button(texts):
    matches = [a_match(an_entry("e" * 128), text=text) for text in texts]
    button = blocks.button("x", "others", {"others": candidate.carried(matches)})

    assert len(button["value"]) <= 2000
    assert [each.entry_id for each in candidate.unpacked(json.loads(button["value"])["others"])]


def test_of_candidates_in_emoji_fewer_fit_into_a_button():
    match = replace(a_match(an_entry("e" * 128)), evidence=Evidence("😀" * 300, 1, "😀" * 300))
    matches = [match] * 4

    assert 1 <= len(candidate.carried(matches)) < 4


def test_a_value_that_no_button_can_hold_is_a_mistake():
    with pytest.raises(ValueError, match="2000"):
        blocks.button("x", "y", "z" * 2001)


def test_of_a_long_line_the_part_that_met_the_signature_is_shown():
    line = "x" * 5000 + " the shard limit is reached " + "y" * 5000

    shown = evidence.excerpt(line, "shard limit is reached")
    assert "the shard limit is reached" in shown
    assert len(shown) <= evidence.WIDTH
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_the_nearest_entries_are_offered_where_none_is_the_answer(style, read):
    near = a_match(score=0.2, verdict=Verdict.NONE)
    said = read(listing.undocumented([near], style()).blocks)

    assert "*Not documented.*" in said
    assert "*DNS is down*" in said
    assert "none of which may be yours" in said


def test_where_nothing_is_near_that_is_said(style, read):
    chance = a_match(score=0.001, verdict=Verdict.NONE)

    assert "No entry comes near it either." in read(listing.undocumented([chance], style()).blocks)


def test_a_list_that_does_not_fit_says_how_much_is_missing(style, read):
    entries = [an_entry(f"entry-number-{number}", title="t" * 140) for number in range(200)]
    message = listing.index(entries, "", {"dns": 3}, style())

    shown = read(message.blocks).count("• `entry-number-")
    assert f"… and {200 - shown} more." in read(message.blocks)
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= 13_000
