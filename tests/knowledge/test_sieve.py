"""The sieve passes no text over that quotes a signature, however it is written; the reference is the matcher alone."""

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import library
from knowledge.entry import SignatureKind
from knowledge.match import Verdict
from knowledge.matcher import Matcher
from knowledge.matching import blocks
from knowledge.matching.calibration import Calibration
from knowledge.matching.evidence import Part
from tests.knowledge.shelf import issue, pattern

ENTRIES = tuple(library.load((library.SHIPPED,)).entries.values())
MATCHER = Matcher(ENTRIES)
SIEVE = MATCHER.sieve()
LOOK = MATCHER.second_look(SIEVE)
SAID = tuple(
    signature.text.replace("*", " ")
    for entry in ENTRIES
    for signature in entry.signatures
    if signature.kind is not SignatureKind.REGEX
)
CODES = ("404", "503", "137")
PASTES = tuple(paste for entry in ENTRIES for paste in (*entry.examples, *entry.counterexamples))


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
    return bool(sieve.meeting(lines) or sieve.quoting([text.encode()])[0])


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


def test_no_example_is_passed_over():
    quoted = [paste for paste in PASTES if quotes(MATCHER, paste)]

    assert len(quoted) > 200
    assert [paste for paste in quoted if not is_held(SIEVE, paste)] == []


def test_what_the_second_look_denies_is_not_answered_by_a_quotation():
    rnd = random.Random(1)
    words = [word for text in SAID for word in text.split()]
    pastes = [" ".join([*rnd.choices(words, k=rnd.randint(2, 12)), rnd.choice(CODES)]) for _ in range(150)]
    pastes = [paste for paste in pastes if not SIEVE.meeting(paste.encode())]

    answered = [any(match.quoted for match in MATCHER.match(paste).answers) for paste in pastes]
    expected = [LOOK.may_answer(paste) for paste in pastes]

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

    is_answered = any(match.quoted for match in MATCHER.match(pasted).answers)
    assert LOOK.may_answer(pasted) or SIEVE.meeting(pasted.encode()) or not is_answered


def test_a_pattern_that_only_the_fields_in_their_order_meet_is_met_by_the_second_look():
    matcher = Matcher([issue("gate", pattern("gate * stuck: the hinge has rusted"))])
    sieve = matcher.sieve()
    pasted = '{"err":"stuck: the hinge has rusted","msg":"gate 7"}'

    assert sieve.meeting(pasted.encode()) == set()
    assert sieve.quoting([pasted.encode()]).tolist() == [True]
    assert matcher.second_look(sieve).may_answer(pasted)
    assert matcher.match(pasted).verdict is Verdict.SURE


@pytest.mark.parametrize("weight", [-1.0, 1.0])
def test_every_part_of_a_score_has_its_bounds(weight):
    weights = np.full(len(Part), weight, dtype=np.float32)
    calibration = Calibration(weights, constant=0.0, likely=0.01, sure=0.9)
    matcher = Matcher([issue("hinge", "the hinge of the gate has rusted", tags=("gate",))], calibration=calibration)

    assert matcher.second_look(matcher.sieve()).may_answer("the hinge of the gate has rusted") is (weight > 0)


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
    assert not SIEVE.quoting(calm).any()
