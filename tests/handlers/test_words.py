import pytest

from handlers import words
from handlers.words import Request


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Request("help", "")),
        ("  search  dns  timeout ", Request("search", "dns  timeout")),
        ("SHOW x", Request("show", "x")),
        ("match\nline one\nline two", Request("match", "line one\nline two")),
    ],
)
def test_the_first_word_says_what_is_asked(text, expected):
    assert words.request(text) == expected


@pytest.mark.parametrize("text", ["search dns", "show dns-timeout", "list", "list kafka", "help", "match a\nb"])
def test_requests_are_recognised_outside_the_command(text):
    assert words.spoken(text) == words.request(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "list of pods is forbidden: User cannot list",
        "show me what broke",
        "search",
        "search index failed\nat Foo.java:1",
        "Help! the cluster burns",
        "java.lang.NullPointerException",
    ],
)
def test_pastes_and_talk_are_not_taken_for_requests(text):
    assert words.spoken(text) is None


@pytest.mark.parametrize(("word", "near"), [("serach", "search"), ("hlep", "help"), ("Lists", "list"), ("xyzzy", None)])
def test_a_slip_is_near_the_word_that_was_meant(word, near):
    assert words.nearest(word) == near
