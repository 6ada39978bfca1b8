"""A log of any length tells which documented issues occur in it, and which errors nobody documented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matcher import Matcher
from knowledge.matching.frequent import Frequent
from knowledge.scan import SHOWN_SHAPES, Scanner, scan
from tests.knowledge.shelf import SHELF

VAULT = "VaultTokenErr: failed to exchange the projected token"


@pytest.fixture(scope="module")
def matcher():
    return Matcher(SHELF)


def log(*messages):
    return [f"2026-03-04T05:{number // 60:02}:{number % 60:02}Z {text}\n" for number, text in enumerate(messages)]


def test_issues_are_counted_with_their_first_and_last_line(matcher):
    lines = log("INFO started", f"ERROR {VAULT}", "INFO tick 1", f"ERROR {VAULT}", "INFO tick 2")

    report = scan(lines, matcher)

    [issue] = report.issues
    assert (issue.entry.id, issue.count, issue.first_line, issue.last_line) == ("vault-token-denied", 2, 2, 4)
    assert (issue.first_text, issue.last_text) == (lines[1].rstrip(), lines[3].rstrip())
    assert (report.lines, report.size) == (5, sum(map(len, lines)))


def test_the_most_frequent_issue_comes_first(matcher):
    shards = "this action would add [10] total shards, but this cluster has [{}]/[1000] open"
    report = scan(log(f"ERROR {VAULT}", *(f"WARN {shards.format(number)}" for number in range(3))), matcher)

    assert [(issue.entry.id, issue.count) for issue in report.issues] == [
        ("ledger-shard-limit", 3),
        ("vault-token-denied", 1),
    ]


def test_undocumented_errors_are_grouped_by_shape(matcher):
    lines = log(*(f"ERROR printer {number} is on fire at 10.0.0.{number}" for number in range(5)), "INFO all calm")

    report = scan(lines, matcher)

    assert report.issues == ()
    [shape] = report.undocumented
    assert (shape.shape, shape.count) == ("printer <number> is on fire at <ip>", 5)
    assert (shape.first_line, shape.last_line) == (1, 5)


def test_bytes_and_text_read_alike(matcher):
    lines = log(f"ERROR {VAULT}", "ERROR printer 7 is on fire", "INFO calm")

    assert scan((line.encode() for line in lines), matcher).as_json() == scan(lines, matcher).as_json()


def test_a_log_without_errors_holds_nothing(matcher):
    report = scan(log(*["INFO heartbeat ok"] * 50), matcher)

    assert (report.lines, report.issues, report.undocumented) == (50, (), ())


def test_lines_can_be_fed_bit_by_bit(matcher):
    lines = log(f"ERROR {VAULT}", "INFO calm", f"ERROR {VAULT}")
    scanner = Scanner(matcher)
    for line in lines:
        scanner.feed([line])

    assert scanner.report().as_json() == scan(lines, matcher).as_json()


@pytest.mark.parametrize("line", [b"\xff\xfe error \x80\n", b"error " + b"x" * 1_000_000, b"\n", b""])
def test_odd_lines_are_read_over(matcher, line):
    assert scan([line, f"ERROR {VAULT}\n"], matcher).issues[0].count == 1


def test_a_report_stays_short_however_many_shapes_there_are(matcher):
    words = [f"{first}{second}" for first in "abcdefgh" for second in "klmnopqr"]
    report = scan((f"ERROR module {word} is broken\n" for word in words), matcher)

    assert len(report.undocumented) == SHOWN_SHAPES


@given(st.lists(st.sampled_from("aaaabbbcdefghij"), max_size=200), st.integers(2, 6))
def test_no_frequent_item_is_missed_and_no_count_is_too_low(items, capacity):
    frequent = Frequent(capacity)
    for place, item in enumerate(items, start=1):
        frequent.add(item, place)

    tallies = {tally.item: tally for tally in frequent.most(capacity)}

    assert len(tallies) <= capacity
    for item in set(items):
        if items.count(item) > len(items) / capacity:
            assert item in tallies
    for item, tally in tallies.items():
        assert tally.count - tally.inherited <= items.count(item) <= tally.count
        assert items[tally.last - 1] == item
