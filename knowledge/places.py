"""Where something of an entry stands in its file, for those who are to mend it there."""

from dataclasses import dataclass
from pathlib import Path

from knowledge import frontmatter
from knowledge.errors import EntryInvalid
from knowledge.frontmatter import FrontMatter, YamlPath


@dataclass(frozen=True)
class Page:
    """A file as its lines are counted in an editor, the first being 1."""

    matter: FrontMatter

    def field(self, where: YamlPath) -> int:
        """Return the line of a field of the front matter, or of what is around it."""
        return self.matter.line(where)

    def words(self, words: str) -> int:
        """Return the line of the body on which `words` stand first; the body's first where they stand nowhere."""
        before, found, _ = self.matter.body.partition(words)
        return self.matter.body_line + (before.count("\n") if found else 0)


def page(path: Path) -> Page:
    """Read a file once more; one that has become unreadable since has nothing but a first line."""
    try:
        return Page(frontmatter.split(path.read_text("utf-8-sig"), path))
    except (OSError, UnicodeDecodeError, EntryInvalid):
        return Page(FrontMatter({}, {}, "", 1))
