"""The desk: everything that a handler works with, put together once at the start."""

from dataclasses import dataclass, field

from slack_sdk import WebClient

from handlers.diag.kit import Kit
from handlers.gaps import Gaps
from handlers.inbox import Inbox
from handlers.language import Languages
from handlers.post import Identity
from handlers.replies import Replies
from handlers.views.card import Style
from handlers.views.sources import Sources
from handlers.votes import Votes
from handlers.wording import wording
from knowledge.base import KnowledgeBase


@dataclass(frozen=True)
class Desk:
    """What handlers share. All of it may be used from any thread."""

    client: WebClient
    me: Identity
    knowledge: KnowledgeBase
    inbox: Inbox
    replies: Replies
    votes: Votes
    gaps: Gaps
    languages: Languages
    sources: Sources = field(default_factory=Sources)
    alert_bots: frozenset[str] = frozenset()
    snippet_bytes: int = 1_000_000
    diag: Kit = field(default_factory=Kit)

    def style(self, user: str) -> Style:
        """Return how to speak to a person."""
        language = self.languages.of(user)
        return Style(language, wording(language), self.sources)
