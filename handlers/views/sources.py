"""Where an entry can be read as it stands in its repository."""

from dataclasses import dataclass
from urllib.parse import quote

from handlers.views import escaping
from knowledge.entry import Entry


@dataclass(frozen=True)
class Sources:
    """The address of entries' files, with `{id}` or `{file}` in it; '' if nobody said where they are."""

    template: str = ""

    def link(self, entry: Entry, label: str) -> list[str]:
        """Return the link to an entry's file, or nothing."""
        if not self.template:
            return []
        file = entry.path.name if entry.path else f"{entry.id}.md"
        url = self.template.replace("{id}", quote(entry.id)).replace("{file}", quote(file))
        return [escaping.link(url, escaping.escape(label))]
