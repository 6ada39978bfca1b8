"""What Prometheus reads of a bot that has answered, been voted on and found something that is not documented."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

import bot as product
from bot.health import Health
from bot.metrics import Figures, Metrics


@pytest.fixture
def health():
    return Health()


@pytest.fixture
def metrics(health):
    return Metrics(health)


@pytest.fixture
def told(metrics):
    """Read the figures: name and labels to value."""

    def read():
        families = text_string_to_metric_families(metrics.text().decode())
        return {
            (sample.name.removeprefix("pastemortem_"), *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_before_there_is_a_bot_the_process_tells_its_version_and_that_it_is_not_ready(told, health):
    assert told()["build_info", product.__version__] == 1
    assert told()["ready",] == 0

    health.started({})
    assert told()["ready",] == 1
    assert told()["process_resident_memory_bytes",] > 0


def test_a_bot_tells_what_it_answered_what_people_said_and_what_nobody_documented(
    bot, metrics, told, workspace, room, pastes, settled
):
    answer = room().answer(workspace.post("alex", "platform", pastes.shards))
    workspace.press("jo", answer, "helped", channel="platform")
    workspace.post("alex", "platform", "ERROR megalodon quorum lost in zone 7")
    settled(bot)
    metrics.add(Figures(bot.journal, bot.knowledge))

    figures = told()
    assert figures["answers", "shard-limit"] == 1
    assert figures["votes", "shard-limit", "helped"] == 1
    assert figures["gaps",] == 1
    assert figures["jobs", "answered"] == 3
    assert figures["entries",] == len(bot.knowledge.entries())
    assert figures["entry_mistakes",] == 0
    assert "megalodon" not in metrics.text().decode()


def test_a_bot_that_is_gone_is_told_no_more(bot, metrics, told):
    figures = Figures(bot.journal, bot.knowledge)
    metrics.add(figures)
    metrics.remove(figures)

    assert ("entries",) not in told()
