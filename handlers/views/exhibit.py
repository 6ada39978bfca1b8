"""What a check shows beside its findings: a log, a rollout's history, what uses most memory."""

from collections.abc import Sequence

from diagnostics.finding import Exhibit
from handlers.count import Count
from handlers.diag.wording import Wording
from handlers.views import blocks, escaping, layout, table
from handlers.views.blocks import Block
from handlers.views.mrkdwn import Piece

SHOWN = 2_700
"""Characters of an exhibit that stand in a message: about what a screen shows without scrolling for long."""


def content(exhibit: Exhibit) -> str:
    """Return an exhibit as text: a table, or with a single column the lines as they are."""
    if is_log(exhibit):
        return "\n".join(cell for row in exhibit.rows for cell in row)
    return table.aligned([exhibit.columns, *exhibit.rows])


def is_log(exhibit: Exhibit) -> bool:
    """Tell lines that were written one after another, where the last ones matter, from a table."""
    return len(exhibit.columns) == 1


def shown(exhibit: Exhibit, say: Wording) -> tuple[list[Block], bool]:
    """Return an exhibit as blocks, and whether all of it is there."""
    title = Piece(f"*{escaping.prose(exhibit.title)}*")
    if not exhibit.rows:
        # An empty log is told by its title; an empty box would look like a mistake.
        return [blocks.section(title.text)], True
    lines = content(exhibit).split("\n")
    kept = lines[-_fitting(lines[::-1]) :] if is_log(exhibit) else lines[: _fitting(lines)]
    pieces = [title, Piece(escaping.fence("\n".join(kept)), fenced=True)]
    left_out = len(lines) - len(kept)
    note = [blocks.context(say.rows_left_out.format(count=Count(left_out)))] if left_out else []
    return [*(blocks.section(text) for text in layout.paragraphs(pieces)), *note], not left_out


def _fitting(lines: Sequence[str]) -> int:
    """Return how many lines fit from the first on; one at least."""
    room = SHOWN
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return max(count, 1)
    return len(lines)
