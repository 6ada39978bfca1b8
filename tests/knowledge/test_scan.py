"""A log of any length tells which documented issues occur in it, and which errors nobody documented."""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matcher import Matcher
from knowledge.scanning.frequent import Frequent
from knowledge.scanning.long_lines import LONGEST
from knowledge.scanning.records import Records
from knowledge.scanning.scanner import SHOWN_SHAPES, Scanner
from knowledge.scanning.shortcuts import Shortcuts
from tests.knowledge import shipped
from tests.knowledge.shelf import SHELF

VAULT = "VaultTokenErr: failed to exchange the projected token"
SHARDS = "this action would add [10] total shards, but this cluster has [{}]/[1000] open"

MATCHER = Matcher(SHELF)
SHORTCUTS = Shortcuts.of(MATCHER)
SIEVE = SHORTCUTS.sieve

NOISE = (
    "INFO heartbeat ok",
    "ERROR printer 7 is on fire",
    "WARN the projected revenue of the vault failed to please",
    "ERROR failed to exchange a token for chips",
    "",
    '{"level":"error","msg":"could not open the cluster","shards":10}',
)
TRACEBACK = b"Traceback (most recent call last):"
DOCUMENTED = (VAULT, SHARDS.format(998), "AccessDenied: not authorized to assume the vault role")
WRAPPED = (
    "{}",
    "2026-03-04T05:00:01Z ERROR [main] c.e.Foo - {}",
    '{{"level":"error","msg":"{}","user":"zqxv"}}',
    "\x1b[31mERROR\x1b[0m {}",
    "{}; giving up on qzvxw",
    "Mar  4 05:00:01 host app[12]: {}\r",
)


def log(*messages):
    lines = (f"2026-03-04T05:{number // 60:02}:{number % 60:02}Z {text}\n" for number, text in enumerate(messages))
    return "".join(lines).encode()


def scanned(text, *, block=1 << 20):
    scanner = Scanner(MATCHER, SHORTCUTS)
    scanner.begin()
    for at in range(0, len(text), block):
        scanner.feed(text[at : at + block])
    return scanner.report()


def found(report):
    return {issue.entry.id: (issue.count, issue.first.line, issue.last.line) for issue in report.issues}


def cut(text, *, block=1 << 20):
    """Return the records of a log that is read in blocks, each with its number."""
    records = Records(SIEVE.meeting)
    batches = [*(records.feed(text[at : at + block]) for at in range(0, len(text), block)), records.end()]
    return [record for batch in batches for record in zip(batch.numbers, batch.texts, strict=True)]


@cache
def quoted_by(line):
    """Return the ids of the entries that a line on its own quotes."""
    return [match.entry.id for match in MATCHER.match(line).answers if match.quoted]


def judged_line_by_line(text):
    """The slow reference: every line goes to the matcher, on its own; nothing is passed over or judged like others."""
    places = {}
    for number, line in enumerate(text.decode("utf-8", "replace").split("\n"), start=1):
        for entry_id in quoted_by(line):
            places.setdefault(entry_id, []).append(number)
    return {entry_id: (len(lines), lines[0], lines[-1]) for entry_id, lines in places.items()}


def test_issues_are_counted_with_their_first_and_last_line():
    text = log("INFO started", f"ERROR {VAULT}", "INFO tick 1", f"ERROR {VAULT}", "INFO tick 2")

    report = scanned(text)

    assert found(report) == {"vault-token-denied": (2, 2, 4)}
    assert report.issues[0].last.text == text.decode().splitlines()[3]
    assert (report.lines, report.size) == (5, len(text))


lines = st.one_of(
    st.sampled_from(NOISE),
    st.builds(lambda wrapped, said: wrapped.format(said), st.sampled_from(WRAPPED), st.sampled_from(DOCUMENTED)),
    st.builds(lambda said, end: said[:end], st.sampled_from(DOCUMENTED), st.integers(5, 60)),
)


