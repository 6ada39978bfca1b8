"""The sections of a markdown body, found by their headings with a real CommonMark parser."""

import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.entry import Section

NAMES: Mapping[str, Section] = {
    name: section
    for section, names in {
        Section.SYMPTOM: "symptom, symptoms, problem, issue, error, what happens, description, overview, summary, "
        "증상, 현상, 문제, 문제 상황, 이슈, 오류, 에러, 개요, 요약",
        Section.CAUSE: "cause, causes, root cause, why, reason, analysis, diagnosis, 원인, 근본 원인, 원인 분석, 분석",
        Section.FIX: "fix, fixes, solution, solutions, resolution, mitigation, remedy, remediation, workaround, "
        "what to do, how to fix, procedure, steps, "
        "조치, 조치 방법, 조치 사항, 해결, 해결 방법, 해결책, 해결방법, 대응, 절차",
        Section.VERIFY: "verify, verification, validation, how to verify, check, 확인, 확인 방법, 검증",
        Section.BACKGROUND: "background, notes, note, history, references, see also, 배경, 참고, 비고, 참고 자료",
    }.items()
    for name in names.split(", ")
}
"""Headings that people use, in lower case, and the section that each begins."""

_NO_LEVEL = 7
"""Deeper than any heading: no section has begun."""

_MARKDOWN = MarkdownIt("commonmark")
_DECORATION = re.compile(r"^[\W\d_]+|[\W_]+$")


@dataclass(frozen=True)
class Fence:
    """A fenced or indented code block: its info string, its text and its 0-based line in the body."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Outline:
    """A markdown body by its parts: its title (a first heading that names no section), sections, code."""

    title: str | None
    sections: Mapping[Section, str]
    fences: tuple[Fence, ...]


@dataclass(frozen=True)
class _Heading:
    """A heading by its lines (0-based, `end` exclusive), its level and its plain text."""

    start: int
    end: int
    level: int
    text: str

    @property
    def section(self) -> Section | None:
        name = unicodedata.normalize("NFC", self.text).lower()
        return NAMES.get(_DECORATION.sub("", name).strip())


def outline(body: str) -> Outline:
    """Read the parts of `body`; text before the known sections counts as symptom, text after them as background."""
    tokens = _MARKDOWN.parse(body)
    headings = _headings(tokens)
    title = headings[0] if headings and headings[0].section is None else None
    return Outline(
        title=title.text if title else None,
        sections=_sections(body.splitlines(), headings, title),
        fences=tuple(
            Fence(token.info.split(" ")[0].lower(), token.content, token.map[0] if token.map else 0)
            for token in tokens
            if token.type in ("fence", "code_block")
        ),
    )


def _sections(lines: list[str], headings: list[_Heading], title: _Heading | None) -> dict[Section, str]:
    texts: dict[Section, list[str]] = {section: [] for section in Section}
    section, level, begin = Section.SYMPTOM, _NO_LEVEL, 0
    for heading in headings:
        named = heading.section
        if named is None and heading is not title and heading.level > level:
            continue
        texts[section].append("\n".join(lines[begin : heading.start]))
        if heading is title:
            begin = heading.end
        elif named is not None:
            section, level, begin = named, heading.level, heading.end
        elif level < _NO_LEVEL:
            section, begin = Section.BACKGROUND, heading.start
        else:
            begin = heading.start
    texts[section].append("\n".join(lines[begin:]))
    joined = {
        section: "\n\n".join(part.strip("\n") for part in parts if part.strip()) for section, parts in texts.items()
    }
    return {section: text for section, text in joined.items() if text}


def _headings(tokens: list[Token]) -> list[_Heading]:
    """Return the headings that are not inside a list or a quote."""
    found = []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map:
            text = "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))
            found.append(_Heading(opening.map[0], opening.map[1], int(opening.tag[1]), text.strip()))
    return found
