"""A curator hears what an entry lacks."""

from dataclasses import replace

import pytest

from knowledge import library, lint
from knowledge.entry import Entry, Kind, Section, Signature, SignatureKind, Variant
from knowledge.library import Library

SECTIONS = {Section.CAUSE: "It is full.", Section.FIX: "Free some."}
COMPLETE = Entry(
    "disk-full",
    Kind.ISSUE,
    {"en": Variant("Disk full", SECTIONS)},
    (Signature("No space left on device"),),
    examples=("a", "b"),
    counterexamples=("c",),
)


def advice(*entries: Entry) -> list[str]:
    return [hint.text for hint in lint.advise(Library({entry.id: entry for entry in entries}))]


def test_a_complete_entry_needs_no_advice():
    assert advice(COMPLETE) == []


def test_an_entry_that_leaves_its_id_to_its_name_hears_why_it_should_have_one(tmp_path):
    (tmp_path / "disk-full.md").write_text("---\ntitle: Disk full\nsignatures: [ledger disk full]\n---\n")
    (tmp_path / "plain.md").write_text("# A runbook that nobody wrote for us\n")

    hints = [hint for hint in lint.advise(library.load([tmp_path])) if "`id`" in hint.text]

    assert [(hint.entry_id, hint.text.rpartition("; ")[2]) for hint in hints] == [("disk-full", "write id: disk-full")]


def test_missing_tests_signatures_and_sections_are_named():
    bare = replace(COMPLETE, signatures=(), examples=(), counterexamples=(), variants={"en": Variant("Disk full")})

    assert [hint.split(";")[0] for hint in advice(bare)] == [
        "has 0 examples",
        "has no counterexample",
        "has no cause and no fix",
        "has no signature",
    ]


def test_a_howto_needs_neither_cause_nor_signature():
    howto = replace(COMPLETE, kind=Kind.HOWTO, signatures=(), variants={"en": Variant("How", {Section.FIX: "So."})})

    assert advice(howto) == []


def test_a_signature_that_every_error_holds_is_pointed_out():
    [hint] = advice(replace(COMPLETE, signatures=(Signature("dial tcp: i/o timeout"),)))

    assert "only words that every error has" in hint


@pytest.mark.parametrize("text", ["The image tag * already exists", "volume {{volume}} is full"])
def test_a_wildcard_in_plain_text_is_pointed_out(text):
    (hint,) = advice(replace(COMPLETE, signatures=(Signature(text),)))

    assert "stands for itself; write `- pattern:`" in hint


@pytest.mark.parametrize(
    "signature", [Signature("tag * exists", SignatureKind.PATTERN), Signature("failed to list *v1.Pod")]
)
def test_a_wildcard_of_a_pattern_and_an_asterisk_within_a_word_are_not(signature):
    assert advice(replace(COMPLETE, signatures=(signature,))) == []


def test_a_name_in_the_prose_that_nothing_captures_is_pointed_out():
    [hint] = advice(replace(COMPLETE, variants={"en": Variant("Disk", SECTIONS | {Section.CAUSE: "{{paht}} is full"})}))

    assert "{{paht}}" in hint


def test_two_entries_with_one_signature_must_say_what_sets_them_apart():
    twin = replace(COMPLETE, id="twin", signatures=(Signature("no space  LEFT on device", SignatureKind.TEXT),))

    assert [hint.split(" with ")[1].split(";")[0] for hint in advice(COMPLETE, twin)] == ["twin", "disk-full"]


def test_advice_names_the_line_of_the_file_that_it_is_about(tmp_path):
    (tmp_path / "disk.md").write_text(
        "---\nid: disk\ntitle: Disk full\nsignatures:\n  - ledgerd writes no more\n  - failed to get\n"
        "examples:\n  - one\n---\n## Cause\nIt is full.\n## Fix\nLook into\n{{folder}}.\n"
    )
    (tmp_path / "disk.ko.md").write_text("---\ntitle: 디스크\n---\n## 원인\n가득 찼습니다.\n## 조치\n{{folder|폴더}}\n")

    told = [str(each).split(";")[0].removeprefix(f"{tmp_path}/") for each in lint.advise(library.load([tmp_path]))]

    assert told == [
        "disk.ko.md:7: fix shows {{folder}}, which no signature captures",
        "disk.md:2: has no counterexample",
        "disk.md:6: the signature 'failed to get' holds only words that every error has",
        "disk.md:8: has 1 example",
        "disk.md:14: fix shows {{folder}}, which no signature captures",
    ]


def test_tells_or_being_general_settles_a_shared_signature():
    told = replace(COMPLETE, variants={"en": Variant("Disk full", SECTIONS, tells="The node says DiskPressure.")})
    general = replace(COMPLETE, id="general", general=True)

    assert advice(told, general) == []
