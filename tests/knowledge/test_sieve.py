"""The sieve passes no text over that quotes a signature, however it is written; the reference is the matcher alone."""

import json
import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.entry import SignatureKind
from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching import paste, words
from knowledge.matching.calibration import Calibration
from knowledge.matching.evidence import Part
from knowledge.scanning import blocks, certain
from knowledge.scanning.shortcuts import Shortcuts
from tests.knowledge import shipped
from tests.knowledge.shelf import issue, pattern
from tests.knowledge.shipped import ENTRIES, PASTES

MATCHER = shipped.matcher()
SHORTCUTS = Shortcuts.of(MATCHER)
SIEVE, LOOK = SHORTCUTS.sieve, SHORTCUTS.second_look
SAID = tuple(
    signature.text.replace("*", " ")
    for entry in ENTRIES
    for signature in entry.signatures
    if signature.kind is not SignatureKind.REGEX
)
CODES = ("404", "503", "137")


SPOKEN = tuple(
    sentence for entry in ENTRIES for said in (entry.words("en"),) for sentence in (said.title, *said.phrases)
)
DEEDS = "pack weigh label stack wrap lift carry drop seal sort count move".split()
PIECES = (
    "2026-03-04T05:00:01.123Z", "ERROR", "[main]", "c.e.shop.Foo", "-", "failed to start", "user admin from here",
    "{", "}", '{"msg":"so"}', "err=lost", 'err="is lost"', "time=12:00", '"level":', "at x.Y.z(Y.java:1)", "\r",
    "<@U1>", "&lt;", "\\n", "pod-7f9c2a81", "10.0.3.7:443", "`x`", "~~~", "> quoted", "오류", "x" * 210,
    "OutOfMemoryError", "i/o timeout", "/var/lib/docker", "Mar  4 05:00:01 host app[12]:", "\u201csaid\u201d",
    '{"ts":"x","msg":"failed to open the gate","pod":"api"}', '"err": "gate is closed"', '{"time": "', "<unnamed>",
    "from b", "a, b; c", "E0303 10:00:00.1       1 a.go:7]",
)  # fmt: skip


def camel(text):
    return "".join(word.capitalize() for word in text.split())


WRITTEN = {
    "as it is": str,
    "in capitals": str.upper,
    "as an identifier": camel,
    "in snake case": lambda text: text.replace(" ", "_"),
    "in a log": lambda text: f"2026-03-04T05:00:01.123Z ERROR [main] c.e.shop.Foo - {text}",
    "in a record": lambda text: json.dumps({"level": "error", "msg": f"so:\n{text}", "ts": 1}),
    "in a record in a record": lambda text: json.dumps({"log": json.dumps({"error": text, "code": "E12"})}),
    "in colours": lambda text: f"\x1b[31mERROR\x1b[0m \x1b[1m{text}\x1b[0m",
    "in fields": lambda text: f'level=error err="{text}" time=12:00:01',
    "with typography": lambda text: text.replace('"', "\u201c").replace("-", "\u2013").replace(" ", "\u00a0"),
    "as HTML": lambda text: text.replace("<", "&lt;").replace('"', "&#34;"),
    "as a path": lambda text: "/" + text.replace(" ", "/"),
    "before Windows": lambda text: f"{text}  \r",
    "below others": lambda text: f"ERROR job failed\n\tat x.Y.z(Y.java:1)\nCaused by: {text}",
}


def quotes(matcher, text):
    return any(match.quoted for match in matcher.match(text).matches)


def is_held(sieve, text):
    lines = text.encode().replace(b"\n", b"\r")
    return bool(sieve.meeting(lines) or len(sieve.quoting([text.encode()]).texts))


def is_worth_reading(text):
    texts = [text.encode().replace(b"\n", b"\r")]
    return bool(SIEVE.meeting(texts[0]) or LOOK.worth_reading(texts, SIEVE.quoting(texts))[0])


def is_answered(text):
    return any(match.quoted for match in MATCHER.match(text).answers)


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@given(text=st.sampled_from(SAID), start=st.integers(0, 40), length=st.integers(3, 120))
def test_no_quotation_is_passed_over(written, text, start, length):
    pasted = written(text[start : start + length])

    assert is_held(SIEVE, pasted) or not quotes(MATCHER, pasted)


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_no_quotation_is_passed_over_among_the_words_of_others(texts, rnd):
    words = " ".join(texts).split()
    pasted = " ".join(rnd.sample(words, k=rnd.randint(1, len(words))))

    assert is_held(SIEVE, pasted) or not quotes(MATCHER, pasted)


def test_a_pattern_is_met_behind_an_escaped_line_break():
    pasted = json.dumps({"level": "error", "msg": "the node is slow:\nHigh steal"})

    assert MATCHER.match(pasted).verdict is Verdict.SURE
    assert SIEVE.meeting(pasted.encode()) == {0}


def test_an_identifier_behind_an_escaped_line_break_is_a_word_as_a_whole():
    pasted = json.dumps({"level": "error", "msg": "so:\nmaxSurge"})

    assert quotes(MATCHER, pasted)
    assert is_held(SIEVE, pasted)


def test_no_example_is_passed_over():
    quoted = [paste for paste in PASTES if quotes(MATCHER, paste)]

    assert len(quoted) > 200
    assert [paste for paste in quoted if not is_held(SIEVE, paste)] == []


