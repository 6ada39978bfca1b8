"""What Prometheus is told: what the bot has done and what it knows, read when it asks."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

import bot
from bot.health import Health
from bot.journal import Journal
from knowledge.base import KnowledgeBase

__all__ = ["CONTENT_TYPE_LATEST", "Figures", "Metrics"]

Name = TypeVar("Name", bound=str)


class Metrics:
    """All figures of this process; those of the bot come and go with it."""

    def __init__(self, health: Health) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Process(health))
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Return the figures in the form that Prometheus reads."""
        return generate_latest(self._registry)

    def add(self, figures: "Figures") -> None:
        """Tell the figures of a bot from now on."""
        self._registry.register(figures)

    def remove(self, figures: "Figures") -> None:
        """Tell them no more."""
        self._registry.unregister(figures)


class _Process(Collector):
    """What can be told before there is a bot."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Yield version and readiness."""
        yield InfoMetricFamily("pastemortem_build", "The version that runs.", value={"version": bot.__version__})
        ready = float(self._health.readiness().ready)
        yield GaugeMetricFamily("pastemortem_ready", "Whether an event would be heard and answered, as /readyz.", ready)


class Figures(Collector):
    """What the journal and the knowledge base of a bot hold. Ids of entries are told, never what was pasted."""

    def __init__(self, journal: Journal, knowledge: KnowledgeBase) -> None:
        self._journal = journal
        self._knowledge = knowledge

    def collect(self) -> Iterator[Metric]:
        """Yield the figures as they are now."""
        yield _family("jobs", "What Slack delivered, by where it stands.", ("state",), _by_one(self._journal.states()))
        yield _family("answers", "Replies that name an entry.", ("entry",), _by_one(self._journal.answered()))
        yield _family("votes", "What people said of an answer.", ("entry", "vote"), self._journal.votes())
        yield _family("gaps", "Posts that show an error which nothing documents.", (), {(): self._journal.gaps()})
        yield _family("entries", "Entries that can be found.", (), {(): len(self._knowledge.entries())})
        mistakes = len(self._knowledge.problems)
        yield _family("entry_mistakes", "Mistakes that keep files from being used.", (), {(): mistakes})


def _by_one(counts: Mapping[Name, int]) -> dict[tuple[str, ...], int]:
    return {(str(name),): count for name, count in counts.items()}


def _family(name: str, told: str, labels: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> Metric:
    family = GaugeMetricFamily(f"pastemortem_{name}", told, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family
