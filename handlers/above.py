"""What stands in a thread above a mention that has no words of its own, and so asks about it."""

from collections.abc import Iterator

from handlers import files, threads
from handlers.desk import Desk
from handlers.post import Post, post
from handlers.views.card import Style

MOST = 20
"""Posts above a mention that are looked at, beside the thread's first: a long thread has left its early ones behind."""


def texts(desk: Desk, said: Post, style: Style) -> Iterator[str]:
    """Yield the texts of the posts above `said` with those of their files, the newest first; none of them are ours."""
    written = [
        message
        for message in threads.posts(desk, said.channel, said.thread, before=said.ts)
        if message.get("user") != desk.me.user
    ]
    first, rest = written[:1], written[1:]
    for message in (*reversed(rest[-MOST:]), *first):
        read = post(message, said.channel, desk.me)
        text = files.with_text(desk.client, read, style.say, desk.snippet_bytes)
        if text:
            yield text
