"""Where an entry can be read as it stands in its repository."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from handlers.views import escaping
from knowledge.entry import Entry

LONGEST_ADDRESS = 2_500
"""Characters of an address that leave room for a sentence in a block of 3,000."""

_ON_GITHUB = re.compile(
    r"(?P<repository>https://github\.com/[^/]+/[^/]+)/blob/(?P<branch>[^/]+)/(?P<folder>(?:[^/{]+/)*)\{(?:file|id)\}.*"
)


@dataclass(frozen=True)
class Sources:
    """The address of entries' files, with `{id}` or `{file}` in it; '' if nobody said where they are."""

    template: str = ""

    def new_file(self, name: str, content: str) -> str:
        """Return a link to GitHub's page on which a file is added, filled in; '' if the files are not on GitHub.

        Where the content does not fit into an address, the page has the name alone.
        """
        found = _ON_GITHUB.fullmatch(self.template)
        if found is None:
            return ""
        page = f"{found['repository']}/new/{found['branch']}/{found['folder']}?filename={quote(name)}"
        whole = f"{page}&value={quote(content)}"
        return escaping.link(whole if len(whole) <= LONGEST_ADDRESS else page, "GitHub")

    def link(self, entry: Entry, label: str) -> list[str]:
        """Return the link to an entry's file, or nothing."""
        if not self.template:
            return []
        file = entry.path.name if entry.path else f"{entry.id}.md"
        url = self.template.replace("{id}", quote(entry.id)).replace("{file}", quote(file))
        return [escaping.link(url, escaping.escape(label))]
