"""How to ask the bot."""

from handlers.views import blocks, escaping, layout
from handlers.views.layout import Message
from handlers.wording import Wording

COMMAND = "/kb"
USAGE = "search TEXT | show ID | match TEXT | list [TAG] | gaps | help"


def guide(say: Wording, *, note: str = "") -> Message:
    """Return the help; `note`, mrkdwn of ours, stands first."""
    words = (
        ("search TEXT", say.help_search),
        ("show ID", say.help_show),
        ("match TEXT", say.help_match),
        ("list [TAG]", say.help_list),
        ("gaps", say.help_gaps),
        ("help", say.help_help),
    )
    lines = [f"• {escaping.code(f'{COMMAND} {usage}')} — {meaning}" for usage, meaning in words]
    head = [blocks.section(note)] if note else []
    content = [
        *head,
        blocks.section(f"{say.help_title}\n{say.help_paste}"),
        blocks.section("\n".join([*lines, f"• {escaping.code('/diag help')} — {say.help_diag}"])),
        blocks.context(say.help_threads),
    ]
    return layout.message(say.help_title.replace("*", ""), content)


def gone(entry_id: str, say: Wording) -> Message:
    """Return that an entry, which a button named, is no longer there."""
    return sentence(say.entry_gone.format(id=escaping.quoted(entry_id)))


def sentence(text: str) -> Message:
    """Return one sentence of ours as a message."""
    return Message(text, (blocks.section(text),))