@given(st.lists(lines, max_size=12), st.integers(7, 200))
def test_documented_issues_are_those_that_judging_every_line_finds(mixed, block):
    text = "\n".join(mixed).encode()

    assert found(scanned(text, block=block)) == judged_line_by_line(text)


def test_the_most_frequent_issue_comes_first():
    report = scanned(log(f"ERROR {VAULT}", *(f"WARN {SHARDS.format(number)}" for number in range(3))))

    assert [(issue.entry.id, issue.count) for issue in report.issues] == [
        ("ledger-shard-limit", 3),
        ("vault-token-denied", 1),
    ]


def test_a_stack_trace_with_its_causes_is_one_occurrence():
    trace = (
        f"2026-03-04T05:00:00Z ERROR job failed\njava.lang.RuntimeException: {VAULT}\n"
        "\tat com.example.A.run(A.java:1)\n\tat com.example.B.run(B.java:2)\n"
        f"Caused by: com.example.VaultException: {VAULT}\n\t... 23 more\nINFO calm\n"
    ).encode()

    assert found(scanned(trace * 3)) == {"vault-token-denied": (3, 2, 16)}


def test_the_error_below_a_python_traceback_has_its_own_line_number():
    trace = (
        b"INFO calm\nTraceback (most recent call last):\n"
        b'  File "/app/a.py", line 3, in <module>\n    run()\n  File "/app/b.py", line 9, in run\n    ask()\n'
    )

    assert found(scanned(trace + f"RuntimeError: {VAULT}\nINFO calm\n".encode())) == {"vault-token-denied": (1, 7, 7)}


def test_a_trace_is_one_record_and_what_follows_is_another():
    text = b"ERROR a\n\tat x.Y.z(Y.java:1)\nCaused by: b\n\t... 3 more\nERROR c\nINFO d"

    assert cut(text) == [
        (1, b"ERROR a\n\tat x.Y.z(Y.java:1)\nCaused by: b\n\t... 3 more"),
        (5, b"ERROR c"),
        (6, b"INFO d"),
    ]


@pytest.mark.parametrize("block", [10, 1 << 20])
def test_of_a_run_of_frames_the_nearest_to_the_message_is_kept(block):
    java = [f"\tat x.Y.z(Y.java:{number})".encode() for number in range(5)]
    python = [f'  File "/app/{name}.py", line 3, in run\n    {name}()'.encode() for name in "abc"]
    text = b"\n".join([b"ERROR a", *java, b"Caused by: b", java[4], TRACEBACK, *python, b"ValueError: d"])

    [(_, kept)] = cut(text, block=block)

    assert kept.count(b"\n") == text.count(b"\n")
    assert (
        kept.split()
        == b" ".join(
            [b"ERROR a", java[0], b"Caused by: b", java[4], TRACEBACK, python[2].partition(b"\n")[0], b"ValueError: d"]
        ).split()
    )


def test_a_frame_that_meets_a_pattern_is_kept_however_deep_it_is():
    deep = (
        b"\tat org.springframework.boot.availability.AvailabilityChangeEvent.publish(AvailabilityChangeEvent.java:81)"
    )
    frames = [f"\tat x.Y.z(Y.java:{number})".encode() for number in range(9)]
    records = Records(Shortcuts.of(shipped.matcher()).sieve.meeting)

    batch = records.feed(b"\n".join([b"ERROR a", *frames, deep, *frames, b"INFO calm", b""]))

    assert batch.texts == [b"\n".join([b"ERROR a", frames[0], *[b""] * 8, deep, *[b""] * 9])]


POSTGRES = (
    b"2026-03-01 10:00:01.123 UTC [4711] ERROR:  deadlock detected\n"
    b"2026-03-01 10:00:01.123 UTC [4711] DETAIL:  Process 4711 waits for ShareLock; blocked by process 4712.\n"
    b"\tProcess 4712 waits for ShareLock; blocked by process 4711.\n"
    b"2026-03-01 10:00:01.124 UTC [4711] CONTEXT:  while updating tuple (0,1)\n"
    b"2026-03-01 10:00:01.124 UTC [4711] STATEMENT:  UPDATE orders SET total = 1\n"
)


