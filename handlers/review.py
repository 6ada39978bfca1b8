"""`/kb gaps`: what was asked in a channel and is not documented, looked at once more."""

import itertools

from handlers import files, threads
from handlers.desk import Desk
from handlers.drafts import begin
from handlers.gaps import Recurring
from handlers.views import gap_list
from handlers.views.card import Style
from handlers.views.gap_list import Row
from handlers.views.layout import Message

MOST = 10
"""Gaps that are shown."""

MOST_READ = 30
"""Gaps that are read from Slack again for that: after many new entries some are documented by now."""


def gaps(desk: Desk, channel: str, style: Style) -> Message:
    """Return what a channel's posts show that nothing documents; what an entry documents by now is forgotten.

    Another channel's posts are not shown: who asks may not be in it.
    """
    looked_at = (_row(desk, recurring, style) for recurring in desk.gaps.gaps_in(channel)[:MOST_READ])
    rows = list(itertools.islice(filter(None, looked_at), MOST))
    return gap_list.gaps(rows, desk.gaps.gaps_elsewhere(channel), style)


def _row(desk: Desk, recurring: Recurring, style: Style) -> Row | None:
    gap = recurring.newest
    said = threads.posted(desk, gap.channel, gap.thread, gap.ts)
    text = files.with_text(desk.client, said, style.say, desk.snippet_bytes) if said else ""
    if said is None or not text:
        desk.gaps.close_gap(gap.channel, gap.ts)
        return None
    if desk.knowledge.match(text).answers:
        desk.gaps.close_shape(gap.channel, gap.shape)
        return None
    link = threads.permalink(desk, gap.channel, gap.ts)
    return Row(text, recurring.count, link, begin.carried(text, said))
