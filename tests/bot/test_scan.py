"""`pastemortem scan`: a log goes in as a stream, and what is known and unknown in it comes out."""

import bz2
import gzip
import json
import lzma
import os
import re
import signal

import pytest
from rich.cells import cell_len

from tests.bot.waiting import unread, wait_for

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


def test_what_is_no_log_is_named(pastemortem, tmp_path):
    answer = pastemortem("scan", "absent.log", str(tmp_path))

    assert answer.exit_code == 1
    assert "absent.log: No such file" in answer.output
    assert f"{tmp_path}: is a folder; name the logs in it" in answer.output


def test_a_terminal_is_told_no_line_that_is_too_long_for_it(on_a_terminal):
    said = on_a_terminal("scan", given=LOG.replace("dropping packet", f"dropping packet {'한' * 50}\x1b[2J"))

    assert max(map(cell_len, said.splitlines())) == 80
    assert "\n  first      line 2: 2026-03-01T10:00:01Z kernel: " in said
    assert "\x1b" not in said


def test_somebody_who_reads_korean_is_told_in_korean(pastemortem):
    said = pastemortem("scan", "--lang", "ko", given=LOG + "2026-03-01T10:00:06Z ERROR valve stuck\n").stdout

    assert "7줄, " in said
    assert "  처음       2번째 줄: " in said
    assert "문서화되지 않은 오류, 많은 순서대로\n2 × " in said
    assert not re.search(r"first|last|line|Errors", said)


def test_where_no_terminal_is_too_narrow_a_line_is_quoted_further(pastemortem):
    said = pastemortem("scan", given=LOG.replace("dropping packet", "dropping packet" + " of a flow" * 9)).stdout

    assert "line 2: 2026-03-01T10:00:01Z kernel: nf_conntrack: nf_conntrack: table full" in said
    assert f"dropping packet{' of a flow' * 6}" in said


def test_one_line_is_no_lines(pastemortem):
    said = pastemortem("scan", given="ERROR flux capacitor 17 overheated\n").stdout

    assert said.startswith("1 line, ")
    assert said.endswith("1 × flux capacitor <number> overheated\n  line 1\n")


def test_ctrl_c_shows_all_that_was_read_until_then_but_no_half_of_a_line(started):
    log, writer = os.pipe()
    os.write(writer, (LOG + "2026-03-01T10:00:06Z ERROR flux ca").encode())
    process = started("scan", stdin=log)
    wait_for(lambda: unread(log) == 0)

    process.send_signal(signal.SIGINT)
    told, warned = process.communicate(timeout=30)
    os.close(writer)
    os.close(log)

    assert process.returncode == 130
    assert "Interrupted; this is what was found so far." in warned
    assert told.startswith("6 lines, ")
    assert "2 × nf_conntrack" in told
    assert "2 × flux capacitor <number> overheated" in told
    assert "flux ca\n" not in told


def test_what_can_be_read_counts_although_another_file_cannot(pastemortem, tmp_path):
    log = tmp_path / "app.log"
    log.write_text(LOG)

    answer = pastemortem("scan", "absent.log", str(log))

    assert answer.exit_code == 1
    assert "2 × nf_conntrack" in answer.output


PACKED = pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])


@PACKED
def test_packed_logs_are_read_and_a_file_names_its_lines(pastemortem, tmp_path, pack):
    plain, packed = tmp_path / "app.log", tmp_path / "app.log.1"
    plain.write_text(LOG)
    packed.write_bytes(pack(LOG.encode()))

    [issue] = json.loads(pastemortem("scan", str(packed), str(plain), "--json").output)["issues"]

    assert issue["count"] == 4
    assert (issue["first"]["file"], issue["first"]["line"]) == (str(packed), 2)
    assert (issue["last"]["file"], issue["last"]["line"]) == (str(plain), 5)