@pytest.mark.parametrize("prefix", [b"", b"2026-03-01T10:00:01.2Z stderr F "], ids=["of itself", "in a container"])
def test_what_postgresql_says_below_an_error_belongs_to_it(prefix):
    text = b"".join(prefix * (line[:1] != b"\t") + line for line in POSTGRES.splitlines(keepends=True))

    records = cut(b"LOG:  calm\n" + text + b"INFO calm\n")

    assert records == [(1, b"LOG:  calm"), (2, text.rstrip()), (7, b"INFO calm")]


def test_what_another_process_says_below_an_error_does_not():
    other = b"10:00:01 UTC [9] DETAIL:  Key (id)=(1) already exists."

    assert len(cut(b"ERROR job failed\n" + other)) == 2


def test_a_failure_that_postgresql_explains_counts_once():
    text = f"[4711] ERROR:  {VAULT}\n[4711] DETAIL:  {VAULT}\n[4711] ERROR:  {VAULT}\n".encode()

    assert found(scanned(text)) == {"vault-token-denied": (2, 1, 3)}


MIXED = st.lists(
    st.sampled_from(
        (
            *POSTGRES.splitlines(keepends=True),
            b"ERROR a\n",
            b"\tat x.Y.z(Y.java:1)\n",
            b"Caused by: b\n",
            b"\t... 3 more\n",
            b"Traceback (most recent call last):\n",
            b'  File "/a.py", line 3, in run\n',
            b"    run()\n",
            b"\n",
            b"goroutine 1 [running]:\n",
            b"main.run(0xc000)\n",
            b"x" * (LONGEST + 1) + b"\n",
        )
    ),
    max_size=30,
)


@given(MIXED, st.integers(1, 200))
def test_records_do_not_depend_on_where_the_bytes_are_cut(lines, block):
    text = b"".join(lines)

    assert cut(text, block=block) == cut(text)


@given(MIXED)
def test_every_line_is_in_one_record(lines):
    text = b"".join(lines)

    covered = {number + below for number, record in cut(text) for below in range(record.count(b"\n") + 1)}

    assert covered == set(range(1, len(lines) + 1))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_undocumented_error_is_called_by_the_exception_below_a_calm_line(end):
    frame = '  File "/app/gate.py", line 3, in <module>'
    raised = [
        f"\x1b[1m{TRACEBACK.decode()}\x1b[0m",
        frame,
        '    raise Stuck("no error")',
        "gate.Stuck: gate %d is stuck",
    ]
    thrown = ["java.lang.IllegalStateException: gate %d is shut", "\tat c.e.Gate.open(Gate.java:1)"]
    lines = [line % 7 if "%" in line else line for line in ("INFO calm", *raised, "INFO calm", *thrown)] * 2
    report = scanned(end.join([*lines, ""]).encode())

    assert [(shape.shape, shape.count, shape.first.line, shape.last.line) for shape in report.undocumented] == [
        ("gate.Stuck: gate <number> is stuck", 2, 5, 13),
        ("java.lang.IllegalStateException: gate <number> is shut", 2, 7, 15),
    ]


def test_undocumented_errors_are_grouped_by_shape():
    report = scanned(
        log(*(f"ERROR printer {number} is on fire at 10.0.0.{number}" for number in range(5)), "INFO calm")
    )

    assert report.issues == ()
    [shape] = report.undocumented
    assert (shape.shape, shape.count) == ("printer <number> is on fire at <ip>", 5)
    assert (shape.first.line, shape.last.line) == (1, 5)


def test_a_log_without_errors_holds_nothing():
    report = scanned(log(*["INFO heartbeat ok"] * 50))

    assert (report.lines, report.issues, report.undocumented) == (50, (), ())


def test_lines_are_counted_anew_in_each_log():
    scanner = Scanner(MATCHER)
    for file in ("a.log", "b.log"):
        scanner.begin(file)
        scanner.feed(log("INFO calm", f"ERROR {VAULT}").rstrip())

    report = scanner.report()

    assert [issue.first[:2] + issue.last[:2] for issue in report.issues] == [("a.log", 2, "b.log", 2)]
    assert report.lines == 4


