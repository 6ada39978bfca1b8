"""What holds for every command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.waiting import unread, wait_for


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
