"""What changes while somebody looks: server-sent events, one stream for each open page."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from workspace.conversations import is_reply
from workspace.page import snapshot
from workspace.people import User
from workspace.shapes import Json
from workspace.slack import Slack
from workspace.team import Change

MESSAGE_CHANGES = ("message", "message_changed", "message_deleted", "reaction_added", "reaction_removed")
KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent, so that a closed page is noticed."""


@dataclass(eq=False)
class Reader:
    """One open page: who looks, and what has not been sent to them yet. None ends the stream."""

    user: User
    waiting: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)


class Feed:
    """Tells every open page what its reader may know of a change."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._readers: set[Reader] = set()
        slack.team.observers.append(self)

    def __call__(self, change: Change) -> None:
        """Observe a change of the team."""
        for reader in self._readers:
            for news in self._news(change, reader.user):
                reader.waiting.put_nowait(news)

    async def stream(self, user: User) -> AsyncIterator[str]:
        """Yield the events of one page, as text in the format of server-sent events, until the server stops."""
        reader = Reader(user)
        self._readers.add(reader)
        try:
            yield "retry: 500\n\n"
            while True:
                try:
                    news = await asyncio.wait_for(reader.waiting.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if news is None:
                    return
                yield f"data: {json.dumps(news, ensure_ascii=False)}\n\n"
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """End every stream."""
        for reader in self._readers:
            reader.waiting.put_nowait(None)

    def _news(self, change: Change, user: User) -> Iterator[Json]:
        conversation = self._slack.team.conversations.get(change.conversation)
        if change.audience not in (None, user.id) or (conversation and user.id not in conversation.members):
            return
        if conversation is None:
            yield {
                "kind": change.kind,
                **({"app": snapshot.app(self._slack)} if change.kind == "app" else {"view": change.subject}),
            }
        elif change.kind in MESSAGE_CHANGES:
            ts = change.subject["ts"]
            about = {"kind": "message", "conversation": conversation.id}
            message = conversation.messages.get(ts)
            yield about | {"ts": ts, "message": message and conversation.described(message)}
            if is_reply(change.subject) and (root := conversation.messages.get(change.subject["thread_ts"])):
                yield about | {"ts": root["ts"], "message": conversation.described(root)}
        elif change.kind in ("ephemeral", "ephemeral_deleted"):
            whisper = None if change.kind == "ephemeral_deleted" else change.subject
            about = {"kind": "whisper", "conversation": conversation.id}
            yield about | {"ts": change.subject["ts"], "message": whisper}
        else:
            users = {each.id: snapshot.person(self._slack, each) for each in self._slack.team.users.values()}
            shown = snapshot.conversation(self._slack, conversation, user)
            yield {"kind": "conversation", "conversation": shown, "users": users}