@pytest.mark.parametrize("line", [b"\xff\xfe error \x80\n", b"error " + b"x" * 1_000_000 + b"\n", b"\n", b""])
def test_odd_lines_are_read_over(line):
    assert scanned(line + f"ERROR {VAULT}\n".encode()).issues[0].count == 1


def test_what_is_no_text_is_skipped_and_counted():
    report = scanned(bytes(range(256)).replace(b"\n", b"") + f"\n\0\0\0\0ERROR {VAULT}\n".encode())

    assert report.skipped == 1
    assert found(report) == {"vault-token-denied": (1, 2, 2)}


@pytest.mark.parametrize("block", [1 << 12, 1 << 20])
def test_an_endless_line_is_read_in_pieces_and_counts_once(block):
    filler = b"lorem ipsum " * (LONGEST // 6)
    text = filler + VAULT.encode() + b" " + filler + VAULT.encode() + b" " + filler

    report = scanned(text, block=block)

    assert found(report) == {"vault-token-denied": (1, 1, 1)}
    assert report.lines == 1


def records(*, between, number=200, every=50):
    """Return JSON records, one after another; some of them are of a failure."""
    said = (VAULT if at % every == every // 2 else f"request {at} served" for at in range(number))
    return between.join(json.dumps({"level": "info", "app": "parcels", "msg": text}) for text in said)


@pytest.mark.parametrize("block", [1 << 12, 1 << 20])
@pytest.mark.parametrize(
    ("line", "count"),
    [
        (f"[{records(between=', ')}]", 4),
        (f"[{records(between=',')}]", 4),
        (records(between=""), 4),
        (records(between=" "), 4),
        (f'{{"took": 3, "items": [{records(between=",")}]}}', 1),
        (f'[2026-03-04T05:06:07Z] answered {{"took": 3, "items": [{records(between=",")}]}}', 1),
        (f"[ {records(between=' , ')} ]", 4),
        (f"[{records(between=',', number=25_000, every=500)}]", 50),
    ],
    ids=[
        "a list",
        "a dense list",
        "no list",
        "blanks",
        "one record with items",
        "such a record behind a header in brackets",
        "a list with blanks",
        "megabytes",
    ],
)
def test_json_records_on_one_line_are_read_one_by_one(line, count, block):
    report = scanned(f"{line}\n{records(between=chr(10), number=100)}\n".encode(), block=block)

    assert found(report) == {"vault-token-denied": (count + 2, 1, 77)}
    assert report.lines == 101


def test_a_report_stays_short_however_many_shapes_there_are():
    words = [f"{first}{second}" for first in "abcdefgh" for second in "klmnopqr"]
    report = scanned("".join(f"ERROR module {word} is broken\n" for word in words).encode())

    assert len(report.undocumented) == SHOWN_SHAPES


@given(st.lists(st.tuples(st.sampled_from("aaaabbbcdefghij"), st.integers(1, 3)), max_size=200), st.integers(2, 6))
def test_no_frequent_item_is_missed_and_no_count_is_too_low(runs, capacity):
    frequent = Frequent(capacity)
    items = []
    for item, count in runs:
        frequent.add(item, len(items) + 1, len(items) + count, count)
        items += item * count

    tallies = {tally.item: tally for tally in frequent.most(capacity)}

    assert len(tallies) <= capacity
    for item in set(items):
        if items.count(item) > len(items) / capacity:
            assert item in tallies
    for item, tally in tallies.items():
        assert tally.count - tally.inherited <= items.count(item) <= tally.count
        assert items[tally.first - 1] == items[tally.last - 1] == item


def test_a_line_that_unicode_would_break_is_one_line():
    text = "ERROR first\u2028second\r".encode() + f"third {VAULT}\nINFO calm".encode()

    assert found(scanned(text)) == {"vault-token-denied": (1, 1, 1)}
