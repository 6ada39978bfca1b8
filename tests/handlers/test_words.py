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


@pytest.mark.parametrize("text", ["search dns", "show dns-timeout", "gaps", "list", "list kafka", "help", "match a\nb"])
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


@pytest.mark.parametrize("text", ["any idea?", "What is this", "Could you look?", "이거 뭔가요?", "혹시 아시나요~"])
def test_a_few_plain_words_point_at_something_else(text):
    assert words.points(text)


@pytest.mark.parametrize(
    "text", ["", "ImagePullBackOff", "exit code 137", "error: denied", "a/b", "one\ntwo", "we " * 11]
)
def test_what_may_be_an_error_does_not_point(text):
    assert not words.points(text)


@pytest.mark.parametrize(("word", "near"), [("serach", "search"), ("hlep", "help"), ("Lists", "list"), ("xyzzy", None)])
def test_a_slip_is_near_the_word_that_was_meant(word, near):
    assert words.nearest(word) == near
