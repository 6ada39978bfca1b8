"""`pastemortem scan`: a log goes in as a stream, and what is known and unknown in it comes out."""

import gzip
import json

import pytest

pytestmark = pytest.mark.usefixtures("settings_with_few_entries")

LOG = """\
2026-03-01T10:00:00Z INFO started
2026-03-01T10:00:01Z kernel: nf_conntrack: nf_conntrack: table full, dropping packet
2026-03-01T10:00:02Z ERROR flux capacitor 17 overheated at 88 degrees
2026-03-01T10:00:03Z ERROR flux capacitor 21 overheated at 91 degrees
2026-03-01T10:00:04Z kernel: nf_conntrack: nf_conntrack: table full, dropping packet
2026-03-01T10:00:05Z INFO stopped
"""


@pytest.fixture
def scanned(pastemortem, tmp_path):
    """Return a function that scans a text as a file and returns what `--json` tells."""

    def scan(text: str | bytes) -> dict:
        log = tmp_path / "app.log"
        log.write_bytes(text if isinstance(text, bytes) else text.encode())
        return json.loads(pastemortem("scan", str(log), "--json").output)

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


def test_standard_input_and_several_files_are_read_in_turn(pastemortem, tmp_path):
    log = tmp_path / "app.log"
    log.write_text(LOG)

    said = pastemortem("scan", str(log), "-", given=LOG).output

    assert "12 lines" in said
    assert "4 × nf_conntrack" in said


def test_a_missing_file_is_named(pastemortem):
    answer = pastemortem("scan", "absent.log")

    assert answer.exit_code == 1
    assert "absent.log: No such file" in answer.output


def test_what_can_be_read_counts_although_another_file_cannot(pastemortem, tmp_path):
    log = tmp_path / "app.log"
    log.write_text(LOG)

    answer = pastemortem("scan", "absent.log", str(log))

    assert answer.exit_code == 1
    assert "2 × nf_conntrack" in answer.output


def test_gzipped_logs_are_read_and_a_file_names_its_lines(pastemortem, tmp_path):
    plain, packed = tmp_path / "app.log", tmp_path / "app.log.1.gz"
    plain.write_text(LOG)
    packed.write_bytes(gzip.compress(LOG.encode()))

    [issue] = json.loads(pastemortem("scan", str(packed), str(plain), "--json").output)["issues"]

    assert issue["count"] == 4
    assert (issue["first"]["file"], issue["first"]["line"]) == (str(packed), 2)
    assert (issue["last"]["file"], issue["last"]["line"]) == (str(plain), 5)


def test_a_gzipped_log_that_breaks_off_is_read_as_far_as_it_goes(pastemortem, tmp_path):
    packed = tmp_path / "app.log.gz"
    packed.write_bytes(gzip.compress(LOG.encode())[:-8])

    answer = pastemortem("scan", str(packed))

    assert answer.exit_code == 1
    assert "app.log.gz: " in answer.output


def test_what_windows_writes_is_read(scanned):
    [issue] = scanned(LOG.encode("utf-16"))["issues"]

    assert (issue["count"], issue["first"]["line"]) == (2, 2)
