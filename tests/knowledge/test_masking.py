"""Volatile parts of a line are masked, words that hold a digit are not."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.matching import words
from knowledge.matching.masking import PUNCTUATED, VOLATILE, mask, without_numbers


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("10.0.3.7:5432 refused", "<ip> refused"),
        ("fe80:0:0:0:1:2:3:4 unreachable", "<ip> unreachable"),
        ("at 2026-03-04T05:06:07.8Z", "at <time>"),
        ("at 05:06:07.891", "at <time>"),
        ("took 35022ms", "took <duration>"),
        ("line 12345, trace 123456", "line <number>, trace <id>"),
        ("took 1h3m20s", "took <duration>"),
        ("limit 512Mi", "limit <size>"),
        ("uid 0d6f3a5e-2f61-4b8b-9a4c-7b1a5c1f9e22", "uid <uuid>"),
        ("digest sha256:0badcafe12", "digest <digest>"),
        ("at 0x7f89e8c00520", "at <hex>"),
        ("/var/lib/parcels/1b2c3d/a3bb is full", "/var/lib/parcels/<hex>/<hex> is full"),
        ("pod/073c5ce11b-a9ece gone", "pod/<hex>-<hex> gone"),
        ("pod shop-front-6c9b7f85d4-hx2vd", "pod shop-front<pod>"),
        ("node ip-10-3-52-18.ec2.internal", "node <node>"),
        ("rhost=adsl-10-242-75-179.dsl.example.net denied", "rhost=<host> denied"),
        ("rhost=5.36.59.76.pool.isp.example denied", "rhost=<host> denied"),
        ("session closed for user cyrus", "session closed for user <user>"),
        ("Invalid user admin from 10.1.2.3", "Invalid user <user> from <ip>"),
        ("arn:aws:iam::111122223333:role/x denied", "<arn> denied"),
        ("by ann7@example.com", "by <email>"),
        ("wafv2.ap-south-1.amazonaws.com", "wafv2.<region>.amazonaws.com"),
        ("EKS v1.29.3", "EKS <version>"),
        ("instance i-0d2f4b6a8c0e1f357", "instance <id>"),
        ("volume pvc-77a0c4de", "volume <id>"),
        ("x41 times", "<times> times"),
        ("999/1000 shards", "<number>/<number> shards"),
    ],
)
def test_a_volatile_part_is_named(said, masked):
    assert mask(said) == masked


@pytest.mark.parametrize("word", ["x509", "s3", "k8s", "wafv2", "v1beta1", "http2", "ec2", "Log4j", "db1"])
def test_a_word_that_holds_a_digit_stays(word):
    assert mask(f"{word}: refused") == f"{word}: refused"


@pytest.mark.parametrize(
    "name", ["api-5d4f.prod.svc.cluster.local", "registry.example.com", "lib-1.2.jar", "user not found"]
)
def test_a_name_that_tells_something_keeps_its_words(name):
    assert set(re.findall("[a-z]{3,}", name)) <= set(re.findall("[a-z]{3,}", mask(name)))


@given(st.text() | st.text("ab.-/:@x019 <>=[]{}\"'", max_size=60))
@example("a1" * 400)
@example("for user for user b from c")
def test_masking_twice_changes_nothing(text):
    assert mask(mask(text)) == mask(text)


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4), st.integers(1, 65535))
def test_every_address_reads_the_same(parts, port):
    assert mask(f"dial tcp {'.'.join(map(str, parts))}:{port}: i/o timeout") == "dial tcp <ip>: i/o timeout"


@given(
    st.text("ab.-/:@x019 <>=[]{}\"'_é가", max_size=60)
    | st.lists(st.sampled_from(["user", "for", "from", "_1", "1.2", "a1", "12:00:01", "b", "-"])).map(" ".join)
)
def test_words_of_digits_and_signs_alone_leave_no_word(text):
    assert words.words(mask(without_numbers(text))) == words.words(mask(text))


UNPUNCTUATED = (
    "ip-10-3-52-18 0d6f3a5e-2f61-4b8b-9a4c-7b1a5c1f9e22 512Mi 35ms sha256 0badcafe12 arn aws v1beta1 x3 12 -5".split()
)


@given(st.lists(st.sampled_from(UNPUNCTUATED), min_size=1), st.sampled_from(["-", "_", "/", "+", ""]))
def test_a_word_without_dot_colon_and_at_sign_holds_nothing_that_needs_one(parts, between):
    word = between.join(parts)

    assert [name for name in PUNCTUATED if re.search(VOLATILE[name], word)] == []
