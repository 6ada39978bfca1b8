"""`/kb gaps`: what was asked in a channel and is not documented, looked at once more."""

from handlers import files, threads
from handlers.desk import Desk
from handlers.drafts import begin
from handlers.gaps import Gap, Recurring
from handlers.post import Post, post
from handlers.views import gap_list
from handlers.views.card import Style
from handlers.views.gap_list import Row
from handlers.views.layout import Message

MOST = 10
"""Gaps that are shown: each of them is read from Slack again."""


def gaps(desk: Desk, channel: str, style: Style) -> Message:
    """Return what a channel's posts show that nothing documents; what an entry documents by now is forgotten.

    Another channel's posts are not shown: who asks may not be in it.
    """
    rows: list[Row] = []
    for recurring in desk.gaps.gaps_in(channel):
        if len(rows) == MOST:
            break
        if row := _row(desk, recurring, style):
            rows.append(row)
    return gap_list.gaps(rows, desk.gaps.gaps_elsewhere(channel), style)


def _row(desk: Desk, recurring: Recurring, style: Style) -> Row | None:
    gap = recurring.newest
    said = _said(desk, gap)
    text = _text(desk, said, style) if said else ""
    if said is None or not text:
        desk.gaps.close_gap(gap.channel, gap.ts)
        return None
    if desk.knowledge.match(text).answers:
        desk.gaps.close_shape(gap.channel, gap.shape)
        return None
    link = desk.client.chat_getPermalink(channel=gap.channel, message_ts=gap.ts)["permalink"]
    return Row(text, recurring.count, link, begin.carried(text, said))


def _said(desk: Desk, gap: Gap) -> Post | None:
    message = threads.message(desk, gap.channel, gap.thread, gap.ts)
    return post(message, gap.channel, desk.me) if message else None


def _text(desk: Desk, said: Post, style: Style) -> str:
    reading = files.read(desk.client, said.files, style.say, desk.snippet_bytes)
    return "\n".join(filter(None, (said.text, reading.text)))
