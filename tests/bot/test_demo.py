import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from bot.clusters import RecordedCluster
from bot.demo import CLUSTER
from diagnostics.errors import ClusterUnknown
from handlers import post
from knowledge import library
from knowledge.base import KnowledgeBase
from knowledge.match import Verdict
from workspace import seed
from workspace.seed import Sample

SOON = 30


@pytest.fixture(scope="module")
def shipped():
    base = KnowledgeBase()
    yield base
    base.close()


@pytest.fixture
def demo(tmp_path):
    processes = []

    def begin(*arguments):
        environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "demo", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.terminate()
        process.communicate()


def test_it_opens_a_workspace_with_the_bot_in_it_and_ends_both(demo, tmp_path):
    process = demo("--port", "0")
    told = ""
    while not (address := re.search(r"http://127\.0\.0\.1:\d+", told)):
        line = process.stdout.readline()
        assert line, told
        told += line
    with urllib.request.urlopen(address[0], timeout=SOON) as page:
        assert page.status == 200

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=SOON)
    assert process.returncode == 0
    assert "Traceback" not in told + rest
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address[0], timeout=SOON)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sample", Sample.read(seed.SAMPLES), ids=lambda sample: sample.title)
def test_every_paste_that_it_offers_is_answered(shipped, sample):
    assert shipped.match(post.as_typed(sample.text)).verdict in (Verdict.SURE, Verdict.LIKELY)


def test_the_last_paste_is_true_of_the_recorded_cluster(start, workspace, room, read):
    start(entries=library.SHIPPED, clusters=RecordedCluster(CLUSTER))
    posted = workspace.post("alex", "platform", Sample.read(seed.SAMPLES)[-1].text)
    answer = room().answer(posted)
    assert workspace.press("alex", answer, "check_entry", channel="platform").acknowledged

    assert "*Confirmed.*" in read(room().answer(posted, count=2))


def test_the_recorded_cluster_is_the_only_one_that_can_be_asked():
    recorded = RecordedCluster(CLUSTER)

    (name,) = recorded.names()
    assert recorded.named("") is recorded.named(name)
    with pytest.raises(ClusterUnknown, match="no cluster 'prod'"):
        recorded.named("prod")


def test_a_taken_port_is_said_to_be_taken(demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = demo("--port", str(taken.getsockname()[1]))
        told, _ = process.communicate(timeout=SOON)

    assert process.returncode == 1
    assert "cannot be used" in told
    assert "--port" in told
    assert "Traceback" not in told