@PACKED
def test_a_packed_log_that_breaks_off_is_read_as_far_as_it_goes(pastemortem, tmp_path, pack):
    packed = tmp_path / "app.log.1"
    packed.write_bytes(pack(LOG.encode()) + pack(LOG.encode())[:-8])

    answer = pastemortem("scan", str(packed))

    assert answer.exit_code == 1
    assert "app.log.1: Compressed file ended" in answer.output
    assert "what could be read before counts" in answer.output
    assert "nf_conntrack" in answer.output


def test_a_log_that_is_damaged_says_so(pastemortem, tmp_path):
    packed = tmp_path / "app.log.xz"
    packed.write_bytes(lzma.compress(LOG.encode())[:24] + bytes(40))

    answer = pastemortem("scan", str(packed))

    assert answer.exit_code == 1
    assert "app.log.xz: Corrupt input data" in answer.output


@pytest.mark.parametrize(("magic", "program"), [(b"\x28\xb5\x2f\xfd", "zstdcat"), (b"PK\x03\x04", "unzip -p")])
def test_what_it_cannot_unpack_names_the_program_that_does(pastemortem, tmp_path, magic, program):
    packed = tmp_path / "app log.1"
    packed.write_bytes(magic + bytes(30))

    answer = pastemortem("scan", str(packed))

    assert answer.exit_code == 1
    assert f"run `{program} '{packed}' | pastemortem scan -`" in " ".join(answer.output.split())


TRACE = """\
ERROR c.e.Cart : cannot serve: org.springframework.dao.QueryTimeoutException: Redis command timed out
\tat com.example.CartRepository.find(CartRepository.java:57)
Caused by: io.lettuce.core.RedisCommandTimeoutException: Command timed out after 1 minute(s)
\tat io.lettuce.core.internal.ExceptionFactory.createTimeoutException(ExceptionFactory.java:59)
"""
TIME = "2026-03-01T10:00:01.123456789Z"


def as_docker_keeps_it(line: str) -> str:
    return json.dumps({"log": f"{line}\n", "stream": "stderr", "time": TIME})


def as_containerd_keeps_it(line: str) -> str:
    return f"{TIME} stderr F {line}"


def as_journald_prints_it(line: str) -> str:
    return json.dumps({"__REALTIME_TIMESTAMP": "1772359201123456", "_HOSTNAME": "n1", "MESSAGE": line})


def as_journald_prints_a_colour(line: str) -> str:
    return json.dumps({"__REALTIME_TIMESTAMP": "1772359201123456", "MESSAGE": [*f"{line}\x1b[0m".encode()]})


@pytest.mark.parametrize(
    "wrapped", [as_docker_keeps_it, as_containerd_keeps_it, as_journald_prints_it, as_journald_prints_a_colour]
)
def test_a_line_is_read_as_its_program_wrote_it_whatever_envelope_it_is_kept_in(scanned, wrapped):
    bare = scanned(LOG + TRACE + LOG)
    told = scanned("".join(f"{wrapped(line)}\n" for line in (LOG + TRACE + LOG).splitlines()))

    assert told["lines"] == bare["lines"] == 16
    assert [(issue["id"], issue["count"]) for issue in told["issues"]] == [
        ("conntrack-table-full", 4),
        ("redis-command-timeout", 1),
    ]
    assert [issue["first"]["line"] for issue in told["issues"]] == [2, 9]
    assert [(shape["shape"], shape["count"]) for shape in told["undocumented"]] == [
        (shape["shape"], shape["count"]) for shape in bare["undocumented"]
    ]


def test_a_line_that_lost_its_envelope_is_read_as_it_is(scanned):
    lines = LOG.splitlines()
    told = scanned(
        "\n".join([as_docker_keeps_it(lines[0]), *lines[1:3], '{"log": null}', as_docker_keeps_it(lines[4])])
    )

    assert [(issue["id"], issue["count"]) for issue in told["issues"]] == [("conntrack-table-full", 2)]
    assert told["lines"] == 5


def test_what_windows_writes_is_read(scanned):
    [issue] = scanned(LOG.encode("utf-16"))["issues"]

    assert (issue["count"], issue["first"]["line"]) == (2, 2)
