"""`pastemortem scan`: a log goes in as a stream, and what is known and unknown in it comes out."""

import json

import pytest
from click.testing import CliRunner

from bot.cli import main

LOG = """\
2026-03-01T10:00:00Z INFO started
2026-03-01T10:00:01Z kernel: nf_conntrack: nf_conntrack: table full, dropping packet
2026-03-01T10:00:02Z ERROR flux capacitor 17 overheated at 88 degrees
2026-03-01T10:00:03Z ERROR flux capacitor 21 overheated at 91 degrees
2026-03-01T10:00:04Z kernel: nf_conntrack: nf_conntrack: table full, dropping packet
2026-03-01T10:00:05Z INFO stopped
"""


@pytest.fixture
def scanned(tmp_path):
    """Return a function that scans a text as a file and returns what `--json` tells."""

    def scan(text: str | bytes) -> dict:
        log = tmp_path / "app.log"
        log.write_bytes(text if isinstance(text, bytes) else text.encode())
        return json.loads(CliRunner().invoke(main, ["scan", str(log), "--json"]).output)

    return scan


def test_documented_issues_are_counted_with_their_first_and_last_line(scanned):
    told = scanned(LOG)

    [issue] = told["issues"]
    assert (issue["id"], issue["count"]) == ("conntrack-table-full", 2)
    assert (issue["first"]["line"], issue["last"]["line"]) == (2, 5)
    assert told["lines"] == 6
    assert told["bytes"] == len(LOG)


def test_errors_that_nobody_documented_are_counted_by_their_shape(scanned):
    [shape] = scanned(LOG)["undocumented"]

    assert shape["count"] == 2
    assert "flux capacitor" in shape["shape"]
    assert "17" not in shape["shape"]


@pytest.mark.parametrize("log", ["", b"\xff\xfe\0\x01\n" * 100, "x" * 3_000_000], ids=["empty", "binary", "one line"])
def test_odd_logs_are_read_to_their_end(scanned, log):
    told = scanned(log)

    assert told["bytes"] == len(log)
    assert told["issues"] == []


def test_standard_input_and_several_files_are_read_in_turn(tmp_path):
    log = tmp_path / "app.log"
    log.write_text(LOG)

    said = CliRunner().invoke(main, ["scan", str(log), "-"], input=LOG).output

    assert "12 lines" in said
    assert "4 × nf_conntrack" in said


def test_a_missing_file_is_named():
    answer = CliRunner().invoke(main, ["scan", "absent.log"])

    assert answer.exit_code == 1
    assert "absent.log: No such file" in answer.output
