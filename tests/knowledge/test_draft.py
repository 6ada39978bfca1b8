"""A curator begins an entry with a paste and gets a file that the knowledge base can read."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import document, draft, schema
from knowledge.base import KnowledgeBase
from knowledge.entry import Entry, Section, SignatureKind

TRACE = """\
2025-03-11 11:42:18.906 ERROR 1 --- [io-8080-exec-31] com.acme.Ledger : flush of segment 42 failed
java.lang.IllegalStateException: ledger 42 is closed to writers
\tat com.acme.Ledger.write(Ledger.java:12)
Caused by: java.net.SocketException: Connection reset by peer
\tat com.acme.Wire.send(Wire.java:7)
"""


def read(begun: draft.Draft) -> Entry:
    """Return the entry that the draft's file is read as."""
    with TemporaryDirectory() as folder:
        path = Path(folder, begun.file)
        path.write_text(begun.markdown(), encoding="utf-8", newline="")
        entry = document.read(path).entry
    assert entry is not None
    return entry


def test_the_lines_that_tell_become_signatures_without_what_changes():
    signatures = read(draft.begun(TRACE)).signatures

    assert [(each.kind, each.text) for each in signatures][1:] == [
        (SignatureKind.PATTERN, "java.lang.IllegalStateException: ledger * is closed to writers"),
        (SignatureKind.TEXT, "java.net.SocketException: Connection reset by peer"),
    ]
    assert signatures[0].text.endswith("flush of segment * failed")


def test_neither_the_thread_nor_a_secret_that_was_taken_out_is_part_of_a_signature():
    begun = draft.begun(
        'Exception in thread "main" com.acme.LedgerSealed: ledger 42 is sealed, password=[redacted], stop'
    )

    [signature] = begun.signatures
    assert signature.startswith("com.acme.LedgerSealed: ledger * is sealed, password")
    assert signature.endswith("* , stop")
    assert "redacted" not in begun.id
    assert begun.id.startswith("com-acme-ledgersealed-ledger-is-sealed")


def test_the_message_of_a_line_of_keys_and_values_is_the_signature():
    begun = draft.begun('ts=2025-03-11T02:14:09Z level=error msg="ledgerd: cannot flush segment 42"')

    assert begun.signatures == ("ledgerd: cannot flush segment *",)
    assert begun.title == "ledgerd: cannot flush segment …"
    assert begun.id == "ledgerd-cannot-flush-segment"


@pytest.mark.parametrize(
    "pasted", ["ledgerd: shard 9 fenced by epoch 77", "2025-03-11T02:14:09Z INFO ledgerd - shard 9 fenced by epoch 77"]
)
def test_what_a_program_says_alone_is_a_signature_though_it_does_not_sound_like_an_error(pasted):
    [signature] = draft.begun(pasted).signatures

    assert signature.endswith("shard * fenced by epoch *")


def test_whoever_it_was_is_no_part_of_a_signature():
    assert draft.begun("ERROR ledgerd: no seat left for user cyrus").signatures == ("ledgerd: no seat left for user *",)


def test_the_paste_is_the_first_example_and_finds_the_entry(tmp_path):
    begun = draft.begun(TRACE)
    (tmp_path / begun.file).write_text(begun.markdown(), encoding="utf-8")
    base = KnowledgeBase([tmp_path])
    answer = base.match(TRACE.replace("42", "97").replace("11:42:18", "12:00:00"))
    base.close()

    assert [match.entry.id for match in answer.answers] == [begun.id]
    assert answer.answers[0].entry.examples == (TRACE.strip() + "\n",)


def test_what_somebody_describes_is_a_phrase_and_its_headings_are_in_their_language():
    begun = draft.begun("배포하고 나서 화면이 하얗게 나옵니다")

    assert (begun.signatures, begun.phrases) == ((), ("배포하고 나서 화면이 하얗게 나옵니다",))
    assert "## 원인" in begun.markdown()
    assert begun.id == "new-entry"


def test_a_state_in_a_table_is_no_signature_but_what_the_entry_is_about():
    begun = draft.begun("kubectl -n payments get pods\nweb-0   0/1   OOMKilled   6")

    assert (begun.signatures, begun.title) == ((), "web-0 0/1 OOMKilled 6")


def test_cause_and_fix_stand_under_their_headings():
    begun = draft.Draft("disk-full", "Disk full", (), "x", cause="It is full.", fix="`prune`")

    assert read(begun).variants["en"].sections == {Section.CAUSE: "It is full.", Section.FIX: "`prune`"}


def test_an_id_that_is_taken_gets_a_number():
    assert draft.begun("ledgerd: cannot flush", {"ledgerd-cannot-flush", "ledgerd-cannot-flush-2"}).id == (
        "ledgerd-cannot-flush-3"
    )


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_whatever_is_pasted_the_file_can_be_read_and_says_the_same(paste):
    found = draft.begun(paste)
    begun = replace(found, title=found.title or "x", example=f"x{found.example}"[:2_000], tags=("a: b",))
    entry = read(begun)

    assert schema.is_id(begun.id)
    assert (entry.id, entry.tags) == (begun.id, ("a: b",))
    assert [" ".join(each.text.split()) for each in entry.signatures] == list(begun.signatures)
    assert [" ".join(each.split()) for each in entry.words("en").phrases] == [
        " ".join(each.split()) for each in begun.phrases
    ]
    assert len(entry.examples) == 1
