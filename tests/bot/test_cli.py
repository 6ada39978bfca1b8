"""What holds for every command."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.waiting import unread, wait_for

PASTE = 'Error: configmap "app-env" not found'


def test_ctrl_c_while_a_paste_is_waited_for_ends_the_command_with_its_own_status(started):
    paste, writer = os.pipe()
    os.write(writer, b"half a paste")
    process = started("match", stdin=paste)
    wait_for(lambda: unread(paste) == 0)

    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)
    os.close(writer)
    os.close(paste)

    assert process.returncode == 130
    assert said == ("", "\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_without_room_for_the_output_is_told_in_a_sentence():
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "bot.cli", "diag", "--list"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert ended.stderr == "Error: the output cannot be written to its end: no space is left there\n"


@pytest.mark.parametrize(
    ("arguments", "status", "answer", "said"),
    [
        ("<&-", 1, "", "Error: standard input: there is nothing in it; name a file, or pipe the error in\n"),
        ("{paste} >&-", 0, "", ""),
        ("{paste} 2>&-", 0, "sure", ""),
    ],
    ids=["input", "output", "error"],
)
def test_a_stream_that_was_closed_is_an_empty_one(tmp_path, few_entries, arguments, status, answer, said):
    paste = tmp_path / "paste.txt"
    paste.write_text(PASTE)
    command = shlex.join([sys.executable, "-m", "bot.cli", "match", "--entries", str(few_entries)])
    redirected = f"{command} {arguments.format(paste=shlex.quote(str(paste)))}"

    ended = subprocess.run(["sh", "-c", redirected], capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout[:4], ended.stderr) == (status, answer, said)


def test_what_the_encoding_of_a_terminal_has_no_letter_for_is_written_as_its_escape(few_entries):
    said = _in_latin_1("match", "--lang", "ko", "--entries", str(few_entries))

    assert said.startswith(r"\ud655\uc2e4 99%  ConfigMap, Secret")


def test_json_is_json_in_every_encoding(few_entries):
    said = _in_latin_1("match", "--json", "--lang", "ko", "--entries", str(few_entries), given=f"{PASTE} \U0001f525")

    (best, *_) = json.loads(said)["matches"]
    assert best["title"].endswith("컨테이너가 시작되지 않습니다")
    assert best["evidence"]["text"].endswith("\U0001f525")


def _in_latin_1(*arguments: str, given: str = PASTE) -> str:
    """Run a command line whose standard output has no letters but those of Western Europe."""
    command = [sys.executable, "-m", "bot.cli", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    ended = subprocess.run(command, input=given.encode(), capture_output=True, env=environment, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    return ended.stdout.decode("latin-1")