def test_what_the_second_look_denies_is_not_answered_by_a_quotation():
    rnd = random.Random(1)
    words = [word for text in SAID for word in text.split()]
    pastes = [" ".join([*rnd.choices(words, k=rnd.randint(2, 12)), rnd.choice(CODES)]) for _ in range(150)]
    pastes = [paste for paste in pastes if not SIEVE.meeting(paste.encode())]

    answered = [is_answered(paste) for paste in pastes]
    expected = [is_worth_reading(paste) and LOOK.may_answer(paste) for paste in pastes]

    assert any(answered)
    assert not all(expected)
    assert [paste for paste, does, may in zip(pastes, answered, expected, strict=True) if does and not may] == []


@given(st.sampled_from(SAID), st.lists(st.sampled_from(SAID), max_size=3), st.randoms(use_true_random=False))
def test_no_answer_by_quotation_is_denied_by_the_second_look(quoted, others, rnd):
    words = [word for text in others for word in rnd.sample(text.split(), k=min(4, len(text.split())))]
    kept = [word for word in quoted.split() if rnd.random() < 0.8]
    rnd.shuffle(words)
    at = rnd.randint(0, len(words))
    pasted = rnd.choice(" \n").join([" ".join(words[:at]), " ".join(kept), " ".join(words[at:])])

    assert LOOK.may_answer(pasted) or SIEVE.meeting(pasted.encode()) or not is_answered(pasted)


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@given(text=st.sampled_from(SAID), start=st.integers(0, 20), length=st.integers(20, 200))
def test_no_answer_by_quotation_is_left_unread(written, text, start, length):
    pasted = written(text[start : start + length])

    assert is_worth_reading(pasted) or not is_answered(pasted)


@given(st.sampled_from(SAID), st.lists(st.sampled_from(SPOKEN), max_size=3), st.randoms(use_true_random=False))
def test_no_answer_by_quotation_is_left_unread_for_what_stands_around_it(quoted, others, rnd):
    around = " ".join(others).split()
    at = rnd.randint(0, len(around))
    kept = [word for word in quoted.split() if rnd.random() < 0.9]
    pasted = " ".join([*around[:at], *kept, *around[at:]])

    assert is_worth_reading(pasted) or not is_answered(pasted)


def test_no_example_is_left_unread():
    assert [paste for paste in PASTES if is_answered(paste) and not is_worth_reading(paste)] == []


def test_most_of_what_says_half_of_a_signature_among_other_words_is_not_read():
    rnd = random.Random(1)
    texts = [f"ERROR failed to {rnd.choice(DEEDS)} the parcel, {rnd.choice(DEEDS)} it: not found" for _ in range(200)]
    texts = [text.encode() for text in texts]
    quotations = SIEVE.quoting(texts)

    assert len(set(quotations.texts.tolist())) == len(texts)
    assert LOOK.worth_reading(texts, quotations).sum() < len(texts) / 2


@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
@example("Mar  4 05:00:01 host app[12]: 2026-03-04T05:00:01.123Z")
def test_what_is_certain_of_a_text_is_read(text):
    surely = words.stems(certain.words(text.encode()).decode())
    read = paste.read(text.replace("\r", "\n"))
    said = {stem for line in read.words for stem in line.said.stems}

    assert set(surely) <= said | read.around


def test_a_pattern_that_only_the_fields_in_their_order_meet_is_met_by_the_second_look():
    matcher = Matcher([issue("gate", pattern("gate * stuck: the hinge has rusted"))])
    shortcuts = Shortcuts.of(matcher)
    pasted = '{"err":"stuck: the hinge has rusted","msg":"gate 7"}'

    assert shortcuts.sieve.meeting(pasted.encode()) == set()
    assert shortcuts.sieve.quoting([pasted.encode()]).texts.tolist() == [0]
    assert shortcuts.second_look.may_answer(pasted)
    assert matcher.match(pasted).verdict is Verdict.SURE


@pytest.mark.parametrize("pasted", ["nobody knows the clerk is leavin", "nobody knows the clerk is lea"])
def test_a_quotation_that_breaks_off_in_a_word_is_sieved_out(pasted):
    matcher = Matcher([issue("clerk", "nobody knows the clerk is leaving")])

    assert Shortcuts.of(matcher).sieve.quoting([pasted.encode()]).texts.tolist() == [0]


@pytest.mark.parametrize("weight", [-1.0, 1.0])
def test_every_part_of_a_score_has_its_bounds(weight):
    weights = np.full(len(Part), weight, dtype=np.float32)
    calibration = Calibration(weights, constant=0.0, likely=0.01, sure=0.9)
    matcher = Matcher([issue("hinge", "the hinge of the gate has rusted", tags=("gate",))], calibration=calibration)

    assert Shortcuts.of(matcher).second_look.may_answer("the hinge of the gate has rusted") is (weight > 0)


@pytest.mark.parametrize("matcher", [Matcher(), Matcher.of_signatures([("rust", "the hinge has rusted")])])
def test_an_index_without_topics_is_sieved_too(matcher):
    shortcuts = Shortcuts.of(matcher)
    texts = [b"the hinge has rusted", b"INFO heartbeat ok"]
    quotations = shortcuts.sieve.quoting(texts)
    worth_reading = shortcuts.second_look.worth_reading(texts, quotations)

    assert set(np.flatnonzero(worth_reading).tolist()) <= set(quotations.texts.tolist()) <= {0}
    assert [at for at, text in enumerate(texts) if quotes(matcher, text.decode())] == quotations.texts.tolist()


def test_chat_and_calm_lines_are_passed_over():
    calm = [
        b"INFO heartbeat ok",
        b"GET /carts/17 200 in 3 ms",
        "안녕하세요".encode(),
        b"",
        b"x" * 5000,
        b"\x00\xff\xfe",
    ]

    assert SIEVE.meeting(blocks.lines(calm)) == set()
    assert len(SIEVE.quoting(calm).texts) == 0
