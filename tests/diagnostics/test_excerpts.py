"""The lines of a log that tell why a program ended."""

from diagnostics import excerpts

USAGE = ["Usage: nc [OPTIONS] HOST PORT", "\t-w SEC\tConnect timeout", "  --no-such-check  Skip what is invalid"]
TRACE = [
    "java.net.ConnectException: Connection refused",
    "\tat com.example.FailedError.run(Main.java:1)",
    "\t... 6 more",
]


def test_of_what_a_program_says_the_last_failures_are_told_and_not_the_frames_of_their_traces():
    assert excerpts.telling(["starting", *TRACE, "bye"]) == ["java.net.ConnectException: Connection refused"]


def test_the_options_in_a_usage_text_speak_of_errors_and_are_none():
    assert excerpts.telling([*USAGE, "order-db:3306 did not answer, giving up"]) == [
        "order-db:3306 did not answer, giving up"
    ]


def test_where_nothing_speaks_of_a_failure_the_last_lines_are_all_there_is():
    assert excerpts.telling(["one", "two", "three"], most=2) == ["two", "three"]
    assert excerpts.failures(["one", "two", "three"]) == []
