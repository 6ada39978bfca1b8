"""The lines of a log that tell why a program ended."""

import pytest

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


def test_what_a_java_machine_says_after_the_reason_is_not_taken_for_the_reason():
    said = ["Unrecognized VM option 'UseFastGC'", "Did you mean '(+/-)UseError'?"]
    farewell = ["Error: Could not create the Java Virtual Machine.", "Error: A fatal exception has occurred."]

    assert excerpts.telling([*said, *farewell]) == said[:1]


def test_where_nothing_speaks_of_a_failure_the_last_lines_are_all_there_is():
    assert excerpts.telling(["one", "two", "three"], most=2) == ["two", "three"]
    assert excerpts.failures(["one", "two", "three"]) == []


@pytest.mark.parametrize(
    "line",
    [
        'cannot reach "db": timeout',
        '2026-11-21T09:28:21.000Z  ERROR 1 --- [           main] c.e.partner.TokenClient : cannot reach "db": timeout',
        '[2026-11-21 09:20:19.123] ERROR cannot reach "db": timeout',
        '{"level":"error","ts":"2026-11-21T09:56:29.000Z","msg":"cannot reach \\"db\\": timeout"}',
        '{"level":"error","msg":"cannot reach \\"db\\"","controller":"ingress","error":"timeout"}',
        'time="2026-11-21T09:26:19Z" level=fatal msg="cannot reach \\"db\\": timeout"',
    ],
    ids=["bare", "Spring Boot", "bracketed time", "JSON", "JSON with its error apart", "logfmt"],
)
def test_what_a_line_says_is_told_without_when_and_where_it_was_written(line):
    assert excerpts.saying(line, 200) == 'cannot reach "db": timeout'


def test_a_structured_line_that_was_cut_still_says_what_is_left_of_it():
    assert excerpts.saying('{"level":"error","msg":"cannot reach the datab…', 200) == "cannot reach the datab…"


def test_what_a_line_says_is_cut_where_nobody_reads_on():
    assert excerpts.saying("2026-11-21 09:20:19 ERROR cannot reach", 7) == "cannot…"
