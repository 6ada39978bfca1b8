"""What a paste says can stand in the answer, and cannot do anything there."""

from knowledge import prose
from knowledge.entry import Entry, Kind, Section, Signature, SignatureKind, Variant

ENTRY = Entry(
    "shards",
    Kind.ISSUE,
    {
        "en": Variant(
            "Shards", {Section.CAUSE: "{{open}} of {{limit|all}} are open, see {{.Values.image}} and {{other}}."}
        )
    },
    (
        Signature("[{{open}}]/[{{ limit }}] maximum shards open", SignatureKind.PATTERN),
        Signature("errno (?P<errno>[0-9]+)", SignatureKind.REGEX),
    ),
)


def cause(**captured: str) -> str:
    return prose.filled(ENTRY, Section.CAUSE, "en", captured)


def test_signatures_declare_the_names_that_prose_may_show():
    assert prose.declared(ENTRY) == {"open", "limit", "errno"}


def test_captured_text_stands_where_its_name_stood():
    assert cause(open="999", limit="1000").startswith("999 of 1000 are open")


def test_what_nothing_captured_shows_its_own_words_or_its_name():
    assert cause().startswith("<open> of all are open")


def test_templates_of_other_tools_stay_as_they_are():
    assert "{{.Values.image}} and {{other}}" in cause(other="x")


def test_captured_text_can_neither_leave_its_line_nor_become_a_link():
    assert cause(open="a`\n```\n[x](http://evil)").startswith("a' ''' [x] (http://evil) of")


def test_a_section_that_an_entry_does_not_have_is_empty():
    assert prose.filled(ENTRY, Section.FIX, "en") == ""
