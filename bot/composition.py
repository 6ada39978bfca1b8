"""The bot, put together: every object once, and what runs in the background."""

import sqlite3

import structlog
from slack_bolt import App
from slack_sdk import WebClient

from bot.clusters import AllowedClusters, BotClusters
from bot.data import DataUnusable
from bot.health import PULSE_SECONDS, Pulse
from bot.inbox import Inbox
from bot.journal import Journal
from bot.periodic import Periodic
from bot.pool import Pool
from bot.settings import Settings
from diagnostics import background
from handlers import registration
from handlers.desk import Desk
from handlers.diag.access import Access
from handlers.diag.kit import Kit
from handlers.language import Languages
from handlers.post import Identity
from handlers.views.sources import Sources
from knowledge.base import KnowledgeBase

PRUNE_SECONDS = 3600.0
RIGHTS_SECONDS = 3600.0
"""How often the journal forgets what is old, and how often the rights of the credentials are looked at again."""

DAY = 86_400.0
"""Seconds."""

log = structlog.get_logger()


def knowledge_base(settings: Settings) -> KnowledgeBase:
    """Read the entries, with tables and index in the data folder; raises DataUnusable where these cannot be kept."""
    tables = settings.data / "knowledge.db"
    try:
        return KnowledgeBase(settings.entries, database=tables)
    except (sqlite3.Error, OSError) as problem:
        told = f"the search tables and the index cannot be kept ({problem})"
        raise DataUnusable(tables, told, "see that the disk has room and that this user may write there") from problem


class Bot:
    """Everything between Slack's door and the answer. `app` is what a door dispatches to.

    `clusters` stand in for those that the settings name.
    """

    def __init__(
        self,
        settings: Settings,
        client: WebClient,
        me: Identity,
        knowledge: KnowledgeBase,
        clusters: BotClusters | None = None,
    ) -> None:
        self._settings = settings
        self.journal = Journal(settings.data / "journal.db")
        self.knowledge = knowledge
        self.pool = Pool(settings.workers, settings.queue, slow_at_once=settings.diag_at_once)
        self.inbox = Inbox(self.journal, self.pool)
        self.pulse = Pulse(client)
        self._clusters = clusters or AllowedClusters(
            settings.kubeconfig, settings.clusters, strict=settings.diag_strict
        )
        # Listeners only write a row and queue a job, so they run where the request is dispatched: Bolt's own five
        # threads are never waited for, whatever occupies them.
        self.app = App(client=client, signing_secret=settings.signing_secret(), process_before_response=True)
        registration.register(self.app, self._desk(client, me))
        self._background = (
            Periodic("pulse", PULSE_SECONDS, self.pulse.take),
            Periodic("reload", settings.reload_seconds, self._reload),
            Periodic("prune", PRUNE_SECONDS, self._prune),
            Periodic("rights", RIGHTS_SECONDS, self._clusters.review),
        )

    def open(self) -> None:
        """Take up what was left by the last run, and begin the work in the background."""
        self.inbox.open()
        for work in self._background:
            work.start()
        # At once too, but not before Slack is answered: a cluster may be slow, and is not needed for that.
        background.start(self._clusters.review)

    def close(self) -> bool:
        """Finish what was begun; False if that took longer than it may, what is left then waits for the next start."""
        for work in self._background:
            work.stop()
        finished = self.inbox.close(self._settings.drain_seconds)
        self._clusters.close()
        self.knowledge.close()
        self.journal.close()
        return finished

    def _desk(self, client: WebClient, me: Identity) -> Desk:
        settings = self._settings
        return Desk(
            client=client,
            me=me,
            knowledge=self.knowledge,
            inbox=self.inbox,
            replies=self.journal,
            votes=self.journal,
            gaps=self.journal,
            languages=Languages(client, None if settings.language == "auto" else settings.language),
            sources=Sources(settings.entry_url),
            alert_bots=frozenset(settings.alert_bots),
            snippet_bytes=settings.snippet_bytes,
            diag=self._kit(),
        )

    def _kit(self) -> Kit:
        settings = self._settings
        return Kit(
            clusters=self._clusters,
            access=Access(frozenset(settings.diag_channels), frozenset(settings.diag_users)),
            exclusions=settings.diag_exclude,
            check_seconds=settings.diag_seconds,
            sweep_seconds=settings.sweep_seconds,
        )

    def _reload(self) -> None:
        if self.knowledge.reload():
            log.info("entries reloaded", entries=len(self.knowledge.entries()), problems=len(self.knowledge.problems))
            self.report_problems()

    def report_problems(self) -> None:
        """Log every file of the knowledge base that cannot be used."""
        for problem in self.knowledge.problems:
            log.warning("entry not usable", problem=str(problem), earlier_version_kept=problem.kept)

    def _prune(self) -> None:
        self.journal.prune(older_than=self._settings.keep_days * DAY)
