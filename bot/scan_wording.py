"""Everything that `pastemortem scan` says around what it found, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.entry import Language


@dataclass(frozen=True)
class ScanWording:
    """The texts in one language."""

    read: str
    passed_over: str
    nothing: str
    first: str
    last: str
    undocumented: str
    line: str
    between: str
    times: str
    between_times: str


def scan_wording(language: Language) -> ScanWording:
    """Return the texts in a language."""
    return _WORDINGS[language]


_WORDINGS: Mapping[Language, ScanWording] = {
    "en": ScanWording(
        read="{lines:line|lines}, {size}",
        passed_over="{lines:line is|lines are} no text and passed over",
        nothing="Nothing that is documented occurs.",
        first="first",
        last="last",
        undocumented="Errors that nobody documented, the most frequent first",
        line="line {line:,}",
        between="{first} to {last}",
        times="{count:,} × ",
        between_times="{least:,} to {count:,} × ",
    ),
    "ko": ScanWording(
        read="{lines:,}줄, {size}",
        passed_over="텍스트가 아닌 {lines:,}줄은 건너뛰었습니다",
        nothing="문서화된 문제가 없습니다.",
        first="처음",
        last="마지막",
        undocumented="문서화되지 않은 오류, 많은 순서대로",
        line="{line:,}번째 줄",
        between="{first} ~ {last}",
        times="{count:,} × ",
        between_times="{least:,}~{count:,} × ",
    ),
}
