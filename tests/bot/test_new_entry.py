"""`pastemortem kb new`: a curator begins an entry with a paste."""

import pytest

pytestmark = pytest.mark.usefixtures("settings_with_few_entries")

PASTE = 'level=error msg="ledgerd: cannot flush segment 42: password=horsebattery"'


@pytest.fixture
def begin(pastemortem, tmp_path):
    """Begin an entry in a folder that is not there yet."""
    return lambda *arguments, given=PASTE: pastemortem(
        "kb", "new", "--into", str(tmp_path / "new"), *arguments, given=given
    )


def test_the_file_loads_and_finds_the_paste_and_what_to_do_next_is_said(begin, pastemortem, few_entries, tmp_path):
    said = begin()
    file = tmp_path / "new" / "ledgerd-cannot-flush-segment-password.md"

    assert said.exit_code == 0
    assert said.stdout.startswith(f"{file} begins an entry.")
    assert "horsebattery" not in file.read_text()
    assert "note: what looks like a secret is masked" in said.stderr
    assert pastemortem("kb", "lint", "--entries", str(file.parent)).exit_code == 0
    assert pastemortem("kb", "test", "--entries", str(few_entries), "--entries", str(file.parent)).exit_code == 0


def test_name_and_title_can_be_given_and_no_file_is_replaced(begin, tmp_path):
    assert begin("--id", "ledger-flush", "--title", "The ledger does not flush").exit_code == 0
    written = (tmp_path / "new" / "ledger-flush.md").read_text()
    again = begin("--id", "ledger-flush")

    assert 'title: "The ledger does not flush"' in written
    assert again.exit_code == 1
    assert "ledger-flush.md is there already; name another with --id" in again.output
    assert (tmp_path / "new" / "ledger-flush.md").read_text() == written


def test_two_pastes_of_the_same_error_do_not_meet_in_one_file(begin, tmp_path):
    begin(given="ledgerd: cannot flush")
    begin(given="ledgerd: cannot flush")

    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "ledgerd-cannot-flush-2.md",
        "ledgerd-cannot-flush.md",
    ]


def test_a_paste_that_is_documented_already_is_said_to_be(begin):
    assert "note: configmap-secret-not-injected answers this paste already (sure)" in (
        begin(given='Error: configmap "app-env" not found').stderr
    )


def test_an_entry_that_was_begun_in_the_same_folder_is_said_to_answer_the_paste_already(begin):
    begin("--id", "ledger-flush")

    assert "note: ledger-flush answers this paste already" in begin().stderr


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [((), "  ", "there is nothing in it"), (("--id", "../x"), PASTE, "use lower-case letters, digits and hyphens")],
    ids=["empty", "odd id"],
)
def test_what_cannot_be_an_entry_is_refused(begin, tmp_path, arguments, given, told):
    said = begin(*arguments, given=given)

    assert said.exit_code != 0
    assert told in said.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_named(pastemortem):
    said = pastemortem("kb", "new", "--into", "/proc/nothing", given=PASTE)

    assert said.exit_code == 1
    assert "Error: /proc/nothing/" in said.output
